#include "blender-node/node_options.h"

#include <czmq.h>

int ef_node_options_parse(ef_node_options_t *options, int argc, char **argv)
{
	static const char *const renderers[] = {"auto", "direct", "view3d", NULL};
	static const char *const shadings[] = {"material", "rendered", "solid", NULL};
	static const char *const switches[] = {"off", "on", NULL};
	static const char *const scales[] = {"auto", "1", "3/4", "1/2", "3/8", NULL};
	static const ef_usage_t usage = {
		.program = "effigy-blender-node",
		.purpose = "Poses a Blender character by each expression and renders it.",
		.footer = "A line of the mapping: COEFFICIENT KIND TARGET CHANNEL GAIN; see the "
			  "man page.",
	};
	int status;

	*options = (ef_node_options_t){
		.stage = {.name = "blender-node",
			.in = "expressions",
			.out = "render",
			.accepts = EF_EXPRESSION,
			.is_worker = 1},
		.display = "auto",
		.effects = 1,
		.scale = EF_RENDER_SCALE_FULL,
		.size = {640, 480},
	};
	const ef_option_t own[] = {
		{"avatar", EF_OPTION_TEXT, &options->avatar, "FILE",
			"the character: .blend, .glb, .gltf, .vrm", 0, 0, NULL},
		{"check", EF_OPTION_TEXT, &options->check, "FOLDER",
			"write a report on the character there, and exit", 0, 0, NULL},
		{"map", EF_OPTION_TEXT, &options->map, "FILE",
			"mapping text; else the .map file beside the avatar", 0, 0, NULL},
		{"swap", EF_OPTION_TEXT, &options->swap, "FILE",
			"file in which to request another character", 0, 0, NULL},
		{"renderer", EF_OPTION_CHOICE, &options->renderer, "WAY",
			"auto; direct: fast without a GPU; view3d: Blender's viewport", 0, 0,
			renderers},
		{"shading", EF_OPTION_CHOICE, &options->shading, "KIND",
			"shading of view3d: material, rendered, solid", 0, 0, shadings},
		{"effects", EF_OPTION_CHOICE, &options->effects, "SWITCH",
			"on; off: hide the .blend's collection Effects", 0, 0, switches},
		{"size", EF_OPTION_SIZE, &options->size, "WxH", "pixels at full scale", 0, 0, NULL},
		{"scale", EF_OPTION_CHOICE, &options->scale, "SHARE",
			"share of the size to render; auto: what time allows", 0, 0, scales},
		{"display", EF_OPTION_TEXT, &options->display, "DISPLAY",
			"auto: an Xvfb of its own; :N: that X server", 0, 0, NULL},
		{0},
	};

	status = ef_stage_options(&options->stage, &usage, own, argc, argv);
	if (status != -1) {
		return status;
	}
	if (options->swap != NULL && options->stage.policy == EF_ALL) {
		zsys_error("--swap works only with --policy latest: changing the character loses "
			   "messages");
		return 2;
	}
	/* 64 KiB are for the message's other fields. */
	if (ef_image_size(EF_I420, options->size.w, options->size.h) > EF_MESSAGE_MAX - 65536) {
		zsys_error("--size %dx%d gives an image larger than a message may be (64 MiB); "
			   "choose a smaller size",
			options->size.w, options->size.h);
		return 2;
	}
	return -1;
}
