/* What two machines send each other while they pair: records of a fixed size, in turn.
 *
 *   who begins                          who waits
 *   HELLO  sid, point, what it is   ->
 *                                   <-  ANSWER  point, what it is, proof
 *   PROOF  proof                    ->
 *                                   <-  DONE, or REFUSED */
#ifndef EF_PAIR_MESSAGE_H
#define EF_PAIR_MESSAGE_H

#include "keys/cpace.h"
#include "proto/link/keys/keyring.h"

typedef enum {
	EF_PAIR_HELLO = 1,
	EF_PAIR_ANSWER,
	EF_PAIR_PROOF,
	EF_PAIR_DONE,
	EF_PAIR_REFUSED
} ef_pair_step_t;

#define EF_PAIR_DATA (32 + EF_KEY_NAME_MAX) /* bytes: a public key and the name of a machine */
#define EF_PAIR_SIZE (12 + EF_CPACE_SID + EF_CPACE_POINT + EF_CPACE_TAG + 1 + EF_PAIR_DATA)

/* What a step does not use is 0. */
typedef struct {
	ef_pair_step_t step;
	uint8_t sid[EF_CPACE_SID], point[EF_CPACE_POINT], tag[EF_CPACE_TAG];
	uint8_t data[EF_PAIR_DATA]; /* the key, then the name without an end */
	size_t size; /* of data */
} ef_pair_message_t;

void ef_pair_encode(const ef_pair_message_t *message, uint8_t bytes[EF_PAIR_SIZE]);

/* Returns 0, or -1 for bytes that are no such message. */
int ef_pair_decode(ef_pair_message_t *message, const void *bytes, size_t size);

/* Sets data: what this machine says of itself. */
void ef_pair_describe(ef_pair_message_t *message, const uint8_t key[32], const char *name);

/* Reads data: the key, and the name with each character that no name has replaced by a dash. Returns 0, or
 * -1 when there is no name. */
int ef_pair_read(const ef_pair_message_t *message, uint8_t key[32], char name[EF_KEY_NAME_MAX + 1]);

/* The side that this message speaks for; its pointers are into the message. */
ef_cpace_side_t ef_pair_side(const ef_pair_message_t *message);

#endif
