#include "blender-node/node_options.h"

#include <czmq.h>

int ef_node_options_parse(ef_node_options_t *options, int argc, char **argv)
{
	static const char *const renderers[] = {"auto", "direct", "view3d", NULL};
	static const char *const shadings[] = {"material", "rendered", "solid", NULL};
	static const char *const smoothings[] = {"none", "edges", NULL};
	static const char *const switches[] = {"off", "on", NULL};
	static const char *const scales[] = {"auto", "1", "3/4", "1/2", "3/8", NULL};
	static const ef_usage_t usage = {
		.program = "effigy-blender-node",
		.purpose = "Poses a Blender character by each expression and renders it.",
		.footer = "The mapping's lines: COEFFICIENT KIND TARGET CHANNEL GAIN; see the "
			  "man page.",
	};
	int status;

	*options = (ef_node_options_t){
		.stage = {.name = "blender-node",
			.in = "expressions",
			.out = "render",
			.takes = EF_EXPRESSION},
		.blender = "blender",
		.display = "auto",
		.samples = 1,
		.antialias = 1,
		.effects = 1,
		.scale = EF_RENDER_SCALE_FULL,
		.size = {640, 480},
	};
	const ef_option_t own[] = {
		{"avatar", EF_OPTION_TEXT, &options->avatar, "FILE",
			"the character: .blend, .glb, .gltf, .vrm", 0, 0, NULL},
		{"check", EF_OPTION_TEXT, &options->check, "FOLDER",
			"write there what the character can do, and end", 0, 0, NULL},
		{"map", EF_OPTION_TEXT, &options->map, "FILE",
			"mapping text; else the .map beside the avatar", 0, 0, NULL},
		{"swap", EF_OPTION_TEXT, &options->swap, "FILE",
			"where another character is asked for while it runs", 0, 0, NULL},
		{"renderer", EF_OPTION_CHOICE, &options->renderer, "WAY",
			"auto, direct: quick without a GPU, view3d: Blender's viewport", 0, 0,
			renderers},
		{"shading", EF_OPTION_CHOICE, &options->shading, "KIND",
			"of view3d: material, rendered, solid", 0, 0, shadings},
		{"samples", EF_OPTION_INT, &options->samples, "N",
			"of view3d, material and rendered: EEVEE's for each picture", 1, 64, NULL},
		{"antialias", EF_OPTION_CHOICE, &options->antialias, "HOW",
			"edges: smooth them after rendering; none", 0, 0, smoothings},
		{"effects", EF_OPTION_CHOICE, &options->effects, "SWITCH",
			"on; off: hide the collection Effects of the .blend", 0, 0, switches},
		{"size", EF_OPTION_SIZE, &options->size, "WxH", "pixels of the picture", 0, 0,
			NULL},
		{"scale", EF_OPTION_CHOICE, &options->scale, "SHARE",
			"of that size to render; auto: as much as there is time for", 0, 0, scales},
		{"blender", EF_OPTION_TEXT, &options->blender, "PROGRAM", "Blender to run", 0, 0,
			NULL},
		{"display", EF_OPTION_TEXT, &options->display, "DISPLAY",
			"auto: an Xvfb of its own; :N: that X server", 0, 0, NULL},
		{0},
	};

	status = ef_stage_options(&options->stage, &usage, own, argc, argv);
	if (status != -1) {
		return status;
	}
	if (options->swap != NULL && options->stage.policy == EF_ALL) {
		zsys_error("--swap goes with --policy latest: an exchange loses messages");
		return 2;
	}
	/* A little room is for the message's head. */
	if (ef_image_size(EF_I420, options->size.w, options->size.h) > EF_MESSAGE_MAX - 65536) {
		zsys_error("--size %dx%d is more than one message may hold, 64 MiB; choose a "
			   "smaller one",
			options->size.w, options->size.h);
		return 2;
	}
	return -1;
}
