/* SPDX-License-Identifier: Apache-2.0 */
#include "gis/import/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/alloc.h"

struct decoder {
	iconv_t iconv;
	char *text;
	size_t capacity;
};

/* Names for Shift_JIS mean Microsoft's, with ① and 髙: nobody writes the other. */
static const struct {
	const char *name, *iconv;
} aliases[] = {
	{"932", "CP932"},         {"CP932", "CP932"},      {"SJIS", "CP932"},
	{"Shift_JIS", "CP932"},   {"Shift-JIS", "CP932"},  {"ShiftJIS", "CP932"},
	{"Windows-31J", "CP932"}, {"MS932", "CP932"},      {"ANSI 932", "CP932"},
	{"x-sjis", "CP932"},      {"MS_Kanji", "CP932"},   {"65001", "UTF-8"},
	{"UTF8", "UTF-8"},        {"UTF-8", "UTF-8"},      {"ANSI 65001", "UTF-8"},
	{"OEM 932", "CP932"},     {"EUC", "EUC-JP"},       {"ANSI 1252", "CP1252"},
	{"1252", "CP1252"},       {"88591", "ISO-8859-1"},
};

bool encoding_find(const char *name, char *out)
{
	iconv_t known;

	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcasecmp(name, aliases[i].name) == 0) {
			stpcpy(out, aliases[i].iconv);
			return true;
		}
	if (!*name || strlen(name) >= ENCODING_SIZE || strchr(name, '/'))
		return false;
	known = iconv_open("UTF-8", name);
	if (known == (iconv_t)-1)
		return false;
	iconv_close(known);
	stpcpy(out, name);
	return true;
}

/* The length of the character at `text`, 0 when it is no UTF-8, -1 when the text ends within it. */
static int utf8_length(const unsigned char *text)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	int length = text[0] < 0x80                      ? 1
		     : text[0] >= 0xc2 && text[0] < 0xe0 ? 2
		     : text[0] >= 0xe0 && text[0] < 0xf0 ? 3
		     : text[0] >= 0xf0 && text[0] < 0xf5 ? 4
							 : 0;
	uint32_t code = length < 2 ? text[0] : text[0] & (0x7fu >> length);

	for (int i = 1; i < length; i++) {
		if (!text[i])
			return -1;
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	if (length &&
	    (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)))
		return 0;
	return length;
}

bool encoding_is_utf8(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	while (*p) {
		int length = utf8_length(p);

		if (length <= 0)
			return length < 0;
		p += length;
	}
	return true;
}

bool encoding_is_clean(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	while (*p) {
		int length = utf8_length(p);

		if (length <= 0 || *p < 0x20 || *p == 0x7f)
			return false;
		p += length;
	}
	return true;
}

struct decoder *decoder_new(const char *encoding)
{
	iconv_t iconv = iconv_open("UTF-8", encoding);
	struct decoder *decoder;

	if (iconv == (iconv_t)-1)
		return NULL;
	decoder = x_calloc(1, sizeof(*decoder));
	decoder->iconv = iconv;
	return decoder;
}

void decoder_free(struct decoder *decoder)
{
	if (!decoder)
		return;
	iconv_close(decoder->iconv);
	free(decoder->text);
	free(decoder);
}

static const char *tidy(char *text)
{
	size_t length;

	for (char *p = text; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	text += strspn(text, " ");
	length = strlen(text);
	while (length > 0 && text[length - 1] == ' ')
		text[--length] = '\0';
	return text;
}

const char *decoder_text(struct decoder *decoder, const char *text)
{
	size_t left = strlen(text), room = 4 * left;
	char *in = (char *)(uintptr_t)text; /* iconv() does not write there */
	char *out;

	if (room + 1 > decoder->capacity) {
		decoder->capacity = room + 1;
		decoder->text = x_realloc(decoder->text, decoder->capacity, 1);
	}
	out = decoder->text;
	iconv(decoder->iconv, NULL, NULL, NULL, NULL);
	/* EINVAL: the last character was cut off by the field's width. */
	if (iconv(decoder->iconv, &in, &left, &out, &room) == (size_t)-1 && errno != EINVAL)
		return NULL;
	*out = '\0';
	/* iconv lets through what UTF-8 once had room for, beyond U+10FFFF. */
	return encoding_is_utf8(decoder->text) ? tidy(decoder->text) : NULL;
}
