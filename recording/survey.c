#include "recording/survey.h"

static void add_size(ef_survey_t *survey, int w, int h)
{
	for (int i = 0; i < survey->size_count; i++) {
		if (survey->sizes[i].w == w && survey->sizes[i].h == h) {
			return;
		}
	}
	if (survey->size_count == EF_SURVEY_SIZES) {
		survey->more_sizes = 1;
		return;
	}
	survey->sizes[survey->size_count].w = w;
	survey->sizes[survey->size_count++].h = h;
}

static void add_step(ef_survey_t *survey, const ef_head_t *head)
{
	int64_t pause = head->t - survey->before_t;

	if (head->seq <= survey->last_seq) {
		survey->restarts++;
	} else if (head->seq - survey->last_seq > 1) {
		survey->gaps++;
		survey->missing += head->seq - survey->last_seq - 1;
		survey->longest_gap = pause > survey->longest_gap ? pause : survey->longest_gap;
	}
}

void ef_survey_add(ef_survey_t *survey, const ef_message_t *message)
{
	const ef_head_t *head = &message->head;

	survey->kinds[head->kind]++;
	if (survey->messages++ == 0) {
		survey->first_seq = head->seq;
		survey->first_t = survey->last_t = head->t;
	} else {
		add_step(survey, head);
	}
	survey->first_t = head->t < survey->first_t ? head->t : survey->first_t;
	survey->last_t = head->t > survey->last_t ? head->t : survey->last_t;
	survey->last_seq = head->seq;
	survey->before_t = head->t;
	if (head->kind == EF_FRAME || head->kind == EF_RENDER) {
		add_size(survey, message->image.w, message->image.h);
	} else if (head->kind == EF_FACE) {
		add_size(survey, message->face.w, message->face.h);
	}
}

double ef_survey_seconds(const ef_survey_t *survey)
{
	return (double)(survey->last_t - survey->first_t) / 1e9;
}

double ef_survey_rate(const ef_survey_t *survey)
{
	double seconds = ef_survey_seconds(survey);

	return survey->messages > 1 && seconds > 0 ? (double)(survey->messages - 1) / seconds : 0;
}
