#include "blender-node/launcher/launch.h"

#include <czmq.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "blender-node/launcher/cast.h"
#include "blender-node/launcher/child.h"
#include "blender-node/launcher/display.h"
#include "blender-node/launcher/places.h"
#include "blender-node/launcher/scratch.h"
#include "proto/link/keys/attach.h"
#include "proto/stage/runtime.h"

#define DISPLAY_STOP_MS 500
#define FEW_CORES 4
#define TICK_MS 100

static int check_avatar(const char *path)
{
	if (path == NULL) {
		zsys_error("no character given; use --avatar FILE");
		return -1;
	}
	/* Blender checks the content. */
	if (access(path, R_OK) != 0) {
		zsys_error("cannot read the character %s: %s; give another with --avatar", path,
			strerror(errno));
		return -1;
	}
	return 0;
}

/* The library checks them too, but only after Blender has started. */
static int check_endpoints(const ef_stage_t *stage)
{
	const char *const endpoints[] = {stage->in, stage->out, stage->tap};

	for (int i = 0; i < 3 && !stage->insecure; i++) {
		if (endpoints[i] != NULL && ef_attach_prepare(endpoints[i], 0) == -1) {
			return -1;
		}
	}
	return 0;
}

int ef_launch_check(const ef_node_options_t *options)
{
	char program[PATH_MAX];

	if (check_endpoints(&options->stage) == -1 || check_avatar(options->avatar) == -1) {
		return -1;
	}
	if (options->map != NULL && access(options->map, R_OK) != 0) {
		zsys_error("cannot read the mapping %s: %s; give another with --map", options->map,
			strerror(errno));
		return -1;
	}
	if (ef_program_find(EF_BLENDER_PROGRAM, program) == -1) {
		zsys_error("cannot find Blender; install the package blender, or put the folder "
			   "of its program first on PATH");
		return -1;
	}
	return 0;
}

typedef struct {
	const ef_node_options_t *options;
	ef_blender_spec_t spec;
	ef_places_t places;
	ef_scratch_t *scratch;
	char *xauthority;
	int signals; /* signalfd: SIGINT, SIGTERM, SIGCHLD */
	pid_t display;
	ef_cast_t *cast;
} launch_t;

/* Software OpenGL takes one thread a core. With few cores each picture waits for the thread that another
 * stage holds up: with twice as many, its work is taken over (1.05 to 1.2 times as fast on two cores). */
static void set_drawing_threads(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	char number[16];

	if (cores >= 1 && cores <= FEW_CORES) {
		snprintf(number, sizeof(number), "%ld", 2 * cores);
		setenv("LP_NUM_THREADS", number, 0);
	}
}

/* Blender's environment: its display, and settings that are not the user's own. display: NULL for
 * none, where Blender uses EGL. */
static void set_environment(const launch_t *launch, const char *display)
{
	const char *scratch = ef_scratch_path(launch->scratch);

	if (display != NULL) {
		setenv("DISPLAY", display, 1);
	} else {
		unsetenv("DISPLAY");
	}
	if (launch->xauthority != NULL) {
		setenv("XAUTHORITY", launch->xauthority, 1);
	}
	/* Blender prefers Wayland where it finds it. */
	unsetenv("WAYLAND_DISPLAY");
	set_drawing_threads();
	setenv("EFFIGY_NODE_LIBRARY", launch->places.library, 1);
	setenv("TMPDIR", scratch, 1);
	if (launch->options->check != NULL) {
		setenv("EFFIGY_CHECK", launch->options->check, 1);
	}
	setenv("BLENDER_USER_RESOURCES", scratch, 1);
	setenv("BLENDER_USER_CONFIG", scratch, 1);
#ifdef __SANITIZE_ADDRESS__
	/* The sanitizers must be loaded first; Blender itself is not built with them. */
	setenv("LD_PRELOAD", "libasan.so.8:libubsan.so.1", 1);
	setenv("ASAN_OPTIONS", "detect_leaks=0:detect_odr_violation=0", 0);
#endif
}

