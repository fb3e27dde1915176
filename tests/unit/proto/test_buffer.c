/* A buffer grows and keeps its memory for smaller sizes. */
#include "proto/base/buffer.h"

#include <string.h>

#include "tests/unit/unit.h"

/* Lets malloc() return NULL under AddressSanitizer, too. */
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void buffer_only_grows(void **state)
{
	ef_buffer_t buffer = {0};
	uint8_t *large;

	(void)state;
	assert_non_null(ef_buffer_reserve(&buffer, 10));
	large = ef_buffer_reserve(&buffer, 100000);
	assert_non_null(large);
	memset(large, 1, 100000);
	assert_ptr_equal(ef_buffer_reserve(&buffer, 20), large);
	assert_int_equal(buffer.size, 100000);
	ef_buffer_finish(&buffer);
	assert_null(buffer.data);
}

static void missing_memory_is_an_error(void **state)
{
	ef_buffer_t buffer = {0};

	(void)state;
	assert_non_null(ef_buffer_reserve(&buffer, 10));
	assert_null(ef_buffer_reserve(&buffer, PTRDIFF_MAX));
	assert_int_equal(buffer.size, 0);
	assert_non_null(ef_buffer_reserve(&buffer, 10));
	ef_buffer_finish(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buffer_only_grows),
		cmocka_unit_test(missing_memory_is_an_error),
	};

	return cmocka_run_group_tests_name("buffer", tests, NULL, NULL);
}
