/* Decodes msgpack into structs. All input here is untrusted. */
#include <math.h>
#include <msgpack.h>
#include <string.h>

#include "proto/wire/field.h"
#include "proto/wire/message.h"
#include "proto/wire/outline.h"

#define COUNT_MAX 65536 /* faces, or readers of the virtual camera */

static int get_trace(const msgpack_object *object, ef_head_t *head)
{
	if (object == NULL || object->type != MSGPACK_OBJECT_ARRAY ||
		object->via.array.size > EF_TRACE_MAX) {
		return -1;
	}
	head->hops = object->via.array.size;
	for (size_t i = 0; i < head->hops; i++) {
		const msgpack_object *entry = &object->via.array.ptr[i];
		const msgpack_object *field = entry->via.array.ptr;
		ef_hop_t *hop = &head->trace[i];

		if (entry->type != MSGPACK_OBJECT_ARRAY || entry->via.array.size != 4 ||
			ef_field_name(&field[0], hop->stage) == -1 ||
			ef_field_name(&field[1], hop->host) == -1 ||
			ef_field_time(&field[2], &hop->in_ns) == -1 ||
			ef_field_time(&field[3], &hop->out_ns) == -1) {
			return -1;
		}
	}
	return 0;
}

static int get_kind(const msgpack_object *object, ef_kind_t *kind)
{
	for (int i = 0; object != NULL && i < EF_KINDS; i++) {
		if (ef_field_is(object, ef_kind_name(i))) {
			*kind = i;
			return 0;
		}
	}
	return -1;
}

static int get_state(const msgpack_object *object, ef_state_t *state)
{
	for (int i = EF_TRACKED; object != NULL && i <= EF_LOST; i++) {
		if (ef_field_is(object, ef_state_name(i))) {
			*state = i;
			return 0;
		}
	}
	return -1;
}

static const char *get_head(const msgpack_object *map, ef_head_t *head)
{
	int version;

	if (ef_field_int(ef_field_find(map, "v"), EF_WIRE_VERSION, EF_WIRE_VERSION, &version) ==
		-1) {
		return "unsupported wire version (v)";
	}
	if (get_kind(ef_field_find(map, "k"), &head->kind) == -1) {
		return "unknown kind (k)";
	}
	if (ef_field_uint(ef_field_find(map, "seq"), &head->seq) == -1) {
		return "seq is missing or not an unsigned integer";
	}
	if (head->seq > EF_SEQ_MAX) {
		head->seq = EF_SEQ_MAX;
	}
	if (ef_field_time(ef_field_find(map, "t"), &head->t) == -1) {
		return "t is missing or not a signed 64-bit integer";
	}
	if (ef_field_name(ef_field_find(map, "src"), head->src) == -1) {
		return "src is missing or not text of at most 31 bytes";
	}
	if (get_trace(ef_field_find(map, "trace"), head) == -1) {
		return "trace is missing or malformed";
	}
	return NULL;
}

static const char *get_sides(const msgpack_object *map, int *w, int *h)
{
	if (ef_field_int(ef_field_find(map, "w"), 1, EF_SIDE_MAX, w) == -1 ||
		ef_field_int(ef_field_find(map, "h"), 1, EF_SIDE_MAX, h) == -1) {
		return "w or h is missing or out of range";
	}
	return NULL;
}

