/* The stage's command line. The launcher and the library inside Blender parse the same arguments with
 * the same table. */
#ifndef EF_NODE_OPTIONS_H
#define EF_NODE_OPTIONS_H

#include "proto/stage/stage.h"

typedef enum { EF_RENDERER_AUTO, EF_RENDERER_DIRECT, EF_RENDERER_VIEW3D } ef_renderer_t;

/* After AUTO, the steps of scale.h. */
typedef enum { EF_RENDER_SCALE_AUTO, EF_RENDER_SCALE_FULL } ef_scale_choice_t;

#define EF_DISPLAY_NONE "none" /* Blender draws without an X server, through EGL */

typedef struct {
	ef_stage_t stage;
	const char *avatar; /* the character's file, or NULL when none was given */
	const char *map; /* the mapping text, or NULL: the one beside the avatar */
	const char *check; /* folder for a report on the character, or NULL: be the stage */
	const char *swap; /* file in which another character is requested, or NULL */
	const char *display; /* "auto", EF_DISPLAY_NONE, or an X display such as ":0" */
	int renderer; /* ef_renderer_t */
	int shading; /* of view3d: 0 material, 1 rendered, 2 solid */
	int effects; /* 0 off, 1 on */
	int scale; /* ef_scale_choice_t */
	ef_size_t size; /* pixels at full scale */
} ef_node_options_t;

/* Parses argv. Returns -1 to go on, or the exit status, as ef_stage_options. */
int ef_node_options_parse(ef_node_options_t *options, int argc, char **argv);

#endif
