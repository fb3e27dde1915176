/* Command lines, one argument a line: an accepted value is within its range, and anything else
 * gives exit status 2. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/stage/options.h"
#include "proto/wire/image.h"
#include "tests/fuzz/fuzz.h"

#define WORDS_MAX 32

typedef struct {
	int flag, number, choice;
	double real;
	const char *text;
	ef_size_t size;
	ef_rate_t rate;
} values_t;

static int parse(values_t *values, const char **file, int argc, char **argv)
{
	static const char *const choices[] = {"latest", "all", NULL};
	const ef_option_t own[] = {
		{"flag", EF_OPTION_FLAG, &values->flag, NULL, "f", 0, 0, NULL},
		{"number", EF_OPTION_INT, &values->number, "N", "n", -5, 60, NULL},
		{"real", EF_OPTION_NUMBER, &values->real, "X", "x", 0, 1, NULL},
		{"choice", EF_OPTION_CHOICE, &values->choice, "C", "c", 0, 0, choices},
		{"text", EF_OPTION_TEXT, &values->text, "T", "t", 0, 0, NULL},
		{"size", EF_OPTION_SIZE, &values->size, "WxH", "s", 0, 0, NULL},
		{"fps", EF_OPTION_RATE, &values->rate, "N", "r", 1, 240, NULL},
		{NULL, 0, NULL, NULL, NULL, 0, 0, NULL},
	};
	const ef_option_t *const tables[] = {own, NULL};
	const ef_usage_t usage = {"effigy-test", "tests", "FILE", file, NULL};

	return ef_options_parse(&usage, tables, argc, argv);
}

static void check_values(const values_t *values)
{
	double rate = (double)values->rate.num / values->rate.den;

	fuzz_check(values->flag == 0 || values->flag == 1, "a flag is on or off");
	fuzz_check(values->number >= -5 && values->number <= 60, "an int is within its range");
	fuzz_check(values->real >= 0 && values->real <= 1, "a number is within its range");
	fuzz_check(values->choice == 0 || values->choice == 1, "a choice is one of them");
	fuzz_check(ef_image_size(EF_GREY, values->size.w, values->size.h) > 0, "a size is one");
	fuzz_check(values->rate.den > 0 && rate >= 1 && rate <= 240, "a rate is within its range");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *nowhere;
	values_t values = {.size = {1, 1}, .rate = {1, 1}};
	FILE *out = stdout, *err = stderr;
	char *words[WORDS_MAX + 1] = {"effigy-test"}, *text = strndup((const char *)data, size);
	char *rest = text, *word;
	const char *file = NULL;
	int count = 1, status;

	while (count < WORDS_MAX && (word = strsep(&rest, "\n")) != NULL) {
		words[count++] = word;
	}
	if (nowhere == NULL) {
		nowhere = fopen("/dev/null", "w");
	}
	stdout = stderr = nowhere;
	status = parse(&values, &file, count, words);
	stdout = out;
	stderr = err;
	fuzz_check(status == -1 || status == 0 || status == 2, "the status is one of three");
	if (status == -1) {
		check_values(&values);
	}
	free(text);
	return 0;
}
