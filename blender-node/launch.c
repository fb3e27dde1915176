#include "blender-node/launch.h"

#include <czmq.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "blender-node/child.h"
#include "blender-node/display.h"
#include "blender-node/places.h"
#include "blender-node/scratch.h"

#define BLENDER_STOP_MS 800 /* to close its links; a frame takes far less */
#define DISPLAY_STOP_MS 500

static int check_avatar(const char *path)
{
	if (path == NULL) {
		zsys_error("no character given; say --avatar FILE");
		return -1;
	}
	/* What is in it is Blender's to judge. */
	if (access(path, R_OK) != 0) {
		zsys_error("cannot read the character %s: %s; give another with --avatar", path,
			strerror(errno));
		return -1;
	}
	return 0;
}

/* The library checks them too, but only once Blender is up. */
static int check_endpoints(const ef_stage_t *stage)
{
	const char *const endpoints[] = {stage->in, stage->out, stage->tap};

	for (int i = 0; i < 3 && !stage->insecure; i++) {
		if (endpoints[i] != NULL && ef_endpoint_check(endpoints[i], 0) == -1) {
			return -1;
		}
	}
	return 0;
}

int ef_launch_check(const ef_node_options_t *options)
{
	if (check_endpoints(&options->stage) == -1 || check_avatar(options->avatar) == -1) {
		return -1;
	}
	if (options->map != NULL && access(options->map, R_OK) != 0) {
		zsys_error("cannot read the mapping %s: %s; give another with --map", options->map,
			strerror(errno));
		return -1;
	}
	if (!ef_program_exists(options->blender)) {
		zsys_error("there is no program %s; install the package blender, or say where it "
			   "is with --blender",
			options->blender);
		return -1;
	}
	return 0;
}

typedef struct {
	const ef_node_options_t *options;
	int argc;
	char **argv;
	ef_places_t places;
	char *scratch, *xauthority;
	int signals; /* signalfd: SIGINT, SIGTERM, SIGCHLD */
	pid_t display, blender;
} launch_t;

/* Blender's surroundings: its display, and no trace of it in the user's own settings. */
static void set_environment(const launch_t *launch, const char *display)
{
	if (display != NULL) {
		setenv("DISPLAY", display, 1);
	}
	if (launch->xauthority != NULL) {
		setenv("XAUTHORITY", launch->xauthority, 1);
	}
	/* Blender prefers Wayland where it finds it. */
	unsetenv("WAYLAND_DISPLAY");
	setenv("EFFIGY_NODE_LIBRARY", launch->places.library, 1);
	setenv("TMPDIR", launch->scratch, 1);
	if (launch->options->check != NULL) {
		setenv("EFFIGY_CHECK", launch->options->check, 1);
	}
	setenv("BLENDER_USER_RESOURCES", launch->scratch, 1);
	setenv("BLENDER_USER_CONFIG", launch->scratch, 1);
#ifdef __SANITIZE_ADDRESS__
	/* The library wants its sanitizers loaded before all else; Blender is not theirs. */
	setenv("LD_PRELOAD", "libasan.so.8:libubsan.so.1", 1);
	setenv("ASAN_OPTIONS", "detect_leaks=0:detect_odr_violation=0", 0);
#endif
}

static pid_t start_blender(launch_t *launch)
{
	static const char *const fixed[] = {"--factory-startup", "--disable-autoexec",
		"--no-window-focus", "-noaudio", "-p", "0", "0", "64", "64", "--python-exit-code",
		"1", "--python"};
	size_t count = sizeof(fixed) / sizeof(fixed[0]), at = 0;
	const char **argv = zmalloc((count + launch->argc + 4) * sizeof(*argv));
	ef_child_spec_t spec = {
		.name = "Blender",
		.argv = (char *const *)argv,
		.death_signal = SIGKILL,
		.keep_fd = -1,
	};
	pid_t pid;

	argv[at++] = launch->options->blender;
	for (size_t i = 0; i < count; i++) {
		argv[at++] = fixed[i];
	}
	argv[at++] = launch->places.script;
	argv[at++] = "--";
	for (int i = 1; i < launch->argc; i++) {
		argv[at++] = launch->argv[i];
	}
	pid = ef_child_start(&spec);
	free(argv);
	return pid;
}

static int start(launch_t *launch)
{
	char name[16];
	const char *display = name;
	const char *script = launch->options->check != NULL ? "check.py" : "node.py";

	launch->scratch = ef_scratch_new();
	if (launch->scratch == NULL || ef_places_find(&launch->places, script) == -1) {
		return -1;
	}
	if (strcmp(launch->options->display, "auto") == 0) {
		launch->xauthority = ef_scratch_xauthority(launch->scratch);
		if (launch->xauthority == NULL) {
			return -1;
		}
		launch->display = ef_display_start(launch->xauthority, launch->signals, name);
		if (launch->display < 0) {
			int stopped = launch->display == -2;

			launch->display = -1;
			return stopped ? 0 : -1;
		}
	} else {
		display = launch->options->display;
	}
	set_environment(launch, display);
	launch->blender = start_blender(launch);
	return launch->blender == -1 ? -1 : 0;
}

/* The status for Blender's end, which says so where node.py has not. */
static int judge(int status)
{
	if (WIFSIGNALED(status)) {
		zsys_error("Blender was ended by signal %d (%s); the stage ends with it",
			WTERMSIG(status), strsignal(WTERMSIG(status)));
		return 1;
	}
	if (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != EF_NODE_LOGGED) {
		zsys_error("Blender ended with status %d; the stage ends with it",
			WEXITSTATUS(status));
	}
	return WEXITSTATUS(status) == 0 ? 0 : 1;
}

/* Looks at who has ended. Returns the status to exit with, or -1 while both run. */
static int reap(launch_t *launch)
{
	int status;

	/* First the display: Blender dies of its loss. */
	if (launch->display != -1 && waitpid(launch->display, NULL, WNOHANG) == launch->display) {
		launch->display = -1;
		zsys_error("Xvfb has ended, and Blender cannot draw without it; the stage ends");
		return 1;
	}
	if (waitpid(launch->blender, &status, WNOHANG) == launch->blender) {
		launch->blender = -1;
		return judge(status);
	}
	return -1;
}

static int wait_for_end(launch_t *launch)
{
	int status = -1;

	while (status == -1) {
		struct signalfd_siginfo news;

		if (read(launch->signals, &news, sizeof(news)) != (ssize_t)sizeof(news)) {
			continue;
		}
		status = news.ssi_signo == SIGCHLD ? reap(launch) : 0;
	}
	return status;
}

int ef_launch_run(const ef_node_options_t *options, int argc, char **argv)
{
	launch_t launch = {
		.options = options,
		.argc = argc,
		.argv = argv,
		.display = -1,
		.blender = -1,
	};
	sigset_t watched;
	int status;

	sigemptyset(&watched);
	sigaddset(&watched, SIGINT);
	sigaddset(&watched, SIGTERM);
	sigaddset(&watched, SIGHUP);
	sigaddset(&watched, SIGCHLD);
	sigprocmask(SIG_BLOCK, &watched, NULL);
	launch.signals = signalfd(-1, &watched, SFD_CLOEXEC);
	status = start(&launch) == -1 ? 1 : 0;
	if (launch.blender != -1) {
		status = wait_for_end(&launch);
	}
	ef_child_stop(&launch.blender, SIGTERM, BLENDER_STOP_MS);
	ef_child_stop(&launch.display, SIGTERM, DISPLAY_STOP_MS);
	close(launch.signals);
	freen(launch.xauthority);
	ef_scratch_destroy(&launch.scratch);
	return status;
}
