/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/import/values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strcasecmp(text, *words) == 0)
			return true;
	return false;
}

bool value_oneway(const char *text, int *out)
{
	static const char *const along[] = {"1",       "yes",      "true",   "y",  "t",
					    "forward", "ft",       "順方向", "順", "有",
					    "あり",    "一方通行", "1.0",    NULL};
	static const char *const against[] = {"-1",     "reverse", "backward", "tf",
					      "逆方向", "逆",      "-1.0",     NULL};
	static const char *const both[] = {"",           "0",           "no",     "false",    "n",
					   "f",          "b",           "both",   "none",     "無",
					   "なし",       "双方向",      "両方向", "相互通行", "0.0",
					   "reversible", "alternating", NULL};

	*out = is_one_of(text, along) ? 1 : is_one_of(text, against) ? -1 : 0;
	return *out || is_one_of(text, both);
}

/* Full-width digits, point and prime become ASCII; everything else is copied. */
static void narrow(const char *text, char *out, size_t size)
{
	size_t length = 0;

	while (*text && length + 1 < size) {
		const unsigned char *p = (const unsigned char *)text;

		if (p[0] == 0xef && p[1] == 0xbc && p[2] >= 0x8e && p[2] <= 0x99) {
			out[length++] = (char)(p[2] - 0x8e + '.');
			text += 3;
		} else {
			out[length++] = *text++;
		}
	}
	out[length] = '\0';
}

double value_width_m(const char *text)
{
	char ascii[64];
	char *end;
	double width_m;

	narrow(text, ascii, sizeof(ascii));
	width_m = strtod(ascii, &end);
	if (end == ascii)
		return 0;
	end += strspn(end, " ");
	if (*end == '\'' || strncasecmp(end, "ft", 2) == 0)
		width_m *= 0.3048;
	else if (strncasecmp(end, "cm", 2) == 0)
		width_m /= 100;
	else if (strncasecmp(end, "mm", 2) == 0)
		width_m /= 1000;
	return width_m > 0 && width_m <= 100 ? width_m : 0;
}

static bool ends_with(const char *text, const char *ending)
{
	size_t length = strlen(text), size = strlen(ending);

	return length >= size && strcmp(text + length - size, ending) == 0;
}

const char *value_admin(const char *text)
{
	static const char *const nation[] = {"nation", "national", "国",   "国管理", "国土交通省",
					     "直轄",   "直轄国道", "国道", NULL};
	static const char *const prefecture[] = {
		"prefecture", "prefectural", "県",       "都道府県", "府",   "都",
		"道",         "北海道",      "県管理",   "県道",     "府道", "都道",
		"道道",       "主要地方道",  "一般県道", "補助国道", NULL};
	static const char *const town[] = {
		"",     "town", "city", "village", "municipality", "municipal",
		"市",   "町",   "村",   "区",      "市町村",       "市町村道",
		"市道", "町道", "村道", "区道",    "市管理",       NULL};
	static const char *const private[] = {"private", "私", "私道", "民間", NULL};
	static const char *const expressway[] = {"expressway", "motorway", "nexco",
						 "高速",       "高速道路", NULL};

	if (is_one_of(text, town))
		return "town";
	if (is_one_of(text, nation) || strstr(text, "国土交通省") || strstr(text, "地方整備局") ||
	    strstr(text, "北海道開発局"))
		return "nation";
	if (is_one_of(text, expressway) || strcasestr(text, "nexco") || strstr(text, "高速道路"))
		return "expressway";
	if (is_one_of(text, prefecture) || ends_with(text, "県") || ends_with(text, "府") ||
	    strcmp(text, "東京都") == 0)
		return "prefecture";
	if (is_one_of(text, private))
		return "private";
	if (ends_with(text, "市") || ends_with(text, "町") || ends_with(text, "村") ||
	    ends_with(text, "区"))
		return "town";
	return NULL;
}

const char *value_admin_of_name(const char *name)
{
	static const char *const prefectural[] = {"県道", "府道", "都道", "道道", "主要地方道"};

	/* A former national road (旧国道) is somebody else's by now. */
	if (strstr(name, "旧"))
		return NULL;
	for (size_t i = 0; i < sizeof(prefectural) / sizeof(prefectural[0]); i++) {
		const char *found = strstr(name, prefectural[i]);

		/* 都道府県 and the like are no roads' names. */
		if (found && strncmp(found, "都道府", strlen("都道府")) != 0)
			return "prefecture";
	}
	/* With its number: 国道13号; a 国道通り may be anybody's. */
	if (strstr(name, "国道") && strstr(name, "号"))
		return "nation";
	return NULL;
}

bool value_yes(const char *text)
{
	static const char *const no[] = {"",     "0",  "no",   "false", "n", "f",
					 "none", "無", "なし", "0.0",   NULL};

	return !is_one_of(text, no);
}
