/* Writes the files of the keyring (proto/link/keys/keyring.h). */
#ifndef EF_KEY_FILE_H
#define EF_KEY_FILE_H

#include <czmq.h>

#define EF_KEY_HEX 64 /* digits of a key */

/* Creates this machine's pair of keys. Returns 0, or -1 after logging why, for example because there
 * is one already. */
int ef_key_create(void);

/* True when there is a pair. */
int ef_key_exists(void);

/* Allows the machine called name with that public key; address may be NULL. A key that it had before is
 * replaced. Returns 0, or -1 after logging why. */
int ef_key_allow(const char *name, const uint8_t key[32], const char *address);

/* Removes the key of name. Returns 0, or -1 after logging why. */
int ef_key_revoke(const char *name);

/* Prints the allowed keys, a line each. Returns 0, or -1 when they cannot be printed. */
int ef_key_list(void);

/* Reads 64 hexadecimal digits. Returns 0, or -1. */
int ef_key_parse(const char *text, uint8_t key[32]);

/* Writes them. */
void ef_key_print(const uint8_t key[32], char text[EF_KEY_HEX + 1]);

#endif
