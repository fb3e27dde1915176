#include "keys/pair.h"

#include <sodium.h>

#include "keys/key_file.h"
#include "keys/pair_message.h"
#include "proto/link/endpoint.h"
#include "proto/link/keys/keyring.h"
#include "proto/link/port.h"

#define WAIT_S 300
#define ATTEMPTS 3
#define REPLY_MS 4000
#define TICK_MS 100 /* how often a signal is looked for */
#define CODES 1000000

/* This machine, as it describes itself. Returns 0, or -1 after logging why. */
static int describe_own(ef_pair_message_t *message)
{
	char name[EF_KEY_NAME_MAX + 1] = "";
	zcert_t *own = NULL;

	if (ef_key_exists() || ef_key_create() == 0) {
		own = ef_keyring_own("effigy pair");
	}
	if (own == NULL) {
		return -1;
	}
	gethostname(name, sizeof(name) - 1);
	ef_pair_describe(message, zcert_public_key(own), name);
	zcert_destroy(&own);
	return 0;
}

static void send_message(zsock_t *socket, const ef_pair_message_t *message)
{
	uint8_t bytes[EF_PAIR_SIZE];

	ef_pair_encode(message, bytes);
	zmq_send(zsock_resolve(socket), bytes, sizeof(bytes), ZMQ_DONTWAIT);
}

/* An IPv4 address without what makes an IPv6 address of it. */
static const char *without_mapping(const char *address)
{
	static const char mapped[] = "::ffff:";

	return strncmp(address, mapped, strlen(mapped)) == 0 ? address + strlen(mapped) : address;
}

/* Returns 1 with *message, 0 after timeout_ms or a signal, -1 for bytes that are no message. *address, which may
 * be NULL, is the sender's. */
static int receive_message(
	zsock_t *socket, int timeout_ms, ef_pair_message_t *message, char address[64])
{
	zmq_pollitem_t item = {zsock_resolve(socket), 0, ZMQ_POLLIN, 0};
	const char *peer;
	zmq_msg_t raw;
	int result;

	if (zmq_poll(&item, 1, timeout_ms) <= 0) {
		return 0;
	}
	zmq_msg_init(&raw);
	result = ef_part_receive(item.socket, &raw, ZMQ_DONTWAIT, NULL);
	if (result == 1) {
		result = ef_pair_decode(message, zmq_msg_data(&raw), zmq_msg_size(&raw)) == 0 ? 1
											      : -1;
		peer = zmq_msg_gets(&raw, "Peer-Address");
		if (address != NULL) {
			snprintf(address, 64, "%s", peer != NULL ? without_mapping(peer) : "");
		}
	}
	zmq_msg_close(&raw);
	return result;
}

static zsock_t *new_socket(int type, const char *endpoint, int bind)
{
	zsock_t *socket = zsock_new(type);

	zsock_set_linger(socket, 0);
	zsock_set_ipv6(socket, 1);
	zsock_set_maxmsgsize(socket, EF_PAIR_SIZE);
	ef_connection_bounds(socket, endpoint, 0);
	if (zsock_attach(socket, endpoint, bind) != 0) {
		zsys_error("cannot use %s: %s", endpoint, zmq_strerror(zmq_errno()));
		zsock_destroy(&socket);
	}
	return socket;
}

/* Who waits. */

typedef struct {
	char code[8];
	ef_pair_message_t own, hello, answer;
	ef_cpace_t cpace;
	int attempts; /* each may be a guess */
	char address[64]; /* of the sender of hello */
} waiting_t;

static void answer_hello(waiting_t *waiting, zsock_t *socket)
{
	ef_cpace_side_t first, second;

	waiting->answer = waiting->own;
	waiting->answer.step = EF_PAIR_REFUSED;
	waiting->attempts++;
	if (ef_cpace_begin(&waiting->cpace, waiting->code, waiting->hello.sid) == 0) {
		memcpy(waiting->answer.point, waiting->cpace.own, EF_CPACE_POINT);
		first = ef_pair_side(&waiting->hello);
		second = ef_pair_side(&waiting->answer);
		if (ef_cpace_agree(&waiting->cpace, waiting->hello.point, &first, &second) == 0) {
			waiting->answer.step = EF_PAIR_ANSWER;
			ef_cpace_tag(&waiting->cpace, &second, waiting->answer.tag);
		}
	}
	send_message(socket, &waiting->answer);
}

