/* The sink's reports of its readers to capture, and how capture understands them. */
#include <czmq.h>

#include "capture/demand.h"
#include "sink/audience.h"
#include "tests/unit/unit.h"

#define SECOND INT64_C(1000000000)

static const char *endpoint(void)
{
	return unit_path("ipc://", "audience");
}

static void demand_lingers_after_the_last_reader(void **state)
{
	ef_audience_t *audience = ef_audience_new(endpoint());
	int64_t now = 100 * SECOND;

	(void)state;
	assert_false(ef_audience_update(audience, 0, now));
	assert_true(ef_audience_update(audience, 2, now + 1));
	assert_true(ef_audience_update(audience, 0, now + 2));
	assert_true(ef_audience_update(audience, 0, now + EF_AUDIENCE_LINGER_NS));
	assert_false(ef_audience_update(audience, 0, now + 2 + EF_AUDIENCE_LINGER_NS));
	assert_true(ef_audience_update(audience, 1, now + 10 * SECOND));
	ef_audience_destroy(&audience);
	assert_null(audience);
}

/* Updates and listens until capture has that demand, for ten seconds at most. */
static int becomes(ef_audience_t *audience, ef_demand_t *demand, int readers, int wanted)
{
	static int64_t now = 1000 * SECOND;

	for (int i = 0; i < 200; i++) {
		now += SECOND;
		ef_audience_update(audience, readers, now);
		if (ef_demand_wanted(demand, 50) == wanted) {
			return 1;
		}
	}
	return 0;
}

static void capture_receives_the_demand(void **state)
{
	ef_demand_t *demand = ef_demand_new(endpoint());
	ef_audience_t *audience = ef_audience_new(endpoint());

	(void)state;
	assert_false(ef_demand_wanted(demand, 0));
	assert_true(becomes(audience, demand, 1, 1));
	assert_true(becomes(audience, demand, 0, 0));
	/* A capture that was restarted is told again. */
	ef_demand_destroy(&demand);
	demand = ef_demand_new(endpoint());
	assert_true(becomes(audience, demand, 3, 1));
	ef_audience_destroy(&audience);
	ef_demand_destroy(&demand);
}

static void a_silent_sink_counts_as_gone(void **state)
{
	ef_demand_t *demand = ef_demand_new(endpoint());
	ef_audience_t *audience = ef_audience_new(endpoint());
	int64_t left = EF_DEMAND_SILENCE_MS + 5000;

	(void)state;
	assert_true(becomes(audience, demand, 1, 1));
	ef_audience_destroy(&audience);
	while (ef_demand_wanted(demand, 100) && left > 0) {
		left -= 100;
	}
	assert_false(ef_demand_wanted(demand, 0));
	ef_demand_destroy(&demand);
}

static void other_kinds_of_message_change_nothing(void **state)
{
	ef_demand_t *demand = ef_demand_new(endpoint());
	ef_output_t *stranger =
		ef_output_new(&(ef_link_options_t){.endpoint = endpoint(), .policy = EF_LATEST});
	ef_message_t face = {.head = {.kind = EF_FACE}, .face = {.w = 1, .h = 1, .state = EF_LOST}};

	(void)state;
	for (int i = 0; i < 20; i++) {
		ef_output_send(stranger, &face);
		assert_false(ef_demand_wanted(demand, 20));
	}
	ef_output_destroy(&stranger);
	ef_demand_destroy(&demand);
}

/* Returns how many messages have come; waits long enough for one that is under way. */
static int heard(zsock_t *source)
{
	zpoller_t *poller = zpoller_new(source, NULL);
	int count = 0;

	while (zpoller_wait(poller, 300) != NULL) {
		zframe_t *frame = zframe_recv(source);

		zframe_destroy(&frame);
		count++;
	}
	zpoller_destroy(&poller);
	return count;
}

static void unchanged_demand_is_sent_once_a_second(void **state)
{
	zsock_t *source = zsock_new(ZMQ_PULL);
	ef_audience_t *audience;
	int64_t now = 500 * SECOND;

	(void)state;
	assert_int_equal(zsock_bind(source, "%s", unit_path("ipc://", "told")), 0);
	audience = ef_audience_new(unit_path("ipc://", "told"));
	/* Until it is connected nothing comes. */
	for (int i = 0; i < 30 && heard(source) == 0; i++) {
		now += SECOND;
		ef_audience_update(audience, 1, now);
	}
	for (int i = 0; i < 10; i++) {
		ef_audience_update(audience, 1, now + i);
	}
	assert_int_equal(heard(source), 0);
	ef_audience_update(audience, 2, now + 11);
	assert_int_equal(heard(source), 1);
	ef_audience_update(audience, 2, now + 2 * SECOND);
	assert_int_equal(heard(source), 1);
	ef_audience_destroy(&audience);
	zsock_destroy(&source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(demand_lingers_after_the_last_reader),
		cmocka_unit_test(capture_receives_the_demand),
		cmocka_unit_test(a_silent_sink_counts_as_gone),
		cmocka_unit_test(other_kinds_of_message_change_nothing),
		cmocka_unit_test(unchanged_demand_is_sent_once_a_second),
	};

	return cmocka_run_group_tests_name("audience", tests, NULL, NULL);
}
