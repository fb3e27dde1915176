/* Recordings: for any bytes in the file, each message that is read is complete, can be written,
 * and is read again after a rewind; no message is read after damage; a part has no message of
 * another time, whatever the index says. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "recording/recording.h"

#define MESSAGES_MAX 64
#define SECOND INT64_C(1000000000)

/* Returns the number of messages, and the result of the last call in *last. */
static size_t read_all(ef_recording_t *recording, uint64_t sum[MESSAGES_MAX], int *last)
{
	ef_message_t message;
	size_t count = 0;

	while (count < MESSAGES_MAX && (*last = ef_recording_next(recording, &message)) == 1) {
		size_t size;
		uint8_t *bytes = ef_message_encode(&message, &size);

		fuzz_check(bytes != NULL, "a message of a recording can be written");
		sum[count] = size;
		for (size_t i = 0; i < size; i++) {
			sum[count] = sum[count] * 31 + bytes[i];
		}
		free(bytes);
		count++;
	}
	return count;
}

/* Reads from one second on, after the first message was read. */
static void read_part(const char *path)
{
	ef_recording_t *recording = ef_recording_new(path);
	ef_message_t message;

	if (recording != NULL && ef_recording_next(recording, &message) == 1) {
		int64_t first = message.head.t;

		ef_recording_limit(recording, SECOND, 3 * SECOND);
		ef_recording_rewind(recording);
		for (int i = 0; i < MESSAGES_MAX && ef_recording_next(recording, &message) == 1;
			i++) {
			fuzz_check(message.head.t - first >= SECOND &&
					   message.head.t - first < 3 * SECOND,
				"a part has no other message");
		}
	}
	ef_recording_destroy(&recording);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t first[MESSAGES_MAX], second[MESSAGES_MAX];
	ef_recording_t *recording;
	char path[32];
	int fd;

	fuzz_quiet();
	fd = fuzz_file(data, size, path);
	recording = ef_recording_new(path);
	if (recording != NULL) {
		int last, again;
		size_t count = read_all(recording, first, &last);

		ef_recording_rewind(recording);
		if (last == -1) {
			fuzz_check(read_all(recording, second, &again) == 0 && again == 0,
				"nothing comes after a break");
		} else {
			fuzz_check(read_all(recording, second, &again) == count && again == last &&
					   memcmp(first, second, count * sizeof(first[0])) == 0,
				"a recording says the same twice");
		}
	}
	ef_recording_destroy(&recording);
	read_part(path);
	close(fd);
	return 0;
}
