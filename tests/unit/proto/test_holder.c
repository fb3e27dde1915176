/* Finds the processes that have a file open. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/v4l2/holder.h"
#include "tests/unit/unit.h"

/* A process that has what this one has open, until it is killed. */
static pid_t start_holder(void)
{
	int ready[2];
	char byte;
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		alarm(10); /* also when an assertion below fails */
		(void)!write(ready[1], "", 1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return child;
}

static void stop_holder(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void names_the_process(void **state)
{
	char path[] = "/tmp/effigy-test-holder-XXXXXX", text[64], wanted[32];
	int file = mkstemp(path);
	pid_t child;

	(void)state;
	assert_int_not_equal(file, -1);
	/* This process has it open, too, and is not listed. */
	assert_int_equal(ef_holder_find(path, text, sizeof(text)), -1);
	child = start_holder();
	assert_int_equal(ef_holder_find(path, text, sizeof(text)), 0);
	snprintf(wanted, sizeof(wanted), "test_holder (pid %d)", (int)child);
	assert_string_equal(text, wanted);
	stop_holder(child);
	assert_int_equal(ef_holder_find(path, text, sizeof(text)), -1);
	close(file);
	unlink(path);
}

static void lists_all_of_them(void **state)
{
	char path[] = "/tmp/effigy-test-holder-XXXXXX", text[128], wanted[32], little[30];
	int file = mkstemp(path);
	pid_t children[2];

	(void)state;
	assert_int_not_equal(file, -1);
	assert_int_equal(ef_holder_list(path, text, sizeof(text)), 0);
	assert_string_equal(text, "");
	children[0] = start_holder();
	children[1] = start_holder();
	assert_int_equal(ef_holder_list(path, text, sizeof(text)), 2);
	for (int i = 0; i < 2; i++) {
		snprintf(wanted, sizeof(wanted), "test_holder (pid %d)", (int)children[i]);
		assert_non_null(strstr(text, wanted));
	}
	assert_non_null(strstr(text, "), test_holder"));
	/* A name that does not fit is left out, not cut. */
	assert_int_equal(ef_holder_list(path, little, sizeof(little)), 2);
	assert_int_equal(little[strlen(little) - 1], ')');
	assert_null(strchr(little, ','));
	stop_holder(children[0]);
	stop_holder(children[1]);
	close(file);
	unlink(path);
}

static void a_missing_path_has_no_holder(void **state)
{
	char text[64];

	(void)state;
	assert_int_equal(ef_holder_find("/nonexistent", text, sizeof(text)), -1);
	assert_int_equal(ef_holder_list("/nonexistent", text, sizeof(text)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_the_process),
		cmocka_unit_test(lists_all_of_them),
		cmocka_unit_test(a_missing_path_has_no_holder),
	};

	return cmocka_run_group_tests_name("holder", tests, NULL, NULL);
}
