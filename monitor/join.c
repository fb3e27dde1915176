#include "monitor/join.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/memory.h"

#define LATE_FACES 4

typedef struct {
	uint64_t seq;
	void *item;
} entry_t;

typedef struct {
	entry_t *entries; /* in order of arrival, the oldest first */
	int count;
	int ended;
} side_t;

struct ef_join {
	int depth;
	ef_join_free_fn *free_item;
	side_t sides[2];
};

ef_join_t *ef_join_new(int depth, ef_join_free_fn *free_item)
{
	ef_join_t *join = ef_memory_new(sizeof(*join));

	join->depth = depth;
	join->free_item = free_item;
	for (int i = 0; i < 2; i++) {
		join->sides[i].entries = ef_memory_new((size_t)depth * sizeof(entry_t));
	}
	return join;
}

/* Frees the oldest count entries. */
static void drop(ef_join_t *join, side_t *side, int count)
{
	for (int i = 0; i < count; i++) {
		if (side->entries[i].item != NULL) {
			join->free_item(side->entries[i].item);
		}
	}
	side->count -= count;
	memmove(side->entries, side->entries + count, (size_t)side->count * sizeof(entry_t));
}

/* Removes one entry and returns its item, which the caller then owns. */
static void *take(ef_join_t *join, side_t *side, int index)
{
	void *item = side->entries[index].item;

	side->entries[index].item = NULL;
	if (index == 0) {
		drop(join, side, 1);
	} else {
		side->count--;
		memmove(side->entries + index, side->entries + index + 1,
			(size_t)(side->count - index) * sizeof(entry_t));
	}
	return item;
}

void ef_join_destroy(ef_join_t **join_p)
{
	ef_join_t *join = *join_p;

	if (join != NULL) {
		for (int i = 0; i < 2; i++) {
			if (join->sides[i].entries != NULL) {
				drop(join, &join->sides[i], join->sides[i].count);
			}
			free(join->sides[i].entries);
		}
		free(join);
		*join_p = NULL;
	}
}

int ef_join_has_room(const ef_join_t *join, ef_join_side_t side)
{
	return join->sides[side].count < join->depth;
}

void ef_join_put(ef_join_t *join, ef_join_side_t which, uint64_t seq, void *item)
{
	side_t *side = &join->sides[which];

	if (side->count == join->depth) {
		drop(join, side, 1);
	}
	side->entries[side->count++] = (entry_t){seq, item};
}

void ef_join_end(ef_join_t *join, ef_join_side_t side)
{
	join->sides[side].ended = 1;
}

static int find(const side_t *side, uint64_t seq)
{
	for (int i = 0; i < side->count; i++) {
		if (side->entries[i].seq == seq) {
			return i;
		}
	}
	return -1;
}

/* Frees faces whose frame was already given, or never arrived. */
static void drop_old_faces(ef_join_t *join, uint64_t before)
{
	side_t *faces = &join->sides[EF_JOIN_FACE];

	for (int i = faces->count - 1; i >= 0; i--) {
		if (faces->entries[i].seq < before) {
			join->free_item(take(join, faces, i));
		}
	}
}

int ef_join_next(ef_join_t *join, void **frame, void **face)
{
	side_t *frames = &join->sides[EF_JOIN_FRAME], *faces = &join->sides[EF_JOIN_FACE];
	int late = faces->ended, index;

	if (frames->count == 0) {
		/* No more frames: the remaining faces belong to none. */
		if (frames->ended) {
			drop(join, faces, faces->count);
		}
		return frames->ended && faces->ended ? -1 : 0;
	}
	drop_old_faces(join, frames->entries[0].seq);
	index = find(faces, frames->entries[0].seq);
	late |= faces->count >= LATE_FACES || faces->count == join->depth;
	if (index == -1 && !late) {
		return 0;
	}
	*frame = take(join, frames, 0);
	*face = index == -1 ? NULL : take(join, faces, index);
	return 1;
}

int ef_join_newest(ef_join_t *join, void **frame, void **face)
{
	side_t *frames = &join->sides[EF_JOIN_FRAME], *faces = &join->sides[EF_JOIN_FACE];

	for (int i = frames->count - 1; i >= 0; i--) {
		int index = find(faces, frames->entries[i].seq);

		if (index != -1) {
			drop(join, frames, i);
			*frame = take(join, frames, 0);
			*face = take(join, faces, index);
			drop(join, faces, index);
			return 1;
		}
	}
	if (frames->count < join->depth) {
		return 0;
	}
	drop(join, frames, frames->count - 1);
	*frame = take(join, frames, 0);
	*face = NULL;
	return 1;
}
