#include "keys/pair_message.h"

#define MAGIC "effigypair1" /* with its end, 12 bytes less the step */

static uint8_t *put(uint8_t *at, const void *bytes, size_t size)
{
	memcpy(at, bytes, size);
	return at + size;
}

static const uint8_t *take(const uint8_t *at, void *bytes, size_t size)
{
	memcpy(bytes, at, size);
	return at + size;
}

void ef_pair_encode(const ef_pair_message_t *message, uint8_t bytes[EF_PAIR_SIZE])
{
	uint8_t *at = put(bytes, MAGIC, strlen(MAGIC));

	*at++ = (uint8_t)message->step;
	at = put(at, message->sid, sizeof(message->sid));
	at = put(at, message->point, sizeof(message->point));
	at = put(at, message->tag, sizeof(message->tag));
	*at++ = (uint8_t)message->size;
	put(at, message->data, sizeof(message->data));
}

int ef_pair_decode(ef_pair_message_t *message, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;

	memset(message, 0, sizeof(*message));
	if (size != EF_PAIR_SIZE || memcmp(at, MAGIC, strlen(MAGIC)) != 0) {
		return -1;
	}
	at += strlen(MAGIC);
	message->step = *at++;
	at = take(at, message->sid, sizeof(message->sid));
	at = take(at, message->point, sizeof(message->point));
	at = take(at, message->tag, sizeof(message->tag));
	message->size = *at++;
	take(at, message->data, sizeof(message->data));
	return message->step >= EF_PAIR_HELLO && message->step <= EF_PAIR_REFUSED &&
			       message->size <= sizeof(message->data)
		       ? 0
		       : -1;
}

void ef_pair_describe(ef_pair_message_t *message, const uint8_t key[32], const char *name)
{
	size_t length = strnlen(name, EF_KEY_NAME_MAX);

	memcpy(message->data, key, 32);
	memcpy(message->data + 32, name, length);
	message->size = 32 + length;
}

int ef_pair_read(const ef_pair_message_t *message, uint8_t key[32], char name[EF_KEY_NAME_MAX + 1])
{
	size_t length = message->size > 32 ? message->size - 32 : 0;
	char one[2] = "";

	memcpy(key, message->data, 32);
	memcpy(name, message->data + 32, length);
	name[length] = '\0';
	for (size_t i = 0; i < length; i++) {
		one[0] = name[i];
		/* A name does not begin with a dot or a dash. */
		if (!ef_key_name_is_valid(one) && (i == 0 || (name[i] != '.' && name[i] != '-'))) {
			name[i] = i == 0 ? '_' : '-';
		}
	}
	return ef_key_name_is_valid(name) ? 0 : -1;
}

ef_cpace_side_t ef_pair_side(const ef_pair_message_t *message)
{
	return (ef_cpace_side_t){message->point, message->data, message->size};
}
