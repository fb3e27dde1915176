/* Decodes msgpack into structs. All input here is untrusted. */
#include <math.h>
#include <msgpack.h>
#include <string.h>

#include "proto/wire/message.h"
#include "proto/wire/outline.h"

#define COUNT_MAX 65536 /* faces, or readers of the virtual camera */

typedef msgpack_object object_t;

static int text_is(const object_t *object, const char *text)
{
	return object->type == MSGPACK_OBJECT_STR && object->via.str.size == strlen(text) &&
	       memcmp(object->via.str.ptr, text, object->via.str.size) == 0;
}

/* The value of a key, or NULL. When a peer repeats a key, its first value counts. */
static const object_t *find(const object_t *map, const char *key)
{
	for (uint32_t i = 0; i < map->via.map.size; i++) {
		if (text_is(&map->via.map.ptr[i].key, key)) {
			return &map->via.map.ptr[i].val;
		}
	}
	return NULL;
}

static int get_uint(const object_t *object, uint64_t *value)
{
	if (object == NULL || object->type != MSGPACK_OBJECT_POSITIVE_INTEGER) {
		return -1;
	}
	*value = object->via.u64;
	return 0;
}

/* Clamps the time, so that sums and differences of times fit into 64 bits. */
static int get_time(const object_t *object, int64_t *value)
{
	int64_t time;

	if (object == NULL) {
		return -1;
	}
	if (object->type == MSGPACK_OBJECT_NEGATIVE_INTEGER) {
		time = object->via.i64;
	} else if (object->type == MSGPACK_OBJECT_POSITIVE_INTEGER &&
		   object->via.u64 <= INT64_MAX) {
		time = (int64_t)object->via.u64;
	} else {
		return -1;
	}
	*value = time < -EF_TIME_MAX ? -EF_TIME_MAX : time > EF_TIME_MAX ? EF_TIME_MAX : time;
	return 0;
}

static int get_int(const object_t *object, int low, int high, int *value)
{
	uint64_t number;

	if (get_uint(object, &number) == -1 || number < (uint64_t)low || number > (uint64_t)high) {
		return -1;
	}
	*value = (int)number;
	return 0;
}

/* Any finite number, whatever its msgpack type. */
static int get_float(const object_t *object, float *value)
{
	double number;

	if (object == NULL) {
		return -1;
	}
	switch (object->type) {
	case MSGPACK_OBJECT_FLOAT32:
	case MSGPACK_OBJECT_FLOAT64:
		number = object->via.f64;
		break;
	case MSGPACK_OBJECT_POSITIVE_INTEGER:
		number = (double)object->via.u64;
		break;
	case MSGPACK_OBJECT_NEGATIVE_INTEGER:
		number = (double)object->via.i64;
		break;
	default:
		return -1;
	}
	if (!(fabs(number) <= 1e9)) {
		return -1;
	}
	*value = (float)number;
	return 0;
}

static int get_floats(const object_t *object, float *values, uint32_t count)
{
	if (object == NULL || object->type != MSGPACK_OBJECT_ARRAY ||
		object->via.array.size != count) {
		return -1;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (get_float(&object->via.array.ptr[i], &values[i]) == -1) {
			return -1;
		}
	}
	return 0;
}

/* Copies a text of at most EF_NAME_MAX bytes without NUL into a buffer of EF_NAME_MAX + 1. */
static int get_name(const object_t *object, char *name)
{
	if (object == NULL || object->type != MSGPACK_OBJECT_STR ||
		object->via.str.size > EF_NAME_MAX ||
		memchr(object->via.str.ptr, '\0', object->via.str.size) != NULL) {
		return -1;
	}
	memcpy(name, object->via.str.ptr, object->via.str.size);
	name[object->via.str.size] = '\0';
	return 0;
}

