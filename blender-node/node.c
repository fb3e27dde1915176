#include "blender-node/node.h"

#include <czmq.h>

#include "blender-node/antialias.h"
#include "blender-node/convert.h"
#include "blender-node/options.h"
#include "proto/clock.h"
#include "proto/stage.h"

struct ef_node {
	ef_node_options_t options;
	ef_head_t head; /* of the expression being rendered */
	uint8_t *i420; /* the picture as sent */
	size_t i420_size;
	uint8_t *smooth; /* room for the anti-aliased picture and its luma, or NULL */
	int status;
};

static int make_room(ef_node_t *node)
{
	const ef_size_t *size = &node->options.size;

	node->i420_size = ef_image_size(EF_I420, size->w, size->h);
	node->i420 = malloc(node->i420_size);
	if (node->options.antialias) {
		node->smooth = malloc((size_t)5 * size->w * size->h);
	}
	if (node->i420 == NULL || (node->options.antialias && node->smooth == NULL)) {
		zsys_error("out of memory for a picture of %dx%d; choose a smaller --size", size->w,
			size->h);
		return -1;
	}
	return 0;
}

ef_node_t *ef_node_new(int argc, char **argv, ef_node_settings_t *settings)
{
	ef_node_t *node = zmalloc(sizeof(*node));
	const ef_node_options_t *options = &node->options;

	if (ef_node_options_parse(&node->options, argc, argv) != -1 || make_room(node) == -1) {
		ef_node_destroy(&node);
		return NULL;
	}
	*settings = (ef_node_settings_t){
		.avatar = options->avatar,
		.map = options->map,
		.renderer = options->renderer,
		.shading = options->shading,
		.w = options->size.w,
		.h = options->size.h,
		.all = options->stage.policy == EF_ALL,
		.effects = options->effects,
	};
	return node;
}

void ef_node_destroy(ef_node_t **node_p)
{
	ef_node_t *node = *node_p;

	if (node != NULL) {
		ef_stage_close(&node->options.stage);
		free(node->i420);
		free(node->smooth);
		free(node);
		*node_p = NULL;
		/* The process leaves by _exit: wait here until the sockets are gone. */
		zsys_shutdown();
	}
}

int ef_node_open(ef_node_t *node)
{
	return ef_stage_open(&node->options.stage);
}

static void copy_expression(const ef_message_t *message, ef_node_expression_t *expression)
{
	const ef_expression_t *from = &message->expression;

	expression->seq = message->head.seq;
	expression->t = message->head.t;
	expression->known = from->known;
	expression->state = from->state;
	for (int k = 0; k < EF_COEFF_COUNT; k++) {
		expression->coeff[k] = ef_expression_get(from, k);
	}
	memcpy(expression->q, from->q, sizeof(expression->q));
	memcpy(expression->offset, from->t, sizeof(expression->offset));
}

int ef_node_receive(ef_node_t *node, int timeout_ms, ef_node_expression_t *expression)
{
	ef_stage_t *stage = &node->options.stage;
	ef_message_t message;

	if (ef_stage_stopping()) {
		return -1;
	}
	if (ef_stage_receive(stage, timeout_ms, EF_EXPRESSION, &message) == 0) {
		return ef_stage_stopping() ? -1 : 0;
	}
	if (message.head.kind == EF_END) {
		/* Live, another source may come. */
		if (stage->policy == EF_LATEST) {
			return 0;
		}
		node->status = ef_stage_finish(stage, &message);
		return -1;
	}
	node->head = message.head;
	copy_expression(&message, expression);
	return 1;
}

void ef_node_rest(ef_node_t *node)
{
	node->head = (ef_head_t){.t = ef_now_ns()};
	snprintf(node->head.src, sizeof(node->head.src), "%s", ef_host_id());
	ef_head_enter(&node->head, node->options.stage.name, node->head.t);
}

int ef_node_send(ef_node_t *node, const uint8_t *rgba)
{
	const ef_size_t *size = &node->options.size;
	ef_message_t message = {.head = node->head};

	if (node->smooth != NULL) {
		ef_antialias(rgba, size->w, size->h, node->smooth + (size_t)4 * size->w * size->h,
			node->smooth);
		rgba = node->smooth;
	}
	ef_convert_to_i420(rgba, size->w, size->h, node->i420);
	message.head.kind = EF_RENDER;
	message.image = (ef_image_t){
		.fourcc = EF_I420,
		.w = size->w,
		.h = size->h,
		.data = node->i420,
		.size = node->i420_size,
	};
	if (ef_stage_send(&node->options.stage, &message) == 0) {
		return 0;
	}
	if (!ef_stage_stopping()) {
		zsys_error("cannot send a picture: %s", zmq_strerror(zmq_errno()));
		node->status = 1;
	}
	return -1;
}

int ef_node_status(const ef_node_t *node)
{
	return node->status;
}

const char *ef_node_coeff_name(int k)
{
	return k >= 0 && k < EF_COEFF_COUNT ? ef_coeff_name(k) : NULL;
}

void ef_node_log(int level, const char *text)
{
	if (level == 0) {
		zsys_info("%s", text);
	} else if (level == 1) {
		zsys_warning("%s", text);
	} else {
		zsys_error("%s", text);
	}
}
