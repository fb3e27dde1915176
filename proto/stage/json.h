/* Values of JSON objects (json-c) that are made of measurements and untrusted text. */
#ifndef EF_JSON_H
#define EF_JSON_H

#include <json-c/json.h>
#include <stdio.h>

/* A number that is written with format, such as "%.2f": a constant with a decimal point. NULL,
 * which is written as null, when it is not finite: JSON has no such number. */
json_object *ef_json_number(double value, const char *format);

/* A string. JSON is UTF-8: each byte of text that is not part of a valid character becomes "?". */
json_object *ef_json_text(const char *text);

/* Writes the object on one line, with its end, and frees it. Returns 0, or -1 with errno. */
int ef_json_write(FILE *file, json_object *object);

#endif