/* Returns 1 when the other machine has proved that it knows the code, and is allowed now. */
static int check_proof(waiting_t *waiting, zsock_t *socket, const ef_pair_message_t *proof)
{
	ef_pair_message_t reply = {.step = EF_PAIR_REFUSED};
	ef_cpace_side_t first = ef_pair_side(&waiting->hello);
	char name[EF_KEY_NAME_MAX + 1];
	uint8_t key[32];
	int proved = waiting->answer.step == EF_PAIR_ANSWER &&
		     memcmp(proof->sid, waiting->hello.sid, EF_CPACE_SID) == 0 &&
		     ef_cpace_proves(&waiting->cpace, &first, proof->tag);

	if (proved && ef_pair_read(&waiting->hello, key, name) == 0 &&
		ef_key_allow(name, key, waiting->address) == 0) {
		printf("Paired: %s may connect to this machine, and this one to it.\n", name);
		reply.step = EF_PAIR_DONE;
	}
	waiting->answer.step = EF_PAIR_REFUSED;
	send_message(socket, &reply);
	return reply.step == EF_PAIR_DONE;
}

/* Handles one message. Returns 1 when the machines are paired. */
static int handle(waiting_t *waiting, zsock_t *socket)
{
	static const ef_pair_message_t refused = {.step = EF_PAIR_REFUSED};
	ef_pair_message_t message;
	char address[64];
	int got = receive_message(socket, TICK_MS, &message, address);

	if (got == 1 && message.step == EF_PAIR_HELLO && waiting->attempts < ATTEMPTS) {
		waiting->hello = message;
		snprintf(waiting->address, sizeof(waiting->address), "%s", address);
		answer_hello(waiting, socket);
	} else if (got == 1 && message.step == EF_PAIR_PROOF) {
		return check_proof(waiting, socket, &message);
	} else if (got != 0) {
		send_message(socket, &refused);
	}
	return 0;
}

static void show_code(const waiting_t *waiting)
{
	char name[EF_KEY_NAME_MAX + 1] = "";

	gethostname(name, sizeof(name) - 1);
	printf("On the other machine, run\n\n    effigy pair %s\n\nwith the name or the address of "
	       "this "
	       "one, and type this code there: %.3s %s\n",
		name, waiting->code, waiting->code + 3);
	fflush(stdout);
}

static int wait_for_pair(waiting_t *waiting, zsock_t *socket)
{
	int64_t until = zclock_mono() + WAIT_S * 1000;

	while (!zsys_interrupted && zclock_mono() < until) {
		if (handle(waiting, socket) == 1) {
			zclock_sleep(TICK_MS); /* the reply is sent by another thread */
			return 0;
		}
		/* The last attempt still gets the time to prove itself. */
		if (waiting->attempts == ATTEMPTS && waiting->answer.step != EF_PAIR_ANSWER) {
			zsys_error("%d attempts had a wrong code; start again, with a new code",
				ATTEMPTS);
			return 1;
		}
	}
	if (!zsys_interrupted) {
		zsys_error("no other machine has paired within %d minutes", WAIT_S / 60);
	}
	return 1;
}

int ef_pair_wait(int port)
{
	waiting_t waiting = {0};
	char endpoint[32];
	zsock_t *socket;
	int status;

	if (sodium_init() == -1 || describe_own(&waiting.own) == -1) {
		return 1;
	}
	snprintf(endpoint, sizeof(endpoint), "tcp://*:%d", port);
	socket = new_socket(ZMQ_REP, endpoint, 1);
	if (socket == NULL) {
		return 1;
	}
	snprintf(waiting.code, sizeof(waiting.code), "%06" PRIu32, randombytes_uniform(CODES));
	show_code(&waiting);
	status = wait_for_pair(&waiting, socket);
	zsock_destroy(&socket);
	sodium_memzero(&waiting, sizeof(waiting));
	return status;
}

/* Who begins. */

/* Reads six digits from standard input; spaces and dashes between them do not matter. Returns 0, or -1 after
 * logging what is wrong. */
