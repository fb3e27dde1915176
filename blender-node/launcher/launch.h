/* Blender with the stage's script in it, and the display it draws on. */
#ifndef EF_NODE_LAUNCH_H
#define EF_NODE_LAUNCH_H

#include "blender-node/node_options.h"

/* One line and -1 when an endpoint may not be used, or the avatar, the map or Blender is missing
 * or cannot be what it should. */
int ef_launch_check(const ef_node_options_t *options);

/* Starts display and Blender, which is handed argv, and waits: for SIGINT or SIGTERM, then ends
 * both; or for the end of either. Another character that is asked for meanwhile is loaded by a
 * second Blender, which takes the first one's place once it has drawn it. Leaves no process behind.
 * Returns the status to exit with. */
int ef_launch_run(const ef_node_options_t *options, int argc, char **argv);

#endif
