#include "tests/fuzz/canonical.h"

#include <math.h>
#include <msgpack.h>
#include <string.h>

#include "proto/wire/arkit.h"
#include "proto/wire/figure.h"

typedef msgpack_object object_t;

#define HEAD "v k seq t src trace"

/* The keys of each kind in the order of SPEC.md; a lost face has fewer. */
static const struct {
	const char *kind, *state, *keys;
} orders[] = {
	{"frame", NULL, HEAD " fmt w h data"},
	{"render", NULL, HEAD " fmt w h data"},
	{"face", "tracked", HEAD " w h state n box score pts"},
	{"face", "tracked", HEAD " w h state n box score pts who"},
	{"face", "tracked", HEAD " w h state n box score pts read"},
	{"face", "tracked", HEAD " w h state n box score pts pitch"},
	{"face", "tracked", HEAD " w h state n box score pts read pitch"},
	{"face", "tracked", HEAD " w h state n box score pts who read"},
	{"face", "tracked", HEAD " w h state n box score pts who pitch"},
	{"face", "tracked", HEAD " w h state n box score pts who read pitch"},
	{"face", "lost", HEAD " w h state n"},
	{"expression", NULL, HEAD " state coeff head"},
	{"expression", NULL, HEAD " state coeff head sure"},
	{"expression", NULL, HEAD " state coeff head idle"},
	{"expression", NULL, HEAD " state coeff head sure idle"},
	{"end", NULL, HEAD},
	{"control", NULL, HEAD " demand"},
	{"receipt", NULL, HEAD " taken ended"},
	{"ask", NULL, HEAD " want"},
	{"ask", NULL, HEAD " want stage"},
	{"stats", NULL, HEAD " stages"},
	{"stats", NULL, HEAD " stages why"},
};

static int is_text(const object_t *object, const char *text, size_t length)
{
	return object->type == MSGPACK_OBJECT_STR && object->via.str.size == length &&
	       memcmp(object->via.str.ptr, text, length) == 0;
}

static const object_t *value_of(const object_t *map, const char *key)
{
	for (uint32_t i = 0; i < map->via.map.size; i++) {
		if (is_text(&map->via.map.ptr[i].key, key, strlen(key))) {
			return &map->via.map.ptr[i].val;
		}
	}
	return NULL;
}

/* True when the map has exactly the keys of the list, which is separated by spaces. */
static int has_keys(const object_t *map, const char *keys)
{
	uint32_t i = 0;

	for (; *keys != '\0'; i++) {
		size_t length = strcspn(keys, " ");

		if (i == map->via.map.size || !is_text(&map->via.map.ptr[i].key, keys, length)) {
			return 0;
		}
		keys += length + (keys[length] == ' ');
	}
	return i == map->via.map.size;
}

static int in_order(const object_t *map)
{
	const object_t *kind = value_of(map, "k"), *state = value_of(map, "state");
	int found = 0;

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		if (is_text(kind, orders[i].kind, strlen(orders[i].kind)) &&
			(orders[i].state == NULL ||
				is_text(state, orders[i].state, strlen(orders[i].state)))) {
			found |= has_keys(map, orders[i].keys);
		}
	}
	return found;
}

static int all_float32(const object_t *value)
{
	const object_t *items = value;
	uint32_t count = 1;

	if (value != NULL && value->type == MSGPACK_OBJECT_ARRAY) {
		items = value->via.array.ptr;
		count = value->via.array.size;
	}
	for (uint32_t i = 0; items != NULL && i < count; i++) {
		if (items[i].type != MSGPACK_OBJECT_FLOAT32) {
			return 0;
		}
	}
	return 1;
}

/* Checks the integers of the head, which a reader clamps. */
static int within(const object_t *number, int64_t low, uint64_t high)
{
	if (number->type == MSGPACK_OBJECT_NEGATIVE_INTEGER) {
		return number->via.i64 >= low;
	}
	return number->type == MSGPACK_OBJECT_POSITIVE_INTEGER && number->via.u64 <= high;
}

static int is_time(const object_t *number)
{
	return within(number, -((int64_t)1 << 60), (uint64_t)1 << 60);
}

static int head_plain(const object_t *map)
{
	const object_t *trace = value_of(map, "trace");

	for (uint32_t i = 0; i < trace->via.array.size; i++) {
		const object_t *hop = trace->via.array.ptr[i].via.array.ptr;

		if (!is_time(&hop[2]) || !is_time(&hop[3])) {
			return 0;
		}
	}
	return is_time(value_of(map, "t")) && within(value_of(map, "seq"), 0, INT64_MAX);
}

