/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/api/change.h"

#include <inttypes.h>
#include <stdio.h>

#include "gis/db.h"
#include "server/audit.h"

static void run(struct db_txn *txn, void *arg)
{
	const struct change *change = *(const struct change **)arg;
	char number[24] = "";

	change->task(txn, change->arg);
	if (!change->object && change->id)
		snprintf(number, sizeof(number), "%" PRId64, *change->id);
	audit_add(txn, change->by, change->action, change->object ? change->object : number);
}

int change_run(struct writer *writer, const struct change *change)
{
	return writer_run(writer, run, &change);
}
