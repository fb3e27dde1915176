#include "keys/pair.h"

#include <sodium.h>

#include "keys/key_file.h"
#include "keys/pair_message.h"
#include "proto/link/endpoint.h"
#include "proto/link/keys/keyring.h"
#include "proto/link/peers/peers.h"

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

/* Sends a message, after the frames of envelope, which is destroyed; NULL: none. */
static void send_message(zsock_t *socket, zmsg_t *envelope, const ef_pair_message_t *message)
{
	zmsg_t *whole = envelope != NULL ? envelope : zmsg_new();
	uint8_t bytes[EF_PAIR_SIZE];

	ef_pair_encode(message, bytes);
	zmsg_addmem(whole, bytes, sizeof(bytes));
	if (zmsg_send(&whole, socket) == -1) {
		zmsg_destroy(&whole);
	}
}

/* An IPv4 address without what makes an IPv6 address of it. */
static const char *without_mapping(const char *address)
{
	static const char mapped[] = "::ffff:";

	return strncmp(address, mapped, strlen(mapped)) == 0 ? address + strlen(mapped) : address;
}

/* Waits for a message up to TICK_MS. Returns its last frame, or NULL. The frames before it are left in
 * *envelope. Both are the caller's. */
static zframe_t *receive_frame(zsock_t *socket, zmsg_t **envelope)
{
	zmq_pollitem_t item = {zsock_resolve(socket), 0, ZMQ_POLLIN, 0};
	zframe_t *last;

	*envelope = NULL;
	if (zmq_poll(&item, 1, TICK_MS) > 0) {
		*envelope = zmsg_recv(socket);
	}
	last = *envelope != NULL ? zmsg_last(*envelope) : NULL;
	if (last != NULL) {
		zmsg_remove(*envelope, last);
	}
	return last;
}

static zsock_t *new_socket(int type, const char *endpoint)
{
	zsock_t *socket = zsock_new(type);

	zsock_set_linger(socket, 0);
	zsock_set_ipv6(socket, 1);
	zsock_set_maxmsgsize(socket, EF_PAIR_SIZE);
	zsock_set_rcvtimeo(socket, 0);
	zsock_set_sndtimeo(socket, 0);
	ef_connection_bounds(socket, endpoint, 0);
	return socket;
}

/* Who waits. */

typedef struct {
	zsock_t *socket;
	ef_peers_t *peers;
	char code[8];
	ef_pair_message_t own, hello, answer;
	ef_cpace_t cpace;
	int attempts; /* each may be a guess */
	char address[64]; /* of the sender of hello */
} waiting_t;

static void answer_hello(waiting_t *waiting, zmsg_t *envelope)
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
	send_message(waiting->socket, envelope, &waiting->answer);
}

/* Returns 1 when the other machine has proved that it knows the code, and is allowed now. */
static int check_proof(waiting_t *waiting, zmsg_t *envelope, const ef_pair_message_t *proof)
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
	send_message(waiting->socket, envelope, &reply);
	return reply.step == EF_PAIR_DONE;
}

/* Handles one message. Returns 1 when the machines are paired. */
static int handle(waiting_t *waiting, zframe_t *frame, zmsg_t *envelope)
{
	static const ef_pair_message_t refused = {.step = EF_PAIR_REFUSED};
	const char *address = zframe_meta(frame, "Peer-Address");
	ef_pair_message_t message;
	int known = ef_pair_decode(&message, zframe_data(frame), zframe_size(frame)) == 0;

	if (known && message.step == EF_PAIR_PROOF) {
		return check_proof(waiting, envelope, &message);
	}
	if (known && message.step == EF_PAIR_HELLO && waiting->attempts < ATTEMPTS) {
		waiting->hello = message;
		snprintf(waiting->address, sizeof(waiting->address), "%s",
			address != NULL ? without_mapping(address) : "");
		answer_hello(waiting, envelope);
	} else {
		send_message(waiting->socket, envelope, &refused);
	}
	return 0;
}

/* A request has two frames before it: who sent it, and an empty one. ZeroMQ's REP would do that, but after a
 * malformed request of a peer that has gone, libzmq 4.3.4 loses its next reply. */
static int handle_next(waiting_t *waiting)
{
	zmsg_t *envelope;
	zframe_t *frame;
	int paired = 0;

	ef_peers_tend(waiting->peers);
	frame = receive_frame(waiting->socket, &envelope);
	if (frame != NULL && zmsg_size(envelope) == 2) {
		paired = handle(waiting, frame, envelope);
	} else {
		zmsg_destroy(&envelope);
	}
	zframe_destroy(&frame);
	return paired;
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

static int wait_for_pair(waiting_t *waiting)
{
	int64_t until = zclock_mono() + WAIT_S * 1000;

	while (!zsys_interrupted && zclock_mono() < until) {
		if (handle_next(waiting) == 1) {
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
	int status = 1;

	if (sodium_init() == -1 || describe_own(&waiting.own) == -1) {
		return 1;
	}
	snprintf(endpoint, sizeof(endpoint), "tcp://*:%d", port);
	waiting.socket = new_socket(ZMQ_ROUTER, endpoint);
	waiting.peers = ef_peers_new(waiting.socket, EF_LISTENERS, endpoint, EF_PAIR_SIZE);
	if (zsock_attach(waiting.socket, endpoint, true) == 0) {
		snprintf(waiting.code, sizeof(waiting.code), "%06" PRIu32,
			randombytes_uniform(CODES));
		show_code(&waiting);
		status = wait_for_pair(&waiting);
	} else {
		zsys_error("cannot use port %d: %s; does another \"effigy pair\" wait?", port,
			zmq_strerror(zmq_errno()));
	}
	ef_peers_destroy(&waiting.peers);
	zsock_destroy(&waiting.socket);
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
	zframe_t *frame = NULL;
	zmsg_t *envelope;
	int known = 0;

	send_message(socket, NULL, message);
	while (frame == NULL && !zsys_interrupted && zclock_mono() < until) {
		frame = receive_frame(socket, &envelope);
		zmsg_destroy(&envelope);
	}
	if (frame == NULL) {
		zsys_error("%s does not answer; run \"effigy pair\" there first", host);
	} else if (ef_pair_decode(reply, zframe_data(frame), zframe_size(frame)) == -1) {
		zsys_error(
			"%s answers with something else; is it another version of Effigy?", host);
	} else {
		known = 1;
	}
	zframe_destroy(&frame);
	return known ? 0 : -1;
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
	socket = new_socket(ZMQ_REQ, endpoint);
	if (zsock_attach(socket, endpoint, false) != 0) {
		zsys_error("cannot connect to %s: %s", endpoint, zmq_strerror(zmq_errno()));
	} else if (prove(socket, host, code, &answer) == 0 &&
		   ef_pair_read(&answer, key, name) == 0 && ef_key_allow(host, key, NULL) == 0) {
		printf("Paired: %s may connect to this machine, and this one to it.\n", host);
		status = 0;
	}
	zsock_destroy(&socket);
	return status;
}
