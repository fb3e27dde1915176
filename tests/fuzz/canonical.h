/* Whether bytes are a message as a writer must send it, by SPEC.md's words and without the project's
 * own encoder or decoder: what it asks for must come out of them again unchanged. */
#ifndef EF_FUZZ_CANONICAL_H
#define EF_FUZZ_CANONICAL_H

#include <stddef.h>
#include <stdint.h>

/* True for a message, accepted by the decoder, of shortest integers and texts, float32, exactly the
 * keys of its kind in their order, known coefficients in theirs, and values that need no clamping: its
 * quaternion's length is within tolerance of 1. */
int is_canonical(const uint8_t *data, size_t size, double tolerance);

#endif
