/* run_corpus CHANGES FILE...: runs a fuzz target on files, and on that number of random changes
 * of each, the same ones in every run. CI uses it instead of a fuzzing engine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

#define SIZE_MAX_READ (1 << 20)

static uint64_t state = 88172645463325252u;

/* Marsaglia's xorshift64. */
static uint64_t next_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* The target gets a block of exactly that size, so that a sanitizer detects reads after its end. */
static void run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size > 0 ? size : 1);

	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void run_changes(const uint8_t *data, size_t size, int changes)
{
	uint8_t *changed = malloc(size + 1);

	for (int i = 0; i < changes; i++) {
		size_t length = size;

		memcpy(changed, data, size);
		for (uint64_t edits = 1 + next_random() % 4; edits > 0 && size > 0; edits--) {
			changed[next_random() % size] = (uint8_t)next_random();
		}
		if (next_random() % 4 == 0) {
			length = next_random() % (size + 1);
		}
		run(changed, length);
	}
	free(changed);
}

int main(int argc, char **argv)
{
	static uint8_t data[SIZE_MAX_READ];
	int changes = argc > 1 ? atoi(argv[1]) : 0;

	for (int i = 2; i < argc; i++) {
		FILE *file = fopen(argv[i], "rb");
		size_t size;

		if (file == NULL) {
			perror(argv[i]);
			return 1;
		}
		size = fread(data, 1, sizeof(data), file);
		fclose(file);
		run(data, size);
		run_changes(data, size, changes);
	}
	printf("%s: %d files and %d changes of each: nothing wrong\n",
		strrchr(argv[0], '/') != NULL ? strrchr(argv[0], '/') + 1 : argv[0], argc - 2,
		changes);
	return changes > 0 && argc > 2 ? 0 : 1;
}
