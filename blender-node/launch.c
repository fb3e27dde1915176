#include "blender-node/launch.h"

#include <czmq.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "blender-node/blender.h"
#include "blender-node/child.h"
#include "blender-node/display.h"
#include "blender-node/places.h"
#include "blender-node/scratch.h"
#include "blender-node/swap.h"
#include "proto/runtime.h"

#define DISPLAY_STOP_MS 500
#define TICK_MS 100
#define WHY_MAX 4096

/* A new character that ends or hangs Blender within this time after it came is not taken up again:
 * the one before is. */
#define TRIAL_MS 60000

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
	char program[PATH_MAX];

	if (check_endpoints(&options->stage) == -1 || check_avatar(options->avatar) == -1) {
		return -1;
	}
	if (options->map != NULL && access(options->map, R_OK) != 0) {
		zsys_error("cannot read the mapping %s: %s; give another with --map", options->map,
			strerror(errno));
		return -1;
	}
	if (ef_program_find(options->blender, program) == -1) {
		zsys_error("there is no program %s; install the package blender, or say where it "
			   "is with --blender",
			options->blender);
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
	ef_blender_t live, next; /* the one that is shown, and the one that is to be */
	char *before; /* the character before the one that is shown, or NULL */
	char *reason; /* why the one asked for is not shown, for the next answer */
	ef_stats_t *stats; /* while nothing is shown, or NULL */
	char note[96];
} launch_t;

/* Blender's surroundings: its display, and no trace of it in the user's own settings. */
static void set_environment(const launch_t *launch, const char *display)
{
	const char *scratch = ef_scratch_path(launch->scratch);

	if (display != NULL) {
		setenv("DISPLAY", display, 1);
	}
	if (launch->xauthority != NULL) {
		setenv("XAUTHORITY", launch->xauthority, 1);
	}
	/* Blender prefers Wayland where it finds it. */
	unsetenv("WAYLAND_DISPLAY");
	setenv("EFFIGY_NODE_LIBRARY", launch->places.library, 1);
	setenv("TMPDIR", scratch, 1);
	if (launch->options->check != NULL) {
		setenv("EFFIGY_CHECK", launch->options->check, 1);
	}
	setenv("BLENDER_USER_RESOURCES", scratch, 1);
	setenv("BLENDER_USER_CONFIG", scratch, 1);
#ifdef __SANITIZE_ADDRESS__
	/* The library wants its sanitizers loaded before all else; Blender is not theirs. */
	setenv("LD_PRELOAD", "libasan.so.8:libubsan.so.1", 1);
	setenv("ASAN_OPTIONS", "detect_leaks=0:detect_odr_violation=0", 0);
#endif
}

/* What "effigy status" shows meanwhile, and whoever looks whether this stage still lives. */
static void tell_loading(launch_t *launch)
{
	const char *name = strrchr(launch->next.path, '/');

	if (launch->live.pid != -1 || launch->options->stage.stats_path == NULL) {
		return;
	}
	if (launch->stats == NULL) {
		launch->stats = ef_stats_new(
			launch->options->stage.name, launch->options->stage.stats_path, 0);
	}
	snprintf(launch->note, sizeof(launch->note), "loading %s",
		name != NULL ? name + 1 : launch->next.path);
	/* It goes into a line of JSON, and into a table. */
	for (char *c = launch->note; *c != '\0'; c++) {
		*c = (unsigned char)*c < ' ' || strchr("\"\\,{}", *c) != NULL ? '_' : *c;
	}
	ef_stats_note(launch->stats, launch->note);
}

/* Begins to load a character; whichever was being loaded is dropped. Returns 0 or -1. */
static int load(launch_t *launch, const char *path)
{
	if (launch->next.pid != -1) {
		kill(launch->next.pid, SIGKILL);
	}
	ef_blender_stop(&launch->next);
	if (ef_blender_start(&launch->next, &launch->spec, path) == -1) {
		return -1;
	}
	tell_loading(launch);
	return 0;
}

/* The character that an earlier run was asked for, else the one told. */
static int load_first(launch_t *launch)
{
	char *before = ef_swap_shown_before(launch->options->swap);
	int result = load(launch, before != NULL ? before : launch->options->avatar);

	freen(before);
	return result;
}

