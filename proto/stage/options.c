#include "proto/stage/options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/wire/image.h"

#ifndef EF_VERSION
#define EF_VERSION "0.1.0"
#endif

static int fail(const ef_usage_t *usage, const char *format, const char *a, const char *b)
{
	fprintf(stderr, "%s: ", usage->program);
	fprintf(stderr, format, a, b);
	fprintf(stderr, "; see %s --help\n", usage->program);
	return 2;
}

static void describe(const ef_option_t *option, char *text, size_t size)
{
	const ef_size_t *dimensions = option->value;
	const ef_rate_t *rate = option->value;
	const char *string;

	text[0] = '\0';
	switch (option->type) {
	case EF_OPTION_FLAG:
		break;
	case EF_OPTION_TEXT:
		string = *(const char **)option->value;
		snprintf(text, size, " [%s]", string != NULL ? string : "none");
		break;
	case EF_OPTION_INT:
		snprintf(text, size, " [%d; %g to %g]", *(int *)option->value, option->low,
			option->high);
		break;
	case EF_OPTION_NUMBER:
		snprintf(text, size, " [%g; %g to %g]", *(double *)option->value, option->low,
			option->high);
		break;
	case EF_OPTION_CHOICE:
		snprintf(text, size, " [%s]", option->choices[*(int *)option->value]);
		break;
	case EF_OPTION_SIZE:
		if (dimensions->w > 0) {
			snprintf(text, size, " [%dx%d]", dimensions->w, dimensions->h);
		}
		break;
	case EF_OPTION_RATE:
		if (rate->num > 0 && rate->den == 1) {
			snprintf(text, size, " [%d]", rate->num);
		} else if (rate->num > 0) {
			snprintf(text, size, " [%d/%d]", rate->num, rate->den);
		}
		break;
	}
}

static void print_help(const ef_usage_t *usage, const ef_option_t *const *tables)
{
	printf("Usage: %s [OPTION]...%s%s\n%s\n\n", usage->program, usage->operand ? " " : "",
		usage->operand ? usage->operand : "", usage->purpose);
	for (; *tables != NULL; tables++) {
		for (const ef_option_t *option = *tables; option->name != NULL; option++) {
			char left[64], fallback[256];

			snprintf(left, sizeof(left), "--%s%s%s", option->name,
				option->operand ? " " : "", option->operand ? option->operand : "");
			describe(option, fallback, sizeof(fallback));
			printf("  %-24s %s%s\n", left, option->help, fallback);
		}
	}
	printf("  %-24s %s\n  %-24s %s\n", "--help", "print this help; defaults are in brackets",
		"--version", "print the version");
	if (usage->footer != NULL) {
		printf("\n%s\n", usage->footer);
	}
}

static const ef_option_t *find(const ef_option_t *const *tables, const char *name, size_t length)
{
	for (; *tables != NULL; tables++) {
		for (const ef_option_t *option = *tables; option->name != NULL; option++) {
			if (strlen(option->name) == length &&
				memcmp(option->name, name, length) == 0) {
				return option;
			}
		}
	}
	return NULL;
}

static int parse_number(const char *text, double low, double high, double *number)
{
	char *end;

	errno = 0;
	*number = strtod(text, &end);
	return errno == 0 && end != text && *end == '\0' && *number >= low && *number <= high ? 0
											      : -1;
}

static int parse_choice(const ef_option_t *option, const char *text)
{
	for (int i = 0; option->choices[i] != NULL; i++) {
		if (strcmp(option->choices[i], text) == 0) {
			*(int *)option->value = i;
			return 0;
		}
	}
	return -1;
}

static int parse_size(const char *text, ef_size_t *size)
{
	char junk;

	return strspn(text, "0123456789x") == strlen(text) &&
			       sscanf(text, "%6dx%6d%c", &size->w, &size->h, &junk) == 2 &&
			       ef_image_size(EF_GREY, size->w, size->h) > 0
		       ? 0
		       : -1;
}

