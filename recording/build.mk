PROGRAMS += effigy-record effigy-replay effigy-recording

ZSTD_LIBS := $(shell pkg-config --libs libzstd 2>/dev/null)
# Read and written by several programs.
RECORDING := recording/bytes.c recording/header.c recording/index.c recording/recording.c
RECORDER := recording/header.c recording/index.c recording/record_file.c recording/recorder.c

effigy-record_SOURCES := recording/record.c $(RECORDER)
effigy-record_LIBS := $(ZSTD_LIBS)
effigy-replay_SOURCES := recording/replay.c recording/player.c recording/senders.c $(RECORDING)
effigy-replay_LIBS := $(ZSTD_LIBS)
effigy-recording_SOURCES := recording/info.c recording/survey.c $(RECORDING)
effigy-recording_LIBS := $(ZSTD_LIBS)

UNIT_TESTS += test_recording test_index test_cut
test_recording_SOURCES := $(sort $(RECORDING) $(RECORDER))
test_recording_LIBS := $(ZSTD_LIBS)
test_index_SOURCES := recording/index.c
test_cut_SOURCES := $(sort $(RECORDING) $(RECORDER))
test_cut_LIBS := $(ZSTD_LIBS)
