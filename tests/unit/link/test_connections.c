/* A live output over TCP: what its reader does not take stays in the sender, where it can be replaced. */
#include <czmq.h>

#include "proto/link/tcp/connections.h"
#include "tests/unit/unit.h"

#define ENDPOINT "tcp://127.0.0.1:*"
#define LARGE ((size_t)1 << 20)
#define PATIENCE_MS 10000

static zsock_t *reader, *writer;
static ef_connections_t *connections;

static int set_up(void **state)
{
	(void)state;
	reader = zsock_new(ZMQ_PULL);
	zsock_set_rcvhwm(reader, 1);
	assert_true(zsock_bind(reader, ENDPOINT) != -1);
	writer = zsock_new(ZMQ_PUSH);
	zsock_set_conflate(writer, 1);
	zsock_set_immediate(writer, 1);
	zsock_set_linger(writer, 0);
	zsock_set_sndtimeo(writer, 0);
	connections = ef_connections_new(writer, "writer");
	assert_int_equal(zsock_connect(writer, "%s", zsock_endpoint(reader)), 0);
	/* Without a connection it takes nothing, and the event of the connection comes before that. */
	assert_int_equal(zmq_poll(&(zmq_pollitem_t){zsock_resolve(writer), 0, ZMQ_POLLOUT, 0}, 1,
				 PATIENCE_MS),
		1);
	ef_connections_tend(connections);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ef_connections_destroy(&connections);
	assert_null(connections);
	zsock_destroy(&writer);
	zsock_destroy(&reader);
	return 0;
}

/* Sends until the reader takes no more: bytes have waited for 20 looks in a row. Returns the most that
 * waited. */
static int64_t fill(void)
{
	static uint8_t data[LARGE];
	int64_t end = zclock_mono() + PATIENCE_MS, most = 0;

	for (int looks = 0; looks < 20;) {
		int64_t unsent;

		assert_true(zclock_mono() < end);
		zmq_send(zsock_resolve(writer), data, sizeof(data), 0);
		zclock_sleep(5);
		unsent = ef_connections_tend(connections).unsent;
		looks = unsent > 0 ? looks + 1 : 0;
		most = unsent > most ? unsent : most;
	}
	return most;
}

static void what_a_reader_does_not_take_is_noticed_and_little_of_it_is_in_the_kernel(void **state)
{
	(void)state;
	/* What it takes at once is one packet more than the limit; without a limit it would be megabytes. */
	assert_in_range(fill(), 1, 200000);
}

static void a_connection_that_has_ended_no_longer_counts(void **state)
{
	int64_t end = zclock_mono() + PATIENCE_MS;

	(void)state;
	fill();
	zsock_destroy(&reader);
	while (ef_connections_tend(connections).unsent > 0) {
		assert_true(zclock_mono() < end);
		zclock_sleep(5);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_a_reader_does_not_take_is_noticed_and_little_of_it_is_in_the_kernel),
		TEST(a_connection_that_has_ended_no_longer_counts),
	};

	return cmocka_run_group_tests_name("connections", tests, NULL, NULL);
}
