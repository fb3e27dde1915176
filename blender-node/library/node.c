#include "blender-node/library/node.h"

#include <czmq.h>

#include "blender-node/library/finish.h"
#include "blender-node/library/scale.h"
#include "blender-node/node_options.h"
#include "proto/base/clock.h"
#include "proto/base/memory.h"
#include "proto/stage/stage.h"

struct ef_node {
	ef_node_options_t options;
	ef_head_t head; /* of the expression being rendered */
	ef_finish_t *finish;
	ef_scale_t scale;
	int64_t received_ns; /* when the expression being rendered came; 0: none */
	char character[64], note[96];
	int status;
};

static int make_room(ef_node_t *node)
{
	const ef_size_t *size = &node->options.size;

	node->finish = ef_finish_new(size->w, size->h);
	if (node->finish == NULL) {
		zsys_error("out of memory for an image of %dx%d; choose a smaller --size", size->w,
			size->h);
		return -1;
	}
	return 0;
}

ef_node_t *ef_node_new(int argc, char **argv, ef_node_settings_t *settings)
{
	ef_node_t *node = ef_memory_new(sizeof(*node));
	const ef_node_options_t *options = &node->options;

	if (ef_node_options_parse(&node->options, argc, argv) != -1 || make_room(node) == -1) {
		ef_node_destroy(&node);
		return NULL;
	}
	ef_scale_init(&node->scale);
	if (options->scale > EF_RENDER_SCALE_FULL) {
		node->scale.step = options->scale - EF_RENDER_SCALE_FULL;
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
		ef_finish_destroy(&node->finish);
		free(node);
		*node_p = NULL;
		/* The process calls _exit: wait here until the sockets are closed. */
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
	expression->idle = from->idle;
}

int ef_node_receive(ef_node_t *node, int timeout_ms, ef_node_expression_t *expression)
{
	ef_stage_t *stage = &node->options.stage;
	ef_message_t message;

	if (ef_stage_stopping()) {
		return -1;
	}
	if (ef_stage_receive(stage, timeout_ms, &message) == 0) {
		node->status = stage->failed;
		return ef_stage_stopping() ? -1 : 0;
	}
	if (message.head.kind == EF_END) {
		node->status = ef_stage_finish(stage, &message);
		return -1;
	}
	node->head = message.head;
	node->received_ns = ef_now_ns();
	copy_expression(&message, expression);
	return 1;
}

void ef_node_rest(ef_node_t *node)
{
	node->received_ns = 0;
	node->head = (ef_head_t){.t = ef_now_ns()};
	snprintf(node->head.src, sizeof(node->head.src), "%s", ef_host_id());
	ef_head_enter(&node->head, node->options.stage.name, node->head.t);
}

void ef_node_size(const ef_node_t *node, int32_t *w, int32_t *h)
{
	ef_size_t size = ef_scale_size(node->options.size, node->scale.step);

	*w = size.w;
	*h = size.h;
}

/* What "effigy status" shows: "voltage", or "voltage at 3/4 size". */
static void write_note(ef_node_t *node)
{
	if (node->scale.step == 0) {
		snprintf(node->note, sizeof(node->note), "%s", node->character);
	} else {
		snprintf(node->note, sizeof(node->note), "%s at %s size", node->character,
			ef_scale_name(node->scale.step));
	}
	ef_stats_note(node->options.stage.stats, node->note);
}

void ef_node_shows(ef_node_t *node, const char *character)
{
	snprintf(node->character, sizeof(node->character), "%s", character);
	/* The name goes into JSON and into a table. */
	for (char *c = node->character; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' || strchr("\"\\,{}", *c) != NULL) {
			*c = '_';
		}
	}
	node->received_ns = 0;
	if (node->options.scale == EF_RENDER_SCALE_AUTO) {
		ef_scale_init(&node->scale);
	}
	write_note(node);
}

/* The conversion of a file waits for each frame, however long it takes. */
static void adapt_scale(ef_node_t *node)
{
	if (node->options.scale != EF_RENDER_SCALE_AUTO || node->options.stage.policy == EF_ALL ||
		node->received_ns == 0) {
		return;
	}
	if (ef_scale_frame(&node->scale, ef_now_ns() - node->received_ns)) {
		zsys_info("renders at %s of the full size", ef_scale_name(node->scale.step));
		write_note(node);
	}
}

int ef_node_send(
	ef_node_t *node, const uint8_t *rgba, const ef_area_t *changed, int32_t w, int32_t h)
{
	ef_message_t message = {.head = node->head};

	message.head.kind = EF_RENDER;
	message.image = (ef_image_t){
		.fourcc = EF_I420,
		.w = w,
		.h = h,
		.data = ef_finish_picture(node->finish, rgba, changed, w, h),
		.size = ef_image_size(EF_I420, w, h),
	};
	if (ef_stage_send(&node->options.stage, &message) == 0) {
		adapt_scale(node);
		return 0;
	}
	node->status = !ef_stage_stopping();
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