/* Returns 0; 1 when it was told to stop meanwhile; -1 after logging why. */
static int start_display(launch_t *launch, char name[16])
{
	launch->xauthority = ef_scratch_xauthority(ef_scratch_path(launch->scratch));
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
	const char *script = launch->options->check != NULL ? "check.py" : "node.py";
	int own = strcmp(display, "auto") == 0, result = 0;

	launch->scratch = ef_scratch_new();
	if (launch->scratch == NULL || ef_places_find(&launch->places, script) == -1) {
		return -1;
	}
	/* Blender may make files there, but no folder. */
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
	set_environment(launch, own ? name : display);
	launch->spec.script = launch->places.script;
	launch->spec.library = launch->places.library;
	launch->spec.scratch = ef_scratch_path(launch->scratch);
	launch->spec.xauthority = launch->xauthority;
	return load_first(launch);
}

static void set_text(char **text, const char *to)
{
	char *copy = to != NULL ? strdup(to) : NULL;

	free(*text);
	*text = copy;
}

static void answer(launch_t *launch)
{
	ef_swap_answer(launch->options->swap, launch->live.path,
		launch->reason != NULL ? launch->reason : "");
	set_text(&launch->reason, NULL);
}

/* The next one has drawn its character: it takes the place of the one that is shown. */
static void exchange(launch_t *launch)
{
	if (launch->live.pid != -1) {
		set_text(&launch->before, launch->live.path);
	}
	ef_blender_stop(&launch->live);
	ef_stats_destroy(&launch->stats);
	launch->live = launch->next;
	launch->next = (ef_blender_t){.pid = -1, .control = -1};
	ef_blender_go(&launch->live);
	answer(launch);
}

/* The next one cannot be shown. Returns the status to exit with, or -1 to go on. */
static int give_up(launch_t *launch, const char *why)
{
	char *path = launch->next.path;
	int result = -1;

	zsys_error("%s", why);
	set_text(&launch->reason, why);
	launch->next.path = NULL;
	if (launch->next.pid != -1) {
		kill(launch->next.pid, SIGKILL);
	}
	ef_blender_stop(&launch->next);
	if (launch->live.pid != -1) {
		answer(launch);
	} else if (strcmp(path, launch->options->avatar) == 0 ||
		   load(launch, launch->options->avatar) == -1) {
		result = 1;
	}
	free(path);
	return result;
}

/* The one that is shown has ended or must be. Returns as give_up. */
static int lose_live(launch_t *launch, const char *why)
{
	int on_trial = launch->before != NULL && zclock_mono() - launch->live.started_ms < TRIAL_MS;

	zsys_error("%s; %s", why, on_trial ? "the character before is taken up" : "the stage ends");
	if (launch->live.pid != -1) {
		kill(launch->live.pid, SIGKILL);
	}
	ef_blender_stop(&launch->live);
	if (!on_trial || launch->next.pid != -1) {
		return on_trial ? -1 : 1;
	}
	set_text(&launch->reason, why);
	on_trial = load(launch, launch->before);
	set_text(&launch->before, NULL);
	return on_trial == -1 ? 1 : -1;
}

static void describe_end(const char *path, int status, char *why)
{
	if (WIFSIGNALED(status)) {
		snprintf(why, WHY_MAX, "Blender was ended by signal %d (%s) with %s in it",
			WTERMSIG(status), strsignal(WTERMSIG(status)), path);
	} else {
		snprintf(why, WHY_MAX, "Blender ended with status %d with %s in it",
			WEXITSTATUS(status), path);
	}
}

/* Returns as give_up. */
static int reap_live(launch_t *launch)
{
	char why[WHY_MAX];
	int status;

	if (launch->live.pid == -1 ||
		waitpid(launch->live.pid, &status, WNOHANG) != launch->live.pid) {
		return -1;
	}
	launch->live.pid = -1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		return 0;
	}
	/* It has logged why, and that had to do with the stage rather than with the character. */
	if (WIFEXITED(status) && WEXITSTATUS(status) == EF_BLENDER_LOGGED) {
		return 1;
	}
	describe_end(launch->live.path, status, why);
	return lose_live(launch, why);
}

