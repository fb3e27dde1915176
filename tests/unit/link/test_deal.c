/* A sender that deals to workers, and a reader behind them: each worker copies its messages, with real
 * links, in a process of its own that can be stopped and killed. */
#include <czmq.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "tests/unit/link/link_ends.h"
#include "tests/unit/unit.h"

#define COUNT 120
#define WORKERS 3

typedef struct {
	pid_t pids[WORKERS];
	char list[1024], result[256];
	ef_input_t *last; /* reads what the workers make */
} bench_t;

/* A copy of each message, pause_ms later. */
static int copy(const char *from, const char *to, ef_policy_t policy, int pause_ms)
{
	ef_output_t *output = unit_output(to, policy);
	ef_input_t *input = ef_input_new(&(ef_link_options_t){
		.endpoint = from, .policy = policy, .kind = EF_CONTROL, .confirms = 1});
	ef_message_t message;
	ef_refused_t refused;
	int ended = 0;

	ef_input_relay(input, output);
	while (!ended && !ef_input_is_over(input)) {
		if (ef_input_receive(input, 100, &message, &refused) == 0) {
			continue;
		}
		zclock_sleep(pause_ms);
		if (ef_output_send(output, &message) == -1) {
			return 1;
		}
		ended = message.head.kind == EF_END;
	}
	if (ended && ef_output_finish(output) == -1) {
		return 1;
	}
	ef_input_destroy(&input);
	ef_output_destroy(&output);
	return 0;
}

/* This program is also the worker: program FROM TO POLICY PAUSE_MS. */
static pid_t start_worker(const char *from, const char *to, ef_policy_t policy, int pause_ms)
{
	char number[16], pause[16];
	pid_t pid;

	snprintf(number, sizeof(number), "%d", policy);
	snprintf(pause, sizeof(pause), "%d", pause_ms);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl("/proc/self/exe", "worker", from, to, number, pause, NULL);
		_exit(127);
	}
	assert_int_not_equal(pid, -1);
	return pid;
}

static void start_bench(bench_t *bench, const char *name, ef_policy_t policy, const int *pauses)
{
	memset(bench, 0, sizeof(*bench));
	snprintf(bench->result, sizeof(bench->result), "%s", unit_path("ipc://", name));
	bench->last = ef_input_new(&(ef_link_options_t){.endpoint = bench->result,
		.policy = policy,
		.kind = EF_CONTROL,
		.workers = WORKERS});
	assert_non_null(bench->last);
	for (int w = 0; w < WORKERS; w++) {
		size_t used = strlen(bench->list);

		snprintf(bench->list + used, sizeof(bench->list) - used, "%s%s.%d",
			w > 0 ? "," : "", bench->result, w);
		bench->pids[w] = start_worker(strrchr(bench->list, ',') != NULL
						      ? strrchr(bench->list, ',') + 1
						      : bench->list,
			bench->result, policy, pauses[w]);
	}
}

/* Returns how many workers exited with status 0. */
static int stop_bench(bench_t *bench)
{
	int good = 0;

	ef_input_destroy(&bench->last);
	for (int w = 0; w < WORKERS; w++) {
		int status = 0;

		kill(bench->pids[w], SIGCONT);
		assert_int_equal(waitpid(bench->pids[w], &status, 0), bench->pids[w]);
		good += WIFEXITED(status) && WEXITSTATUS(status) == 0;
	}
	return good;
}

/* The sender, in its own thread. */

typedef struct {
	const char *list;
	int finished; /* result of ef_output_finish, or -2 when sending failed */
} sender_t;

static void send_all(zsock_t *pipe, void *argument)
{
	sender_t *sender = argument;
	ef_output_t *output = unit_output(sender->list, EF_ALL);
	ef_message_t message;
	int sent = 0;

	zsock_signal(pipe, 0);
	for (uint64_t seq = 0; seq <= COUNT && sent != -1; seq++) {
		message = seq < COUNT ? unit_message(seq) : unit_end(seq);
		sent = ef_output_send(output, &message);
	}
	sender->finished = sent == -1 ? -2 : ef_output_finish(output);
	ef_output_destroy(&output);
	zsock_signal(pipe, 1);
	free(zstr_recv(pipe));
}

static void expect(bench_t *bench, uint64_t from, uint64_t to)
{
	ef_message_t message;

	for (uint64_t seq = from; seq < to; seq++) {
		unit_receive(bench->last, &message);
		assert_int_equal(message.head.seq, seq);
		assert_int_equal(message.head.kind, seq < COUNT ? EF_CONTROL : EF_END);
	}
}

/* Runs a stream through three workers; in its middle the first one gets a signal, or none. */
static int run_all(const char *name, const int *pauses, int signal_number)
{
	bench_t bench;
	sender_t sender = {.list = bench.list};
	zactor_t *actor;

	start_bench(&bench, name, EF_ALL, pauses);
	actor = zactor_new(send_all, &sender);
	expect(&bench, 0, COUNT / 3);
	if (signal_number != 0) {
		kill(bench.pids[0], signal_number);
	}
	expect(&bench, COUNT / 3, COUNT + 1);
	/* What a stage does when it has read the end. */
	ef_input_destroy(&bench.last);
	zsock_wait(actor);
	assert_int_equal(sender.finished, 0);
	zactor_destroy(&actor);
	return stop_bench(&bench);
}

static void all_keeps_the_order_with_workers_of_any_speed(void **state)
{
	(void)state;
	assert_int_equal(run_all("even", (int[]){1, 1, 1}, 0), WORKERS);
	assert_int_equal(run_all("slow", (int[]){1, 3, 300}, 0), WORKERS);
}

