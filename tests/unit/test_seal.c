/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include <criterion/criterion.h>

static struct seal_key key_of(uint8_t seed)
{
	struct seal_key key;

	cr_assert_eq(seal_init(), 0);
	for (size_t i = 0; i < sizeof(key.id); i++)
		key.id[i] = (uint8_t)(seed + i);
	for (size_t i = 0; i < sizeof(key.secret); i++)
		key.secret[i] = (uint8_t)(0x80 + seed + i);
	return key;
}

Test(seal, opens_what_it_closed)
{
	struct seal_key key;
	uint8_t sealed[SEAL_DATAGRAM_MAX], plain[SEAL_PLAIN_MAX];
	uint64_t number = 0;
	size_t size = 0;

	cr_assert_eq(seal_init(), 0);
	seal_key_new(&key);
	cr_assert_eq(seal_close(&key, SEAL_FIXES, 77, (const uint8_t *)"snow", 4, sealed),
		     4 + SEAL_OVERHEAD);
	cr_assert_eq(seal_open(&key, sealed, 4 + SEAL_OVERHEAD, &number, plain, &size), SEAL_OK);
	cr_assert_eq(number, 77);
	cr_assert_eq(size, 4);
	cr_assert_arr_eq(plain, "snow", 4);
}

Test(seal, never_uses_a_nonce_twice)
{
	struct seal_key key = key_of(1);
	uint8_t a[SEAL_OVERHEAD], b[SEAL_OVERHEAD];

	seal_close(&key, SEAL_FIXES, 1, (const uint8_t *)"", 0, a);
	seal_close(&key, SEAL_FIXES, 1, (const uint8_t *)"", 0, b);
	cr_assert_arr_neq(a, b, sizeof(a));
}