static int parse_rate(const ef_option_t *option, const char *text)
{
	ef_rate_t *rate = option->value;
	char junk;
	int fields = sscanf(text, "%9d/%9d%c", &rate->num, &rate->den, &junk);

	if (fields == 1 && strspn(text, "0123456789") == strlen(text)) {
		rate->den = 1;
	} else if (fields != 2 || strspn(text, "0123456789/") != strlen(text)) {
		return -1;
	}
	return rate->den > 0 && rate->num >= option->low * rate->den &&
			       rate->num <= option->high * rate->den
		       ? 0
		       : -1;
}

static int parse_value(const ef_option_t *option, const char *text)
{
	double number;

	switch (option->type) {
	case EF_OPTION_FLAG:
		*(int *)option->value = 1;
		return 0;
	case EF_OPTION_TEXT:
		*(const char **)option->value = text;
		return 0;
	case EF_OPTION_INT:
		if (parse_number(text, option->low, option->high, &number) == -1 ||
			number != floor(number)) {
			return -1;
		}
		*(int *)option->value = (int)number;
		return 0;
	case EF_OPTION_NUMBER:
		return parse_number(text, option->low, option->high, option->value);
	case EF_OPTION_CHOICE:
		return parse_choice(option, text);
	case EF_OPTION_SIZE:
		return parse_size(text, option->value);
	case EF_OPTION_RATE:
		return parse_rate(option, text);
	}
	return -1;
}

/* Describes the values that an option accepts, for the message about an invalid one. */
static void expect(const ef_option_t *option, char *text, size_t size)
{
	switch (option->type) {
	case EF_OPTION_INT:
		snprintf(text, size, "takes a whole number from %g to %g", option->low,
			option->high);
		break;
	case EF_OPTION_NUMBER:
		snprintf(text, size, "takes a number from %g to %g", option->low, option->high);
		break;
	case EF_OPTION_SIZE:
		snprintf(text, size, "takes WIDTHxHEIGHT, sides from 1 to %d", EF_SIDE_MAX);
		break;
	case EF_OPTION_RATE:
		snprintf(text, size, "takes a rate from %g to %g, such as 30 or 30000/1001",
			option->low, option->high);
		break;
	default:
		snprintf(text, size, "takes one of");
		for (int i = 0; option->choices != NULL && option->choices[i] != NULL; i++) {
			size_t used = strlen(text);

			snprintf(text + used, size - used, "%s %s", i > 0 ? "," : "",
				option->choices[i]);
		}
		break;
	}
}

/* Parses one "--name[=value]". *next is advanced when the value is an argument of its own. */
static int parse_option(
	const ef_usage_t *usage, const ef_option_t *const *tables, char **argv, int *next)
{
	const char *name = argv[*next] + 2;
	const char *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : strlen(name);
	const ef_option_t *option = find(tables, name, length);
	const char *value = equals ? equals + 1 : NULL;
	char wants[256], what[320];

	if (option == NULL) {
		return fail(usage, "unknown option %s%s", argv[*next], "");
	}
	if (option->type == EF_OPTION_FLAG && value != NULL) {
		return fail(usage, "--%s takes no value%s", option->name, "");
	}
	if (option->type != EF_OPTION_FLAG && value == NULL) {
		value = argv[*next + 1];
		if (value == NULL) {
			return fail(
				usage, "--%s needs a value (%s)", option->name, option->operand);
		}
		++*next;
	}
	if (parse_value(option, value) == -1) {
		expect(option, wants, sizeof(wants));
		snprintf(what, sizeof(what), "--%s %s", option->name, wants);
		return fail(usage, "%s, not \"%s\"", what, value);
	}
	return -1;
}

int ef_options_parse(
	const ef_usage_t *usage, const ef_option_t *const *tables, int argc, char **argv)
{
	int taken = 0;

	for (int i = 1; i < argc; i++) {
		int status = -1;

		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			print_help(usage, tables);
			return 0;
		}
		if (strcmp(argv[i], "--version") == 0) {
			printf("%s %s\n", usage->program, EF_VERSION);
			return 0;
		}
		if (strncmp(argv[i], "--", 2) == 0 && argv[i][2] != '\0') {
			status = parse_option(usage, tables, argv, &i);
		} else if (usage->operand == NULL || taken++ > 0) {
			status = fail(usage, "unexpected argument \"%s\"%s", argv[i], "");
		} else {
			*usage->positional = argv[i];
		}
		if (status != -1) {
			return status;
		}
	}
	return -1;
}
