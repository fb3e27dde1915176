#include "proto/stage/option_value.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/wire/image.h"

static int parse_number(const char *text, double low, double high, double *number)
{
	char *end;

	errno = 0;
	*number = strtod(text, &end);
	return errno == 0 && end != text && *end == '\0' && *number >= low && *number <= high ? 0
											      : -1;
}

static int parse_choice(const ef_option_t *option, const char *text)
{
	for (int i = 0; option->choices[i] != NULL; i++) {
		if (strcmp(option->choices[i], text) == 0) {
			*(int *)option->value = i;
			return 0;
		}
	}
	return -1;
}

static int parse_size(const char *text, ef_size_t *size)
{
	char junk;

	return strspn(text, "0123456789x") == strlen(text) &&
			       sscanf(text, "%6dx%6d%c", &size->w, &size->h, &junk) == 2 &&
			       ef_image_size(EF_GREY, size->w, size->h) > 0
		       ? 0
		       : -1;
}

static int parse_rate(const ef_option_t *option, const char *text)
{
	ef_rate_t *rate = option->value;
	char junk;
	int fields = sscanf(text, "%9d/%9d%c", &rate->num, &rate->den, &junk);

	if (fields == 1 && strspn(text, "0123456789") == strlen(text)) {
		rate->den = 1;
	} else if (fields != 2 || strspn(text, "0123456789/") != strlen(text)) {
		return -1;
	}
	return rate->den > 0 && rate->num >= option->low * rate->den &&
			       rate->num <= option->high * rate->den
		       ? 0
		       : -1;
}

int ef_option_set(const ef_option_t *option, const char *text)
{
	double number;

	switch (option->type) {
	case EF_OPTION_FLAG:
		*(int *)option->value = 1;
		return 0;
	case EF_OPTION_TEXT:
		*(const char **)option->value = text;
		return 0;
	case EF_OPTION_INT:
		if (parse_number(text, option->low, option->high, &number) == -1 ||
			number != floor(number)) {
			return -1;
		}
		*(int *)option->value = (int)number;
		return 0;
	case EF_OPTION_NUMBER:
		return parse_number(text, option->low, option->high, option->value);
	case EF_OPTION_CHOICE:
		return parse_choice(option, text);
	case EF_OPTION_SIZE:
		return parse_size(text, option->value);
	case EF_OPTION_RATE:
		return parse_rate(option, text);
	}
	return -1;
}

void ef_option_describe(const ef_option_t *option, char *text, size_t size)
{
	switch (option->type) {
	case EF_OPTION_INT:
		snprintf(text, size, "takes a whole number from %g to %g", option->low,
			option->high);
		break;
	case EF_OPTION_NUMBER:
		snprintf(text, size, "takes a number from %g to %g", option->low, option->high);
		break;
	case EF_OPTION_SIZE:
		snprintf(text, size, "takes WIDTHxHEIGHT, sides from 1 to %d", EF_SIDE_MAX);
		break;
	case EF_OPTION_RATE:
		snprintf(text, size, "takes a rate from %g to %g, such as 30 or 30000/1001",
			option->low, option->high);
		break;
	default:
		snprintf(text, size, "takes one of");
		for (int i = 0; option->choices != NULL && option->choices[i] != NULL; i++) {
			size_t used = strlen(text);

			snprintf(text + used, size - used, "%s %s", i > 0 ? "," : "",
				option->choices[i]);
		}
		break;
	}
}

void ef_option_describe_default(const ef_option_t *option, char *text, size_t size)
{
	const ef_size_t *dimensions = option->value;
	const ef_rate_t *rate = option->value;
	const char *string;

	text[0] = '\0';
	switch (option->type) {
	case EF_OPTION_FLAG:
		break;
	case EF_OPTION_TEXT:
		string = *(const char **)option->value;
		snprintf(text, size, " [%s]", string != NULL ? string : "none");
		break;
	case EF_OPTION_INT:
		snprintf(text, size, " [%d; %g to %g]", *(int *)option->value, option->low,
			option->high);
		break;
	case EF_OPTION_NUMBER:
		snprintf(text, size, " [%g; %g to %g]", *(double *)option->value, option->low,
			option->high);
		break;
	case EF_OPTION_CHOICE:
		snprintf(text, size, " [%s]", option->choices[*(int *)option->value]);
		break;
	case EF_OPTION_SIZE:
		if (dimensions->w > 0) {
			snprintf(text, size, " [%dx%d]", dimensions->w, dimensions->h);
		}
		break;
	case EF_OPTION_RATE:
		if (rate->num > 0 && rate->den == 1) {
			snprintf(text, size, " [%d]", rate->num);
		} else if (rate->num > 0) {
			snprintf(text, size, " [%d/%d]", rate->num, rate->den);
		}
		break;
	}
}
