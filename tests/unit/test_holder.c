/* Finds the process that has a file open. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/holder.h"
#include "tests/unit/unit.h"

static void names_the_process(void **state)
{
	char path[] = "/tmp/effigy-test-holder-XXXXXX", text[64], wanted[32];
	int file = mkstemp(path), ready[2];
	pid_t child;

	(void)state;
	assert_int_not_equal(file, -1);
	/* This process has it open, too, and is not meant. */
	assert_int_equal(ef_holder_find(path, text, sizeof(text)), -1);
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		alarm(10); /* also when an assertion below fails */
		(void)!write(ready[1], "", 1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], text, 1), 1);
	assert_int_equal(ef_holder_find(path, text, sizeof(text)), 0);
	snprintf(wanted, sizeof(wanted), "(pid %d)", (int)child);
	assert_non_null(strstr(text, wanted));
	assert_non_null(strstr(text, "test_holder"));
	assert_int_equal(ef_holder_count(path), 1);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_int_equal(ef_holder_find(path, text, sizeof(text)), -1);
	assert_int_equal(ef_holder_count(path), 0);
	close(file);
	unlink(path);
}

static void nobody_holds_what_is_not_there(void **state)
{
	char text[64];

	(void)state;
	assert_int_equal(ef_holder_find("/nonexistent", text, sizeof(text)), -1);
	assert_int_equal(ef_holder_count("/nonexistent"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_the_process),
		cmocka_unit_test(nobody_holds_what_is_not_there),
	};

	return cmocka_run_group_tests_name("holder", tests, NULL, NULL);
}
