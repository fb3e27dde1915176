/* Recordings: whatever stands in the file, each message that comes out is whole, can be written, and
 * comes out again after a rewind, unless the file is broken. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "tools/recording.h"

#define MESSAGES_MAX 64

/* Sets *broken when not all could be read. */
static size_t read_all(ef_recording_t *recording, uint64_t sum[MESSAGES_MAX], int *broken)
{
	ef_message_t message;
	size_t count = 0;
	int got = 1;

	while (count < MESSAGES_MAX && (got = ef_recording_next(recording, &message)) == 1) {
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
	*broken = got == -1;
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t first[MESSAGES_MAX], second[MESSAGES_MAX];
	ef_recording_t *recording;
	char path[32];
	int fd, broken;

	fuzz_quiet();
	fd = fuzz_file(data, size, path);
	recording = ef_recording_new(path);
	if (recording != NULL) {
		size_t count = read_all(recording, first, &broken);
		size_t expected = broken ? 0 : count;

		ef_recording_rewind(recording);
		fuzz_check(read_all(recording, second, &broken) == expected &&
				   memcmp(first, second, expected * sizeof(first[0])) == 0,
			"a recording says the same twice");
	}
	ef_recording_destroy(&recording);
	close(fd);
	return 0;
}
