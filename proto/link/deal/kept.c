#include "proto/link/deal/kept.h"

#include <stdlib.h>
#include <string.h>

#include "proto/base/memory.h"

void ef_kept_clear(ef_kept_list_t *list)
{
	while (list->count > 0) {
		ef_kept_remove(list, list->count - 1);
	}
	free(list->all);
	*list = (ef_kept_list_t){0};
}

void ef_kept_add(ef_kept_list_t *list, zmq_msg_t *packed, uint64_t seq)
{
	ef_kept_t *kept;

	if (list->count == list->room) {
		int room = list->room == 0 ? 16 : 2 * list->room;
		ef_kept_t *all = ef_memory_new((size_t)room * sizeof(*all));

		if (list->count > 0) {
			memcpy(all, list->all, (size_t)list->count * sizeof(*all));
		}
		free(list->all);
		list->all = all;
		list->room = room;
	}
	kept = &list->all[list->count++];
	*kept = (ef_kept_t){.seq = seq, .number = list->added++};
	zmq_msg_init(&kept->packed);
	zmq_msg_move(&kept->packed, packed);
}

void ef_kept_remove(ef_kept_list_t *list, int at)
{
	zmq_msg_close(&list->all[at].packed);
	list->count--;
	memmove(&list->all[at], &list->all[at + 1],
		(size_t)(list->count - at) * sizeof(list->all[0]));
}
