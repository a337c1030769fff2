/* SPDX-License-Identifier: Apache-2.0 */
#include "common/conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/support/folder.h"

static char folder[FOLDER_BYTES], path[FOLDER_BYTES + 16], settings[512], why[CONF_WHY_BYTES];

static int on_setting(const char *name, const char *value, void *user, char reason[CONF_WHY_BYTES])
{
	size_t used = strlen(settings);

	cr_assert_eq(user, settings);
	snprintf(settings + used, sizeof(settings) - used, "[%s|%s]", name, value);
	if (strcmp(name, "wrong") != 0)
		return 0;
	snprintf(reason, CONF_WHY_BYTES, "wrong is wrong");
	return -EINVAL;
}

static int read_text(const char *text, size_t size)
{
	FILE *file;

	folder_make(folder);
	snprintf(path, sizeof(path), "%s/conf", folder);
	settings[0] = why[0] = '\0';
	file = fopen(path, "w");
	fwrite(text, 1, size, file);
	fclose(file);
	int result = conf_read(path, on_setting, settings, why);

	folder_remove(folder);
	return result;
}

Test(conf, reads_names_and_values_without_the_blanks_around_them)
{
	static const char text[] =
		"# a comment\n\n  server =  host:1 # not a comment \t\r\nempty =\na=b=c";

	cr_assert_eq(read_text(text, sizeof(text) - 1), 0, "%s", why);
	cr_assert_str_eq(settings, "[server|host:1 # not a comment][empty|][a|b=c]");
}

Test(conf, names_the_line_that_is_wrong)
{
	cr_assert_eq(read_text("a = 1\nwrong = 2\n", 16), -EINVAL);
	cr_assert_not_null(strstr(why, ", line 2: wrong is wrong"), "%s", why);
	cr_assert_eq(read_text("a = 1\n\nnothing\n", 15), -EINVAL);
	cr_assert_not_null(strstr(why, ", line 3: it is not `name = value`"), "%s", why);
	cr_assert_eq(read_text("= 1\n", 4), -EINVAL);
}

Test(conf, refuses_lines_without_an_end)
{
	char text[3000];

	memset(text, 'x', sizeof(text));
	cr_assert_eq(read_text(text, sizeof(text)), -EINVAL);
	cr_assert_not_null(strstr(why, "line 1: it is longer than"), "%s", why);
}

Test(conf, refuses_what_a_power_cut_left_of_a_file)
{
	cr_assert_eq(read_text("a = 1\n\0\0\0\0", 10), -EINVAL);
	cr_assert_not_null(strstr(why, "line 2: it is damaged"), "%s", why);
	cr_assert_eq(read_text("a = 1\0wrong = 2\n", 16), -EINVAL);
	cr_assert_str_eq(settings, "", "a line is taken whole or not at all");
}

Test(conf, says_when_there_is_no_file)
{
	cr_assert_eq(conf_read("/nonexistent/conf", on_setting, settings, why), -ENOENT);
	cr_assert_not_null(strstr(why, "/nonexistent/conf cannot be opened"), "%s", why);
}
