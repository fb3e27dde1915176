/* effigy-keys: the keys by which the machines of a pipeline know each other. */
#include <sys/stat.h>

#include "keys/key_file.h"
#include "keys/pair.h"
#include "proto/base/log.h"
#include "proto/link/keys/keyring.h"
#include "proto/stage/options.h"

typedef struct {
	int create, show, list, pair;
	const char *allow, *key, *revoke, *host;
	int port;
} options_t;

static int show(void)
{
	zcert_t *own = ef_keyring_own("this");
	char key[EF_KEY_HEX + 1];

	if (own == NULL) {
		return 1;
	}
	ef_key_print(zcert_public_key(own), key);
	zcert_destroy(&own);
	return puts(key) == EOF || fflush(stdout) != 0;
}

static int create(void)
{
	return ef_key_create() == 0 ? show() : 1;
}

static int allow(const options_t *options)
{
	uint8_t key[32];

	if (options->key == NULL || ef_key_parse(options->key, key) == -1) {
		zsys_error("a key has %d hexadecimal digits; effigy keys show prints that of a "
			   "machine",
			EF_KEY_HEX);
		return 2;
	}
	return ef_key_allow(options->allow, key, NULL) == 0 ? 0 : 1;
}

static int run(const options_t *options)
{
	if (options->create) {
		return create();
	}
	if (options->show) {
		return show();
	}
	if (options->list) {
		return ef_key_list() == 0 ? 0 : 1;
	}
	if (options->allow != NULL) {
		return allow(options);
	}
	if (options->revoke != NULL) {
		return ef_key_revoke(options->revoke) == 0 ? 0 : 1;
	}
	return options->host != NULL ? ef_pair_with(options->host, options->port)
				     : ef_pair_wait(options->port);
}

int main(int argc, char **argv)
{
	options_t options = {.port = EF_PAIR_PORT};
	const ef_option_t table[] = {
		{"new", EF_OPTION_FLAG, &options.create, NULL, "create this machine's keys", 0, 0,
			NULL},
		{"show", EF_OPTION_FLAG, &options.show, NULL, "print this machine's public key", 0,
			0, NULL},
		{"list", EF_OPTION_FLAG, &options.list, NULL, "print the keys of other machines", 0,
			0, NULL},
		{"allow", EF_OPTION_TEXT, &options.allow, "NAME", "let the machine NAME connect", 0,
			0, NULL},
		{"key", EF_OPTION_TEXT, &options.key, "KEY", "the public key of that machine", 0, 0,
			NULL},
		{"revoke", EF_OPTION_TEXT, &options.revoke, "NAME",
			"remove the key of the machine NAME; running links to it are cut", 0, 0,
			NULL},
		{"pair", EF_OPTION_FLAG, &options.pair, NULL,
			"exchange keys with HOST, or wait for another machine", 0, 0, NULL},
		{"port", EF_OPTION_INT, &options.port, "PORT", "TCP port of --pair", 1, 65535,
			NULL},
		{0},
	};
	const ef_option_t *const tables[] = {table, NULL};
	const ef_usage_t usage = {"effigy-keys", "Keys by which machines know each other.", "HOST",
		&options.host, NULL};
	int status;

	ef_log_init("keys");
	umask(0077);
	status = ef_options_parse(&usage, tables, argc, argv);
	if (status != -1) {
		return status;
	}
	if (options.create + options.show + options.list + options.pair + (options.allow != NULL) +
			(options.revoke != NULL) !=
		1) {
		fprintf(stderr,
			"effigy-keys: takes one of --new, --show, --list, --allow, --revoke and "
			"--pair; see effigy-keys --help\n");
		return 2;
	}
	return run(&options);
}
