#include "keys/key_file.h"

#include <sodium.h>
#include <sys/stat.h>

#include "proto/base/memory.h"
#include "proto/link/keys/keyring.h"

static int fail(const char *what, const char *path)
{
	zsys_error("cannot %s %s: %s", what, path, strerror(errno));
	return -1;
}

/* Makes a folder for this user alone, and those above it. */
static int make_folder(const char *path)
{
	char *above = ef_memory_copy(path);
	struct stat folder;
	int result = 0;

	for (char *slash = strchr(above + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(above, 0700);
		*slash = '/';
	}
	free(above);
	if (mkdir(path, 0700) == -1 && errno != EEXIST) {
		return fail("create the folder", path);
	}
	if (stat(path, &folder) == -1 || !S_ISDIR(folder.st_mode)) {
		errno = ENOTDIR;
		return fail("use", path);
	}
	if ((folder.st_mode & 0022) != 0 || folder.st_uid != geteuid()) {
		zsys_error("other users can write in %s; own it and chmod 700 it", path);
		result = -1;
	}
	return result;
}

static char *own_path(const char *suffix)
{
	return ef_memory_print("%s/own.key%s", ef_keyring_folder(), suffix);
}

int ef_key_exists(void)
{
	char *secret = own_path("_secret");
	int exists = access(secret, F_OK) == 0;

	free(secret);
	return exists;
}

/* CZMQ does not say whether all bytes were written. */
static int save_own(zcert_t *cert, const char *path)
{
	zcert_t *saved;
	int whole;

	zcert_save(cert, path);
	saved = zcert_load(path);
	whole = saved != NULL && zcert_eq(saved, cert) &&
		memcmp(zcert_secret_key(saved), zcert_secret_key(cert), 32) == 0;
	zcert_destroy(&saved);
	return whole ? 0 : -1;
}

int ef_key_create(void)
{
	char *path = own_path(""), *secret = own_path("_secret");
	zcert_t *cert = zcert_new();
	int result = -1;

	if (ef_key_exists()) {
		zsys_error(
			"%s exists already; show its public half with: effigy keys show", secret);
	} else if (make_folder(ef_keyring_folder()) == 0 &&
		   make_folder(ef_keyring_allowed()) == 0) {
		result = save_own(cert, path);
		if (result == -1) {
			fail("write", secret);
			unlink(path);
			unlink(secret);
		}
	}
	zcert_destroy(&cert);
	free(secret);
	free(path);
	return result;
}

static int check_name(const char *name)
{
	if (ef_key_name_is_valid(name)) {
		return 0;
	}
	zsys_error(
		"\"%.80s\" is no name of a machine; it takes up to %d letters, digits and . _ : -",
		name, EF_KEY_NAME_MAX);
	return -1;
}

static char *allowed_path(const char *name)
{
	return ef_memory_print("%s/%s.key", ef_keyring_allowed(), name);
}

/* Written beside the folder first: a stage may read the folder at any time. */
static int save_allowed(zcert_t *cert, const char *name)
{
	char *path = allowed_path(name);
	char *fresh = ef_memory_print("%s/%s.new-%d", ef_keyring_folder(), name, (int)getpid());
	zcert_t *saved = NULL;
	int result = -1;

	if (zcert_save_public(cert, fresh) == 0) {
		saved = zcert_load(fresh);
	}
	if (saved != NULL && zcert_eq(saved, cert)) {
		result = rename(fresh, path);
	}
	if (result == -1) {
		fail("write", path);
		unlink(fresh);
	}
	zcert_destroy(&saved);
	free(fresh);
	free(path);
	return result;
}

int ef_key_allow(const char *name, const uint8_t key[32], const char *address)
{
	static const uint8_t no_secret[32];
	zcert_t *cert;
	int result;

	if (check_name(name) == -1 || make_folder(ef_keyring_folder()) == -1 ||
		make_folder(ef_keyring_allowed()) == -1) {
		return -1;
	}
	cert = zcert_new_from(key, no_secret);
	zcert_set_meta(cert, "name", "%s", name);
	if (address != NULL && ef_key_name_is_valid(address)) {
		zcert_set_meta(cert, "address", "%s", address);
	}
	result = save_allowed(cert, name);
	zcert_destroy(&cert);
	return result;
}

int ef_key_revoke(const char *name)
{
	char *path;
	int result;

	if (check_name(name) == -1) {
		return -1;
	}
	path = allowed_path(name);
	result = unlink(path);
	if (result == -1 && errno == ENOENT) {
		zsys_error(
			"there is no key of %s; effigy keys list shows those that there are", name);
	} else if (result == -1) {
		fail("remove", path);
	}
	free(path);
	return result;
}

static int print_one(void *self, const char *name, zcert_t *cert)
{
	char key[EF_KEY_HEX + 1];
	const char *address = zcert_meta(cert, "address");

	(void)self;
	ef_key_print(zcert_public_key(cert), key);
	return printf("%s  %s%s%s\n", key, name, address != NULL ? "  paired at " : "",
		       address != NULL ? address : "") < 0;
}

int ef_key_list(void)
{
	return ef_keyring_each(print_one, NULL) == 0 && fflush(stdout) == 0 ? 0 : -1;
}

int ef_key_parse(const char *text, uint8_t key[32])
{
	size_t size;

	return sodium_hex2bin(key, 32, text, strlen(text), NULL, &size, NULL) == 0 && size == 32 &&
			       strlen(text) == EF_KEY_HEX
		       ? 0
		       : -1;
}

void ef_key_print(const uint8_t key[32], char text[EF_KEY_HEX + 1])
{
	sodium_bin2hex(text, EF_KEY_HEX + 1, key, 32);
}
