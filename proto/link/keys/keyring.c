#include "proto/link/keys/keyring.h"

#include <dirent.h>
#include <pthread.h>
#include <sys/stat.h>

#include "proto/base/memory.h"

#define SUFFIX ".key"
#define LOOK_MS 500
#define KEY_CHARS 40 /* a key in Z85 */

const char *ef_keyring_folder(void)
{
	static char path[PATH_MAX];
	const char *own = getenv("EFFIGY_KEYS"), *config = getenv("XDG_CONFIG_HOME"),
		   *home = getenv("HOME");

	if (own != NULL && *own != '\0') {
		snprintf(path, sizeof(path), "%s", own);
	} else if (config != NULL && *config == '/') {
		snprintf(path, sizeof(path), "%s/effigy/keys", config);
	} else {
		snprintf(path, sizeof(path), "%s/.config/effigy/keys", home != NULL ? home : "");
	}
	return path;
}

const char *ef_keyring_allowed(void)
{
	static char path[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/allowed", ef_keyring_folder());
	return path;
}

int ef_key_name_is_valid(const char *name)
{
	size_t length = strlen(name);

	return length > 0 && length <= EF_KEY_NAME_MAX && *name != '.' && *name != '-' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-") ==
		       length;
}

/* Returns 0, or -1 after logging why the secret key must not be used. */
static int check_secret(const char *path, const char *purpose)
{
	struct stat file;

	if (stat(path, &file) != 0) {
		zsys_error("%s needs keys, and there are none in %s; create them with: effigy keys "
			   "new",
			purpose, ef_keyring_folder());
		return -1;
	}
	/* A group may read it: containers get secrets that way. */
	if ((file.st_mode & 0027) != 0) {
		zsys_error("%s needs keys, but others can use %s; chmod 600 it or, if somebody may "
			   "have "
			   "copied it, remove it and run: effigy keys new",
			purpose, path);
		return -1;
	}
	return 0;
}

static int has_secret(const zcert_t *cert)
{
	static const byte none[32];

	return memcmp(zcert_secret_key((zcert_t *)cert), none, sizeof(none)) != 0;
}

zcert_t *ef_keyring_own(const char *purpose)
{
	char *secret = ef_memory_print("%s/own" SUFFIX "_secret", ef_keyring_folder());
	zcert_t *cert = NULL;

	if (check_secret(secret, purpose) == 0) {
		cert = zcert_load(secret);
		if (cert == NULL || !has_secret(cert)) {
			zsys_error(
				"%s contains no pair of keys; remove it and run: effigy keys new",
				secret);
			zcert_destroy(&cert);
		}
	}
	free(secret);
	return cert;
}

/* The name of a machine for the name of its file, or NULL for another file. */
static const char *name_of(const char *file, char *name, size_t size)
{
	size_t length = strlen(file), suffix = strlen(SUFFIX);

	if (length <= suffix || length - suffix >= size ||
		strcmp(file + length - suffix, SUFFIX) != 0) {
		return NULL;
	}
	snprintf(name, size, "%.*s", (int)(length - suffix), file);
	return ef_key_name_is_valid(name) ? name : NULL;
}

static zcert_t *load_allowed(const char *file)
{
	char *path = ef_memory_print("%s/%s", ef_keyring_allowed(), file);
	zcert_t *cert = zcert_load(path);

	free(path);
	return cert;
}

int ef_keyring_each(ef_key_visit_fn *visit, void *self)
{
	DIR *folder = opendir(ef_keyring_allowed());
	int result = 0, count = 0;

	for (struct dirent *entry; folder != NULL && result == 0 && count < EF_KEYS_MAX &&
				   (entry = readdir(folder)) != NULL;) {
		char name[EF_KEY_NAME_MAX + 1];
		zcert_t *cert;

		if (name_of(entry->d_name, name, sizeof(name)) == NULL) {
			continue;
		}
		cert = load_allowed(entry->d_name);
		if (cert != NULL) {
			result = visit(self, name, cert);
			count++;
			zcert_destroy(&cert);
		}
	}
	if (folder != NULL) {
		closedir(folder);
	}
	return result;
}

/* Looking for a key. */

typedef struct {
	const char *host, *public_key; /* one of them */
	zcert_t *found;
} wanted_t;

static int has_host(void *self, const char *name, zcert_t *cert)
{
	wanted_t *wanted = self;
	const char *address = zcert_meta(cert, "address");

	if (strcasecmp(name, wanted->host) == 0) {
		zcert_destroy(&wanted->found);
		wanted->found = zcert_dup(cert);
		return 1;
	}
	/* A name is meant; an address may have been given to another machine since. */
	if (wanted->found == NULL && address != NULL && strcmp(address, wanted->host) == 0) {
		wanted->found = zcert_dup(cert);
	}
	return 0;
}

zcert_t *ef_keyring_find(const char *host)
{
	wanted_t wanted = {.host = host};

	ef_keyring_each(has_host, &wanted);
	return wanted.found;
}

static int has_key(void *self, const char *name, zcert_t *cert)
{
	(void)name;
	return strcmp(zcert_public_txt(cert), ((wanted_t *)self)->public_key) == 0;
}

int ef_keyring_allows(const char *public_key)
{
	wanted_t wanted = {.public_key = public_key};

	return ef_keyring_each(has_key, &wanted);
}

/* Revocations. */

typedef struct {
	char keys[EF_KEYS_MAX][KEY_CHARS + 1];
	int count;
} known_t;

static int add_known(void *self, const char *name, zcert_t *cert)
{
	known_t *known = self;

	(void)name;
	snprintf(known->keys[known->count++], KEY_CHARS + 1, "%s", zcert_public_txt(cert));
	return 0;
}

static int knows(const known_t *known, const char *key)
{
	for (int i = 0; i < known->count; i++) {
		if (strcmp(known->keys[i], key) == 0) {
			return 1;
		}
	}
	return 0;
}

static unsigned count_missing(const known_t *before, const known_t *now)
{
	unsigned missing = 0;

	for (int i = 0; i < before->count; i++) {
		missing += !knows(now, before->keys[i]);
	}
	return missing;
}

unsigned ef_keyring_revocations(void)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	static known_t known, now;
	static unsigned revocations;
	static int64_t next_ms;
	unsigned result;

	pthread_mutex_lock(&mutex);
	if (zclock_mono() >= next_ms) {
		next_ms = zclock_mono() + LOOK_MS;
		now.count = 0;
		ef_keyring_each(add_known, &now);
		revocations += count_missing(&known, &now);
		known = now;
	}
	result = revocations;
	pthread_mutex_unlock(&mutex);
	return result;
}
