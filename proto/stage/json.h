/* Text from outside inside a JSON object. */
#ifndef EF_JSON_H
#define EF_JSON_H

#include <stdio.h>

/* Writes text as a JSON string, quotes included (RFC 8259): whatever bytes it has, the result is
 * valid UTF-8 on one line. What is not UTF-8 becomes "?". */
void ef_json_text(FILE *file, const char *text);

#endif
