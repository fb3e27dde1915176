#include <stddef.h>
#include <stdio.h>

#include "blender-node/library/node.h"

typedef struct {
	const char *field;
	size_t offset, size;
} place_t;

#define PLACE(type, field)                                                                         \
	{                                                                                          \
#type "." #field, offsetof(type, field), sizeof(((type *)0)->field)                \
	}
#define SETTING(field) PLACE(ef_node_settings_t, field)
#define EXPRESSION(field) PLACE(ef_node_expression_t, field)
#define AREA(field) PLACE(ef_area_t, field)

static const place_t places[] = {
	SETTING(avatar),
	SETTING(map),
	SETTING(renderer),
	SETTING(shading),
	SETTING(w),
	SETTING(h),
	SETTING(all),
	SETTING(effects),
	{"ef_node_settings_t", 0, sizeof(ef_node_settings_t)},
	EXPRESSION(seq),
	EXPRESSION(t),
	EXPRESSION(known),
	EXPRESSION(state),
	EXPRESSION(coeff),
	EXPRESSION(q),
	EXPRESSION(offset),
	EXPRESSION(idle),
	{"ef_node_expression_t", 0, sizeof(ef_node_expression_t)},
	AREA(x),
	AREA(y),
	AREA(w),
	AREA(h),
	{"ef_area_t", 0, sizeof(ef_area_t)},
};

const char *ef_node_layout(int k)
{
	static char text[96];

	if (k < 0 || (size_t)k >= sizeof(places) / sizeof(places[0])) {
		return NULL;
	}
	snprintf(text, sizeof(text), "%s %zu %zu", places[k].field, places[k].offset,
		places[k].size);
	return text;
}
