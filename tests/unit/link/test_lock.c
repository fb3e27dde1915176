/* One owner for each endpoint. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/base/log.h"
#include "proto/link/lock.h"
#include "tests/unit/unit.h"

static char folder[] = "/tmp/effigy-test-lock.XXXXXX";
static char path[64], file[80];

static void second_lock_is_refused_until_the_first_is_released(void **state)
{
	ef_lock_t *first = ef_lock_new(path);

	(void)state;
	assert_non_null(first);
	assert_null(ef_lock_new(path));
	ef_lock_destroy(&first);
	assert_null(first);
	assert_int_equal(access(file, F_OK), -1);
	first = ef_lock_new(path);
	assert_non_null(first);
	ef_lock_destroy(&first);
}

static void lock_file_names_the_holder(void **state)
{
	ef_lock_t *lock = ef_lock_new(path);
	char line[64] = "", expected[64];
	FILE *text = fopen(file, "r");

	(void)state;
	assert_non_null(text);
	assert_non_null(fgets(line, sizeof(line), text));
	fclose(text);
	snprintf(expected, sizeof(expected), "%d %s\n", getpid(), ef_log_name());
	assert_string_equal(line, expected);
	ef_lock_destroy(&lock);
}

static void killed_holder_leaves_no_lock(void **state)
{
	int ready[2], status;
	char byte;
	pid_t child;
	ef_lock_t *lock;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		alarm(10);
		byte = ef_lock_new(path) != NULL;
		(void)!write(ready[1], &byte, 1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(byte, 1);
	assert_null(ef_lock_new(path));
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(access(file, F_OK), 0);
	lock = ef_lock_new(path);
	assert_non_null(lock);
	ef_lock_destroy(&lock);
	close(ready[0]);
	close(ready[1]);
}

static void symbolic_link_in_its_place_is_not_followed(void **state)
{
	char target[96];

	(void)state;
	snprintf(target, sizeof(target), "%s/target", folder);
	assert_int_equal(symlink(target, file), 0);
	assert_null(ef_lock_new(path));
	assert_int_equal(access(target, F_OK), -1);
	unlink(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(second_lock_is_refused_until_the_first_is_released),
		cmocka_unit_test(lock_file_names_the_holder),
		cmocka_unit_test(killed_holder_leaves_no_lock),
		cmocka_unit_test(symbolic_link_in_its_place_is_not_followed),
	};
	int status;

	if (mkdtemp(folder) == NULL) {
		return 1;
	}
	snprintf(path, sizeof(path), "%s/edge", folder);
	snprintf(file, sizeof(file), "%s.lock", path);
	status = cmocka_run_group_tests_name("lock", tests, NULL, NULL);
	rmdir(folder);
	return status;
}
