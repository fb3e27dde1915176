#include "proto/wire/message.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "proto/base/clock.h"

static const char *const kind_names[EF_KINDS] = {
	"frame", "render", "face", "expression", "end", "control", "receipt", "ask", "stats"};
static const char *const want_names[EF_WANTS] = {"echo", "stats", "restart"};
static const char *const state_names[] = {"tracked", "held", "lost"};

const char *ef_kind_name(ef_kind_t kind)
{
	return kind_names[kind];
}

size_t ef_kind_max(ef_kind_t kind)
{
	return kind == EF_FRAME || kind == EF_RENDER ? EF_MESSAGE_MAX : EF_SMALL_MESSAGE_MAX;
}

const char *ef_state_name(ef_state_t state)
{
	return state_names[state];
}

const char *ef_want_name(ef_want_t want)
{
	return want_names[want];
}

void ef_report_set(ef_report_t *report, ef_figure_t figure, double value)
{
	if (fabs(value) <= EF_FLOAT_MAX) {
		report->figures[figure] = (float)value;
		report->known |= (uint32_t)1 << figure;
	}
}

float ef_expression_get(const ef_expression_t *expression, ef_coeff_t coefficient)
{
	return expression->known >> coefficient & 1 ? expression->coeff[coefficient] : 0;
}

void ef_expression_set(ef_expression_t *expression, ef_coeff_t coefficient, float value)
{
	expression->coeff[coefficient] = value < 0 ? 0 : value > 1 ? 1 : value;
	expression->known |= (uint64_t)1 << coefficient;
}

void ef_head_enter(ef_head_t *head, const char *stage, int64_t in_ns)
{
	ef_hop_t *hop = &head->trace[head->hops];

	if (head->hops == EF_TRACE_MAX) {
		return;
	}
	snprintf(hop->stage, sizeof(hop->stage), "%s", stage);
	snprintf(hop->host, sizeof(hop->host), "%s", ef_host_id());
	hop->in_ns = in_ns;
	hop->out_ns = in_ns;
	head->hops++;
}

void ef_head_leave(ef_head_t *head, int64_t out_ns)
{
	if (head->hops > 0) {
		head->trace[head->hops - 1].out_ns = out_ns;
	}
}

int64_t ef_head_age(const ef_head_t *head, int64_t now_ns)
{
	if (head->hops == 0 || strcmp(head->trace[0].host, ef_host_id()) != 0 ||
		now_ns < head->trace[0].in_ns) {
		return -1;
	}
	return now_ns - head->trace[0].in_ns;
}