Test(seal, refuses_a_datagram_in_which_any_one_bit_was_turned)
{
	struct seal_key key = key_of(1);
	uint8_t sealed[SEAL_OVERHEAD + 10], plain[SEAL_PLAIN_MAX];
	uint64_t number;
	size_t size;

	seal_close(&key, SEAL_FIXES, 5, (const uint8_t *)"0123456789", 10, sealed);
	for (size_t bit = 0; bit < 8 * sizeof(sealed); bit++) {
		sealed[bit / 8] ^= (uint8_t)(1U << bit % 8);
		cr_assert_neq(seal_open(&key, sealed, sizeof(sealed), &number, plain, &size),
			      SEAL_OK, "bit %zu", bit);
		sealed[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	cr_assert_eq(seal_open(&key, sealed, sizeof(sealed), &number, plain, &size), SEAL_OK);
}

Test(seal, refuses_a_datagram_cut_short_or_too_long)
{
	struct seal_key key = key_of(1);
	uint8_t sealed[SEAL_DATAGRAM_MAX + 1] = {0}, plain[SEAL_PLAIN_MAX];
	uint64_t number;
	size_t size, whole;

	whole = seal_close(&key, SEAL_FIXES, 5, (const uint8_t *)"0123456789", 10, sealed);
	for (size_t n = 0; n < whole; n++)
		cr_assert_eq(seal_open(&key, sealed, n, &number, plain, &size),
			     n < SEAL_OVERHEAD ? SEAL_SHORT : SEAL_FORGED, "%zu bytes", n);
	cr_assert_eq(seal_open(&key, sealed, sizeof(sealed), &number, plain, &size), SEAL_SHORT);
}

Test(seal, refuses_another_vehicles_key)
{
	struct seal_key ours = key_of(1), theirs = key_of(2), same_id = key_of(2);
	uint8_t sealed[SEAL_OVERHEAD], plain[SEAL_PLAIN_MAX];
	uint64_t number;
	size_t size;

	memcpy(same_id.id, ours.id, sizeof(ours.id));
	seal_close(&ours, SEAL_FIXES, 5, NULL, 0, sealed);
	cr_assert_eq(seal_open(&theirs, sealed, sizeof(sealed), &number, plain, &size),
		     SEAL_FORGED);
	cr_assert_eq(seal_open(&same_id, sealed, sizeof(sealed), &number, plain, &size),
		     SEAL_FORGED);
}

Test(seal, tells_by_the_type_which_way_a_datagram_goes)
{
	struct seal_key key = key_of(1);
	uint8_t sealed[SEAL_OVERHEAD], plain[SEAL_PLAIN_MAX], id[SEAL_KEY_ID_BYTES];
	enum seal_type type;
	uint64_t number;
	size_t size;

	seal_close(&key, SEAL_ACK, 5, NULL, 0, sealed);
	cr_assert_eq(seal_peek(sealed, sizeof(sealed), &type, id), SEAL_OK);
	cr_assert_eq(type, SEAL_ACK);
	cr_assert_arr_eq(id, key.id, sizeof(id));
	sealed[3] = SEAL_FIXES;
	cr_assert_eq(seal_open(&key, sealed, sizeof(sealed), &number, plain, &size), SEAL_FORGED);
}

Test(seal, names_what_is_wrong_with_a_strange_datagram)
{
	struct seal_key key = key_of(1);
	uint8_t sealed[SEAL_OVERHEAD], id[SEAL_KEY_ID_BYTES];
	enum seal_type type;

	seal_close(&key, SEAL_FIXES, 5, NULL, 0, sealed);
	sealed[3] = 3;
	cr_assert_eq(seal_peek(sealed, sizeof(sealed), &type, id), SEAL_BAD_TYPE);
	sealed[2] = 2;
	cr_assert_eq(seal_peek(sealed, sizeof(sealed), &type, id), SEAL_BAD_VERSION);
	sealed[0] = '$';
	cr_assert_eq(seal_peek(sealed, sizeof(sealed), &type, id), SEAL_NOT_OURS);
}

Test(seal, writes_a_key_as_text_and_reads_it_back)
{
	struct seal_key key, back;
	char text[SEAL_KEY_TEXT_BYTES];

	cr_assert_eq(seal_init(), 0);
	for (int i = 0; i < 100; i++) {
		seal_key_new(&key);
		seal_key_format(&key, text);
		cr_assert_eq(strlen(text), 58);
		cr_assert_eq(seal_key_parse(text, &back), 0);
		cr_assert_arr_eq(&key, &back, sizeof(key));
	}
}

Test(seal, refuses_key_texts_that_are_not_exactly_one_key)
{
	struct seal_key key = key_of(1), back;
	char text[SEAL_KEY_TEXT_BYTES + 1];

	seal_key_format(&key, text);
	text[58] = 'A';
	text[59] = '\0';
	cr_assert_eq(seal_key_parse(text, &back), -EINVAL, "one character too many");
	text[57] = '\0';
	cr_assert_eq(seal_key_parse(text, &back), -EINVAL, "one too few");
	seal_key_format(&key, text);
	text[57] = text[57] == 'B' ? 'C' : 'B';
	cr_assert_eq(seal_key_parse(text, &back), -EINVAL, "spare bits that are not zero");
	seal_key_format(&key, text);
	text[20] = '+';
	cr_assert_eq(seal_key_parse(text, &back), -EINVAL, "the other base64 alphabet");
	for (int byte = 1; byte < 256; byte++) {
		seal_key_format(&key, text);
		text[20] = (char)byte;
		cr_assert_eq(seal_key_parse(text, &back) == 0,
			     (byte < 128 && isalnum(byte)) || byte == '-' || byte == '_', "%d",
			     byte);
	}
	seal_key_format(&key, text);
	text[2] = '2';
	cr_assert_eq(seal_key_parse(text, &back), -EINVAL, "another version");
	cr_assert_eq(seal_key_parse("", &back), -EINVAL);
	memset(text, 'A', sizeof(text));
	cr_assert_eq(seal_key_parse(text, &back), -EINVAL, "no end");
}

Test(seal_window, takes_every_number_once_in_any_order)
{
	struct seal_window window = seal_window_after(1000);

	cr_assert_eq(seal_window_mark(&window, 1005), 0);
	cr_assert_eq(seal_window_mark(&window, 1001), 0);
	cr_assert_eq(seal_window_mark(&window, 1004), 0);
	cr_assert_eq(seal_window_mark(&window, 1001), -EEXIST);
	cr_assert_eq(seal_window_mark(&window, 1005), -EEXIST);
	cr_assert_eq(seal_window_mark(&window, 1002), 0);
	cr_assert_eq(seal_window_mark(&window, 1000), -EEXIST);
	cr_assert_eq(seal_window_mark(&window, 999), -EEXIST);
}

Test(seal_window, is_1024_numbers_below_the_highest_wide)
{
	struct seal_window window = {0};

	cr_assert_eq(seal_window_mark(&window, 0), -EEXIST);
	cr_assert_eq(seal_window_mark(&window, 5000), 0);
	cr_assert_eq(seal_window_mark(&window, 5000 - 1025), -EEXIST);
	cr_assert_eq(seal_window_mark(&window, 5000 - 1024), 0);
	cr_assert_eq(seal_window_mark(&window, 5000 - 1024), -EEXIST);
	cr_assert_eq(seal_window_mark(&window, 5000 + 1024), 0);
	cr_assert_eq(seal_window_mark(&window, 5000), -EEXIST);
	cr_assert_eq(seal_window_mark(&window, 5001), 0);
	cr_assert_eq(seal_window_mark(&window, UINT64_MAX), 0);
	cr_assert_eq(seal_window_mark(&window, UINT64_MAX), -EEXIST);
	cr_assert_eq(seal_window_mark(&window, UINT64_MAX - 1), 0);
}

Test(seal_window, agrees_with_a_list_of_all_numbers_ever_seen)
{
	struct seal_window window = {0};
	bool seen[20000] = {false};
	uint64_t random = 1, highest = 0;

	for (int i = 0; i < 100000; i++) {
		uint64_t number;
		bool is_new;

		random = random * 6364136223846793005u + 1442695040888963407u;
		number = highest + 8 - (random >> 33) % 1500;
		if (number == 0 || number > highest + 8 || number >= 20000)
			continue;
		is_new =
			number > highest || (highest - number <= SEAL_WINDOW_BITS && !seen[number]);
		cr_assert_eq(seal_window_mark(&window, number), is_new ? 0 : -EEXIST, "%d", i);
		seen[number] = true;
		if (number > highest)
			highest = number;
	}
	cr_assert_gt(highest, 1000);
}
