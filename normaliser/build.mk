PROGRAMS += effigy-normaliser
effigy-normaliser_SOURCES := normaliser/main.c normaliser/normaliser.c normaliser/landmarks.c \
	normaliser/face_model.c normaliser/head_pose.c normaliser/rotation.c normaliser/neutral.c normaliser/coefficients.c \
	normaliser/eyelids.c normaliser/one_euro.c normaliser/fade.c normaliser/data.c

UNIT_TESTS += test_landmarks test_head_pose test_rotation test_coefficients test_eyelids test_neutral test_one_euro \
	test_fade test_data test_normaliser
test_landmarks_SOURCES := normaliser/landmarks.c normaliser/face_model.c
test_head_pose_SOURCES := normaliser/head_pose.c normaliser/rotation.c normaliser/face_model.c
test_rotation_SOURCES := normaliser/rotation.c
test_coefficients_SOURCES := normaliser/coefficients.c normaliser/eyelids.c \
	normaliser/face_model.c
test_eyelids_SOURCES := normaliser/eyelids.c
test_neutral_SOURCES := normaliser/neutral.c normaliser/face_model.c
test_one_euro_SOURCES := normaliser/one_euro.c
test_fade_SOURCES := normaliser/fade.c
test_data_SOURCES := normaliser/data.c
test_normaliser_SOURCES := $(filter-out normaliser/main.c normaliser/data.c, \
	$(effigy-normaliser_SOURCES))
