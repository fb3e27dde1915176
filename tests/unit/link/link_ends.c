#include "tests/unit/link/link_ends.h"

#include <arpa/inet.h>
#include <czmq.h>

#include "tests/unit/unit.h"

long unit_growth(const struct rusage *before)
{
#ifdef __SANITIZE_ADDRESS__
	(void)before;
	return 0;
#else
	struct rusage now;

	getrusage(RUSAGE_SELF, &now);
	return now.ru_maxrss - before->ru_maxrss;
#endif
}

int unit_free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	close(fd);
	return ntohs(address.sin_port);
}

int unit_connect(int port)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

ef_message_t unit_message(uint64_t seq)
{
	ef_message_t message = {
		.head = {.kind = EF_CONTROL, .seq = seq, .src = "test"}, .demand = 1};

	return message;
}

ef_message_t unit_end(uint64_t seq)
{
	ef_message_t message = {.head = {.kind = EF_END, .seq = seq, .src = "test"}};

	return message;
}

ef_input_t *unit_input(const char *endpoint, ef_policy_t policy)
{
	return ef_input_new(
		&(ef_link_options_t){.endpoint = endpoint, .policy = policy, .kind = EF_CONTROL});
}

ef_output_t *unit_output(const char *endpoint, ef_policy_t policy)
{
	return ef_output_new(&(ef_link_options_t){.endpoint = endpoint, .policy = policy});
}

ef_output_t *unit_tap(const char *endpoint, ef_policy_t policy)
{
	return ef_output_new(&(ef_link_options_t){.tap = endpoint, .policy = policy});
}

uint64_t unit_receive(ef_input_t *input, ef_message_t *message)
{
	int64_t deadline = zclock_mono() + UNIT_WAIT_MS;
	uint64_t refusals = 0;

	while (zclock_mono() < deadline) {
		ef_refused_t refused;
		int got = ef_input_receive(input, 100, message, &refused);

		refusals += refused.count;
		if (got == 1) {
			return refusals;
		}
	}
	fail_msg("no message came");
	return 0;
}

void unit_send_until_received(ef_output_t *output, ef_input_t *input)
{
	ef_message_t message = unit_message(0), got;
	ef_refused_t refused;

	for (int i = 0; i < 1000; i++) {
		assert_int_not_equal(ef_output_send(output, &message), -1);
		if (ef_input_receive(input, 20, &got, &refused) == 1) {
			while (ef_input_receive(input, 50, &got, &refused) == 1) {
			}
			return;
		}
	}
	fail_msg("the link never came up");
}
