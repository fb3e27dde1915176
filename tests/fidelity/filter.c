/* effigy-bench-filter: the normaliser's filter alone, for choosing its settings. Reads records of doubles:
 * cut-off, beta and speed cut-off; a count; then as many times a value and the seconds since the last one.
 * Writes the filtered values. With an argument it prints the settings in use, a line for each group. */
#include <stdio.h>

#include "normaliser/filter/calm.h"

static void print_settings(void)
{
	for (int group = 0; group < EF_CALM_GROUPS; group++) {
		const ef_one_euro_settings_t *s = &ef_calm_settings[group];

		printf("%g %g %g\n", s->cutoff, s->beta, s->speed_cutoff);
	}
}

int main(int argc, char **argv)
{
	ef_one_euro_settings_t settings;
	double count, sample[2];

	(void)argv;
	if (argc > 1) {
		print_settings();
		return 0;
	}
	while (fread(&settings, sizeof(settings), 1, stdin) == 1 &&
		fread(&count, sizeof(count), 1, stdin) == 1) {
		ef_one_euro_t filter = {0};

		while (count-- > 0 && fread(sample, sizeof(sample), 1, stdin) == 1) {
			double out = ef_one_euro_step(&filter, &settings, sample[0], sample[1]);

			fwrite(&out, sizeof(out), 1, stdout);
		}
	}
	return 0;
}
