/* SPDX-License-Identifier: Apache-2.0 */
#include "server/plowd/accounts/lockout.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "common/alloc.h"

#define KEY_BYTES 16

struct entry {
	uint8_t key[KEY_BYTES]; /* hash of the text */
	unsigned tries;         /* 0: free */
	int64_t last_ms, until_ms;
};

/* Where a right password came from. */
struct home {
	uint8_t key[KEY_BYTES];
	bool is_used;
	int64_t last_ms;
};

struct lockout {
	uint8_t secret[crypto_generichash_KEYBYTES];
	struct entry entries[LOCKOUT_ENTRIES];
	struct home homes[LOCKOUT_HOMES];
};

struct lockout *lockout_new(void)
{
	struct lockout *lockout = x_calloc(1, sizeof(*lockout));

	randombytes_buf(lockout->secret, sizeof(lockout->secret));
	return lockout;
}

void lockout_free(struct lockout *lockout)
{
	free(lockout);
}

static void key_of(const struct lockout *lockout, const char *text, uint8_t out[KEY_BYTES])
{
	crypto_generichash(out, KEY_BYTES, (const uint8_t *)text, strlen(text), lockout->secret,
			   sizeof(lockout->secret));
}

static const struct entry *find(const struct lockout *lockout, const char *text)
{
	uint8_t key[KEY_BYTES];

	key_of(lockout, text, key);
	for (size_t i = 0; i < LOCKOUT_ENTRIES; i++) {
		const struct entry *entry = &lockout->entries[i];

		if (entry->tries && memcmp(entry->key, key, KEY_BYTES) == 0)
			return entry;
	}
	return NULL;
}

int64_t lockout_wait_ms(const struct lockout *lockout, const char *text, int64_t now_ms)
{
	const struct entry *entry = find(lockout, text);

	return entry && entry->until_ms > now_ms ? entry->until_ms - now_ms : 0;
}

/* The text's entry, or a free one, or that of the one longest quiet. */
static struct entry *take(struct lockout *lockout, const char *text, int64_t now_ms)
{
	const struct entry *known = find(lockout, text);
	struct entry *oldest = &lockout->entries[0];

	if (known) {
		oldest = &lockout->entries[known - lockout->entries];
		if (now_ms - oldest->last_ms > LOCKOUT_LONGEST_MS && oldest->until_ms <= now_ms)
			oldest->tries = 0;
		return oldest;
	}
	for (size_t i = 0; i < LOCKOUT_ENTRIES && oldest->tries; i++) {
		struct entry *entry = &lockout->entries[i];

		if (!entry->tries || entry->last_ms < oldest->last_ms)
			oldest = entry;
	}
	*oldest = (struct entry){0};
	key_of(lockout, text, oldest->key);
	return oldest;
}

void lockout_charge(struct lockout *lockout, const char *text, const struct lockout_rule *rule, int64_t now_ms)
{
	struct entry *entry = take(lockout, text, now_ms);
	int64_t wait_ms = LOCKOUT_FIRST_MS;
	int64_t longest_ms = rule->longest_ms < LOCKOUT_LONGEST_MS ? rule->longest_ms : LOCKOUT_LONGEST_MS;

	entry->tries++;
	entry->last_ms = now_ms;
	if (entry->tries < rule->limit)
		return;
	for (unsigned i = rule->limit; i < entry->tries && wait_ms < longest_ms; i++)
		wait_ms *= 2;
	entry->until_ms = now_ms + (wait_ms < longest_ms ? wait_ms : longest_ms);
}

void lockout_forgive(struct lockout *lockout, const char *text)
{
	const struct entry *entry = find(lockout, text);

	if (entry)
		lockout->entries[entry - lockout->entries] = (struct entry){0};
}

void lockout_take_back(struct lockout *lockout, const char *text)
{
	const struct entry *known = find(lockout, text);
	struct entry *entry = known ? &lockout->entries[known - lockout->entries] : NULL;

	if (entry) {
		entry->tries--;
		entry->until_ms = 0;
	}
}

void lockout_settle(struct lockout *lockout, const char *text, int64_t now_ms)
{
	struct home *home = &lockout->homes[0];
	uint8_t key[KEY_BYTES];

	key_of(lockout, text, key);
	for (size_t i = 0; i < LOCKOUT_HOMES; i++) {
		struct home *other = &lockout->homes[i];

		if (other->is_used && memcmp(other->key, key, KEY_BYTES) == 0) {
			home = other;
			break;
		}
		if (home->is_used && (!other->is_used || other->last_ms < home->last_ms))
			home = other;
	}
	memcpy(home->key, key, KEY_BYTES);
	home->is_used = true;
	home->last_ms = now_ms;
}

bool lockout_is_home(const struct lockout *lockout, const char *text, int64_t now_ms)
{
	uint8_t key[KEY_BYTES];

	key_of(lockout, text, key);
	for (size_t i = 0; i < LOCKOUT_HOMES; i++) {
		const struct home *home = &lockout->homes[i];

		if (home->is_used && memcmp(home->key, key, KEY_BYTES) == 0)
			return now_ms - home->last_ms <= LOCKOUT_HOME_MS;
	}
	return false;
}
