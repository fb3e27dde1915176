/* Fuzz target of the wire's decoder: whatever comes in, no crash, no leak, and what is accepted
 * survives encoding and decoding. */
#include <stdlib.h>

#include "proto/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ef_message_t message, again;
	const char *why = NULL;
	size_t encoded_size;
	uint8_t *encoded;

	if (ef_message_decode(&message, data, size, &why) == -1) {
		if (why == NULL) {
			abort();
		}
		return 0;
	}
	encoded = ef_message_encode(&message, &encoded_size);
	if (encoded == NULL || ef_message_decode(&again, encoded, encoded_size, &why) == -1) {
		abort();
	}
	free(encoded);
	return 0;
}