/* Returns 0; 1 after a signal to stop; -1 after logging why. */
static int start_display(launch_t *launch, char name[16])
{
	launch->xauthority = ef_display_authority(ef_scratch_path(launch->scratch));
	if (launch->xauthority == NULL) {
		return -1;
	}
	launch->display = ef_display_start(launch->xauthority, launch->signals, name);
	if (launch->display < 0) {
		int stopped = launch->display == -2;

		launch->display = -1;
		return stopped ? 1 : -1;
	}
	return 0;
}

/* As start_display. */
static int start(launch_t *launch)
{
	char name[16];
	const ef_stage_t *stage = &launch->options->stage;
	const char *display = launch->options->display;
	const char *script = launch->options->check != NULL ? "inspection/check.py" : "node.py";
	int own = strcmp(display, "auto") == 0, none = strcmp(display, EF_DISPLAY_NONE) == 0;
	int result = 0;

	launch->scratch = ef_scratch_new();
	if (launch->scratch == NULL || ef_places_find(&launch->places, script) == -1) {
		return -1;
	}
	/* Blender may create files in the runtime folder, but not the folder itself. */
	if ((stage->in == stage->default_in || stage->out == stage->default_out) &&
		launch->options->check == NULL && ef_runtime_make() == -1) {
		return -1;
	}
	if (own) {
		result = start_display(launch, name);
	}
	if (result != 0) {
		return result;
	}
	set_environment(launch, own ? name : none ? NULL : display);
	launch->spec.node = launch->places.node;
	launch->spec.script = launch->places.script;
	launch->spec.library = launch->places.library;
	launch->spec.scratch = ef_scratch_path(launch->scratch);
	launch->spec.xauthority = launch->xauthority;
	launch->cast = ef_cast_new(&launch->spec);
	return ef_cast_begin(launch->cast);
}

/* Collects child processes that have exited. Returns the exit status, or -1 to go on. */
static int reap(launch_t *launch)
{
	/* First the display: without it Blender exits too. */
	if (launch->display != -1 && waitpid(launch->display, NULL, WNOHANG) == launch->display) {
		launch->display = -1;
		zsys_error("Xvfb has exited, and Blender cannot draw without it; the stage exits");
		return 1;
	}
	return ef_cast_reap(launch->cast);
}

static int wait_for_end(launch_t *launch)
{
	int status = -1;

	while (status == -1) {
		struct pollfd watched[] = {{.fd = launch->signals, .events = POLLIN},
			{.fd = ef_cast_control(launch->cast), .events = POLLIN}};
		struct signalfd_siginfo news;

		poll(watched, 2, TICK_MS);
		if (watched[0].revents != 0 &&
			read(launch->signals, &news, sizeof(news)) == (ssize_t)sizeof(news)) {
			status = news.ssi_signo == SIGCHLD ? reap(launch) : 0;
		} else {
			status = ef_cast_attend(launch->cast);
		}
	}
	return status;
}

static void watch_signals(launch_t *launch)
{
	sigset_t watched;

	sigemptyset(&watched);
	sigaddset(&watched, SIGINT);
	sigaddset(&watched, SIGTERM);
	sigaddset(&watched, SIGHUP);
	sigaddset(&watched, SIGCHLD);
	sigprocmask(SIG_BLOCK, &watched, NULL);
	launch->signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
}

int ef_launch_run(const ef_node_options_t *options, int argc, char **argv)
{
	launch_t launch = {
		.options = options,
		.spec = {.options = options, .argc = argc, .argv = argv},
		.display = -1,
	};
	int status;

	watch_signals(&launch);
	status = start(&launch);
	if (status == 0) {
		status = wait_for_end(&launch);
	} else {
		status = status == -1 ? 1 : 0;
	}
	ef_cast_destroy(&launch.cast);
	ef_child_stop(&launch.display, SIGTERM, DISPLAY_STOP_MS);
	close(launch.signals);
	freen(launch.xauthority);
	ef_scratch_destroy(&launch.scratch);
	return status;
}
