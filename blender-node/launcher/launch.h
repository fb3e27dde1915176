/* Runs the display and Blender with the stage's script, and watches both. */
#ifndef EF_NODE_LAUNCH_H
#define EF_NODE_LAUNCH_H

#include "blender-node/node_options.h"

/* Returns 0; or -1 after logging one line when an endpoint is not allowed, or the avatar, the mapping
 * or Blender is missing or cannot be read. */
int ef_launch_check(const ef_node_options_t *options);

/* Starts the display and Blender, which gets argv, and waits for SIGINT or SIGTERM, then stops both;
 * or until one of them exits. A character that is requested meanwhile is loaded by a second Blender,
 * which replaces the first once it has drawn it. Leaves no process behind. Returns the exit status. */
int ef_launch_run(const ef_node_options_t *options, int argc, char **argv);

#endif
