/* The keys of this user, in a folder:
 *
 *   own.key, own.key_secret   this machine's pair of keys
 *   allowed/NAME.key          the public key of another machine, which may connect to this one, and by
 *                             which links to tcp://NAME:... know that they reached it
 *
 * The files are CZMQ's certificates. The secret one is for its owner alone. */
#ifndef EF_KEYRING_H
#define EF_KEYRING_H

#include <czmq.h>

#define EF_KEY_NAME_MAX 64 /* bytes of the name of a machine */
#define EF_KEYS_MAX 256 /* allowed keys */

/* EFFIGY_KEYS, or effigy/keys in XDG_CONFIG_HOME or in ~/.config. */
const char *ef_keyring_folder(void);

/* The folder of the allowed keys. */
const char *ef_keyring_allowed(void);

/* True for a host name or a numeric address: letters, digits and . _ : - , not beginning with a dot or
 * a dash. */
int ef_key_name_is_valid(const char *name);

/* This machine's pair of keys; the caller destroys it. Returns NULL after logging what to do: there
 * is none, or others can read it. purpose: what needs it, for the log. */
zcert_t *ef_keyring_own(const char *purpose);

/* Sees the allowed key of the machine called name; both are borrowed. Returns other than 0 to see no more. */
typedef int ef_key_visit_fn(void *self, const char *name, zcert_t *cert);

/* Calls visit for each allowed key until it returns other than 0; returns that, else 0. */
int ef_keyring_each(ef_key_visit_fn *visit, void *self);

/* The allowed key of a machine by its name or, for a machine that was paired, by the address that it
 * had then. Returns NULL when there is none. The caller destroys it. */
zcert_t *ef_keyring_find(const char *host);

/* True when that public key (40 characters of Z85) is allowed. */
int ef_keyring_allows(const char *public_key);

/* How often an allowed key was taken away since the start of this process; looks at the folder at most
 * twice a second. For any thread. */
unsigned ef_keyring_revocations(void);

#endif
