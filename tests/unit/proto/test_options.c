/* Options: ranges, trailing characters, defaults. */
#include "proto/stage/options.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/unit.h"

static int number = 5;
static double share = 0.5;
static const char *text = "here";
static int flag;
static int choice;
static ef_size_t size;
static ef_rate_t rate = {30, 1};
static const char *file;

static int parse(int count, const char **words)
{
	static const char *const choices[] = {"latest", "all", NULL};
	const ef_option_t options[] = {
		{"number", EF_OPTION_INT, &number, "N", "a number", 1, 10, NULL},
		{"share", EF_OPTION_NUMBER, &share, "X", "a share", 0, 1, NULL},
		{"text", EF_OPTION_TEXT, &text, "TEXT", "a text", 0, 0, NULL},
		{"flag", EF_OPTION_FLAG, &flag, NULL, "a flag", 0, 0, NULL},
		{"choice", EF_OPTION_CHOICE, &choice, "NAME", "a choice", 0, 0, choices},
		{"size", EF_OPTION_SIZE, &size, "WxH", "a size", 0, 0, NULL},
		{"rate", EF_OPTION_RATE, &rate, "N/D", "a rate", 1, 240, NULL},
		{0},
	};
	const ef_option_t *const tables[] = {options, NULL};
	const ef_usage_t usage = {"test", "tests.", "FILE", &file, NULL};

	return ef_options_parse(&usage, tables, count, (char **)words);
}

#define PARSE(...)                                                                                 \
	parse((int)(sizeof((const char *[]){"test", __VA_ARGS__}) / sizeof(char *)),               \
		(const char *[]){"test", __VA_ARGS__, NULL})

static void valid_values_are_parsed(void **state)
{
	(void)state;
	assert_int_equal(PARSE("--number", "7", "--share=0.25", "--flag", "clip.mp4", "--choice",
				 "all", "--size", "320x240", "--rate", "30000/1001"),
		-1);
	assert_int_equal(number, 7);
	assert_true(share == 0.25);
	assert_int_equal(flag, 1);
	assert_string_equal(file, "clip.mp4");
	assert_int_equal(choice, 1);
	assert_int_equal(size.w, 320);
	assert_int_equal(size.h, 240);
	assert_int_equal(rate.num, 30000);
	assert_int_equal(rate.den, 1001);
	assert_string_equal(text, "here");
	assert_int_equal(PARSE("-"), -1);
	assert_string_equal(file, "-");
}

static void invalid_values_exit_with_2(void **state)
{
	(void)state;
	assert_int_equal(PARSE("--number", "11"), 2);
	assert_int_equal(PARSE("--number", "7x"), 2);
	assert_int_equal(PARSE("--number", "2.5"), 2);
	assert_int_equal(PARSE("--number", ""), 2);
	assert_int_equal(PARSE("--number"), 2);
	assert_int_equal(PARSE("--share", "nan"), 2);
	assert_int_equal(PARSE("--share", "1.01"), 2);
	assert_int_equal(PARSE("--flag=1"), 2);
	assert_int_equal(PARSE("--choice", "al"), 2);
	assert_int_equal(PARSE("--size", "640"), 2);
	assert_int_equal(PARSE("--size", "640x480x3"), 2);
	assert_int_equal(PARSE("--size", "-640x480"), 2);
	assert_int_equal(PARSE("--size", "0x480"), 2);
	assert_int_equal(PARSE("--size", "99999x2"), 2);
	assert_int_equal(PARSE("--rate", "30/0"), 2);
	assert_int_equal(PARSE("--rate", "30,5"), 2);
	assert_int_equal(PARSE("--rate", "1000"), 2);
	assert_int_equal(PARSE("--unknown", "1"), 2);
	assert_int_equal(PARSE("one", "two"), 2);
}

static void abbreviations_are_accepted(void **state)
{
	(void)state;
	assert_int_equal(PARSE("--num", "3", "--sh=0.75", "--ra", "25"), -1);
	assert_int_equal(number, 3);
	assert_true(share == 0.75);
	assert_int_equal(rate.num, 25);
	assert_int_equal(PARSE("--he"), 0);
}

static void arguments_after_two_dashes_are_positional(void **state)
{
	(void)state;
	assert_int_equal(PARSE("--number", "4", "--", "--flag"), -1);
	assert_int_equal(number, 4);
	assert_string_equal(file, "--flag");
	assert_int_equal(PARSE("--", "one", "two"), 2);
	assert_int_equal(PARSE("one", "--", "two"), 2);
	assert_int_equal(PARSE("--"), -1);
	assert_int_equal(PARSE("--text", "--", "clip.mp4"), -1);
	assert_string_equal(text, "--");
	assert_string_equal(file, "clip.mp4");
}

/* Checks what PARSE prints on stderr. */
#define ASSERT_SAYS(words, ...)                                                                    \
	do {                                                                                       \
		FILE *terminal = stderr;                                                           \
		char *said = NULL;                                                                 \
		size_t length;                                                                     \
                                                                                                   \
		stderr = open_memstream(&said, &length);                                           \
		assert_int_equal(PARSE(__VA_ARGS__), 2);                                           \
		fclose(stderr);                                                                    \
		stderr = terminal;                                                                 \
		assert_string_equal(said, "test: " words "; see test --help\n");                   \
		free(said);                                                                        \
	} while (0)

static void errors_name_the_argument(void **state)
{
	(void)state;
	ASSERT_SAYS("--s is ambiguous: it may be one of --share, --size", "--s", "1");
	ASSERT_SAYS("--s=1 is ambiguous: it may be one of --share, --size", "--s=1");
	ASSERT_SAYS("unknown option --nothing", "clip.mp4", "--nothing", "1");
	ASSERT_SAYS("unknown option -x", "-x");
	ASSERT_SAYS("--flag takes no value", "--flag=1");
	ASSERT_SAYS("--version takes no value", "--version=1");
	ASSERT_SAYS("--number needs a value (N)", "--flag", "--num");
	ASSERT_SAYS("--number takes a whole number from 1 to 10, not \"11\"", "--num=11");
	ASSERT_SAYS("--choice takes one of latest, all, not \"\"", "--choice=");
	ASSERT_SAYS("unexpected argument \"two\"", "one", "--flag", "two");
}

static void help_and_version_exit_with_0(void **state)
{
	(void)state;
	assert_int_equal(PARSE("--help"), 0);
	assert_int_equal(PARSE("--version"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_values_are_parsed),
		cmocka_unit_test(invalid_values_exit_with_2),
		cmocka_unit_test(abbreviations_are_accepted),
		cmocka_unit_test(arguments_after_two_dashes_are_positional),
		cmocka_unit_test(errors_name_the_argument),
		cmocka_unit_test(help_and_version_exit_with_0),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
