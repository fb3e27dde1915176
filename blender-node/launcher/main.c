/* effigy-blender-node: runs Blender on its own X display, with the stage inside. */
#include "blender-node/launcher/launch.h"

int main(int argc, char **argv)
{
	ef_node_options_t options;
	int status = ef_node_options_parse(&options, argc, argv);

	if (status == -1) {
		status = ef_launch_check(&options) == -1 ? 1 : ef_launch_run(&options, argc, argv);
	}
	ef_stage_close(&options.stage);
	return status;
}
