#include "blender-node/launcher/blender.h"

#include <czmq.h>
#include <sys/socket.h>

#include "blender-node/launcher/child.h"
#include "blender-node/launcher/confine.h"
#include "blender-node/launcher/usage.h"
#include "proto/base/memory.h"
#include "proto/link/keys/attach.h"
#include "proto/link/keys/keyring.h"
#include "proto/stage/runtime.h"

#define STOP_MS 800 /* to close its links; a frame takes far less */
#define NEWS_MAX 4096 /* bytes of one message */
#define BLENDER_ARGUMENTS 16 /* at most, of blender_arguments */

/* Whether the path is the folder, or lies below it. */
static int holds(const char *folder, const char *path)
{
	size_t length = strlen(folder);

	if (strcmp(folder, "/") == 0) {
		return 1;
	}
	return strncmp(folder, path, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static int holds_real(const char *folder, const char *path)
{
	char real[PATH_MAX];

	return path != NULL && realpath(path, real) != NULL && holds(folder, real);
}

/* A home folder or the runtime folder does not belong to a character, even if it lies there. */
static int is_shared(const char *folder, const ef_blender_spec_t *spec)
{
	return holds_real(folder, getenv("HOME")) || holds_real(folder, ef_runtime_dir()) ||
	       holds_real(folder, spec->scratch) || holds_real(folder, "/tmp");
}

static void allow_folder_of(ef_confine_t *confine, const char *path, ef_confine_way_t way)
{
	char *folder = ef_memory_copy(path), *slash = strrchr(folder, '/');

	if (slash == NULL) {
		ef_confine_allow(confine, ".", way);
	} else {
		slash[slash == folder] = '\0';
		ef_confine_allow(confine, folder, way);
	}
	free(folder);
}

/* Binding a UNIX socket creates a file in its folder. */
static void allow_endpoints(ef_confine_t *confine, const char *list)
{
	char *copy = ef_memory_copy(list), *rest = NULL;

	for (char *one = strtok_r(copy, ",", &rest); one; one = strtok_r(NULL, ",", &rest)) {
		const char *path = strstr(one, "ipc://");

		/* An abstract socket (@) has no file. */
		if (path != NULL && path[strlen("ipc://")] != '@') {
			allow_folder_of(confine, path + strlen("ipc://"), EF_CONFINE_MAKE);
		}
	}
	free(copy);
}

/* What the stage itself needs, wherever the character lies. */
static void allow_stage(ef_confine_t *confine, const ef_blender_spec_t *spec)
{
	const ef_node_options_t *options = spec->options;
	const ef_stage_t *stage = &options->stage;
	const char *const endpoints[] = {stage->in, stage->out, stage->tap};
	const char *authority = spec->xauthority != NULL ? spec->xauthority : getenv("XAUTHORITY");
	char home[PATH_MAX];

	for (int i = 0; i < 3; i++) {
		if (endpoints[i] != NULL) {
			allow_endpoints(confine, endpoints[i]);
		}
		if (endpoints[i] != NULL && ef_attach_has_keys(endpoints[i])) {
			ef_confine_allow(confine, ef_keyring_folder(), EF_CONFINE_READ);
		}
	}
	if (stage->stats_path != NULL) {
		allow_folder_of(confine, stage->stats_path, EF_CONFINE_MAKE);
	}
	if (options->check != NULL) {
		ef_confine_allow(confine, options->check, EF_CONFINE_ALL);
	}
	if (options->map != NULL) {
		ef_confine_allow(confine, options->map, EF_CONFINE_READ);
	}
	if (authority == NULL && getenv("HOME") != NULL) {
		snprintf(home, sizeof(home), "%s/.Xauthority", getenv("HOME"));
		authority = home;
	}
	if (authority != NULL) {
		ef_confine_allow(confine, authority, EF_CONFINE_READ);
	}
	ef_confine_allow(confine, spec->scratch, EF_CONFINE_ALL);
	ef_confine_allow(confine, spec->library, EF_CONFINE_READ);
	ef_confine_allow(confine, spec->node, EF_CONFINE_READ);
}

/* A Blender that was unpacked by hand must lie in a folder of its own. Returns 0, or -1 after logging
 * why not. */
static int allow_program(ef_confine_t *confine, const ef_blender_spec_t *spec, const char *program)
{
	char folder[PATH_MAX];

	if (realpath(program, folder) == NULL) {
		return 0;
	}
	*strrchr(folder, '/') = '\0';
	if (is_shared(folder, spec)) {
		zsys_error("%s is in the shared folder %s, whose other files Blender must not "
			   "read; move Blender into a folder of its own",
			program, folder);
		return -1;
	}
	ef_confine_allow(confine, folder, EF_CONFINE_READ);
	return 0;
}

/* The folder that a character may read, or "" when it may read only its own file. */
static void find_folder(const ef_blender_spec_t *spec, const char *path, char folder[PATH_MAX])
{
	if (realpath(path, folder) == NULL) {
		folder[0] = '\0';
		return;
	}
	*strrchr(folder, '/') = '\0';
	if (folder[0] == '\0' || is_shared(folder, spec)) {
		folder[0] = '\0';
	}
}

static void allow_character(ef_confine_t *confine, const char *path, const char *folder)
{
	char map[PATH_MAX];
	const char *ending = strrchr(path, '.');

	if (*folder != '\0') {
		ef_confine_allow(confine, folder, EF_CONFINE_READ);
		return;
	}
	ef_confine_allow(confine, path, EF_CONFINE_READ);
	if (ending != NULL && ending - path < PATH_MAX - 5) {
		snprintf(map, sizeof(map), "%.*s.map", (int)(ending - path), path);
		ef_confine_allow(confine, map, EF_CONFINE_READ);
	}
}

/* *confine is NULL where the kernel has no Landlock. Returns 0, or -1 after logging why. */
static int confine_to(ef_confine_t **confine, const ef_blender_spec_t *spec, const char *program,
	const char *path, const char *folder)
{
	*confine = NULL;
	if (!ef_confine_works()) {
		zsys_warning(
			"this kernel has no Landlock: the paths in a character are checked "
			"before it is drawn, but nothing keeps Blender from reading other files");
		return 0;
	}
	*confine = ef_confine_new();
	if (*confine == NULL || allow_program(*confine, spec, program) == -1) {
		ef_confine_destroy(confine);
		return -1;
	}
	allow_stage(*confine, spec);
	allow_character(*confine, path, folder);
	return 0;
}

/* PATH with the system's folders first. Debian's Blender uses the library of the first Python on PATH;
 * one of pyenv or conda would be in a folder that it must not read. The caller frees it. */
static char *system_first(void)
{
	const char *path = getenv("PATH");

	return ef_memory_print(
		"/usr/bin:/bin%s%s", path != NULL ? ":" : "", path != NULL ? path : "");
}

/* Blender's own arguments before the script's path, ending with NULL. */
static const char *const *blender_arguments(const ef_blender_spec_t *spec)
{
#define ALWAYS                                                                                     \
	"--factory-startup", "--disable-autoexec", "-noaudio", "--python-exit-code", "1", "--python"
	static const char *const window[] = {
		"--no-window-focus", "-p", "0", "0", "64", "64", ALWAYS, NULL};
	static const char *const background[] = {"--background", ALWAYS, NULL};

	return strcmp(spec->options->display, EF_DISPLAY_NONE) == 0 ? background : window;
#undef ALWAYS
}

static pid_t start_child(const ef_blender_spec_t *spec, const char *program, int control,
	const ef_confine_t *confine)
{
	const char *const *own = blender_arguments(spec);
	size_t at = 0;
	const char **argv = ef_memory_new((BLENDER_ARGUMENTS + spec->argc + 4) * sizeof(*argv));
	char *path = system_first();
	ef_child_spec_t child = {
		.name = "Blender",
		.argv = (char *const *)argv,
		.path = path,
		.death_signal = SIGKILL,
		.keep_fd = control,
		.confine = confine,
		.bounded = 1,
	};
	pid_t pid;

	argv[at++] = program;
	while (*own != NULL) {
		argv[at++] = *own++;
	}
	argv[at++] = spec->script;
	argv[at++] = "--";
	for (int i = 1; i < spec->argc; i++) {
		argv[at++] = spec->argv[i];
	}
	pid = ef_child_start(&child);
	free(path);
	free(argv);
	return pid;
}

static void tell_environment(int control, const char *path, const char *folder)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", control);
	setenv("EFFIGY_NODE_CONTROL", number, 1);
	setenv("EFFIGY_NODE_CHARACTER", path, 1);
	setenv("EFFIGY_NODE_FOLDER", folder, 1);
}

int ef_blender_start(ef_blender_t *blender, const ef_blender_spec_t *spec, const char *path)
{
	char program[PATH_MAX], folder[PATH_MAX];
	ef_confine_t *confine = NULL;
	int ends[2];

	*blender = (ef_blender_t){.pid = -1, .control = -1};
	find_folder(spec, path, folder);
	if (ef_program_find(EF_BLENDER_PROGRAM, program) == -1 ||
		confine_to(&confine, spec, program, path, folder) == -1) {
		return -1;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1) {
		zsys_error("cannot make a socket: %s", strerror(errno));
		ef_confine_destroy(&confine);
		return -1;
	}
	tell_environment(ends[1], path, folder);
	blender->pid = start_child(spec, program, ends[1], confine);
	ef_confine_destroy(&confine);
	close(ends[1]);
	blender->control = ends[0];
	blender->path = ef_memory_copy(path);
	blender->started_ms = blender->heard_ms = blender->worked_ms = zclock_mono();
	if (blender->pid == -1) {
		ef_blender_stop(blender);
		return -1;
	}
	return 0;
}

void ef_blender_stop(ef_blender_t *blender)
{
	ef_child_stop(&blender->pid, SIGTERM, STOP_MS);
	if (blender->control != -1) {
		close(blender->control);
		blender->control = -1;
	}
	freen(blender->path);
}

ef_blender_news_t ef_blender_hear(ef_blender_t *blender, char *why, size_t size)
{
	static const char trouble[] = "trouble ";
	char news[NEWS_MAX];
	ssize_t length;

	while (blender->control != -1 &&
		(length = recv(blender->control, news, sizeof(news) - 1, MSG_DONTWAIT)) > 0) {
		news[length] = '\0';
		blender->heard_ms = zclock_mono();
		if (strcmp(news, "ready") == 0) {
			return EF_BLENDER_READY;
		}
		if (strncmp(news, trouble, strlen(trouble)) == 0) {
			snprintf(why, size, "%s", news + strlen(trouble));
			return EF_BLENDER_TROUBLE;
		}
	}
	return EF_BLENDER_NOTHING;
}

void ef_blender_go(ef_blender_t *blender)
{
	/* If it has exited meanwhile, ef_cast_reap notices. */
	if (send(blender->control, "go", 2, MSG_NOSIGNAL) == -1) {
		zsys_debug("cannot send to Blender: %s", strerror(errno));
	}
	blender->started_ms = blender->heard_ms = zclock_mono();
}

static int takes_too_much(const ef_blender_t *blender, char *why, size_t size)
{
	if (ef_usage_memory(blender->pid) <= ef_usage_memory_max()) {
		return 0;
	}
	snprintf(why, size,
		"%s needs more than %.1f GB of memory; use smaller images, fewer subdivisions or "
		"smaller arrays",
		blender->path, (double)ef_usage_memory_max() / 1e9);
	return 1;
}

int ef_blender_fails_to_load(ef_blender_t *blender, char *why, size_t size)
{
	int64_t now = zclock_mono();
	uint64_t work = ef_usage_work(blender->pid);

	if (work != blender->work) {
		blender->work = work;
		blender->worked_ms = now;
	}
	if (takes_too_much(blender, why, size)) {
		return 1;
	}
	if (now - blender->worked_ms > EF_BLENDER_STUCK_MS) {
		snprintf(why, size,
			"%s cannot be loaded: Blender has waited more than %d s for a file that it "
			"refers to, which may be a pipe or on a drive that does not answer",
			blender->path, EF_BLENDER_STUCK_MS / 1000);
		return 1;
	}
	if (now - blender->started_ms > EF_BLENDER_LOAD_MS) {
		snprintf(why, size,
			"%s takes more than %d s to load; use fewer subdivisions or smaller arrays",
			blender->path, EF_BLENDER_LOAD_MS / 1000);
		return 1;
	}
	return 0;
}

int ef_blender_fails_to_draw(const ef_blender_t *blender, int hurry, char *why, size_t size)
{
	if (takes_too_much(blender, why, size)) {
		return 1;
	}
	if (hurry && zclock_mono() - blender->heard_ms > EF_BLENDER_SILENT_MS) {
		snprintf(why, size, "%s keeps Blender busy for more than %d s with one frame",
			blender->path, EF_BLENDER_SILENT_MS / 1000);
		return 1;
	}
	return 0;
}