static int ask_code(const char *host, char code[8])
{
	char line[64] = "";
	int count = 0;

	printf("The code that %s shows: ", host);
	fflush(stdout);
	if (fgets(line, sizeof(line), stdin) == NULL) {
		line[0] = '\0';
	}
	for (const char *c = line; *c != '\0'; c++) {
		if (*c >= '0' && *c <= '9' && count < 7) {
			code[count++] = *c;
		}
	}
	code[count] = '\0';
	if (count != 6) {
		zsys_error("that is not a code of six digits; run \"effigy pair\" on %s to get one",
			host);
		return -1;
	}
	return 0;
}

/* Sends a message and waits for the reply. Returns 0, or -1 after logging why there is none. */
static int ask(zsock_t *socket, const char *host, const ef_pair_message_t *message,
	ef_pair_message_t *reply)
{
	int64_t until = zclock_mono() + REPLY_MS;
	int got = 0;

	send_message(socket, message);
	while (got == 0 && !zsys_interrupted && zclock_mono() < until) {
		got = receive_message(socket, TICK_MS, reply, NULL);
	}
	if (got == 0 && !zsys_interrupted) {
		zsys_error("%s does not answer; run \"effigy pair\" there first", host);
	} else if (got == -1) {
		zsys_error(
			"%s answers with something else; is it another version of Effigy?", host);
	}
	return got == 1 ? 0 : -1;
}

/* Returns 0 once the other machine has proved that it shows the code, and knows that this one does. */
static int prove(zsock_t *socket, const char *host, const char *code, ef_pair_message_t *answer)
{
	ef_pair_message_t hello = {0}, proof = {.step = EF_PAIR_PROOF}, done;
	ef_cpace_side_t first, second;
	uint8_t sid[EF_CPACE_SID];
	ef_cpace_t cpace;

	randombytes_buf(sid, sizeof(sid));
	if (describe_own(&hello) == -1 || ef_cpace_begin(&cpace, code, sid) == -1) {
		return -1;
	}
	hello.step = EF_PAIR_HELLO;
	memcpy(hello.sid, sid, sizeof(sid));
	memcpy(proof.sid, sid, sizeof(sid));
	memcpy(hello.point, cpace.own, sizeof(cpace.own));
	if (ask(socket, host, &hello, answer) == -1) {
		return -1;
	}
	first = ef_pair_side(&hello);
	second = ef_pair_side(answer);
	if (answer->step != EF_PAIR_ANSWER ||
		ef_cpace_agree(&cpace, answer->point, &first, &second) == -1 ||
		!ef_cpace_proves(&cpace, &second, answer->tag)) {
		zsys_error("the code is not the one that %s shows", host);
		return -1;
	}
	ef_cpace_tag(&cpace, &first, proof.tag);
	if (ask(socket, host, &proof, &done) == -1) {
		return -1;
	}
	if (done.step != EF_PAIR_DONE) {
		zsys_error("%s refused to pair; see what \"effigy pair\" says there", host);
		return -1;
	}
	return 0;
}

int ef_pair_with(const char *host, int port)
{
	ef_pair_message_t answer;
	char code[8], endpoint[128], name[EF_KEY_NAME_MAX + 1];
	zsock_t *socket;
	uint8_t key[32];
	int status = 1;

	if (!ef_key_name_is_valid(host)) {
		zsys_error("\"%.80s\" is no host; give its name or its address", host);
		return 2;
	}
	if (sodium_init() == -1 || ask_code(host, code) == -1) {
		return 1;
	}
	snprintf(endpoint, sizeof(endpoint),
		strchr(host, ':') != NULL ? "tcp://[%s]:%d" : "tcp://%s:%d", host, port);
	socket = new_socket(ZMQ_REQ, endpoint, 0);
	if (socket == NULL) {
		return 1;
	}
	if (prove(socket, host, code, &answer) == 0 && ef_pair_read(&answer, key, name) == 0 &&
		ef_key_allow(host, key, NULL) == 0) {
		printf("Paired: %s may connect to this machine, and this one to it.\n", host);
		status = 0;
	}
	zsock_destroy(&socket);
	return status;
}
