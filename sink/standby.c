#include "sink/standby.h"

#include <czmq.h>

#include "proto/base/memory.h"
#include "proto/wire/image.h"
#include "sink/card.h"

struct ef_standby {
	int w, h;
	uint8_t *card;
	int drawn; /* the reason on the card; -1: none drawn yet */
	int64_t seconds; /* likewise */
};

ef_standby_t *ef_standby_new(int w, int h)
{
	ef_standby_t *standby = ef_memory_new(sizeof(*standby));

	standby->w = w;
	standby->h = h;
	standby->card = ef_memory_new(ef_image_size(EF_I420, w, h));
	standby->drawn = -1;
	return standby;
}

void ef_standby_destroy(ef_standby_t **standby_p)
{
	ef_standby_t *standby = *standby_p;

	if (standby != NULL) {
		free(standby->card);
		free(standby);
		*standby_p = NULL;
	}
}

/* The state in a few words; hint is set to what to do. */
static const char *state_of(
	ef_standby_reason_t reason, int64_t seconds, char *hint, size_t hint_size)
{
	switch (reason) {
	case EF_STANDBY_RESTING:
		snprintf(hint, hint_size, "the webcam is off until a program opens this camera");
		return "paused";
	case EF_STANDBY_WAKING:
		snprintf(hint, hint_size, "the webcam is being switched on");
		return "just a moment";
	case EF_STANDBY_ENDED:
		snprintf(hint, hint_size, "start it again with: effigy up");
		return "Effigy has stopped";
	case EF_STANDBY_WAITING:
		break;
	}
	if (seconds < 0) {
		snprintf(hint, hint_size, "no picture from blender-node yet; see effigy status");
	} else {
		snprintf(hint, hint_size,
			"no picture from blender-node for %" PRId64 " s; see effigy status",
			seconds);
	}
	return "waiting for the character";
}

const uint8_t *ef_standby_card(ef_standby_t *standby, ef_standby_reason_t reason, int64_t seconds)
{
	char hint[96];

	/* Only this card shows the seconds. */
	seconds = reason == EF_STANDBY_WAITING ? seconds : 0;
	if (standby->drawn != (int)reason || standby->seconds != seconds) {
		const char *state = state_of(reason, seconds, hint, sizeof(hint));

		ef_card_draw(standby->card, standby->w, standby->h, state, hint);
		standby->drawn = (int)reason;
		standby->seconds = seconds;
	}
	return standby->card;
}
