/* The virtual cameras of this machine: the devices of v4l2loopback, found without streaming. */
#ifndef EF_SINK_LOOPBACK_H
#define EF_SINK_LOOPBACK_H

#include <stddef.h>
#include <stdio.h>

#define EF_LOOPBACK_DRIVER "v4l2 loopback" /* its name in VIDIOC_QUERYCAP */
#define EF_LOOPBACKS_MAX 32

typedef struct {
	char path[32]; /* "/dev/video10" */
	char label[32]; /* the name that programs show */
	int error; /* errno of opening it; 0: output and camera are known */
	int output; /* takes pictures */
	int camera; /* gives pictures: not both, unless exclusive_caps is off or a reader has
		     * stayed behind its writer */
	char format[32]; /* "YUYV 640x480" while that is settled, else "" */
} ef_loopback_t;

/* Looks for them, lowest number first. Returns how many there are. Other cameras are not opened. */
int ef_loopback_list(ef_loopback_t found[EF_LOOPBACKS_MAX]);

/* The first of that label, whatever its case, or NULL. */
const ef_loopback_t *ef_loopback_named(const ef_loopback_t *devices, int count, const char *label);

/* Why there is none of that label, and which there are. */
void ef_loopback_explain(
	const ef_loopback_t *devices, int count, const char *label, char *why, size_t size);

/* One line: path, label, what it is now, format, who has it open ("-": none), with tabs between. */
void ef_loopback_print(FILE *file, const ef_loopback_t *device, const char *holders);

/* "YUYV:640x480@30/1", as the module writes it, in words: "YUYV 640x480"; else "". */
void ef_loopback_format(const char *text, char *format, size_t size);

#endif
