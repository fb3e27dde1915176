#include "sink/loopback/readers.h"

#include <czmq.h>
#include <sys/inotify.h>

#include "proto/base/memory.h"
#include "proto/v4l2/holder.h"
#include "proto/v4l2/v4l2_call.h"

/* v4l2loopback's own event; its payload begins with the number of readers, 32 bits. */
#define CLIENT_USAGE (V4L2_EVENT_PRIVATE_START + 0x08e00001)

#define MS INT64_C(1000000)
#define ASK_AGAIN_NS (5000 * MS) /* so that a lost event does not keep the webcam off */
#define SCAN_NS (10000 * MS) /* likewise; a scan of /proc takes a few ms */
#define SCAN_BLIND_NS (1000 * MS) /* where inotify cannot watch the device */
#define SETTLE_NS (100 * MS) /* inotify reports an opening before /proc shows it */

struct ef_readers {
	int fd;
	const char *path;
	int by_event;
	int inotify; /* descriptor, or -1 */
	int count;
	int64_t again_ns; /* when to subscribe, or scan, again without an event */
};

/* A new subscription reports the current count. */
static int subscribe(const ef_readers_t *readers)
{
	struct v4l2_event_subscription wanted = {
		.type = CLIENT_USAGE, .flags = V4L2_EVENT_SUB_FL_SEND_INITIAL};

	ef_v4l2_ioctl(readers->fd, VIDIOC_UNSUBSCRIBE_EVENT, &wanted);
	return ef_v4l2_ioctl(readers->fd, VIDIOC_SUBSCRIBE_EVENT, &wanted);
}

static int watch_opening(const char *path)
{
	int inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (inotify != -1 && inotify_add_watch(inotify, path, IN_OPEN | IN_CLOSE) == -1) {
		close(inotify);
		inotify = -1;
	}
	return inotify;
}

static const char *way(const ef_readers_t *readers)
{
	if (readers->by_event) {
		return "events of v4l2loopback";
	}
	return readers->inotify != -1 ? "the processes that have it open"
				      : "the processes that have it open, looked up each second";
}

ef_readers_t *ef_readers_new(int fd, const char *path)
{
	ef_readers_t *readers = ef_memory_new(sizeof(*readers));

	*readers = (ef_readers_t){.fd = fd, .path = path, .inotify = -1};
	readers->by_event = subscribe(readers) == 0;
	if (!readers->by_event) {
		readers->inotify = watch_opening(path);
	}
	zsys_info("%s: readers are counted by %s", path, way(readers));
	return readers;
}

void ef_readers_destroy(ef_readers_t **readers_p)
{
	ef_readers_t *readers = *readers_p;

	if (readers != NULL) {
		if (readers->inotify != -1) {
			close(readers->inotify);
		}
		free(readers);
		*readers_p = NULL;
	}
}

static void take_events(ef_readers_t *readers, int64_t now_ns)
{
	struct v4l2_event event;

	if (now_ns >= readers->again_ns) {
		subscribe(readers);
		readers->again_ns = now_ns + ASK_AGAIN_NS;
	}
	while (ef_v4l2_ioctl(readers->fd, VIDIOC_DQEVENT, &event) == 0) {
		uint32_t count;

		if (event.type == CLIENT_USAGE) {
			memcpy(&count, &event.u, sizeof(count));
			readers->count = (int)(count < 65536 ? count : 65536);
		}
	}
}

/* True when the device has been opened or closed since. */
static int has_news(const ef_readers_t *readers)
{
	char events[4096];
	int news = 0;

	while (readers->inotify != -1 && read(readers->inotify, events, sizeof(events)) > 0) {
		news = 1;
	}
	return news;
}

/* Time until the next scan of /proc. */
static int64_t pause_of(const ef_readers_t *readers, int news)
{
	if (news) {
		return SETTLE_NS;
	}
	return readers->inotify != -1 ? SCAN_NS : SCAN_BLIND_NS;
}

static void scan(ef_readers_t *readers, int64_t now_ns)
{
	int news = has_news(readers);
	char names[64];

	if (news || now_ns >= readers->again_ns) {
		readers->count = ef_holder_list(readers->path, names, sizeof(names));
		readers->again_ns = now_ns + pause_of(readers, news);
	}
}

int ef_readers_count(ef_readers_t *readers, int64_t now_ns)
{
	if (readers->by_event) {
		take_events(readers, now_ns);
	} else {
		scan(readers, now_ns);
	}
	return readers->count;
}
