/* Counting readers without events of the module. A file stands for the device. */
#include <czmq.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "sink/loopback/readers.h"
#include "tests/unit/unit.h"

#define MS INT64_C(1000000)

/* A process that has path open until it is killed. */
static pid_t reader_of(const char *path)
{
	int ready[2];
	char byte;
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		alarm(20); /* also when an assertion below fails */
		open(path, O_RDONLY);
		(void)!write(ready[1], "", 1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return child;
}

static void readers_are_counted_as_they_come_and_go(void **state)
{
	char path[] = "/tmp/effigy-test-readers-XXXXXX";
	int fd = mkstemp(path);
	ef_readers_t *readers;
	pid_t one, two;

	(void)state;
	close(fd);
	fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	one = reader_of(path);
	readers = ef_readers_new(fd, path);
	/* Earlier readers are found; this process, the writer, does not count. */
	assert_int_equal(ef_readers_count(readers, 0), 1);
	two = reader_of(path);
	/* Long before the next regular scan: inotify has reported it. */
	assert_int_equal(ef_readers_count(readers, 1 * MS), 2);
	kill(two, SIGKILL);
	waitpid(two, NULL, 0);
	assert_int_equal(ef_readers_count(readers, 2 * MS), 1);
	kill(one, SIGKILL);
	waitpid(one, NULL, 0);
	assert_int_equal(ef_readers_count(readers, 3 * MS), 0);
	ef_readers_destroy(&readers);
	assert_null(readers);
	close(fd);
	unlink(path);
}

static void a_missing_device_has_no_readers(void **state)
{
	ef_readers_t *readers = ef_readers_new(-1, "/nonexistent");

	(void)state;
	assert_int_equal(ef_readers_count(readers, 0), 0);
	ef_readers_destroy(&readers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readers_are_counted_as_they_come_and_go),
		cmocka_unit_test(a_missing_device_has_no_readers),
	};

	return cmocka_run_group_tests_name("readers", tests, NULL, NULL);
}
