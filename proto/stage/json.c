#include "proto/stage/json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "proto/base/memory.h"

json_object *ef_json_number(double value, const char *format)
{
	json_object *number = isfinite(value) ? json_object_new_double(value) : NULL;

	if (number != NULL) {
		json_object_set_serializer(
			number, json_object_double_to_json_string, (void *)format, NULL);
	}
	return number;
}

/* The length in bytes of the UTF-8 character at text, or 0 when the bytes are not one (RFC 3629:
 * neither longer than needed, nor a surrogate, nor above U+10FFFF). glibc's iconv is less strict. */
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

json_object *ef_json_text(const char *text)
{
	char *valid = ef_memory_copy(text);
	json_object *string;

	for (char *at = valid; *at != '\0';) {
		int length = character_length((const unsigned char *)at);

		if (length == 0) {
			*at = '?';
			length = 1;
		}
		at += length;
	}
	string = json_object_new_string(valid);
	free(valid);
	return string;
}

int ef_json_write(FILE *file, json_object *object)
{
	const char *text = json_object_to_json_string_ext(
		object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	int result = -1;

	if (object == NULL || text == NULL) {
		errno = ENOMEM;
	} else {
		result = fputs(text, file) == EOF || fputc('\n', file) == EOF ? -1 : 0;
	}
	json_object_put(object);
	return result;
}
