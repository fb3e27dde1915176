#include "agent/publish.h"

#include <avahi-client/client.h>
#include <avahi-client/publish.h>
#include <avahi-common/alternative.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <avahi-common/thread-watch.h>
#include <avahi-common/timeval.h>
#include <czmq.h>

#include "agent/box.h"
#include "proto/base/memory.h"

#define LOOK_MS 2000 /* how often the stages are looked at, and a lost daemon is looked for */

struct ef_publish {
	int port;
	const char *folder;
	AvahiThreadedPoll *poll;
	AvahiTimeout *timer;
	AvahiClient *client; /* NULL: there is no daemon */
	int has_failed; /* the client cannot be used any more */
	AvahiEntryGroup *group;
	char *name; /* of the service */
	char stages[EF_REPORTS_MAX * (EF_NAME_MAX + 1)]; /* as published */
	int has_warned;
};

static void warn_once(ef_publish_t *publish, const char *why)
{
	if (!publish->has_warned) {
		zsys_warning("nobody finds this machine by mDNS: %s; install or start "
			     "avahi-daemon, or set EFFIGY_DISCOVER=0",
			why);
	}
	publish->has_warned = 1;
}

/* Writes the names of the stages, without the agent's own: "normaliser,tracker". */
static void list_stages(const char *folder, char *text, size_t size)
{
	ef_reports_t *reports = ef_memory_new(sizeof(*reports));

	text[0] = '\0';
	ef_box_look(folder, reports);
	for (size_t i = 0; i < reports->count; i++) {
		size_t used = strlen(text);

		if (strcmp(reports->stages[i].stage, "agent") != 0) {
			snprintf(text + used, size - used, "%s%s", used > 0 ? "," : "",
				reports->stages[i].stage);
		}
	}
	free(reports);
}

static int add_service(ef_publish_t *publish)
{
	char text[sizeof(publish->stages) + 16];

	snprintf(text, sizeof(text), EF_SERVICE_STAGES "=%s", publish->stages);
	return avahi_entry_group_add_service(publish->group, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, 0,
		publish->name, EF_SERVICE, NULL, NULL, (uint16_t)publish->port, text, NULL);
}

static void rename_service(ef_publish_t *publish)
{
	char *other = avahi_alternative_service_name(publish->name);

	avahi_free(publish->name);
	publish->name = other;
}

static void register_service(ef_publish_t *publish)
{
	int failed = add_service(publish);

	while (failed == AVAHI_ERR_COLLISION) {
		rename_service(publish);
		failed = add_service(publish);
	}
	if (failed == 0) {
		failed = avahi_entry_group_commit(publish->group);
	}
	if (failed != 0) {
		warn_once(publish, avahi_strerror(failed));
	}
}

static void group_changed(AvahiEntryGroup *group, AvahiEntryGroupState state, void *self)
{
	ef_publish_t *publish = self;

	/* During its creation the group is not known yet. */
	publish->group = group;
	if (state == AVAHI_ENTRY_GROUP_COLLISION) {
		avahi_entry_group_reset(group);
		rename_service(publish);
		register_service(publish);
	} else if (state == AVAHI_ENTRY_GROUP_ESTABLISHED) {
		zsys_info("known on the local network as \"%s\" (mDNS)", publish->name);
		publish->has_warned = 0;
	}
}

static void client_changed(AvahiClient *client, AvahiClientState state, void *self)
{
	ef_publish_t *publish = self;

	switch (state) {
	case AVAHI_CLIENT_S_RUNNING:
		if (publish->group == NULL) {
			publish->group = avahi_entry_group_new(client, group_changed, publish);
		}
		if (publish->group != NULL && avahi_entry_group_is_empty(publish->group)) {
			register_service(publish);
		}
		break;
	case AVAHI_CLIENT_S_COLLISION:
	case AVAHI_CLIENT_S_REGISTERING:
		if (publish->group != NULL) {
			avahi_entry_group_reset(publish->group);
		}
		break;
	case AVAHI_CLIENT_CONNECTING:
		warn_once(publish, "no avahi-daemon runs here");
		break;
	case AVAHI_CLIENT_FAILURE:
		warn_once(publish, avahi_strerror(avahi_client_errno(client)));
		publish->has_failed = 1;
		break;
	}
}

static void drop_client(ef_publish_t *publish)
{
	if (publish->client != NULL) {
		avahi_client_free(publish->client);
	}
	publish->client = NULL;
	publish->group = NULL; /* freed with the client */
	publish->has_failed = 0;
}

static void tell_stages(ef_publish_t *publish)
{
	char stages[sizeof(publish->stages)], text[sizeof(stages) + 16];
	AvahiStringList *list;

	list_stages(publish->folder, stages, sizeof(stages));
	if (strcmp(stages, publish->stages) == 0) {
		return;
	}
	memcpy(publish->stages, stages, sizeof(stages));
	if (publish->group != NULL && !avahi_entry_group_is_empty(publish->group)) {
		snprintf(text, sizeof(text), EF_SERVICE_STAGES "=%s", stages);
		list = avahi_string_list_new(text, NULL);
		avahi_entry_group_update_service_txt_strlst(publish->group, AVAHI_IF_UNSPEC,
			AVAHI_PROTO_UNSPEC, 0, publish->name, EF_SERVICE, NULL, list);
		avahi_string_list_free(list);
	}
}

static void look(AvahiTimeout *timer, void *self)
{
	ef_publish_t *publish = self;
	const AvahiPoll *poll = avahi_threaded_poll_get(publish->poll);
	struct timeval next;
	int error = 0;

	tell_stages(publish);
	if (publish->has_failed) {
		drop_client(publish);
	}
	if (publish->client == NULL) {
		publish->client = avahi_client_new(
			poll, AVAHI_CLIENT_NO_FAIL, client_changed, publish, &error);
		if (publish->client == NULL) {
			warn_once(publish, avahi_strerror(error));
		}
	}
	avahi_elapse_time(&next, LOOK_MS, 0);
	poll->timeout_update(timer, &next);
}

ef_publish_t *ef_publish_new(int port, const char *folder)
{
	ef_publish_t *publish = ef_memory_new(sizeof(*publish));
	const AvahiPoll *poll;
	char host[64] = "";
	char *name;

	gethostname(host, sizeof(host) - 1);
	name = ef_memory_print("Effigy on %.40s", host);
	publish->port = port;
	publish->folder = folder;
	publish->name = avahi_strdup(name);
	free(name);
	publish->poll = avahi_threaded_poll_new();
	if (publish->poll == NULL) {
		warn_once(publish, "out of memory");
		return publish;
	}
	poll = avahi_threaded_poll_get(publish->poll);
	publish->timer = poll->timeout_new(poll, &(struct timeval){0}, look, publish);
	avahi_threaded_poll_start(publish->poll);
	return publish;
}

void ef_publish_destroy(ef_publish_t **publish_p)
{
	ef_publish_t *publish = *publish_p;

	if (publish == NULL) {
		return;
	}
	if (publish->poll != NULL) {
		avahi_threaded_poll_stop(publish->poll);
		drop_client(publish);
		avahi_threaded_poll_free(publish->poll);
	}
	avahi_free(publish->name);
	free(publish);
	*publish_p = NULL;
}
