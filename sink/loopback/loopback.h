/* Lists the virtual cameras of this machine: the devices of v4l2loopback. */
#ifndef EF_SINK_LOOPBACK_H
#define EF_SINK_LOOPBACK_H

#include <stddef.h>
#include <stdio.h>

#define EF_LOOPBACK_DRIVER "v4l2 loopback" /* its name in VIDIOC_QUERYCAP */
#define EF_LOOPBACKS_MAX 32

typedef struct {
	char path[32]; /* "/dev/video10" */
	char label[32]; /* the name that programs show */
	int error; /* errno of opening it; 0: output and camera are set */
	int output; /* a program can write to it */
	int camera; /* programs can read it; both only if exclusive_caps is off, or if a reader
		     * still has it open after its writer has closed it */
	char format[32]; /* "YUYV 640x480" while one is set, else "" */
} ef_loopback_t;

/* Finds them, lowest number first. Returns how many there are. Devices of other drivers are not
 * opened. */
int ef_loopback_list(ef_loopback_t found[EF_LOOPBACKS_MAX]);

/* Returns the device that a name on the command line means: /dev/video10, 10, or camera:LABEL, the
 * first of that label, in upper or lower case. NULL when there is none. */
const ef_loopback_t *ef_loopback_find(const ef_loopback_t *devices, int count, const char *name);

/* Writes to why that there is no device of that name, and which labels there are. */
void ef_loopback_explain(
	const ef_loopback_t *devices, int count, const char *name, char *why, size_t size);

/* Prints one line: path, label, state, format and the processes that have it open, separated by
 * tabs; "-" for none. */
void ef_loopback_print(FILE *file, const ef_loopback_t *device, const char *holders);

/* Converts the module's "YUYV:640x480@30/1" to "YUYV 640x480"; any other text to "". */
void ef_loopback_format(const char *text, char *format, size_t size);

#endif
