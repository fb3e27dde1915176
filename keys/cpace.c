#include "keys/cpace.h"

#include <sodium.h>
#include <string.h>

#define DSI "CPaceRistretto255"
#define CHANNEL "effigy pair"
#define BLOCK 128 /* bytes that SHA-512 takes at a time */

/* The draft's strings: each part with its length before it, which is one byte as all parts are shorter than
 * 128 bytes. */
typedef struct {
	crypto_hash_sha512_state hash;
	size_t size;
} string_t;

static void begin(string_t *string)
{
	crypto_hash_sha512_init(&string->hash);
	string->size = 0;
}

static void add(string_t *string, const void *part, size_t size)
{
	uint8_t length = (uint8_t)size;

	crypto_hash_sha512_update(&string->hash, &length, 1);
	crypto_hash_sha512_update(&string->hash, part, size);
	string->size += 1 + size;
}

static void end(string_t *string, uint8_t digest[64])
{
	crypto_hash_sha512_final(&string->hash, digest);
}

/* The zeros fill the first block, so that hashing takes the same time for each code. */
static void find_generator(
	const char *code, const uint8_t sid[EF_CPACE_SID], uint8_t generator[EF_CPACE_POINT])
{
	static const uint8_t zeros[BLOCK];
	uint8_t digest[64];
	string_t string;

	begin(&string);
	add(&string, DSI, strlen(DSI));
	add(&string, code, strlen(code));
	add(&string, zeros, BLOCK - 1 - string.size);
	add(&string, CHANNEL, strlen(CHANNEL));
	add(&string, sid, EF_CPACE_SID);
	end(&string, digest);
	crypto_core_ristretto255_from_hash(generator, digest);
}

int ef_cpace_begin(ef_cpace_t *cpace, const char *code, const uint8_t sid[EF_CPACE_SID])
{
	uint8_t generator[EF_CPACE_POINT];

	memset(cpace, 0, sizeof(*cpace));
	if (sodium_init() == -1) {
		return -1;
	}
	memcpy(cpace->sid, sid, EF_CPACE_SID);
	find_generator(code, sid, generator);
	crypto_core_ristretto255_scalar_random(cpace->secret);
	return crypto_scalarmult_ristretto255(cpace->own, cpace->secret, generator);
}

int ef_cpace_agree(ef_cpace_t *cpace, const uint8_t other[EF_CPACE_POINT],
	const ef_cpace_side_t *first, const ef_cpace_side_t *second)
{
	uint8_t common[EF_CPACE_POINT], key[64];
	string_t string;

	/* Fails for bytes that are no point, and for the neutral one, which would make any code right. */
	if (crypto_scalarmult_ristretto255(common, cpace->secret, other) == -1) {
		return -1;
	}
	begin(&string);
	add(&string, DSI "_ISK", strlen(DSI "_ISK"));
	add(&string, cpace->sid, EF_CPACE_SID);
	add(&string, common, sizeof(common));
	add(&string, first->point, EF_CPACE_POINT);
	add(&string, first->data, first->size);
	add(&string, second->point, EF_CPACE_POINT);
	add(&string, second->data, second->size);
	end(&string, key);
	begin(&string);
	add(&string, "CPaceMac", strlen("CPaceMac"));
	add(&string, cpace->sid, EF_CPACE_SID);
	add(&string, key, sizeof(key));
	end(&string, cpace->mac_key);
	sodium_memzero(common, sizeof(common));
	sodium_memzero(key, sizeof(key));
	return 0;
}

void ef_cpace_tag(const ef_cpace_t *cpace, const ef_cpace_side_t *side, uint8_t tag[EF_CPACE_TAG])
{
	crypto_auth_hmacsha512_state state;
	const uint8_t lengths[] = {EF_CPACE_POINT, (uint8_t)side->size};

	crypto_auth_hmacsha512_init(&state, cpace->mac_key, sizeof(cpace->mac_key));
	crypto_auth_hmacsha512_update(&state, &lengths[0], 1);
	crypto_auth_hmacsha512_update(&state, side->point, EF_CPACE_POINT);
	crypto_auth_hmacsha512_update(&state, &lengths[1], 1);
	crypto_auth_hmacsha512_update(&state, side->data, side->size);
	crypto_auth_hmacsha512_final(&state, tag);
}

int ef_cpace_proves(
	const ef_cpace_t *cpace, const ef_cpace_side_t *side, const uint8_t tag[EF_CPACE_TAG])
{
	uint8_t right[EF_CPACE_TAG];

	ef_cpace_tag(cpace, side, right);
	return sodium_memcmp(right, tag, sizeof(right)) == 0;
}
