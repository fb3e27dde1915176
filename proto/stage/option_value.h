/* The value of an option: parsing, and descriptions for --help and error messages. */
#ifndef EF_OPTION_VALUE_H
#define EF_OPTION_VALUE_H

#include "proto/stage/options.h"

/* Parses text into option->value. text may be NULL for a flag. Returns 0, or -1 when it is not a
 * valid value. */
int ef_option_set(const ef_option_t *option, const char *text);

/* Writes which values the option accepts: "takes a whole number from 1 to 10". */
void ef_option_describe(const ef_option_t *option, char *text, size_t size);

/* Writes the present value, before parsing the default, in brackets: " [5; 1 to 10]"; empty when
 * there is none. */
void ef_option_describe_default(const ef_option_t *option, char *text, size_t size);

#endif