/* Returns as give_up. */
static int reap_next(launch_t *launch)
{
	char why[WHY_MAX];
	int status;

	if (launch->next.pid == -1 ||
		waitpid(launch->next.pid, &status, WNOHANG) != launch->next.pid) {
		return -1;
	}
	launch->next.pid = -1;
	/* What it said before counts. */
	if (ef_blender_hear(&launch->next, why, sizeof(why)) != EF_BLENDER_TROUBLE) {
		describe_end(launch->next.path, status, why);
	}
	return give_up(launch, why);
}

/* Looks at who has ended. Returns as give_up. */
static int reap(launch_t *launch)
{
	int status;

	/* First the display: Blender dies of its loss. */
	if (launch->display != -1 && waitpid(launch->display, NULL, WNOHANG) == launch->display) {
		launch->display = -1;
		zsys_error("Xvfb has ended, and Blender cannot draw without it; the stage ends");
		return 1;
	}
	status = reap_live(launch);
	return status != -1 ? status : reap_next(launch);
}

/* Hears what both have said, and ends what is past its bounds. Returns as give_up. */
static int attend(launch_t *launch)
{
	char why[WHY_MAX];
	int is_stage = launch->options->check == NULL;
	int hurry = is_stage && launch->options->stage.policy == EF_LATEST;

	if (launch->live.pid != -1) {
		ef_blender_hear(&launch->live, why, sizeof(why));
		if (ef_blender_is_past_bounds(
			    &launch->live, hurry ? EF_BLENDER_SILENT_MS : 0, why, sizeof(why))) {
			return lose_live(launch, why);
		}
	}
	if (launch->next.pid == -1) {
		return -1;
	}
	switch (ef_blender_hear(&launch->next, why, sizeof(why))) {
	case EF_BLENDER_READY:
		exchange(launch);
		return -1;
	case EF_BLENDER_TROUBLE:
		return give_up(launch, why);
	default:
		return ef_blender_is_past_bounds(
			       &launch->next, EF_BLENDER_LOAD_MS, why, sizeof(why))
			       ? give_up(launch, why)
			       : -1;
	}
}

static void look_for_wish(launch_t *launch)
{
	char *path = ef_swap_asked(launch->options->swap);

	if (path != NULL && load(launch, path) == -1 && launch->live.pid != -1) {
		set_text(&launch->reason, "cannot start another Blender; see the stage's log");
		answer(launch);
	}
	free(path);
}

static int wait_for_end(launch_t *launch)
{
	int status = -1;

	while (status == -1) {
		struct pollfd watched[] = {{.fd = launch->signals, .events = POLLIN},
			{.fd = launch->next.control, .events = POLLIN}};
		struct signalfd_siginfo news;

		poll(watched, 2, TICK_MS);
		if (watched[0].revents != 0 &&
			read(launch->signals, &news, sizeof(news)) == (ssize_t)sizeof(news)) {
			status = news.ssi_signo == SIGCHLD ? reap(launch) : 0;
			continue;
		}
		status = attend(launch);
		look_for_wish(launch);
		if (launch->stats != NULL) {
			ef_stats_tick(launch->stats);
		}
	}
	return status;
}

/* Ended while the character that came last kept it busy: a run after this one shows the one before,
 * else it would be busy again. */
static void judge_last(launch_t *launch)
{
	if (launch->live.pid != -1 && launch->before != NULL &&
		zclock_mono() - launch->live.started_ms < TRIAL_MS &&
		zclock_mono() - launch->live.heard_ms > EF_BLENDER_SILENT_MS / 2) {
		ef_swap_answer(launch->options->swap, launch->before,
			"the character asked for kept Blender busy");
	}
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
		.live = {.pid = -1, .control = -1},
		.next = {.pid = -1, .control = -1},
	};
	int status;

	watch_signals(&launch);
	status = start(&launch) == -1 ? 1 : 0;
	if (launch.next.pid != -1) {
		status = wait_for_end(&launch);
	}
	judge_last(&launch);
	if (launch.next.pid != -1) {
		kill(launch.next.pid, SIGKILL);
	}
	ef_blender_stop(&launch.next);
	ef_blender_stop(&launch.live);
	ef_child_stop(&launch.display, SIGTERM, DISPLAY_STOP_MS);
	ef_stats_destroy(&launch.stats);
	close(launch.signals);
	freen(launch.xauthority);
	free(launch.before);
	free(launch.reason);
	ef_scratch_destroy(&launch.scratch);
	return status;
}
