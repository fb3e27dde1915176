/* Which endpoints lead to another machine. */
#include "proto/link/endpoint.h"

#include "tests/unit/unit.h"

static void what_leaves_the_machine_is_known(void **state)
{
	static const char *const local[] = {"ipc:///tmp/x", "@tcp://127.0.0.1:5551",
		"tcp://127.1.2.3:1", "tcp://localhost:5551,tcp://[::1]:1", "inproc://x"};
	static const char *const remote[] = {"tcp://*:5551", "ipc:///tmp/x,tcp://box:5551",
		"tcp://localhost.evil:5551", "tcp://127.evil.example:5551",
		"tcp://127.0.0.1.evil:1", "tcp://127.0.0.1", "tcp://[::1].evil:1",
		"tcp://0.0.0.0:1", "tcp://127.1:5551", "tcp://:5551", "epgm://127.0.0.1:5551",
		">tcp://10.127.0.1:1"};

	(void)state;
	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
		assert_true(ef_endpoint_is_local(local[i]));
	}
	for (size_t i = 0; i < sizeof(remote) / sizeof(remote[0]); i++) {
		assert_false(ef_endpoint_is_local(remote[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_leaves_the_machine_is_known),
	};

	return cmocka_run_group_tests_name("endpoint", tests, NULL, NULL);
}
