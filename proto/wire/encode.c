/* Encodes structs as msgpack, with the key order that SPEC.md requires. */
#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

#include "proto/wire/message.h"

#define HEAD_KEYS 6
#define HEAD_ROOM 8192 /* bytes; more than any message needs besides its pixels */

static void put_text(msgpack_packer *packer, const char *text)
{
	size_t length = strlen(text);

	msgpack_pack_str(packer, length);
	msgpack_pack_str_body(packer, text, length);
}

static void put_floats(msgpack_packer *packer, const float *values, size_t count)
{
	msgpack_pack_array(packer, count);
	for (size_t i = 0; i < count; i++) {
		msgpack_pack_float(packer, values[i]);
	}
}

static void put_trace(msgpack_packer *packer, const ef_head_t *head)
{
	msgpack_pack_array(packer, head->hops);
	for (size_t i = 0; i < head->hops; i++) {
		msgpack_pack_array(packer, 4);
		put_text(packer, head->trace[i].stage);
		put_text(packer, head->trace[i].host);
		msgpack_pack_int64(packer, head->trace[i].in_ns);
		msgpack_pack_int64(packer, head->trace[i].out_ns);
	}
}

static void put_head(msgpack_packer *packer, const ef_head_t *head, size_t body_keys)
{
	msgpack_pack_map(packer, HEAD_KEYS + body_keys);
	put_text(packer, "v");
	msgpack_pack_int(packer, EF_WIRE_VERSION);
	put_text(packer, "k");
	put_text(packer, ef_kind_name(head->kind));
	put_text(packer, "seq");
	msgpack_pack_uint64(packer, head->seq);
	put_text(packer, "t");
	msgpack_pack_int64(packer, head->t);
	put_text(packer, "src");
	put_text(packer, head->src);
	put_text(packer, "trace");
	put_trace(packer, head);
}

static void put_image(msgpack_packer *packer, const ef_image_t *image)
{
	char name[5];

	put_text(packer, "fmt");
	put_text(packer, ef_fourcc_name(image->fourcc, name));
	put_text(packer, "w");
	msgpack_pack_int(packer, image->w);
	put_text(packer, "h");
	msgpack_pack_int(packer, image->h);
	put_text(packer, "data");
	msgpack_pack_bin(packer, image->size);
	msgpack_pack_bin_body(packer, image->data, image->size);
}

static size_t face_keys(const ef_face_t *face)
{
	return face->state == EF_TRACKED ? 7 + (size_t)(face->who > 0) + (face->is_read != 0) +
						   (face->is_pitched != 0)
					 : 4;
}

static void put_reading(msgpack_packer *packer, const ef_reading_t *read)
{
	put_text(packer, "read");
	msgpack_pack_map(packer, 5);
	put_text(packer, "lids");
	put_floats(packer, read->lids, 2);
	put_text(packer, "gaze");
	put_floats(packer, read->gaze, 4);
	put_text(packer, "brows");
	put_floats(packer, read->brows, 4);
	put_text(packer, "mouth");
	put_floats(packer, read->mouth, 2);
	put_text(packer, "sure");
	put_floats(packer, read->sure, 3);
}

static void put_face(msgpack_packer *packer, const ef_face_t *face)
{
	put_text(packer, "w");
	msgpack_pack_int(packer, face->w);
	put_text(packer, "h");
	msgpack_pack_int(packer, face->h);
	put_text(packer, "state");
	put_text(packer, ef_state_name(face->state));
	put_text(packer, "n");
	msgpack_pack_int(packer, face->n);
	if (face->state == EF_TRACKED) {
		put_text(packer, "box");
		put_floats(packer, face->box, 4);
		put_text(packer, "score");
		msgpack_pack_float(packer, face->score);
		put_text(packer, "pts");
		put_floats(packer, face->pts, 2 * EF_LANDMARKS);
		if (face->who > 0) {
			put_text(packer, "who");
			msgpack_pack_int(packer, face->who);
		}
		if (face->is_read) {
			put_reading(packer, &face->read);
		}
		if (face->is_pitched) {
			put_text(packer, "pitch");
			msgpack_pack_float(packer, face->pitch);
		}
	}
}

/* The known ones of a number for each coefficient. */
static void put_known(msgpack_packer *packer, const float *values, uint64_t known)
{
	msgpack_pack_map(packer, (size_t)__builtin_popcountll(known));
	for (int i = 0; i < EF_COEFF_COUNT; i++) {
		if (known >> i & 1) {
			put_text(packer, ef_coeff_name(i));
			msgpack_pack_float(packer, values[i]);
		}
	}
}

static void put_expression(msgpack_packer *packer, const ef_expression_t *expression)
{
	put_text(packer, "state");
	put_text(packer, ef_state_name(expression->state));
	put_text(packer, "coeff");
	put_known(packer, expression->coeff, expression->known);
	put_text(packer, "head");
	msgpack_pack_map(packer, 2);
	put_text(packer, "q");
	put_floats(packer, expression->q, 4);
	put_text(packer, "t");
	put_floats(packer, expression->t, 3);
	if (expression->is_sure) {
		put_text(packer, "sure");
		put_known(packer, expression->sure, expression->known);
	}
	if (expression->idle > 0) {
		put_text(packer, "idle");
		msgpack_pack_float(packer, expression->idle);
	}
}

static void put_message(msgpack_packer *packer, const ef_message_t *message)
{
	switch (message->head.kind) {
	case EF_FRAME:
	case EF_RENDER:
		put_head(packer, &message->head, 4);
		put_image(packer, &message->image);
		break;
	case EF_FACE:
		put_head(packer, &message->head, face_keys(&message->face));
		put_face(packer, &message->face);
		break;
	case EF_EXPRESSION:
		put_head(packer, &message->head,
			3 + (size_t)(message->expression.is_sure != 0) +
				(message->expression.idle > 0));
		put_expression(packer, &message->expression);
		break;
	case EF_CONTROL:
		put_head(packer, &message->head, 1);
		put_text(packer, "demand");
		msgpack_pack_int(packer, message->demand);
		break;
	case EF_RECEIPT:
		put_head(packer, &message->head, 2);
		put_text(packer, "taken");
		msgpack_pack_uint64(packer, message->receipt.taken);
		put_text(packer, "ended");
		msgpack_pack_int(packer, message->receipt.ended);
		break;
	case EF_END:
		put_head(packer, &message->head, 0);
		break;
	}
}

/* A buffer of fixed size: the pixels are copied only once, which a growing buffer would not do. */
typedef struct {
	uint8_t *data;
	size_t size, room;
} block_t;

static int write_block(void *user, const char *bytes, size_t count)
{
	block_t *block = user;

	if (block->room - block->size < count) {
		return -1;
	}
	memcpy(block->data + block->size, bytes, count);
	block->size += count;
	return 0;
}

uint8_t *ef_message_encode(const ef_message_t *message, size_t *size)
{
	int pixels = message->head.kind == EF_FRAME || message->head.kind == EF_RENDER;
	block_t block = {.room = HEAD_ROOM + (pixels ? message->image.size : 0)};
	msgpack_packer packer;

	block.data = malloc(block.room);
	if (block.data == NULL) {
		return NULL;
	}
	msgpack_packer_init(&packer, &block, write_block);
	put_message(&packer, message);
	*size = block.size;
	return block.data;
}
