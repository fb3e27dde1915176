/* JSON: quotes, control characters, invalid UTF-8, digits of numbers, full disks. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/stage/json.h"
#include "tests/unit/unit.h"

static void is_written(json_object *value, const char *expected)
{
	char *made = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&made, &size);
	json_object *object = json_object_new_array();

	assert_non_null(file);
	json_object_array_add(object, value);
	assert_int_equal(ef_json_write(file, object), 0);
	fclose(file);
	assert_string_equal(made, expected);
	free(made);
}

static void reserved_characters_are_escaped(void **state)
{
	(void)state;
	is_written(ef_json_text(""), "[\"\"]\n");
	is_written(ef_json_text("say \"x\\y\""), "[\"say \\\"x\\\\y\\\"\"]\n");
	is_written(ef_json_text("/a\nb\tc\x1b[2J"), "[\"/a\\nb\\tc\\u001b[2J\"]\n");
}

static void numbers_have_the_digits_of_their_format(void **state)
{
	(void)state;
	is_written(ef_json_number(0.125, "%.2f"), "[0.12]\n");
	is_written(ef_json_number(-3, "%.4f"), "[-3.0000]\n");
	is_written(ef_json_number(NAN, "%.2f"), "[null]\n");
	is_written(ef_json_number(-INFINITY, "%.2f"), "[null]\n");
}

static void failed_writes_are_noticed(void **state)
{
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	setbuf(full, NULL);
	assert_int_equal(ef_json_write(full, ef_json_text("x")), -1);
	assert_int_equal(errno, ENOSPC);
	fclose(full);
	assert_int_equal(ef_json_write(stdout, NULL), -1);
	assert_int_equal(errno, ENOMEM);
}

static void invalid_utf8_is_replaced(void **state)
{
	(void)state;
	is_written(ef_json_text("M\xc3\xa4rz \xe2\x82\xac \xf0\x9f\x98\x80"),
		"[\"M\xc3\xa4rz \xe2\x82\xac \xf0\x9f\x98\x80\"]\n");
	is_written(ef_json_text("\xff"), "[\"?\"]\n");
	is_written(ef_json_text("\xc3"), "[\"?\"]\n");
	is_written(ef_json_text("\xc0\xaf"), "[\"??\"]\n");
	is_written(ef_json_text("\xe0\x80\xaf"), "[\"???\"]\n");
	is_written(ef_json_text("\xed\xa0\x80"), "[\"???\"]\n");
	is_written(ef_json_text("\xf4\x90\x80\x80"), "[\"????\"]\n");
	is_written(ef_json_text("\xe2\x82"
				"x"),
		"[\"??x\"]\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reserved_characters_are_escaped),
		cmocka_unit_test(invalid_utf8_is_replaced),
		cmocka_unit_test(numbers_have_the_digits_of_their_format),
		cmocka_unit_test(failed_writes_are_noticed),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
