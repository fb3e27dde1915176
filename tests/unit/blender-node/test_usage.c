#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blender-node/launcher/usage.h"

#define MANY ((size_t)64 << 20)

static void memory_counts_touched_pages(void **state)
{
	uint64_t before = ef_usage_memory(getpid());
	char *block = malloc(MANY);

	(void)state;
	assert_non_null(block);
	assert_true(before > 0);
	memset(block, 1, MANY);
	assert_true(ef_usage_memory(getpid()) >= before + MANY / 2);
	free(block);
	assert_in_range(ef_usage_memory_max(), 1 << 20, UINT64_C(4) << 30);
}

static void work_grows_only_while_computing(void **state)
{
	uint64_t before = ef_usage_work(getpid());
	volatile unsigned count = 0;

	(void)state;
	/* However slow the machine is. */
	while (ef_usage_work(getpid()) == before) {
		count++;
	}
	assert_true(ef_usage_work(getpid()) > before);
}

static void missing_process_gives_zero(void **state)
{
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	assert_int_equal(ef_usage_memory(pid), 0);
	assert_int_equal(ef_usage_work(pid), 0);
}

static void child_limits_itself(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	if (pid == 0) {
		struct rlimit limit;

		ef_usage_limit_self();
		getrlimit(RLIMIT_DATA, &limit);
#ifdef __SANITIZE_ADDRESS__
		_exit(0);
#else
		_exit(limit.rlim_max == RLIM_INFINITY || limit.rlim_cur < ef_usage_memory_max());
#endif
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_counts_touched_pages),
		cmocka_unit_test(work_grows_only_while_computing),
		cmocka_unit_test(missing_process_gives_zero),
		cmocka_unit_test(child_limits_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
