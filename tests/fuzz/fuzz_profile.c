/* Profiles of faces: what is accepted is a face, and is the same when it is written and read again. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "normaliser/person/profile.h"
#include "tests/fuzz/fuzz.h"

static void check_face(const ef_profile_t *profile)
{
	for (int i = 0; i < EF_LANDMARKS; i++) {
		fuzz_check(fabs(profile->landmarks.p[i][0]) <= 1.5 &&
				   fabs(profile->landmarks.p[i][1]) <= 1.5,
			"landmarks are a face's");
	}
	for (int i = 0; i < 3; i++) {
		fuzz_check(!profile->is_read ||
				   (profile->read.sure[i] >= 0 && profile->read.sure[i] <= 1),
			"readings are in range");
	}
	fuzz_check(profile->lids > 0 && profile->lids <= 1, "lids reach somewhere");
	fuzz_check(profile->gains.smile >= EF_GAIN_MIN && profile->gains.brows_down <= EF_GAIN_MAX,
		"gains are in range");
}

static void write_and_read(const ef_profile_t *profile)
{
	static char path[64];
	ef_profile_t again;
	char why[256];

	snprintf(path, sizeof(path), "/tmp/fuzz-profile.%d", (int)getpid());
	fuzz_check(ef_profile_save(profile, path) == 0, "a profile can be written");
	fuzz_check(ef_profile_load(&again, path, why, sizeof(why)) == 0, "and read again");
	unlink(path);
	fuzz_check(fabs(again.lips - profile->lips) < 1e-4, "it is the same");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ef_profile_t profile;
	char path[32], why[256] = "";
	int fd = fuzz_file(data, size, path);
	int loaded = ef_profile_load(&profile, path, why, sizeof(why));

	fuzz_quiet();
	fuzz_check((loaded == -1) == (why[0] != '\0'), "a refusal has a reason");
	if (loaded == 0) {
		check_face(&profile);
		write_and_read(&profile);
	}
	close(fd);
	return 0;
}