static int get_trace(const object_t *object, ef_head_t *head)
{
	if (object == NULL || object->type != MSGPACK_OBJECT_ARRAY ||
		object->via.array.size > EF_TRACE_MAX) {
		return -1;
	}
	head->hops = object->via.array.size;
	for (size_t i = 0; i < head->hops; i++) {
		const object_t *entry = &object->via.array.ptr[i];
		const object_t *field = entry->via.array.ptr;
		ef_hop_t *hop = &head->trace[i];

		if (entry->type != MSGPACK_OBJECT_ARRAY || entry->via.array.size != 4 ||
			get_name(&field[0], hop->stage) == -1 ||
			get_name(&field[1], hop->host) == -1 ||
			get_time(&field[2], &hop->in_ns) == -1 ||
			get_time(&field[3], &hop->out_ns) == -1) {
			return -1;
		}
	}
	return 0;
}

static int get_kind(const object_t *object, ef_kind_t *kind)
{
	for (int i = 0; object != NULL && i < EF_KINDS; i++) {
		if (text_is(object, ef_kind_name(i))) {
			*kind = i;
			return 0;
		}
	}
	return -1;
}

static int get_state(const object_t *object, ef_state_t *state)
{
	for (int i = EF_TRACKED; object != NULL && i <= EF_LOST; i++) {
		if (text_is(object, ef_state_name(i))) {
			*state = i;
			return 0;
		}
	}
	return -1;
}

static const char *get_head(const object_t *map, ef_head_t *head)
{
	int version;

	if (get_int(find(map, "v"), EF_WIRE_VERSION, EF_WIRE_VERSION, &version) == -1) {
		return "unsupported wire version (v)";
	}
	if (get_kind(find(map, "k"), &head->kind) == -1) {
		return "unknown kind (k)";
	}
	if (get_uint(find(map, "seq"), &head->seq) == -1) {
		return "seq is missing or not an unsigned integer";
	}
	if (head->seq > EF_SEQ_MAX) {
		head->seq = EF_SEQ_MAX;
	}
	if (get_time(find(map, "t"), &head->t) == -1) {
		return "t is missing or not a signed 64-bit integer";
	}
	if (get_name(find(map, "src"), head->src) == -1) {
		return "src is missing or not text of at most 31 bytes";
	}
	if (get_trace(find(map, "trace"), head) == -1) {
		return "trace is missing or malformed";
	}
	return NULL;
}

static const char *get_sides(const object_t *map, int *w, int *h)
{
	if (get_int(find(map, "w"), 1, EF_SIDE_MAX, w) == -1 ||
		get_int(find(map, "h"), 1, EF_SIDE_MAX, h) == -1) {
		return "w or h is missing or out of range";
	}
	return NULL;
}

static const char *get_image(const object_t *map, ef_image_t *image)
{
	const object_t *format = find(map, "fmt");
	const object_t *data = find(map, "data");
	const char *why = get_sides(map, &image->w, &image->h);

	if (why != NULL) {
		return why;
	}
	if (format == NULL || format->type != MSGPACK_OBJECT_STR) {
		return "fmt is missing or not text";
	}
	image->fourcc = ef_fourcc_parse(format->via.str.ptr, format->via.str.size);
	if (image->fourcc == 0) {
		return "unknown pixel format (fmt)";
	}
	if (data == NULL || data->type != MSGPACK_OBJECT_BIN) {
		return "data is missing or not of type bin";
	}
	image->data = (const uint8_t *)data->via.bin.ptr;
	image->size = data->via.bin.size;
	return ef_image_valid(image) ? NULL
				     : "data does not have the size that fmt, w and h require";
}

static const char *get_face(const object_t *map, ef_face_t *face)
{
	const char *why = get_sides(map, &face->w, &face->h);

	if (why != NULL) {
		return why;
	}
	if (get_state(find(map, "state"), &face->state) == -1 || face->state == EF_HELD) {
		return "state is neither tracked nor lost";
	}
	if (get_int(find(map, "n"), 0, COUNT_MAX, &face->n) == -1) {
		return "n is missing or out of range";
	}
	if (face->state == EF_LOST) {
		return NULL;
	}
	if (get_floats(find(map, "box"), face->box, 4) == -1) {
		return "box is not four finite numbers";
	}
	if (get_float(find(map, "score"), &face->score) == -1) {
		return "score is not a finite number";
	}
	if (get_floats(find(map, "pts"), face->pts, 2 * EF_LANDMARKS) == -1) {
		return "pts is not 136 finite numbers";
	}
	return NULL;
}