static int coefficients_plain(const object_t *map)
{
	int last = -1;

	for (uint32_t i = 0; i < map->via.map.size; i++) {
		const msgpack_object_kv *pair = &map->via.map.ptr[i];
		int index = ef_coeff_parse(pair->key.via.str.ptr, pair->key.via.str.size);

		if (index <= last || !all_float32(&pair->val) || !(pair->val.via.f64 >= 0) ||
			!(pair->val.via.f64 <= 1)) {
			return 0;
		}
		last = index;
	}
	return 1;
}

static int is_unit(const object_t *q, double tolerance)
{
	double sum = 0;

	for (uint32_t i = 0; i < q->via.array.size; i++) {
		sum += q->via.array.ptr[i].via.f64 * q->via.array.ptr[i].via.f64;
	}
	return fabs(sqrt(sum) - 1) <= tolerance;
}

/* read: NULL for a face without a reading. */
static int reading_plain(const object_t *read)
{
	static const char *const keys[] = {"lids", "gaze", "brows", "mouth", "sure"};

	if (read == NULL) {
		return 1;
	}
	for (int i = 0; i < 5; i++) {
		if (!all_float32(value_of(read, keys[i]))) {
			return 0;
		}
	}
	return has_keys(read, "lids gaze brows mouth sure");
}

static int figures_plain(const object_t *map)
{
	int last = -1;

	for (uint32_t i = 0; i < map->via.map.size; i++) {
		const msgpack_object_kv *pair = &map->via.map.ptr[i];
		int index = ef_figure_parse(pair->key.via.str.ptr, pair->key.via.str.size);

		if (index <= last || !all_float32(&pair->val)) {
			return 0;
		}
		last = index;
	}
	return 1;
}

/* stages: NULL for a message that has none. */
static int reports_plain(const object_t *stages)
{
	for (uint32_t i = 0; stages != NULL && i < stages->via.array.size; i++) {
		const object_t *report = &stages->via.array.ptr[i], *way = value_of(report, "way");

		if (!has_keys(report, way != NULL ? "stage state note figures way"
						  : "stage state note figures") ||
			!figures_plain(value_of(report, "figures"))) {
			return 0;
		}
		if (way != NULL &&
			(!is_time(&way->via.array.ptr[1]) || !is_time(&way->via.array.ptr[2]))) {
			return 0;
		}
	}
	return 1;
}

/* idle: NULL where there is none, as 0 is written. */
static int idle_plain(const object_t *idle)
{
	return idle == NULL || (all_float32(idle) && idle->via.f64 > 0 && idle->via.f64 <= 1);
}

static int floats_plain(const object_t *map, double tolerance)
{
	const object_t *coefficients = value_of(map, "coeff"), *head = value_of(map, "head");
	const object_t *sure = value_of(map, "sure");

	if (!all_float32(value_of(map, "box")) || !all_float32(value_of(map, "score")) ||
		!all_float32(value_of(map, "pts")) || !reading_plain(value_of(map, "read")) ||
		!all_float32(value_of(map, "pitch")) || !idle_plain(value_of(map, "idle"))) {
		return 0;
	}
	/* Only an expression has these keys; in_order refuses them in other kinds. */
	return head == NULL ||
	       (coefficients_plain(coefficients) && (sure == NULL || coefficients_plain(sure)) &&
		       has_keys(head, "q t") && all_float32(value_of(head, "q")) &&
		       all_float32(value_of(head, "t")) && is_unit(value_of(head, "q"), tolerance));
}

/* msgpack-c writes the shortest form: equal bytes mean that the input had that form. */
static int is_shortest(const object_t *map, const uint8_t *data, size_t size)
{
	msgpack_sbuffer buffer;
	msgpack_packer packer;
	int same;

	msgpack_sbuffer_init(&buffer);
	msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
	msgpack_pack_object(&packer, *map);
	same = buffer.size == size && memcmp(buffer.data, data, size) == 0;
	msgpack_sbuffer_destroy(&buffer);
	return same;
}

int is_canonical(const uint8_t *data, size_t size, double tolerance)
{
	msgpack_unpacked unpacked;
	int canonical;

	msgpack_unpacked_init(&unpacked);
	canonical = msgpack_unpack_next(&unpacked, (const char *)data, size, NULL) ==
			    MSGPACK_UNPACK_SUCCESS &&
		    is_shortest(&unpacked.data, data, size) && in_order(&unpacked.data) &&
		    head_plain(&unpacked.data) &&
		    reports_plain(value_of(&unpacked.data, "stages")) &&
		    floats_plain(&unpacked.data, tolerance);
	msgpack_unpacked_destroy(&unpacked);
	return canonical;
}
