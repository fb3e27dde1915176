#include "sink/loopback/loopback.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "proto/v4l2/device_name.h"
#include "proto/v4l2/fourcc.h"
#include "proto/v4l2/v4l2_call.h"

#define DEVICES "/dev/video"
#define SYSFS "/sys/class/video4linux/video"

static void sysfs_path(int number, const char *attribute, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, SYSFS "%d/%s", number, attribute);
}

/* Sets text to the first line of a device's attribute in sysfs, or to "" where it has none. */
static void read_sysfs(int number, const char *attribute, char *text, size_t size)
{
	char path[PATH_MAX];
	FILE *file;

	text[0] = '\0';
	sysfs_path(number, attribute, path);
	file = fopen(path, "re");
	if (file == NULL) {
		return;
	}
	if (fgets(text, (int)size, file) == NULL) {
		text[0] = '\0';
	}
	text[strcspn(text, "\n")] = '\0';
	fclose(file);
}

/* Only v4l2loopback's devices have the attribute max_openers. Returns 1 or 0, or -1 where sysfs
 * does not show the device, as in some containers. */
static int is_loopback(int number)
{
	char path[PATH_MAX];

	sysfs_path(number, "max_openers", path);
	if (access(path, F_OK) == 0) {
		return 1;
	}
	sysfs_path(number, "name", path);
	return access(path, F_OK) == 0 ? 0 : -1;
}

/* Sets label, output and camera by VIDIOC_QUERYCAP, or error. Returns 0 when the device is of
 * another driver. */
static int query(ef_loopback_t *device)
{
	struct v4l2_capability able = {0};
	int fd = open(device->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), known;
	uint32_t can;

	if (fd == -1) {
		device->error = errno;
		return 1;
	}
	known = ef_v4l2_ioctl(fd, VIDIOC_QUERYCAP, &able) == 0 &&
		strcmp((const char *)able.driver, EF_LOOPBACK_DRIVER) == 0;
	close(fd);
	if (!known) {
		return 0;
	}
	can = ef_v4l2_capabilities(&able);
	device->output = !!(can & V4L2_CAP_VIDEO_OUTPUT);
	device->camera = !!(can & V4L2_CAP_VIDEO_CAPTURE);
	snprintf(device->label, sizeof(device->label), "%.31s", (const char *)able.card);
	return 1;
}

/* Fills in *device. Returns 1 when it is of v4l2loopback. */
static int look(int number, ef_loopback_t *device)
{
	int is = is_loopback(number);
	char text[64];

	if (is == 0) {
		return 0;
	}
	*device = (ef_loopback_t){0};
	snprintf(device->path, sizeof(device->path), DEVICES "%d", number);
	read_sysfs(number, "name", device->label, sizeof(device->label));
	read_sysfs(number, "format", text, sizeof(text));
	ef_loopback_format(text, device->format, sizeof(device->format));
	return query(device) && (is == 1 || device->error == 0);
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

int ef_loopback_list(ef_loopback_t found[EF_LOOPBACKS_MAX])
{
	int numbers[256], all = 0, count = 0;
	glob_t names;

	if (glob(DEVICES "[0-9]*", 0, NULL, &names) != 0) {
		return 0;
	}
	for (size_t i = 0; i < names.gl_pathc && all < 256; i++) {
		numbers[all++] = atoi(names.gl_pathv[i] + strlen(DEVICES));
	}
	globfree(&names);
	qsort(numbers, (size_t)all, sizeof(numbers[0]), by_number);
	for (int i = 0; i < all && count < EF_LOOPBACKS_MAX; i++) {
		count += look(numbers[i], &found[count]);
	}
	return count;
}

const ef_loopback_t *ef_loopback_find(const ef_loopback_t *devices, int count, const char *name)
{
	const char *label = ef_name_label(name);
	char path[PATH_MAX], resolved[PATH_MAX];

	ef_name_path(name, path, sizeof(path));
	/* A path below /dev/v4l is a link. */
	if (realpath(path, resolved) == NULL) {
		snprintf(resolved, sizeof(resolved), "%s", path);
	}
	for (int i = 0; i < count; i++) {
		if (label != NULL ? strcasecmp(devices[i].label, label) == 0
				  : strcmp(devices[i].path, resolved) == 0) {
			return &devices[i];
		}
	}
	return NULL;
}

void ef_loopback_explain(
	const ef_loopback_t *devices, int count, const char *name, char *why, size_t size)
{
	const char *label = ef_name_label(name);
	size_t used;

	snprintf(why, size, "no virtual camera %s%.99s", label != NULL ? "named " : "",
		label != NULL ? label : name);
	used = strlen(why);
	if (count == 0) {
		snprintf(why + used, size - used,
			", and no other one either; make one with: sudo effigy camera install");
		return;
	}
	for (int i = 0; i < count; i++, used = strlen(why)) {
		snprintf(why + used, size - used, "%s%s", i == 0 ? "; found: " : ", ",
			devices[i].label);
	}
	snprintf(why + used, size - used, "; see effigy-sink --list");
}

static const char *state_of(const ef_loopback_t *device)
{
	if (device->error == EACCES || device->error == EPERM) {
		return "no permission";
	}
	if (device->error != 0) {
		return strerror(device->error);
	}
	if (device->output && device->camera) {
		return "output and camera";
	}
	return device->output ? "output" : device->camera ? "camera" : "neither";
}

void ef_loopback_print(FILE *file, const ef_loopback_t *device, const char *holders)
{
	char label[sizeof(device->label)];

	snprintf(label, sizeof(label), "%s", device->label);
	for (char *at = label; *at != '\0'; at++) {
		*at = iscntrl((unsigned char)*at) ? '?' : *at;
	}
	fprintf(file, "%s\t%s\t%s\t%s\t%s\n", device->path, label[0] != '\0' ? label : "-",
		state_of(device), device->format[0] != '\0' ? device->format : "-",
		holders[0] != '\0' ? holders : "-");
}

void ef_loopback_format(const char *text, char *format, size_t size)
{
	char code[4], name[5];
	int w, h;

	format[0] = '\0';
	if (sscanf(text, "%4c:%5dx%5d", code, &w, &h) == 3) {
		ef_fourcc_v4l2_name(v4l2_fourcc(code[0], code[1], code[2], code[3]), name);
		snprintf(format, size, "%s %dx%d", name, w, h);
	}
}
