/* Command-line options as a table, from which parsing, checks of ranges and --help are made. The
 * values themselves: option_value.h. */
#ifndef EF_OPTIONS_H
#define EF_OPTIONS_H

#include <stddef.h>

typedef enum {
	EF_OPTION_FLAG, /* int: 1 when given */
	EF_OPTION_TEXT, /* const char *: points into argv */
	EF_OPTION_INT, /* int in low..high */
	EF_OPTION_NUMBER, /* double in low..high */
	EF_OPTION_CHOICE, /* int: index into choices */
	EF_OPTION_SIZE, /* ef_size_t: WIDTHxHEIGHT */
	EF_OPTION_RATE, /* ef_rate_t: N or N/D, within low..high */
} ef_option_type_t;

typedef struct {
	int w, h; /* pixels; 0 x 0: not given */
} ef_size_t;

typedef struct {
	int num, den; /* num / den a second; 0 / 1: not given */
} ef_rate_t;

typedef struct {
	const char *name; /* without the dashes */
	ef_option_type_t type;
	void *value; /* of the C type given above; holds the default before parsing */
	const char *operand; /* shown in --help, such as "FILE"; NULL for a flag */
	const char *help;
	double low, high; /* EF_OPTION_INT, NUMBER and RATE */
	const char *const *choices; /* EF_OPTION_CHOICE, ends with NULL */
} ef_option_t;

typedef struct {
	const char *program; /* "effigy-tracker" */
	const char *purpose; /* one line */
	const char
		*operand; /* name of the positional argument, such as "FILE"; NULL: there is none */
	const char **positional; /* receives that argument; unchanged when it is not given */
	const char *footer; /* more text for --help, or NULL */
} ef_usage_t;

/* Parses the command line with getopt_long: --name value, --name=value, flags, unambiguous
 * abbreviations of names, one positional argument anywhere, and -- before one that begins with a
 * dash. Each table ends with a NULL name; all of them have at most 64 options. Returns -1 to
 * continue, or the exit status: 0 after --help or --version, 2 after one line on stderr that says
 * which argument is wrong and which values are allowed. */
int ef_options_parse(
	const ef_usage_t *usage, const ef_option_t *const *tables, int argc, char **argv);

#endif
