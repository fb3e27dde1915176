#include "proto/v4l2/device_name.h"

#include <stdio.h>
#include <string.h>

#define PREFIX "camera:"

static int begins(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static int is_number(const char *text)
{
	return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

const char *ef_name_label(const char *text)
{
	return begins(text, PREFIX) && text[strlen(PREFIX)] != '\0' ? text + strlen(PREFIX) : NULL;
}

int ef_name_is_device(const char *text)
{
	return is_number(text) || begins(text, "/dev/video") || begins(text, "/dev/v4l/") ||
	       ef_name_label(text) != NULL;
}

void ef_name_path(const char *text, char *path, size_t size)
{
	snprintf(path, size, "%s%s", is_number(text) ? "/dev/video" : "", text);
}
