DLIB_LIBS := -ldlib -llapack -lblas
TRACK_SOURCES := tracker/track.c tracker/cascade.c tracker/choice.c tracker/likeness.c tracker/roi.c \
	tracker/dlib_shim.cc

PROGRAMS += effigy-tracker effigy-bench-tracker
effigy-tracker_SOURCES := tracker/main.c tracker/luma.c $(TRACK_SOURCES)
effigy-tracker_LIBS := $(DLIB_LIBS) -lyuv -lturbojpeg
effigy-bench-tracker_SOURCES := tracker/bench_tracker.c $(TRACK_SOURCES)
effigy-bench-tracker_LIBS := $(DLIB_LIBS) -lyuv

UNIT_TESTS += test_roi test_choice test_luma test_cascade test_dlib_shim \
	test_track
test_roi_SOURCES := tracker/roi.c
test_roi_LIBS := -lyuv
test_choice_SOURCES := tracker/choice.c
test_luma_SOURCES := tracker/luma.c
test_luma_LIBS := -lyuv -lturbojpeg
test_cascade_SOURCES := tracker/cascade.c
test_dlib_shim_SOURCES := tracker/dlib_shim.cc tracker/cascade.c
test_dlib_shim_LIBS := $(DLIB_LIBS)
test_track_SOURCES := $(TRACK_SOURCES)
test_track_LIBS := $(DLIB_LIBS) -lyuv -lturbojpeg

# dlib is templates: its loops are compiled here, and a third faster so.
$B/obj/tracker/dlib_shim.o: CXXFLAGS += -O3
