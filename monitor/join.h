/* Brings together what two streams say of the same frame: pictures and faces, by seq.
 *
 * Each stream comes in the order of its seq, a few places out where several trackers share the
 * work; either may lack what the other has. */
#ifndef EF_JOIN_H
#define EF_JOIN_H

#include <stdint.h>

typedef enum { EF_JOIN_FRAME, EF_JOIN_FACE } ef_join_side_t;

typedef void(ef_join_free_fn)(void *item);

typedef struct ef_join ef_join_t;

/* Holds up to depth items of each side, 1 or more. NULL when memory runs out. */
ef_join_t *ef_join_new(int depth, ef_join_free_fn *free_item);
void ef_join_destroy(ef_join_t **join);

/* True when the side has room; under policy all nothing may be read while it has not. */
int ef_join_has_room(const ef_join_t *join, ef_join_side_t side);

/* Adds an item, which now belongs to the join. On a full side the oldest goes. */
void ef_join_put(ef_join_t *join, ef_join_side_t side, uint64_t seq, void *item);

/* Nothing follows on that side. */
void ef_join_end(ef_join_t *join, ef_join_side_t side);

/* Every frame in order, with its face, or with NULL once it is clear that none will come: four
 * later faces are there, or the faces have ended. *frame and *face then belong to the caller.
 * Returns 1; 0 when more has to be put first; -1 when both sides have ended and all is taken. */
int ef_join_next(ef_join_t *join, void **frame, void **face);

/* The newest frame that has its face; what is older is freed. When frames fill their side and no
 * face fits, the newest frame with NULL. Returns 1, or 0 when there is nothing. */
int ef_join_newest(ef_join_t *join, void **frame, void **face);

#endif