static const char *get_coefficients(const object_t *map, ef_expression_t *expression)
{
	if (map == NULL || map->type != MSGPACK_OBJECT_MAP) {
		return "coeff is missing or not a map";
	}
	for (uint32_t i = 0; i < map->via.map.size; i++) {
		const msgpack_object_kv *pair = &map->via.map.ptr[i];
		float value;
		int index;

		if (pair->key.type != MSGPACK_OBJECT_STR || get_float(&pair->val, &value) == -1) {
			return "coeff has a key that is not text, or a value that is not a finite "
			       "number";
		}
		index = ef_coeff_parse(pair->key.via.str.ptr, pair->key.via.str.size);
		if (index != -1) {
			ef_expression_set(expression, index, value);
		}
	}
	return NULL;
}

/* Makes the rotation a unit quaternion, so that no later stage has to check it. */
static int normalise(float q[4])
{
	float norm = sqrtf(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);

	if (!(norm > 1e-3f && norm < 1e3f)) {
		return -1;
	}
	/* A unit quaternion stays as it is: decoding and encoding a message keeps its bytes. */
	for (int i = 0; fabsf(norm - 1) > 1e-5f && i < 4; i++) {
		q[i] /= norm;
	}
	return 0;
}

static const char *get_expression(const object_t *map, ef_expression_t *expression)
{
	const object_t *head = find(map, "head");
	const char *why;

	if (get_state(find(map, "state"), &expression->state) == -1) {
		return "state is not tracked, held or lost";
	}
	why = get_coefficients(find(map, "coeff"), expression);
	if (why != NULL) {
		return why;
	}
	if (head == NULL || head->type != MSGPACK_OBJECT_MAP ||
		get_floats(find(head, "q"), expression->q, 4) == -1 ||
		normalise(expression->q) == -1 ||
		get_floats(find(head, "t"), expression->t, 3) == -1) {
		return "head is not {q: [x, y, z, w], t: [x, y, z]}";
	}
	return NULL;
}

static const char *get_control(const object_t *map, int *demand)
{
	if (get_int(find(map, "demand"), 0, COUNT_MAX, demand) == -1) {
		return "demand is missing or out of range";
	}
	return NULL;
}

static const char *get_receipt(const object_t *map, ef_receipt_t *receipt)
{
	if (get_uint(find(map, "taken"), &receipt->taken) == -1) {
		return "taken is missing or not an unsigned integer";
	}
	if (get_int(find(map, "ended"), 0, 1, &receipt->ended) == -1) {
		return "ended is neither 0 nor 1";
	}
	return NULL;
}

static const char *get_message(const object_t *map, ef_message_t *message)
{
	const char *why = get_head(map, &message->head);

	if (why != NULL) {
		return why;
	}
	switch (message->head.kind) {
	case EF_FRAME:
	case EF_RENDER:
		return get_image(map, &message->image);
	case EF_FACE:
		return get_face(map, &message->face);
	case EF_EXPRESSION:
		return get_expression(map, &message->expression);
	case EF_CONTROL:
		return get_control(map, &message->demand);
	case EF_RECEIPT:
		return get_receipt(map, &message->receipt);
	case EF_END:
		break;
	}
	return NULL;
}

int ef_message_decode(ef_message_t *message, const uint8_t *data, size_t size, const char **why)
{
	msgpack_unpacked unpacked;

	memset(message, 0, sizeof(*message));
	*why = ef_shape_check(data, size);
	if (*why != NULL) {
		return -1;
	}
	msgpack_unpacked_init(&unpacked);
	if (msgpack_unpack_next(&unpacked, (const char *)data, size, NULL) !=
		MSGPACK_UNPACK_SUCCESS) {
		*why = "not msgpack";
	} else {
		*why = get_message(&unpacked.data, message);
	}
	msgpack_unpacked_destroy(&unpacked);
	return *why == NULL ? 0 : -1;
}
