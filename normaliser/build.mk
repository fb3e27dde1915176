PROGRAMS += effigy-normaliser
effigy-normaliser_SOURCES := normaliser/main.c normaliser/normaliser.c normaliser/geometry/landmarks.c \
	normaliser/geometry/face_model.c normaliser/geometry/head_pose.c normaliser/geometry/rotation.c normaliser/geometry/sight.c \
	normaliser/person/neutral.c normaliser/person/coefficients.c \
	normaliser/person/eyelids.c normaliser/filter/one_euro.c normaliser/filter/fade.c normaliser/data.c

UNIT_TESTS += test_landmarks test_head_pose test_rotation test_coefficients test_eyelids test_neutral test_one_euro \
	test_fade test_data test_normaliser
test_landmarks_SOURCES := normaliser/geometry/landmarks.c normaliser/geometry/face_model.c
test_head_pose_SOURCES := normaliser/geometry/head_pose.c normaliser/geometry/rotation.c normaliser/geometry/face_model.c
test_rotation_SOURCES := normaliser/geometry/rotation.c
test_coefficients_SOURCES := normaliser/person/coefficients.c normaliser/person/eyelids.c \
	normaliser/geometry/face_model.c
test_eyelids_SOURCES := normaliser/person/eyelids.c
test_neutral_SOURCES := normaliser/person/neutral.c normaliser/geometry/landmarks.c normaliser/geometry/face_model.c
test_one_euro_SOURCES := normaliser/filter/one_euro.c
test_fade_SOURCES := normaliser/filter/fade.c
test_data_SOURCES := normaliser/data.c
test_normaliser_SOURCES := $(filter-out normaliser/main.c normaliser/data.c, \
	$(effigy-normaliser_SOURCES))
