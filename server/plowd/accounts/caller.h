/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who calls: what a request's session says of the user it belongs to.
 */
#ifndef PLOW_SERVER_PLOWD_ACCOUNTS_CALLER_H
#define PLOW_SERVER_PLOWD_ACCOUNTS_CALLER_H

#include <stdint.h>

#include "server/accounts.h"

struct caller {
	int64_t session_id, user_id;
	uint8_t token_hash[TOKEN_HASH_BYTES];
	enum account_role role;
	char name[ACCOUNT_NAME_BYTES], contractor[ACCOUNT_CONTRACTOR_BYTES];
};

#endif
