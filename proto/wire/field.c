#include "proto/wire/field.h"

#include <math.h>
#include <string.h>

#include "proto/wire/message.h"

int ef_field_is(const msgpack_object *object, const char *text)
{
	return object->type == MSGPACK_OBJECT_STR && object->via.str.size == strlen(text) &&
	       memcmp(object->via.str.ptr, text, object->via.str.size) == 0;
}

const msgpack_object *ef_field_find(const msgpack_object *map, const char *key)
{
	for (uint32_t i = 0; i < map->via.map.size; i++) {
		if (ef_field_is(&map->via.map.ptr[i].key, key)) {
			return &map->via.map.ptr[i].val;
		}
	}
	return NULL;
}

int ef_field_uint(const msgpack_object *object, uint64_t *value)
{
	if (object == NULL || object->type != MSGPACK_OBJECT_POSITIVE_INTEGER) {
		return -1;
	}
	*value = object->via.u64;
	return 0;
}

int ef_field_time(const msgpack_object *object, int64_t *value)
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

int ef_field_int(const msgpack_object *object, int low, int high, int *value)
{
	uint64_t number;

	if (ef_field_uint(object, &number) == -1 || number < (uint64_t)low ||
		number > (uint64_t)high) {
		return -1;
	}
	*value = (int)number;
	return 0;
}

int ef_field_float(const msgpack_object *object, float *value)
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
	if (!(fabs(number) <= EF_FLOAT_MAX)) {
		return -1;
	}
	*value = (float)number;
	return 0;
}

int ef_field_floats(const msgpack_object *object, float *values, uint32_t count)
{
	if (object == NULL || object->type != MSGPACK_OBJECT_ARRAY ||
		object->via.array.size != count) {
		return -1;
	}
	for (uint32_t i = 0; i < count; i++) {
		if (ef_field_float(&object->via.array.ptr[i], &values[i]) == -1) {
			return -1;
		}
	}
	return 0;
}

int ef_field_text(const msgpack_object *object, char *text, size_t most)
{
	if (object == NULL || object->type != MSGPACK_OBJECT_STR || object->via.str.size > most ||
		memchr(object->via.str.ptr, '\0', object->via.str.size) != NULL) {
		return -1;
	}
	memcpy(text, object->via.str.ptr, object->via.str.size);
	text[object->via.str.size] = '\0';
	return 0;
}

int ef_field_name(const msgpack_object *object, char *name)
{
	return ef_field_text(object, name, EF_NAME_MAX);
}
