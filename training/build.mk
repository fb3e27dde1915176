# Offline programs, only for make train, make train-landmarks and make bench-track.
TRAINING_PROGRAMS += training-landmarks training-find-landmarks
training-landmarks_SOURCES := training/landmarks/train.cc training/landmarks/annotations.cc \
	training/landmarks/compact.cc
training-landmarks_LIBS := $(DLIB_LIBS)
training-find-landmarks_SOURCES := training/landmarks/find.cc training/landmarks/annotations.cc $(TRACK_SOURCES)
training-find-landmarks_LIBS := $(DLIB_LIBS) -lyuv

# dlib is templates, so its loops are compiled here.
$B/obj/training/landmarks/train.o: CXXFLAGS += -O3
