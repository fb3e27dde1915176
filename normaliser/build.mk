PROGRAMS += effigy-normaliser effigy-calibrate
GEOMETRY_SOURCES := $(addprefix normaliser/geometry/,landmarks.c face_model.c head_pose.c rotation.c sight.c)
NORMALISER_SOURCES := normaliser/normaliser.c $(GEOMETRY_SOURCES) \
	$(addprefix normaliser/person/,neutral.c open_eyes.c lips.c lid_range.c gains.c profile.c recognition.c subject.c) $(addprefix normaliser/solver/,solver.c appearance.c certainty.c) \
	$(addprefix normaliser/filter/,one_euro.c calm.c fade.c)
effigy-normaliser_SOURCES := normaliser/main.c normaliser/data.c $(NORMALISER_SOURCES)
effigy-calibrate_SOURCES := $(addprefix normaliser/calibrate/,main.c course.c screen.c) $(NORMALISER_SOURCES)

# The normaliser without its filter, and the filter alone: for choosing its settings (make bench-filter).
PROGRAMS += effigy-bench-unfiltered effigy-bench-filter
effigy-bench-unfiltered_SOURCES := tests/fidelity/unfiltered.c $(filter-out normaliser/filter/calm.c,$(NORMALISER_SOURCES))
effigy-bench-filter_SOURCES := tests/fidelity/filter.c normaliser/filter/calm.c normaliser/filter/one_euro.c

# Only for make train.
TRAINING_PROGRAMS += training-sight
training-sight_SOURCES := training/solver/sight.c $(NORMALISER_SOURCES)

UNIT_TESTS += test_landmarks test_head_pose test_rotation test_lips test_lid_range test_gains test_profile \
	test_recognition test_subject test_course test_appearance test_certainty test_solver test_neutral test_one_euro test_calm test_fade \
	test_data test_normaliser
test_landmarks_SOURCES := normaliser/geometry/landmarks.c normaliser/geometry/face_model.c
test_head_pose_SOURCES := normaliser/geometry/head_pose.c normaliser/geometry/rotation.c normaliser/geometry/face_model.c
test_rotation_SOURCES := normaliser/geometry/rotation.c
test_lid_range_SOURCES := normaliser/person/lid_range.c
test_lips_SOURCES := normaliser/person/lips.c normaliser/geometry/face_model.c
test_gains_SOURCES := normaliser/person/gains.c
test_profile_SOURCES := normaliser/person/profile.c normaliser/geometry/face_model.c normaliser/geometry/landmarks.c
test_recognition_SOURCES := normaliser/person/recognition.c $(GEOMETRY_SOURCES)
test_subject_SOURCES := $(NORMALISER_SOURCES)
test_course_SOURCES := normaliser/calibrate/course.c $(NORMALISER_SOURCES)
test_appearance_SOURCES := normaliser/solver/appearance.c
test_certainty_SOURCES := normaliser/solver/certainty.c
test_solver_SOURCES := $(NORMALISER_SOURCES)
test_neutral_SOURCES := normaliser/person/neutral.c normaliser/person/open_eyes.c $(GEOMETRY_SOURCES)
test_one_euro_SOURCES := normaliser/filter/one_euro.c
test_calm_SOURCES := normaliser/filter/calm.c normaliser/filter/one_euro.c
test_fade_SOURCES := normaliser/filter/fade.c
test_data_SOURCES := normaliser/data.c
test_normaliser_SOURCES := $(NORMALISER_SOURCES)
