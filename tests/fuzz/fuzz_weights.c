/* Files of weights, with lengths and checksums that fit, so that their bodies are read: every value
 * that is given is one of the file's. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "proto/neural/weights.h"
#include "tests/fuzz/fuzz.h"

#define HEAD 20

static void put(uint8_t *bytes, uint32_t value)
{
	for (int i = 0; i < 4; i++) {
		bytes[i] = (uint8_t)(value >> 8 * i);
	}
}

static void load(const uint8_t *data, size_t size)
{
	char path[32], why[64] = "";
	int fd = fuzz_file(data, size, path);
	ef_weights_t *weights = ef_weights_load(path, "solver", why, sizeof(why));
	const float *values = weights != NULL ? ef_weights_get(weights, "one", 3) : NULL;

	fuzz_check((weights == NULL) == (why[0] != '\0'), "a refusal has a reason");
	for (int i = 0; values != NULL && i < 3; i++) {
		fuzz_check(isfinite(values[i]), "values are finite");
	}
	ef_weights_destroy(&weights);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *fitting = malloc(size + 1);

	fuzz_quiet();
	load(data, size);
	if (fitting != NULL && size >= HEAD) {
		memcpy(fitting, data, size);
		put(fitting + 12, (uint32_t)(size - HEAD));
		put(fitting + 16, (uint32_t)crc32(0, data + HEAD, (uInt)(size - HEAD)));
		load(fitting, size);
	}
	free(fitting);
	return 0;
}
