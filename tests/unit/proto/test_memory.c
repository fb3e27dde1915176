/* Memory that a program cannot run without. */
#include "proto/base/memory.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

/* Lets malloc() return NULL under AddressSanitizer, too. */
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void blocks_are_zero_and_texts_are_copies(void **state)
{
	char *block = ef_memory_new(100), *copy = ef_memory_copy("text");
	char *printed = ef_memory_print("%s-%d", copy, 7);

	(void)state;
	for (int i = 0; i < 100; i++) {
		assert_int_equal(block[i], 0);
	}
	assert_string_equal(copy, "text");
	assert_string_equal(printed, "text-7");
	free(block);
	free(copy);
	free(printed);
}

static void missing_memory_ends_the_program(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) {
		ef_memory_new(PTRDIFF_MAX);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_zero_and_texts_are_copies),
		cmocka_unit_test(missing_memory_ends_the_program),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
