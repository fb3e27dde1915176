DLIB_LIBS := -ldlib -llapack -lblas
TRACK_SOURCES := tracker/track.c tracker/cascade.c tracker/choice.c tracker/likeness.c tracker/roi.c \
	tracker/dlib_shim.cc

PROGRAMS += effigy-tracker effigy-annotate effigy-bench-tracker
effigy-tracker_SOURCES := tracker/main.c tracker/jpeg.c tracker/luma.c $(TRACK_SOURCES)
effigy-tracker_LIBS := $(DLIB_LIBS) -lyuv -lturbojpeg
effigy-annotate_SOURCES := tracker/annotate.c tracker/canvas.c tracker/draw.c tracker/font.c \
	tracker/inset.c tracker/jpeg.c tracker/join.c tracker/picture.c tracker/y4m.c
effigy-annotate_LIBS := -lyuv -lturbojpeg
effigy-bench-tracker_SOURCES := tracker/bench_tracker.c $(TRACK_SOURCES)
effigy-bench-tracker_LIBS := $(DLIB_LIBS) -lyuv

UNIT_TESTS += test_roi test_choice test_luma test_join test_cascade test_dlib_shim test_annotate \
	test_track
test_roi_SOURCES := tracker/roi.c
test_roi_LIBS := -lyuv
test_choice_SOURCES := tracker/choice.c
test_luma_SOURCES := tracker/jpeg.c tracker/luma.c
test_luma_LIBS := -lyuv -lturbojpeg
test_join_SOURCES := tracker/join.c
test_cascade_SOURCES := tracker/cascade.c
test_dlib_shim_SOURCES := tracker/dlib_shim.cc tracker/cascade.c
test_dlib_shim_LIBS := $(DLIB_LIBS)
test_track_SOURCES := $(TRACK_SOURCES)
test_track_LIBS := $(DLIB_LIBS) -lyuv -lturbojpeg
test_annotate_SOURCES := tracker/canvas.c tracker/draw.c tracker/font.c tracker/inset.c \
	tracker/jpeg.c tracker/picture.c tracker/y4m.c
test_annotate_LIBS := -lyuv -lturbojpeg

# dlib is templates: its loops are compiled here, and a third faster so.
$B/obj/tracker/dlib_shim.o: CXXFLAGS += -O3
