/* What somebody on the network sends to a machine that waits to be paired. */
#include <string.h>

#include "keys/pair_message.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ef_pair_message_t message;
	char name[EF_KEY_NAME_MAX + 1];
	uint8_t again[EF_PAIR_SIZE], key[32];
	ef_cpace_side_t side;

	fuzz_quiet();
	if (ef_pair_decode(&message, data, size) == -1) {
		return 0;
	}
	ef_pair_encode(&message, again);
	fuzz_check(memcmp(again, data, size) == 0, "a message has one form");
	side = ef_pair_side(&message);
	fuzz_check(side.size <= EF_CPACE_DATA_MAX, "CPace takes what a side says of itself");
	fuzz_check(ef_pair_read(&message, key, name) == -1 || ef_key_name_is_valid(name),
		"the name of a machine is one");
	return 0;
}
