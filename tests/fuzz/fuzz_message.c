/* The decoder and encoder: no crash, no leak; encoding and decoding an accepted message again keeps
 * every field and pixel; a message in the form of SPEC.md keeps every byte. No trace makes a message older
 * than it is. */
#include <stdlib.h>
#include <string.h>

#include "proto/base/clock.h"
#include "proto/stage/waited.h"
#include "proto/wire/message.h"
#include "tests/fuzz/canonical.h"
#include "tests/fuzz/fuzz.h"

/* The decoder does not change a quaternion whose length is within 1e-5 of 1. */
#define LEFT_ALONE 0.9e-5
#define WRITTEN 1.1e-5

/* Compares complete structs, so that no field is missed: the decoder clears them first. Only the
 * address of the pixels may differ. */
static void check_same(ef_message_t *one, ef_message_t *other)
{
	fuzz_check(one->head.kind == other->head.kind, "the kind is the same");
	if (one->head.kind == EF_FRAME || one->head.kind == EF_RENDER) {
		fuzz_check(one->image.size == other->image.size &&
				   memcmp(one->image.data, other->image.data, one->image.size) == 0,
			"the pixels are the same");
		one->image.data = other->image.data = NULL;
	}
	fuzz_check(memcmp(one, other, sizeof(*one)) == 0, "the fields are the same");
}

static void check_waited(const ef_head_t *head)
{
	static ef_ways_t ways;
	int64_t now = ef_now_ns(), age = ef_head_age(head, now);
	int64_t waited = ef_waited(&ways, head, now, 250000000);

	fuzz_check(waited >= 0, "no message comes from the future");
	fuzz_check(age < 0 || waited <= age, "no message has waited longer than it exists");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ef_message_t message, again;
	const char *why = NULL;
	size_t encoded_size;
	uint8_t *encoded;

	if (ef_message_decode(&message, data, size, &why) == -1) {
		fuzz_check(why != NULL, "a refusal has a reason");
		return 0;
	}
	check_waited(&message.head);
	encoded = ef_message_encode(&message, &encoded_size);
	fuzz_check(encoded != NULL, "what was decoded can be encoded");
	fuzz_check(ef_message_decode(&again, encoded, encoded_size, &why) == 0,
		"what was encoded can be decoded");
	check_same(&message, &again);
	fuzz_check(is_canonical(encoded, encoded_size, WRITTEN), "it is written as SPEC.md says");
	if (is_canonical(data, size, LEFT_ALONE)) {
		fuzz_check(encoded_size == size && memcmp(encoded, data, size) == 0,
			"the bytes are the same");
	}
	free(encoded);
	return 0;
}
