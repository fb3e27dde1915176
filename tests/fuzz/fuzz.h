/* What every fuzz target is: a function that whatever bytes may come in neither crash nor make wrong. */
#ifndef EF_FUZZ_H
#define EF_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's name for it. Aborts when something is wrong. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts, and says why, when a promise is not kept. */
void fuzz_check(int kept, const char *promise);

/* Sends what the project's code logs to nowhere; the first call does it. */
void fuzz_quiet(void);

/* A path of a file in memory that holds these bytes, and its descriptor, to be closed. */
int fuzz_file(const uint8_t *data, size_t size, char path[32]);

#endif
