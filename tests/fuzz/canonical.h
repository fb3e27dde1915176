/* Checks, without the project's encoder and decoder, whether bytes are a message in the form that
 * SPEC.md requires of a writer. Decoding and encoding such a message must not change its bytes. */
#ifndef EF_FUZZ_CANONICAL_H
#define EF_FUZZ_CANONICAL_H

#include <stddef.h>
#include <stdint.h>

/* For a message that the decoder accepted: true when its integers and texts have their shortest
 * form, its floats are float32, it has exactly the keys of its kind in order, known coefficients
 * in order, no value that must be clamped, and a quaternion whose length is within tolerance of
 * 1. */
int is_canonical(const uint8_t *data, size_t size, double tolerance);

#endif
