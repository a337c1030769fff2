/* SPDX-License-Identifier: Apache-2.0 */
#include "server/masters.h"

#include <errno.h>
#include <stdio.h>

#include "gis/network_db.h"
#include "server/audit.h"
#include "server/bind.h"

void master_record(struct db_txn *txn, const struct master_by *by, const char *kind, const char *subject,
		   const char *action)
{
	char deed[32];

	snprintf(deed, sizeof(deed), "%s.%s", kind, action);
	audit_add(txn, by->name, deed, subject);
}

void master_expect(struct db_txn *txn, const char *table, int64_t id, int64_t version)
{
	int64_t known = 0;
	char sql[96];

	if (txn->error)
		return;
	snprintf(sql, sizeof(sql), "SELECT version FROM \"%s\" WHERE id = ?1", table);
	txn->error = bind_number(txn->db, &known, sql, "i", id);
	if (!txn->error && known != version)
		txn->error = -ESTALE;
}

void master_touch_network(struct db_txn *txn)
{
	db_txn_run(txn, "INSERT INTO setting (key, value) VALUES ('" NETWORK_REVISION_SETTING "', '1') "
			"ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1");
}
