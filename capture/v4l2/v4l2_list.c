#define _GNU_SOURCE /* strcasestr () */
#include "capture/v4l2/v4l2_list.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "capture/v4l2/v4l2_controls.h"
#include "capture/v4l2/v4l2_device.h"
#include "capture/v4l2/v4l2_enumerate.h"
#include "proto/v4l2/device_name.h"
#include "proto/v4l2/fourcc.h"
#include "proto/v4l2/holder.h"

static void print_mode(FILE *file, const ef_mode_t *mode, int converted)
{
	char name[5];

	fprintf(file, "\t%s %dx%d", ef_fourcc_name(mode->fourcc, name), mode->min_w, mode->min_h);
	if (mode->max_w != mode->min_w || mode->max_h != mode->min_h) {
		fprintf(file, " to %dx%d", mode->max_w, mode->max_h);
	}
	if (mode->fps > 0) {
		fprintf(file, ", up to %.4g fps", mode->fps);
	}
	fputs(converted ? ", converted by libv4l2\n" : "\n", file);
}

/* Returns 0, or -1 with the reason in why when there is no webcam. */
static int list_one(FILE *file, const char *path, char *why, size_t size)
{
	ef_mode_t modes[EF_MODES_MAX];
	ef_device_t device;
	char holders[256];
	int count;

	if (ef_device_open(&device, path, why, size) == -1) {
		return -1;
	}
	ef_holder_list(path, holders, sizeof(holders));
	fprintf(file, "%s\t%s\t%s\t%s\n", path, device.card, device.bus,
		holders[0] != '\0' ? holders : "-");
	count = ef_v4l2_enumerate(&device, modes);
	for (int i = 0; i < count; i++) {
		print_mode(file, &modes[i], device.converted);
	}
	ef_controls_list(&device, file);
	ef_device_close(&device);
	return 0;
}

/* Finds the video devices, in the order of their numbers. The caller calls globfree (). */
static void find_nodes(glob_t *found)
{
	glob("/dev/video[0-9]", 0, NULL, found);
	glob("/dev/video[0-9][0-9]", GLOB_APPEND, NULL, found);
	glob("/dev/video[0-9][0-9][0-9]", GLOB_APPEND, NULL, found);
}

int ef_v4l2_list(FILE *file)
{
	glob_t found;
	char why[128];
	int webcams = 0;

	find_nodes(&found);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		webcams += list_one(file, found.gl_pathv[i], why, sizeof(why)) == 0;
	}
	globfree(&found);
	return webcams;
}

int ef_v4l2_match(const char *name, const char *card, const char *bus)
{
	if (strcasecmp(name, card) == 0 || strcasecmp(name, bus) == 0) {
		return 2;
	}
	return strcasestr(card, name) != NULL || strcasestr(bus, name) != NULL;
}

/* The result of a search for a webcam. */
typedef struct {
	int match, refused;
	char cards[256]; /* ", Card, Card" */
} search_t;

static void look_at(search_t *search, const char *name, const char *node, char *path, size_t size)
{
	size_t used = strlen(search->cards);
	ef_device_t device;
	char why[128];
	int match;

	if (ef_device_open(&device, node, why, sizeof(why)) == -1) {
		search->refused |= access(node, R_OK | W_OK) == -1 && errno == EACCES;
		return;
	}
	match = ef_v4l2_match(name, device.card, device.bus);
	if (match > search->match) {
		snprintf(path, size, "%s", node);
		search->match = match;
	}
	snprintf(search->cards + used, sizeof(search->cards) - used, ", %s", device.card);
	ef_device_close(&device);
}

int ef_v4l2_find(const char *name, char *path, size_t path_size, char *why, size_t size)
{
	search_t search = {0};
	glob_t found;

	find_nodes(&found);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		look_at(&search, name, found.gl_pathv[i], path, path_size);
	}
	globfree(&found);
	if (search.match > 0) {
		return 0;
	}
	if (search.refused) {
		snprintf(why, size,
			"no webcam named %s among those you may open; add yourself to the "
			"group video",
			name);
	} else if (search.cards[0] == '\0') {
		snprintf(
			why, size, "no webcam named %s, and no other one either; plug it in", name);
	} else {
		snprintf(why, size,
			"no webcam named %s; found: %s; see "
			"effigy-capture --list",
			name, search.cards + 2);
	}
	return -1;
}

int ef_v4l2_list_named(FILE *file, const char *name, char *why, size_t size)
{
	const char *label = ef_name_label(name);
	char path[PATH_MAX];

	if (!ef_name_is_device(name)) {
		snprintf(why, size, "not the name of a device; give /dev/video0 or camera:NAME");
		return -1;
	}
	if (label != NULL) {
		if (ef_v4l2_find(label, path, sizeof(path), why, size) == -1) {
			return -1;
		}
	} else {
		ef_name_path(name, path, sizeof(path));
	}
	return list_one(file, path, why, size);
}