static const char *get_image(const msgpack_object *map, ef_image_t *image)
{
	const msgpack_object *format = ef_field_find(map, "fmt");
	const msgpack_object *data = ef_field_find(map, "data");
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

/* Optional: a tracker that only finds landmarks sends none. */
static const char *get_reading(const msgpack_object *map, ef_face_t *face)
{
	ef_reading_t *read = &face->read;

	if (map == NULL) {
		return NULL;
	}
	face->is_read = 1;
	if (map->type != MSGPACK_OBJECT_MAP ||
		ef_field_floats(ef_field_find(map, "lids"), read->lids, 2) == -1 ||
		ef_field_floats(ef_field_find(map, "gaze"), read->gaze, 4) == -1 ||
		ef_field_floats(ef_field_find(map, "brows"), read->brows, 4) == -1 ||
		ef_field_floats(ef_field_find(map, "mouth"), read->mouth, 2) == -1 ||
		ef_field_floats(ef_field_find(map, "sure"), read->sure, 3) == -1) {
		return "read is not a map of lids, gaze, brows, mouth and sure";
	}
	return NULL;
}

/* Optional, likewise. */
static const char *get_pitch(const msgpack_object *number, ef_face_t *face)
{
	face->is_pitched = number != NULL;
	return number == NULL || ef_field_float(number, &face->pitch) == 0
		       ? NULL
		       : "pitch is not a finite number";
}

static const char *get_face(const msgpack_object *map, ef_face_t *face)
{
	const char *why = get_sides(map, &face->w, &face->h);
	const msgpack_object *who;

	if (why != NULL) {
		return why;
	}
	if (get_state(ef_field_find(map, "state"), &face->state) == -1 || face->state == EF_HELD) {
		return "state is neither tracked nor lost";
	}
	if (ef_field_int(ef_field_find(map, "n"), 0, COUNT_MAX, &face->n) == -1) {
		return "n is missing or out of range";
	}
	if (face->state == EF_LOST) {
		return NULL;
	}
	if (ef_field_floats(ef_field_find(map, "box"), face->box, 4) == -1) {
		return "box is not four finite numbers";
	}
	if (ef_field_float(ef_field_find(map, "score"), &face->score) == -1) {
		return "score is not a finite number";
	}
	if (ef_field_floats(ef_field_find(map, "pts"), face->pts, 2 * EF_LANDMARKS) == -1) {
		return "pts is not 136 finite numbers";
	}
	who = ef_field_find(map, "who");
	if (who != NULL && ef_field_int(who, 0, COUNT_MAX, &face->who) == -1) {
		return "who is out of range";
	}
	why = get_reading(ef_field_find(map, "read"), face);
	return why != NULL ? why : get_pitch(ef_field_find(map, "pitch"), face);
}

/* A map from names of coefficients to numbers, which are clamped to 0..1. Sets the bit of each name in
 * *known. Returns 0, or -1 when a key is not text or a value is not a finite number. */
static int get_shares(const msgpack_object *map, float *values, uint64_t *known)
{
	for (uint32_t i = 0; i < map->via.map.size; i++) {
		const msgpack_object_kv *pair = &map->via.map.ptr[i];
		float value;
		int index;

		if (pair->key.type != MSGPACK_OBJECT_STR ||
			ef_field_float(&pair->val, &value) == -1) {
			return -1;
		}
		index = ef_coeff_parse(pair->key.via.str.ptr, pair->key.via.str.size);
		if (index != -1) {
			values[index] = value < 0 ? 0 : value > 1 ? 1 : value;
			*known |= (uint64_t)1 << index;
		}
	}
	return 0;
}

static const char *get_coefficients(const msgpack_object *map, ef_expression_t *expression)
{
	if (map == NULL || map->type != MSGPACK_OBJECT_MAP) {
		return "coeff is missing or not a map";
	}
	return get_shares(map, expression->coeff, &expression->known) == 0
		       ? NULL
		       : "coeff has a key that is not text, or a value that is not a finite number";
}

/* Optional: normalisers of other makers may not know it. */
static const char *get_certainties(const msgpack_object *map, ef_expression_t *expression)
{
	uint64_t rated = 0;

	if (map == NULL) {
		return NULL;
	}
	expression->is_sure = 1;
	if (map->type != MSGPACK_OBJECT_MAP || get_shares(map, expression->sure, &rated) == -1 ||
		rated != expression->known) {
		return "sure is not a map with a finite number for each coefficient of coeff";
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

/* Optional. */
static const char *get_idle(const msgpack_object *value, float *idle)
{
	if (value == NULL) {
		return NULL;
	}
	if (ef_field_float(value, idle) == -1) {
		return "idle is not a finite number";
	}
	*idle = *idle < 0 ? 0 : *idle > 1 ? 1 : *idle;
	return NULL;
}

static const char *get_expression(const msgpack_object *map, ef_expression_t *expression)
{
	const msgpack_object *head = ef_field_find(map, "head");
	const char *why;

	if (get_state(ef_field_find(map, "state"), &expression->state) == -1) {
		return "state is not tracked, held or lost";
	}
	why = get_coefficients(ef_field_find(map, "coeff"), expression);
	if (why != NULL) {
		return why;
	}
	if (head == NULL || head->type != MSGPACK_OBJECT_MAP ||
		ef_field_floats(ef_field_find(head, "q"), expression->q, 4) == -1 ||
		normalise(expression->q) == -1 ||
		ef_field_floats(ef_field_find(head, "t"), expression->t, 3) == -1) {
		return "head is not {q: [x, y, z, w], t: [x, y, z]}";
	}
	why = get_certainties(ef_field_find(map, "sure"), expression);
	return why != NULL ? why : get_idle(ef_field_find(map, "idle"), &expression->idle);
}

static const char *get_control(const msgpack_object *map, int *demand)
{
	if (ef_field_int(ef_field_find(map, "demand"), 0, COUNT_MAX, demand) == -1) {
		return "demand is missing or out of range";
	}
	return NULL;
}

static const char *get_receipt(const msgpack_object *map, ef_receipt_t *receipt)
{
	if (ef_field_uint(ef_field_find(map, "taken"), &receipt->taken) == -1) {
		return "taken is missing or not an unsigned integer";
	}
	if (ef_field_int(ef_field_find(map, "ended"), 0, 1, &receipt->ended) == -1) {
		return "ended is neither 0 nor 1";
	}
	return NULL;
}

static const char *get_message(const msgpack_object *map, ef_message_t *message)
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
