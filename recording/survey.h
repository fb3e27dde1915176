/* What a recording contains, counted message by message. */
#ifndef EF_SURVEY_H
#define EF_SURVEY_H

#include "proto/wire/message.h"

#define EF_SURVEY_SIZES 4

/* Zero-initialised. */
typedef struct {
	uint64_t messages;
	uint64_t kinds[EF_KINDS];
	uint64_t first_seq, last_seq;
	int64_t first_t, last_t; /* ns: the earliest and the latest */
	int64_t before_t; /* of the message before */
	uint64_t gaps, missing; /* places where seq skips, messages that it skips there */
	int64_t longest_gap; /* ns */
	uint64_t restarts; /* places where seq does not rise: the source was started again */
	struct {
		int w, h;
	} sizes[EF_SURVEY_SIZES]; /* pixels */
	int size_count, more_sizes;
} ef_survey_t;

void ef_survey_add(ef_survey_t *survey, const ef_message_t *message);

/* Seconds from the first message to the last. */
double ef_survey_seconds(const ef_survey_t *survey);

/* Messages a second; 0 where that cannot be told. */
double ef_survey_rate(const ef_survey_t *survey);

#endif
