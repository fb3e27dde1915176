/* Names of devices and endpoints: each path names a device or a file, no endpoint of another
 * machine counts as local, and formats of the loopback module are parsed or refused. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "proto/link/endpoint.h"
#include "proto/v4l2/device_name.h"
#include "sink/loopback/loopback.h"
#include "tests/fuzz/fuzz.h"

static void check_device(const char *text)
{
	const char *label = ef_name_label(text);
	char path[64];

	if (label != NULL) {
		fuzz_check(*label != '\0' && strstr(text, label) != NULL, "a label is in the text");
		fuzz_check(ef_name_is_device(text), "what has a label is a device");
	}
	ef_name_path(text, path, sizeof(path));
	fuzz_check(strlen(path) < sizeof(path), "a path ends");
}

/* Only loopback addresses and localhost may be accepted without --insecure-plaintext. */
static void check_local(const char *one)
{
	char host[64] = "";
	struct in_addr ip4;

	one += *one == '@' || *one == '>';
	if (strncmp(one, "ipc://", 6) == 0 || strncmp(one, "inproc://", 9) == 0) {
		return;
	}
	fuzz_check(strncmp(one, "tcp://", 6) == 0, "of other transports none is local");
	one += 6;
	fuzz_check(strrchr(one, ':') != NULL && strrchr(one, ':') - one < (long)sizeof(host),
		"a local host is short, and has a port");
	memcpy(host, one, (size_t)(strrchr(one, ':') - one));
	fuzz_check(strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
			   (inet_pton(AF_INET, host, &ip4) == 1 &&
				   (ntohl(ip4.s_addr) & 0xff000000) == 0x7f000000),
		"a local host is the loopback");
}

static void check_endpoints(char *text)
{
	if (ef_endpoint_is_local(text)) {
		char *rest = NULL;

		for (char *one = strtok_r(text, ",", &rest); one;
			one = strtok_r(NULL, ",", &rest)) {
			check_local(one);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), words[24];

	fuzz_quiet();
	check_device(text);
	ef_loopback_format(text, words, sizeof(words));
	fuzz_check(memchr(words, '\0', sizeof(words)) != NULL, "words end");
	fuzz_check(ef_endpoint_count(text) >= 0, "endpoints can be counted");
	check_endpoints(text);
	free(text);
	return 0;
}
