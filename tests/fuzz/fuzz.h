/* The interface of every fuzz target: a function that accepts any bytes without a crash or an
 * error. */
#ifndef EF_FUZZ_H
#define EF_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* The name that libFuzzer requires. Aborts when a check fails. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts with a message when a condition does not hold. */
void fuzz_check(int kept, const char *promise);

/* Discards the log of the project's code, from the first call on. */
void fuzz_quiet(void);

/* Creates a file in memory with these bytes; returns its path and file descriptor, which the caller
 * closes. */
int fuzz_file(const uint8_t *data, size_t size, char path[32]);

#endif
