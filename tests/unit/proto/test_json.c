/* Text in JSON: quotes, control characters, invalid UTF-8. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/stage/json.h"
#include "tests/unit/unit.h"

static void is_written(const char *text, const char *expected)
{
	char *made = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&made, &size);

	assert_non_null(file);
	ef_json_text(file, text);
	fclose(file);
	assert_string_equal(made, expected);
	free(made);
}

static void reserved_characters_are_escaped(void **state)
{
	(void)state;
	is_written("", "\"\"");
	is_written("say \"x\\y\"", "\"say \\\"x\\\\y\\\"\"");
	is_written("a\nb\tc\x1b[2J\x7f", "\"a\\u000ab\\u0009c\\u001b[2J\\u007f\"");
}

static void invalid_utf8_is_replaced(void **state)
{
	(void)state;
	is_written("M\xc3\xa4rz \xe2\x82\xac \xf0\x9f\x98\x80",
		"\"M\xc3\xa4rz \xe2\x82\xac \xf0\x9f\x98\x80\"");
	is_written("\xff", "\"?\"");
	is_written("\xc3", "\"?\"");
	is_written("\xc0\xaf", "\"??\"");
	is_written("\xe0\x80\xaf", "\"???\"");
	is_written("\xed\xa0\x80", "\"???\"");
	is_written("\xf4\x90\x80\x80", "\"????\"");
	is_written("\xe2\x82"
		   "x",
		"\"??x\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reserved_characters_are_escaped),
		cmocka_unit_test(invalid_utf8_is_replaced),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
