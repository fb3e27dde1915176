DLIB_LIBS := -ldlib -llapack -lblas
TRACK_SOURCES := tracker/track.c tracker/cascade.c tracker/roi.c tracker/dlib_detector.cc \
	tracker/dlib_model.cc $(addprefix tracker/follow/, choice.c finder.c likeness.c \
	person.c settle.c)

PROGRAMS += effigy-tracker effigy-bench-tracker
READ_SOURCES := tracker/read/face_reader.c tracker/read/patch_reader.c tracker/read/patches.c
effigy-tracker_SOURCES := tracker/main.c tracker/denoise.c tracker/next_face.c $(TRACK_SOURCES) $(READ_SOURCES)
effigy-tracker_LIBS := $(DLIB_LIBS) -lyuv -lturbojpeg
effigy-bench-tracker_SOURCES := tracker/bench_tracker.c tracker/dlib_predictor.cc $(TRACK_SOURCES) \
	tracker/denoise.c $(READ_SOURCES)
effigy-bench-tracker_LIBS := $(DLIB_LIBS) -lyuv

# Only for make train.
TRAINING_PROGRAMS += training-cut
training-cut_SOURCES := training/face_reader/cut.c tracker/read/patches.c $(TRACK_SOURCES)
training-cut_LIBS := $(DLIB_LIBS) -lyuv

UNIT_TESTS += test_roi test_choice test_person test_next_face test_main_face test_denoise test_cascade \
	test_dlib_detector test_dlib_model test_track test_patches test_face_reader
test_patches_SOURCES := tracker/read/patches.c tracker/roi.c
test_patches_LIBS := -lyuv
test_face_reader_SOURCES := $(READ_SOURCES) $(TRACK_SOURCES)
test_face_reader_LIBS := $(DLIB_LIBS) -lyuv -lturbojpeg
test_roi_SOURCES := tracker/roi.c
test_roi_LIBS := -lyuv
test_choice_SOURCES := tracker/follow/choice.c
test_person_SOURCES := tracker/follow/person.c tracker/follow/likeness.c
test_next_face_SOURCES := tracker/next_face.c $(TRACK_SOURCES)
test_next_face_LIBS := $(DLIB_LIBS) -lyuv -lturbojpeg
test_main_face_SOURCES := $(TRACK_SOURCES)
test_main_face_LIBS := $(DLIB_LIBS) -lyuv -lturbojpeg
test_denoise_SOURCES := tracker/denoise.c
test_cascade_SOURCES := tracker/cascade.c
test_dlib_detector_SOURCES := tracker/dlib_detector.cc
test_dlib_detector_LIBS := $(DLIB_LIBS) -lturbojpeg
test_dlib_model_SOURCES := tracker/dlib_model.cc tracker/dlib_predictor.cc tracker/dlib_detector.cc \
	tracker/cascade.c
test_dlib_model_LIBS := $(DLIB_LIBS) -lturbojpeg
test_track_SOURCES := $(TRACK_SOURCES)
test_track_LIBS := $(DLIB_LIBS) -lyuv -lturbojpeg

# dlib is templates, so its loops are compiled here; -O3 makes them a third faster.
$B/obj/tracker/dlib_detector.o $B/obj/tracker/dlib_predictor.o: CXXFLAGS += -O3
