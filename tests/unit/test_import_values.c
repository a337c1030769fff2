/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/import/values.h"

#include <criterion/criterion.h>

#include "gis/import/encoding.h"

static int oneway(const char *text)
{
	int direction;

	return value_oneway(text, &direction) ? direction : 99;
}

Test(import_values, one_ways_are_read_in_three_languages)
{
	cr_expect_eq(oneway("yes"), 1);
	cr_expect_eq(oneway("FT"), 1);
	cr_expect_eq(oneway("順方向"), 1);
	cr_expect_eq(oneway("-1"), -1);
	cr_expect_eq(oneway("Reverse"), -1);
	cr_expect_eq(oneway("逆方向"), -1);
	cr_expect_eq(oneway(""), 0);
	cr_expect_eq(oneway("no"), 0);
	cr_expect_eq(oneway("reversible"), 0);
	cr_expect_eq(oneway("perhaps"), 99);
}

Test(import_values, text_beyond_unicode_is_not_utf_8)
{
	struct decoder *decoder = decoder_new("UTF-8");

	cr_expect_null(decoder_text(decoder, "\xf6\x9d\xbc\xbc"));
	cr_expect_null(decoder_text(decoder, "road \xed\xa0\x80"));
	cr_expect_str_eq(decoder_text(decoder, " \xe9\x81\x93 "), "\xe9\x81\x93");
	decoder_free(decoder);
}

Test(import_values, widths_are_read_with_units_and_in_full_width_digits)
{
	cr_expect_float_eq(value_width_m("6.5"), 6.5, 1e-9);
	cr_expect_float_eq(value_width_m("６．５ｍ"), 6.5, 1e-9);
	cr_expect_float_eq(value_width_m("4.0～5.5"), 4, 1e-9);
	cr_expect_float_eq(value_width_m("16'"), 4.8768, 1e-9);
	cr_expect_float_eq(value_width_m("350 cm"), 3.5, 1e-9);
	cr_expect_float_eq(value_width_m("narrow"), 0, 1e-9);
	cr_expect_float_eq(value_width_m("-3"), 0, 1e-9);
	cr_expect_float_eq(value_width_m("1e9"), 0, 1e-9);
	cr_expect_float_eq(value_width_m("nan"), 0, 1e-9);
}

Test(import_values, administrators_are_known_by_their_usual_names)
{
	cr_expect_str_eq(value_admin(""), "town");
	cr_expect_str_eq(value_admin("尾花沢市"), "town");
	cr_expect_str_eq(value_admin("山形県"), "prefecture");
	cr_expect_str_eq(value_admin("主要地方道"), "prefecture");
	cr_expect_str_eq(value_admin("国土交通省東北地方整備局"), "nation");
	cr_expect_str_eq(value_admin("NEXCO東日本"), "expressway");
	cr_expect_str_eq(value_admin("私道"), "private");
	cr_expect_null(value_admin("someone"));
}

Test(import_values, a_roads_name_gives_its_administrator_away_only_where_it_is_clear)
{
	cr_expect_str_eq(value_admin_of_name("国道13号"), "nation");
	cr_expect_str_eq(value_admin_of_name("山形県道29号尾花沢最上線"), "prefecture");
	cr_expect_str_eq(value_admin_of_name("主要地方道尾花沢最上線"), "prefecture");
	cr_expect_null(value_admin_of_name("旧国道13号"));
	cr_expect_null(value_admin_of_name("国道通り"));
	cr_expect_null(value_admin_of_name("都道府県会館通り"));
	cr_expect_null(value_admin_of_name("中央通り"));
	cr_expect_null(value_admin_of_name(""));
}

Test(import_values, yes_is_everything_but_no)
{
	cr_expect(value_yes("viaduct"));
	cr_expect(value_yes("1"));
	cr_expect_not(value_yes("no"));
	cr_expect_not(value_yes(""));
	cr_expect_not(value_yes("無"));
}

Test(import_values, utf8_is_told_from_what_is_not)
{
	cr_expect(encoding_is_utf8("十日町①髙橋通り"));
	cr_expect(encoding_is_utf8("cut \xe5\x8d"),
		  "a character cut off by the field's end is forgiven");
	cr_expect_not(encoding_is_utf8("\x8f\x5c\x93\xfa\x92\xac"), "CP932");
	cr_expect_not(encoding_is_utf8("\xc0\xaf"), "overlong");
	cr_expect_not(encoding_is_utf8("\xed\xa0\x80"), "a surrogate");
	cr_expect_not(encoding_is_utf8("\xf5\x80\x80\x80"), "beyond Unicode");
	cr_expect(encoding_is_clean("way/12"));
	cr_expect_not(encoding_is_clean("a\nb"));
	cr_expect_not(encoding_is_clean("cut \xe5\x8d"));
}

Test(import_values, cp932_means_microsofts_shift_jis)
{
	char name[ENCODING_SIZE];
	struct decoder *decoder;

	cr_assert(encoding_find("Shift_JIS", name));
	decoder = decoder_new(name);
	cr_assert_not_null(decoder);
	cr_expect_str_eq(decoder_text(decoder, "\x87\x40\xfb\xfc"), "①髙");
	cr_expect_str_eq(decoder_text(decoder, "  a\tb \x92"), "a b",
			 "tidied, and the cut character left out");
	cr_expect_null(decoder_text(decoder, "\xff\xff\xff"));
	decoder_free(decoder);
	cr_expect_not(encoding_find("klingon", name));
	cr_expect_not(encoding_find("UTF-8//IGNORE", name));
}
