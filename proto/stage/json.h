/* Writes untrusted text as a JSON string. */
#ifndef EF_JSON_H
#define EF_JSON_H

#include <stdio.h>

/* Writes text as a JSON string with its quotes (RFC 8259), valid UTF-8 on one line for any input:
 * invalid bytes become "?". */
void ef_json_text(FILE *file, const char *text);

#endif
