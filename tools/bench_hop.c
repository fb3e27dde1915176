/* effigy-bench-hop: compares one PUSH -> PULL hop of a frame with a memcpy of its bytes. Prints
 * JSON. */
#include <czmq.h>

#include "proto/base/clock.h"
#include "proto/base/memory.h"
#include "proto/link/link.h"
#include "proto/stage/histogram.h"

#define ROUNDS 600
#define WARM_UP 50
#define PERIOD_MS 3 /* long enough that no message waits for the previous one */
#define ENDPOINT "ipc:///tmp/effigy-bench-hop-%d"

typedef struct {
	char *endpoint;
	int w, h;
} sender_t;

static void send_frames(zsock_t *pipe, void *argument)
{
	const sender_t *sender = argument;
	ef_output_t *output =
		ef_output_new(&(ef_link_options_t){.endpoint = sender->endpoint, .policy = EF_ALL});
	size_t size = ef_image_size(EF_I420, sender->w, sender->h);
	uint8_t *pixels = ef_memory_new(size);
	ef_message_t message = {
		.head = {.kind = EF_FRAME}, .image = {EF_I420, sender->w, sender->h, pixels, size}};

	zsock_signal(pipe, 0);
	for (int i = 0; i < ROUNDS && !zsys_interrupted; i++) {
		message.head.seq = (uint64_t)i;
		message.head.t = ef_now_ns();
		ef_output_send(output, &message);
		zclock_sleep(PERIOD_MS);
	}
	zstr_free(&(char *){zstr_recv(pipe)});
	ef_output_destroy(&output);
	free(pixels);
}

static double hop_p50_ms(int w, int h)
{
	sender_t sender = {ef_memory_print(ENDPOINT, getpid()), w, h};
	ef_input_t *input = ef_input_new(&(ef_link_options_t){
		.endpoint = sender.endpoint, .policy = EF_ALL, .kind = EF_FRAME});
	zactor_t *actor = zactor_new(send_frames, &sender);
	ef_histogram_t *hops = ef_memory_new(sizeof(*hops));
	ef_message_t message;
	ef_refused_t refused;
	double result;

	for (int i = 0; i < ROUNDS && !zsys_interrupted;) {
		if (ef_input_receive(input, 100, &message, &refused) == 0) {
			continue;
		}
		if (i++ >= WARM_UP) {
			ef_histogram_add(hops, ef_now_ns() - message.head.t);
		}
	}
	result = ef_histogram_ms(hops, 0.5);
	zactor_destroy(&actor);
	ef_input_destroy(&input);
	unlink(sender.endpoint + strlen("ipc://"));
	free(sender.endpoint);
	free(hops);
	return result;
}

static double memcpy_p50_ms(int w, int h)
{
	size_t size = ef_image_size(EF_I420, w, h);
	uint8_t *from = ef_memory_new(size), *to = ef_memory_new(size);
	ef_histogram_t *copies = ef_memory_new(sizeof(*copies));
	double result;

	for (int i = 0; i < ROUNDS; i++) {
		int64_t start = ef_now_ns();

		memcpy(to, from, size);
		__asm__ volatile("" : : "r"(to) : "memory"); /* keeps the copy */
		if (i >= WARM_UP) {
			ef_histogram_add(copies, ef_now_ns() - start);
		}
		zclock_sleep(PERIOD_MS);
	}
	result = ef_histogram_ms(copies, 0.5);
	free(copies);
	free(from);
	free(to);
	return result;
}

int main(void)
{
	static const int sizes[][2] = {{640, 480}, {1280, 720}};

	printf("{");
	for (int i = 0; i < 2; i++) {
		int w = sizes[i][0], h = sizes[i][1];

		printf("%s\"%dx%d\": {\"p50_ms\": %.3f, \"memcpy_ms\": %.4f}", i > 0 ? ", " : "", w,
			h, hop_p50_ms(w, h), memcpy_p50_ms(w, h));
	}
	printf("}\n");
	return 0;
}
