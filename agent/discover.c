/* effigy-discover: lists the machines on the local network that tell by mDNS that an agent runs there. */
#include <arpa/inet.h>
#include <avahi-client/client.h>
#include <avahi-client/lookup.h>
#include <avahi-common/error.h>
#include <avahi-common/simple-watch.h>
#include <czmq.h>

#include "agent/publish.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/stage/options.h"

#define BOXES_MAX 64
#define NS_PER_S 1e9
#define TURN_MS 100

typedef struct {
	char name[128], endpoint[64], stages[256];
} box_t;

typedef struct {
	AvahiClient *client;
	int failed; /* an error of Avahi, or 0 */
	int searched; /* Avahi thinks that it knows all of them */
	int resolving; /* services of which the address is not known yet */
	box_t boxes[BOXES_MAX];
	int count;
} search_t;

/* Copies text without what a terminal would act on. */
static void copy_plain(char *to, size_t size, const char *text, size_t length)
{
	size_t i = 0;

	for (; i < length && i + 1 < size && text[i] != '\0'; i++) {
		to[i] = iscntrl((unsigned char)text[i]) ? '?' : text[i];
	}
	to[i] = '\0';
}

static void copy_stages(box_t *box, AvahiStringList *txt)
{
	AvahiStringList *found = avahi_string_list_find(txt, EF_SERVICE_STAGES);
	size_t skip = strlen(EF_SERVICE_STAGES "=");

	if (found != NULL && avahi_string_list_get_size(found) > skip) {
		copy_plain(box->stages, sizeof(box->stages),
			(const char *)avahi_string_list_get_text(found) + skip,
			avahi_string_list_get_size(found) - skip);
	}
}

static int is_known(const search_t *search, const box_t *box)
{
	for (int i = 0; i < search->count; i++) {
		if (strcmp(search->boxes[i].endpoint, box->endpoint) == 0) {
			return 1;
		}
	}
	return 0;
}

static void resolved(AvahiServiceResolver *resolver, AvahiIfIndex interface, AvahiProtocol protocol,
	AvahiResolverEvent event, const char *name, const char *type, const char *domain,
	const char *host, const AvahiAddress *address, uint16_t port, AvahiStringList *txt,
	AvahiLookupResultFlags flags, void *self)
{
	char ip[AVAHI_ADDRESS_STR_MAX];
	search_t *search = self;
	box_t box = {0};

	(void)interface, (void)protocol, (void)type, (void)domain, (void)host, (void)flags;
	search->resolving--;
	if (event == AVAHI_RESOLVER_FOUND && search->count < BOXES_MAX) {
		avahi_address_snprint(ip, sizeof(ip), address);
		snprintf(box.endpoint, sizeof(box.endpoint), "tcp://%s:%u", ip, port);
		copy_plain(box.name, sizeof(box.name), name, strlen(name));
		copy_stages(&box, txt);
		if (!is_known(search, &box)) {
			search->boxes[search->count++] = box;
		}
	}
	avahi_service_resolver_free(resolver);
}

static void browsed(AvahiServiceBrowser *browser, AvahiIfIndex interface, AvahiProtocol protocol,
	AvahiBrowserEvent event, const char *name, const char *type, const char *domain,
	AvahiLookupResultFlags flags, void *self)
{
	search_t *search = self;

	(void)browser, (void)flags;
	if (event == AVAHI_BROWSER_NEW) {
		search->resolving +=
			avahi_service_resolver_new(search->client, interface, protocol, name, type,
				domain, AVAHI_PROTO_INET, 0, resolved, search) != NULL;
	} else if (event == AVAHI_BROWSER_ALL_FOR_NOW) {
		search->searched = 1;
	} else if (event == AVAHI_BROWSER_FAILURE) {
		search->failed = avahi_client_errno(search->client);
	}
}

static void client_changed(AvahiClient *client, AvahiClientState state, void *self)
{
	search_t *search = self;

	if (state == AVAHI_CLIENT_FAILURE) {
		search->failed = avahi_client_errno(client);
	}
}

/* Returns 0, or an error of Avahi. */
static int look(search_t *search, double seconds)
{
	int64_t until = ef_now_ns() + (int64_t)(seconds * NS_PER_S);
	AvahiSimplePoll *poll = avahi_simple_poll_new();
	AvahiServiceBrowser *browser;

	search->client = avahi_client_new(
		avahi_simple_poll_get(poll), 0, client_changed, search, &search->failed);
	if (search->client == NULL) {
		avahi_simple_poll_free(poll);
		return search->failed;
	}
	browser = avahi_service_browser_new(search->client, AVAHI_IF_UNSPEC, AVAHI_PROTO_INET,
		EF_SERVICE, NULL, 0, browsed, search);
	if (browser == NULL) {
		search->failed = avahi_client_errno(search->client);
	}
	while (!search->failed && ef_now_ns() < until && !zsys_interrupted &&
		!(search->searched && search->resolving == 0)) {
		avahi_simple_poll_iterate(poll, TURN_MS);
	}
	avahi_client_free(search->client); /* and the browser */
	avahi_simple_poll_free(poll);
	return search->failed;
}

static int print_boxes(const search_t *search)
{
	if (search->count == 0) {
		fprintf(stderr, "effigy-discover: no machine was found; on a box, set "
				"EFFIGY_DISCOVER=1 and run effigy stage\n");
		return 1;
	}
	for (int i = 0; i < search->count; i++) {
		const box_t *box = &search->boxes[i];

		printf("%-24s %-28s %s\n", box->endpoint, box->name, box->stages);
	}
	return 0;
}

int main(int argc, char **argv)
{
	static search_t search;
	double seconds = 3;
	const ef_option_t table[] = {
		{"seconds", EF_OPTION_NUMBER, &seconds, "S", "search for at most S seconds", 0.1,
			60, NULL},
		{0},
	};
	const ef_option_t *const tables[] = {table, NULL};
	const ef_usage_t usage = {"effigy-discover",
		"Lists the agents on the local network, as mDNS knows them.", NULL, NULL,
		"A line each: endpoint, name, stages."};
	int status, failed;

	ef_log_init("discover");
	status = ef_options_parse(&usage, tables, argc, argv);
	if (status != -1) {
		return status;
	}
	failed = look(&search, seconds);
	if (failed != 0) {
		fprintf(stderr,
			"effigy-discover: cannot search: %s; install or start avahi-daemon\n",
			avahi_strerror(failed));
		return 1;
	}
	return print_boxes(&search);
}
