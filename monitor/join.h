/* Pairs the messages of two streams, frames and faces, by seq.
 *
 * Each stream arrives in the order of seq, except that faces may be a few places out of order when
 * several trackers share the work. Either stream may lack messages that the other has. */
#ifndef EF_JOIN_H
#define EF_JOIN_H

#include <stdint.h>

typedef enum { EF_JOIN_FRAME, EF_JOIN_FACE } ef_join_side_t;

typedef void(ef_join_free_fn)(void *item);

typedef struct ef_join ef_join_t;

/* depth: how many items of each side are kept at most, 1 or more. free_item frees an item that is
 * dropped. Never NULL. */
ef_join_t *ef_join_new(int depth, ef_join_free_fn *free_item);
void ef_join_destroy(ef_join_t **join);

/* True when the side is not full. Under policy all, do not read more while it is. */
int ef_join_has_room(const ef_join_t *join, ef_join_side_t side);

/* Adds an item, which the join then owns. When the side is full, its oldest item is dropped. */
void ef_join_put(ef_join_t *join, ef_join_side_t side, uint64_t seq, void *item);

/* Marks a side as ended: no more items will be put. */
void ef_join_end(ef_join_t *join, ef_join_side_t side);

/* Gives every frame in order, with its face, or with NULL once no face can be expected: four later
 * faces have arrived, or the faces have ended. The caller then owns *frame and *face. Returns 1; 0
 * when more items are needed; -1 when both sides have ended and all frames were given. */
int ef_join_next(ef_join_t *join, void **frame, void **face);

/* Gives the newest frame that has its face, and drops everything older. When the frames' side is
 * full and no face matches, gives the newest frame with NULL. The caller then owns *frame and
 * *face. Returns 1, or 0 when there is nothing to give. */
int ef_join_newest(ef_join_t *join, void **frame, void **face);

#endif
