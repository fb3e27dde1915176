#include "proto/stage/json.h"

/* The length in bytes of the UTF-8 character at text, or 0 when there is none (RFC 3629: neither
 * longer than needed, nor a surrogate, nor above U+10FFFF). */
static int character_length(const unsigned char *text)
{
	unsigned char low = 0x80, high = 0xbf; /* of the second byte */
	int length;

	if (text[0] < 0x80) {
		return 1;
	} else if (text[0] >= 0xc2 && text[0] <= 0xdf) {
		length = 2;
	} else if (text[0] >= 0xe0 && text[0] <= 0xef) {
		length = 3;
		low = text[0] == 0xe0 ? 0xa0 : 0x80;
		high = text[0] == 0xed ? 0x9f : 0xbf;
	} else if (text[0] >= 0xf0 && text[0] <= 0xf4) {
		length = 4;
		low = text[0] == 0xf0 ? 0x90 : 0x80;
		high = text[0] == 0xf4 ? 0x8f : 0xbf;
	} else {
		return 0;
	}
	for (int i = 1; i < length; i++) {
		if (text[i] < low || text[i] > high) {
			return 0;
		}
		low = 0x80;
		high = 0xbf;
	}
	return length;
}

void ef_json_text(FILE *file, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	fputc('"', file);
	while (*at != '\0') {
		int length = character_length(at);

		if (length == 0) {
			fputc('?', file);
			length = 1;
		} else if (*at == '"' || *at == '\\') {
			fprintf(file, "\\%c", *at);
		} else if (*at < 0x20 || *at == 0x7f) {
			fprintf(file, "\\u%04x", *at);
		} else {
			fwrite(at, 1, (size_t)length, file);
		}
		at += length;
	}
	fputc('"', file);
}