static void all_loses_nothing_with_a_worker_that_dies(void **state)
{
	(void)state;
	assert_int_equal(run_all("dies", (int[]){5, 5, 5}, SIGKILL), WORKERS - 1);
}

static void all_passes_over_a_worker_that_hangs(void **state)
{
	(void)state;
	/* The one that hung finds that its work is done. */
	assert_int_equal(run_all("hangs", (int[]){5, 5, 5}, SIGSTOP), WORKERS);
}

static void all_fails_when_no_worker_is_left(void **state)
{
	bench_t bench;
	sender_t sender = {.list = bench.list};
	zactor_t *actor;

	(void)state;
	start_bench(&bench, "none", EF_ALL, (int[]){5, 5, 5});
	actor = zactor_new(send_all, &sender);
	expect(&bench, 0, COUNT / 3);
	for (int w = 0; w < WORKERS; w++) {
		kill(bench.pids[w], SIGKILL);
	}
	zsock_wait(actor);
	assert_int_equal(sender.finished, -2);
	zactor_destroy(&actor);
	assert_int_equal(stop_bench(&bench), 0);
}

/* A foreign reader of what the workers make, as SPEC.md allows. */
static void a_worker_does_not_wait_for_receipts_that_never_come(void **state)
{
	const char *from = unit_path("ipc://", "from"), *to = unit_path("ipc://", "to");
	zsock_t *last = zsock_new_pull(to);
	pid_t pid = start_worker(from, to, EF_ALL, 1);
	sender_t sender = {.list = from};
	zactor_t *actor = zactor_new(send_all, &sender);
	int status = -1;

	(void)state;
	zsock_set_rcvtimeo(last, UNIT_WAIT_MS);
	for (int i = 0; i <= COUNT; i++) {
		zframe_t *frame = zframe_recv(last);

		assert_non_null(frame);
		zframe_destroy(&frame);
	}
	zsock_destroy(&last);
	zsock_wait(actor);
	assert_int_equal(sender.finished, 0);
	zactor_destroy(&actor);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Live. */

/* Sends a message, and returns 1 when what was made of it comes within that time. */
static int passes(bench_t *bench, ef_output_t *output, uint64_t seq, int timeout_ms)
{
	int64_t deadline = zclock_mono() + timeout_ms;
	ef_message_t message = unit_message(seq);
	ef_refused_t refused;

	message.head.t = (int64_t)seq * 10000000;
	assert_int_not_equal(ef_output_send(output, &message), -1);
	while (zclock_mono() < deadline) {
		if (ef_input_receive(bench->last, 20, &message, &refused) == 1 &&
			message.head.seq == seq) {
			return 1;
		}
	}
	return 0;
}

static void latest_passes_over_a_worker_that_hangs(void **state)
{
	bench_t bench;
	ef_output_t *output;
	uint64_t seq = 0;
	int lost = 0;

	(void)state;
	start_bench(&bench, "live", EF_LATEST, (int[]){5, 5, 5});
	output = unit_output(bench.list, EF_LATEST);
	while (!passes(&bench, output, seq, 100)) {
		assert_true(++seq < 200);
	}
	/* The first one hangs from its next message on. */
	kill(bench.pids[0], SIGSTOP);
	for (int i = 0; i < 30; i++) {
		lost += !passes(&bench, output, ++seq, 2000);
	}
	assert_in_range(lost, 0, 2);
	for (int w = 0; w < WORKERS; w++) {
		kill(bench.pids[w], SIGKILL);
	}
	ef_output_destroy(&output);
	stop_bench(&bench);
}

/* Workers of different speeds, and one that never is ready. */
static void latest_never_goes_back_in_time(void **state)
{
	bench_t bench;
	ef_output_t *output;
	ef_message_t message;
	ef_refused_t refused;
	uint64_t seq = 0, before = 0;
	int got = 0;

	(void)state;
	start_bench(&bench, "idle", EF_LATEST, (int[]){1, 60, 3600000});
	output = unit_output(bench.list, EF_LATEST);
	while (!passes(&bench, output, seq, 500)) {
		assert_true(++seq < 200);
	}
	for (int i = 0; i < 100; i++) {
		message = unit_message(++seq);
		message.head.t = (int64_t)seq * 10000000;
		assert_int_not_equal(ef_output_send(output, &message), -1);
		if (ef_input_receive(bench.last, 40, &message, &refused) == 1) {
			/* Never back in time. */
			assert_true(message.head.seq > before);
			before = message.head.seq;
			got++;
		}
	}
	assert_true(got > 0);
	for (int w = 0; w < WORKERS; w++) {
		kill(bench.pids[w], SIGKILL);
	}
	ef_output_destroy(&output);
	stop_bench(&bench);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_keeps_the_order_with_workers_of_any_speed),
		cmocka_unit_test(all_loses_nothing_with_a_worker_that_dies),
		cmocka_unit_test(all_passes_over_a_worker_that_hangs),
		cmocka_unit_test(all_fails_when_no_worker_is_left),
		cmocka_unit_test(a_worker_does_not_wait_for_receipts_that_never_come),
		cmocka_unit_test(latest_passes_over_a_worker_that_hangs),
		cmocka_unit_test(latest_never_goes_back_in_time),
	};

	if (argc == 5) {
		int status = copy(argv[1], argv[2], atoi(argv[3]), atoi(argv[4]));

		zsys_shutdown();
		return status;
	}
	return cmocka_run_group_tests_name("deal", tests, NULL, NULL);
}
