/* What can wait is done between messages, and is not forgotten when they come without a pause. */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "proto/stage/stage.h"
#include "tests/unit/link/link_ends.h"
#include "tests/unit/unit.h"

enum { STEPS = 60 };

typedef struct {
	const char *endpoint;
	ef_policy_t policy;
	int waits; /* the sender waits for what is done after a message */
	const int64_t *times; /* of the first messages; NULL: 20 ms apart */
	atomic_int steps, afters, over;
} run_t;

static int step(void *self, const ef_message_t *in, ef_message_t *out)
{
	run_t *run = self;

	out->head.kind = in->head.kind;
	out->demand = in->demand;
	return atomic_fetch_add(&run->steps, 1) + 1 < STEPS ? 1 : -1;
}

static void after(void *self)
{
	run_t *run = self;

	atomic_fetch_add(&run->afters, 1);
}

static void *send_messages(void *self)
{
	run_t *run = self;
	ef_output_t *output = unit_output(run->endpoint, run->policy);

	for (uint64_t seq = 0; !run->over; seq++) {
		ef_message_t message = unit_message(seq);
		int before = run->steps;

		message.head.t = run->times != NULL ? run->times[seq % 4] : (int64_t)seq * 20000000;
		/* 1: not yet connected. */
		while (ef_output_send(output, &message) == 1 && !run->over) {
			usleep(1000);
		}
		while (run->waits && !run->over &&
			(run->steps == before || run->afters < run->steps)) {
			usleep(1000);
		}
	}
	ef_output_destroy(&output);
	return NULL;
}

static void run_stage(run_t *run)
{
	ef_stage_t stage = {
		.name = "test", .in = run->endpoint, .accepts = EF_CONTROL, .policy = run->policy};
	pthread_t sender;

	assert_int_equal(ef_stage_open(&stage), 0);
	pthread_create(&sender, NULL, send_messages, run);
	assert_int_equal(ef_stage_run(&stage, step, after, run), 1);
	run->over = 1;
	pthread_join(sender, NULL);
	ef_stage_close(&stage);
	assert_int_equal(run->steps, STEPS);
}

/* The last step stops the stage. */
static void it_is_done_before_the_next_message(void **state)
{
	run_t run = {.endpoint = unit_path("ipc://", "pause"), .policy = EF_LATEST, .waits = 1};

	(void)state;
	run_stage(&run);
	assert_int_equal(run.afters, STEPS - 1);
}

static void it_is_not_put_off_for_ever(void **state)
{
	run_t run = {.endpoint = unit_path("ipc://", "flood"), .policy = EF_LATEST};

	(void)state;
	run_stage(&run);
	assert_in_range(run.afters, STEPS / 10 - 1, STEPS - 1);
}

static void any_times_will_do(void **state)
{
	static const int64_t times[] = {INT64_MIN, INT64_MAX, 0, INT64_MIN};
	run_t run = {.endpoint = unit_path("ipc://", "times"), .policy = EF_LATEST, .times = times};

	(void)state;
	run_stage(&run);
	assert_in_range(run.afters, STEPS / 10 - 1, STEPS - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_done_before_the_next_message),
		cmocka_unit_test(it_is_not_put_off_for_ever),
		cmocka_unit_test(any_times_will_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
