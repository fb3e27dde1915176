#include "recording/header.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "proto/base/clock.h"
#include "proto/base/memory.h"
#include "proto/stage/json.h"
#include "proto/wire/field.h"

#define VALUE_MAX 512 /* bytes of a setting; EF_HEADER_MAX holds EF_HEADER_SETTINGS_MAX of them */

extern char **environ;

/* Settings that say nothing about what is recorded: where files of this machine are. */
static int is_place(const char *name)
{
	static const char *const places[] = {"EFFIGY_BIN", "EFFIGY_RUNTIME", "EFFIGY_KEYS", NULL};

	for (int i = 0; places[i] != NULL; i++) {
		if (strcmp(places[i], name) == 0) {
			return 1;
		}
	}
	return 0;
}

/* Removes NAME:PASSWORD@ from the address of a stream: recordings are handed on. */
static void remove_password(char *value)
{
	char *address = strstr(value, "://");
	char *host = address != NULL ? strchr(address, '@') : NULL;

	if (host != NULL && host < address + 3 + strcspn(address + 3, "/?#")) {
		memmove(address + 3, host + 1, strlen(host + 1) + 1);
	}
}

static void add_setting(ef_header_t *header, char *name, char *value)
{
	header->settings[header->setting_count++] = (ef_setting_t){name, value};
}

static void take_environment(ef_header_t *header)
{
	for (char **word = environ; *word != NULL; word++) {
		const char *value = strchr(*word, '=');
		char *name;

		if (strncmp(*word, "EFFIGY_", 7) != 0 || value == NULL || value[1] == '\0' ||
			strlen(*word) > VALUE_MAX ||
			header->setting_count == EF_HEADER_SETTINGS_MAX) {
			continue;
		}
		name = ef_memory_print("%.*s", (int)(value - *word), *word);
		if (is_place(name)) {
			free(name);
		} else {
			add_setting(header, name, ef_memory_copy(value + 1));
			remove_password(header->settings[header->setting_count - 1].value);
		}
	}
}

void ef_header_here(ef_header_t *header, const char *edge)
{
	header->version = EF_RECORDING_VERSION;
	snprintf(header->edge, sizeof(header->edge), "%s", edge);
	snprintf(header->program, sizeof(header->program), "%s", EF_VERSION);
	snprintf(header->src, sizeof(header->src), "%s", ef_host_id());
	if (gethostname(header->host, sizeof(header->host) - 1) == -1) {
		header->host[0] = '\0';
	}
	header->time = (int64_t)time(NULL);
	take_environment(header);
}

void ef_header_finish(ef_header_t *header)
{
	for (size_t i = 0; i < header->setting_count; i++) {
		free(header->settings[i].name);
		free(header->settings[i].value);
	}
	*header = (ef_header_t){0};
}

/* msgpack's text is UTF-8. */
static void put_text(msgpack_packer *packer, const char *text)
{
	json_object *valid = ef_json_text(text);
	size_t length = (size_t)json_object_get_string_len(valid);

	msgpack_pack_str(packer, length);
	msgpack_pack_str_body(packer, json_object_get_string(valid), length);
	json_object_put(valid);
}

static void put_pair(msgpack_packer *packer, const char *key, const char *value)
{
	put_text(packer, key);
	put_text(packer, value);
}

uint8_t *ef_header_encode(const ef_header_t *header, size_t *size)
{
	msgpack_sbuffer buffer;
	msgpack_packer packer;
	uint8_t *data;

	msgpack_sbuffer_init(&buffer);
	msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
	msgpack_pack_map(&packer, 7);
	put_text(&packer, "recording");
	msgpack_pack_int(&packer, header->version);
	put_pair(&packer, "edge", header->edge);
	put_pair(&packer, "effigy", header->program);
	put_pair(&packer, "host", header->host);
	put_pair(&packer, "src", header->src);
	put_text(&packer, "time");
	msgpack_pack_int64(&packer, header->time);
	put_text(&packer, "settings");
	msgpack_pack_map(&packer, header->setting_count);
	for (size_t i = 0; i < header->setting_count; i++) {
		put_pair(&packer, header->settings[i].name, header->settings[i].value);
	}
	*size = buffer.size;
	data = ef_memory_new(buffer.size);
	memcpy(data, buffer.data, buffer.size);
	msgpack_sbuffer_destroy(&buffer);
	return data;
}

static char *copy_text(const msgpack_object *object)
{
	return object->type != MSGPACK_OBJECT_STR
		       ? NULL
		       : ef_memory_print("%.*s", (int)object->via.str.size, object->via.str.ptr);
}

/* Settings that are no text are left out. */
static void get_settings(const msgpack_object *object, ef_header_t *header)
{
	if (object == NULL || object->type != MSGPACK_OBJECT_MAP) {
		return;
	}
	for (uint32_t i = 0; i < object->via.map.size; i++) {
		char *name = copy_text(&object->via.map.ptr[i].key);
		char *value = copy_text(&object->via.map.ptr[i].val);

		if (name == NULL || value == NULL ||
			header->setting_count == EF_HEADER_SETTINGS_MAX) {
			free(name);
			free(value);
		} else {
			add_setting(header, name, value);
		}
	}
}

static int get_header(const msgpack_object *map, ef_header_t *header, const char **why)
{
	const msgpack_object *version = ef_field_find(map, "recording");
	const msgpack_object *host = ef_field_find(map, "host");

	if (version == NULL) {
		return 0;
	}
	if (ef_field_int(version, 1, INT32_MAX, &header->version) == -1) {
		*why = "its version is no number";
		return -1;
	}
	if (header->version != EF_RECORDING_VERSION) {
		*why = "another version";
		return -1;
	}
	/* What is missing or of another type stays empty: the messages can be used without it. */
	ef_field_name(ef_field_find(map, "edge"), header->edge);
	ef_field_name(ef_field_find(map, "effigy"), header->program);
	ef_field_name(ef_field_find(map, "src"), header->src);
	ef_field_time(ef_field_find(map, "time"), &header->time);
	if (host != NULL && host->type == MSGPACK_OBJECT_STR) {
		snprintf(header->host, sizeof(header->host), "%.*s", (int)host->via.str.size,
			host->via.str.ptr);
	}
	get_settings(ef_field_find(map, "settings"), header);
	return 1;
}

int ef_header_decode(ef_header_t *header, const uint8_t *data, size_t size, const char **why)
{
	msgpack_unpacked unpacked;
	int result = 0;

	/* A message may be large; that a header is not is checked before memory is used for it. */
	if (size > EF_HEADER_MAX) {
		return 0;
	}
	msgpack_unpacked_init(&unpacked);
	if (msgpack_unpack_next(&unpacked, (const char *)data, size, NULL) ==
			MSGPACK_UNPACK_SUCCESS &&
		unpacked.data.type == MSGPACK_OBJECT_MAP) {
		result = get_header(&unpacked.data, header, why);
	}
	msgpack_unpacked_destroy(&unpacked);
	return result;
}
