#include "proto/stage/options.h"

#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "proto/stage/option_value.h"

#ifndef EF_VERSION
#define EF_VERSION "0.1.0"
#endif

#define OPTIONS_MAX 64 /* of one program */

/* Results of getopt_long: an index into the options, after the values of single characters. */
enum { HELP = 256, VERSION, FIRST_OPTION };

/* One run of getopt_long. */
typedef struct {
	const ef_usage_t *usage;
	const ef_option_t *options[OPTIONS_MAX];
	struct option table[OPTIONS_MAX + 3]; /* the same, --help, --version, and an empty entry */
	int count;
} parser_t;

static void init_parser(parser_t *parser, const ef_usage_t *usage, const ef_option_t *const *tables)
{
	*parser = (parser_t){.usage = usage};
	for (; *tables != NULL; tables++) {
		for (const ef_option_t *option = *tables; option->name != NULL; option++) {
			assert(parser->count < OPTIONS_MAX);
			parser->options[parser->count] = option;
			parser->table[parser->count] = (struct option){option->name,
				option->type == EF_OPTION_FLAG ? no_argument : required_argument,
				NULL, FIRST_OPTION + parser->count};
			parser->count++;
		}
	}
	parser->table[parser->count] = (struct option){"help", no_argument, NULL, HELP};
	parser->table[parser->count + 1] = (struct option){"version", no_argument, NULL, VERSION};
}

static void print_help(const parser_t *parser)
{
	const ef_usage_t *usage = parser->usage;

	printf("Usage: %s [OPTION]...%s%s\n%s\n\n", usage->program, usage->operand ? " " : "",
		usage->operand ? usage->operand : "", usage->purpose);
	for (int i = 0; i < parser->count; i++) {
		const ef_option_t *option = parser->options[i];
		char left[64], fallback[256];

		snprintf(left, sizeof(left), "--%s%s%s", option->name, option->operand ? " " : "",
			option->operand ? option->operand : "");
		ef_option_describe_default(option, fallback, sizeof(fallback));
		printf("  %-24s %s%s\n", left, option->help, fallback);
	}
	printf("  %-24s %s\n  %-24s %s\n", "--help", "print this help; defaults are in brackets",
		"--version", "print the version");
	if (usage->footer != NULL) {
		printf("\n%s\n", usage->footer);
	}
}

static int fail(const parser_t *parser, const char *format, const char *a, const char *b)
{
	fprintf(stderr, "%s: ", parser->usage->program);
	fprintf(stderr, format, a, b);
	fprintf(stderr, "; see %s --help\n", parser->usage->program);
	return 2;
}

/* Writes the options that begin with this name: "--verbose, --version". Returns their number. */
static int list_candidates(const parser_t *parser, const char *name, char *text, size_t size)
{
	size_t length = strcspn(name, "=");
	int found = 0;

	text[0] = '\0';
	for (const struct option *one = parser->table; one->name != NULL; one++) {
		size_t used = strlen(text);

		if (strncmp(one->name, name, length) == 0) {
			snprintf(text + used, size - used, "%s--%s", found > 0 ? ", " : "",
				one->name);
			found++;
		}
	}
	return found;
}

/* An option that getopt_long refused: word is the argument that it has just read. */
static int fail_refused(const parser_t *parser, const char *word)
{
	char name[2] = {(char)optopt, '\0'}, candidates[512];

	if (optopt >= FIRST_OPTION) {
		return fail(parser, "--%s takes no value%s",
			parser->options[optopt - FIRST_OPTION]->name, "");
	}
	if (optopt >= HELP) {
		return fail(
			parser, "--%s takes no value%s", optopt == HELP ? "help" : "version", "");
	}
	if (optopt != 0) {
		return fail(parser, "unknown option -%s%s", name, "");
	}
	if (list_candidates(parser, word + 2, candidates, sizeof(candidates)) > 1) {
		return fail(parser, "%s is ambiguous: it may be one of %s", word, candidates);
	}
	return fail(parser, "unknown option %s%s", word, "");
}

static int set_option(const parser_t *parser, const ef_option_t *option, const char *value)
{
	char wants[256], what[320];

	if (ef_option_set(option, value) == -1) {
		ef_option_describe(option, wants, sizeof(wants));
		snprintf(what, sizeof(what), "--%s %s", option->name, wants);
		return fail(parser, "%s, not \"%s\"", what, value);
	}
	return -1;
}

/* taken: how many positional arguments there were before. */
static int set_positional(const parser_t *parser, const char *word, int taken)
{
	if (parser->usage->operand == NULL || taken > 0) {
		return fail(parser, "unexpected argument \"%s\"%s", word, "");
	}
	*parser->usage->positional = word;
	return -1;
}

/* Handles one result of getopt_long; taken as for set_positional. */
static int handle(const parser_t *parser, int result, char **argv, int taken)
{
	switch (result) {
	case HELP:
	case 'h':
		print_help(parser);
		return 0;
	case VERSION:
		printf("%s %s\n", parser->usage->program, EF_VERSION);
		return 0;
	case 1: /* the leading "-" below: not an option */
		return set_positional(parser, optarg, taken);
	case '?':
		return fail_refused(parser, argv[optind - 1]);
	case ':':
		return fail(parser, "--%s needs a value (%s)",
			parser->options[optopt - FIRST_OPTION]->name,
			parser->options[optopt - FIRST_OPTION]->operand);
	default:
		return set_option(parser, parser->options[result - FIRST_OPTION], optarg);
	}
}

int ef_options_parse(
	const ef_usage_t *usage, const ef_option_t *const *tables, int argc, char **argv)
{
	int result, status = -1, taken = 0;
	parser_t parser;

	init_parser(&parser, usage, tables);
	optind = 0; /* starts again, also after an earlier call */
	opterr = 0;
	while (status == -1 &&
		(result = getopt_long(argc, argv, "-:h", parser.table, NULL)) != -1) {
		status = handle(&parser, result, argv, taken);
		taken += result == 1;
	}
	/* The arguments after "--". */
	for (int i = optind; status == -1 && i < argc; i++) {
		status = set_positional(&parser, argv[i], taken++);
	}
	return status;
}
