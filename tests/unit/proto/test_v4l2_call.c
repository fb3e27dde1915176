/* Calls of devices: signals do not end them, and failures are explained. */
#include "proto/v4l2/v4l2_call.h"

#include <czmq.h>
#include <errno.h>

#include "tests/unit/unit.h"

static int calls, interruptions, last_errno;

/* Fails with EINTR so many times, then with last_errno, or succeeds where that is 0. */
static int fake_ioctl(int fd, unsigned long request, ...)
{
	(void)fd;
	(void)request;
	errno = calls++ < interruptions ? EINTR : last_errno;
	return errno == 0 ? 0 : -1;
}

static int call(int times, int then)
{
	calls = 0;
	interruptions = times;
	last_errno = then;
	return ef_v4l2_call(fake_ioctl, -1, 0, NULL);
}

static void an_interrupted_call_is_repeated(void **state)
{
	(void)state;
	assert_int_equal(call(3, 0), 0);
	assert_int_equal(calls, 4);
}

static void eagain_is_returned(void **state)
{
	(void)state;
	assert_int_equal(call(1, EAGAIN), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(calls, 2);
}

static void a_signal_to_stop_ends_it(void **state)
{
	(void)state;
	zsys_interrupted = 1;
	assert_int_equal(call(3, 0), -1);
	zsys_interrupted = 0;
	assert_int_equal(errno, EINTR);
	assert_int_equal(calls, 1);
}

static void the_capabilities_of_the_node_count(void **state)
{
	struct v4l2_capability able = {.capabilities = V4L2_CAP_VIDEO_OUTPUT};

	(void)state;
	assert_int_equal(ef_v4l2_capabilities(&able), V4L2_CAP_VIDEO_OUTPUT);
	able.capabilities |= V4L2_CAP_DEVICE_CAPS;
	able.device_caps = V4L2_CAP_VIDEO_CAPTURE;
	assert_int_equal(ef_v4l2_capabilities(&able), V4L2_CAP_VIDEO_CAPTURE);
}

static void failures_are_explained(void **state)
{
	char why[128];

	(void)state;
	assert_int_equal(ef_v4l2_explain("/nonexistent", EBUSY, why, sizeof(why)), 0);
	assert_string_equal(why, "in use by another program; close that program");
	assert_int_equal(ef_v4l2_explain("/nonexistent", EACCES, why, sizeof(why)), 0);
	assert_string_equal(why, "no permission; add yourself to the group video");
	assert_int_equal(ef_v4l2_explain("/nonexistent", EIO, why, sizeof(why)), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interrupted_call_is_repeated),
		cmocka_unit_test(eagain_is_returned),
		cmocka_unit_test(a_signal_to_stop_ends_it),
		cmocka_unit_test(the_capabilities_of_the_node_count),
		cmocka_unit_test(failures_are_explained),
	};

	return cmocka_run_group_tests_name("v4l2_call", tests, NULL, NULL);
}
