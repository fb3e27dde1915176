PROGRAMS += effigy-record effigy-replay effigy-bench-hop

effigy-record_SOURCES := tools/record.c
effigy-replay_SOURCES := tools/replay.c tools/recording.c
effigy-bench-hop_SOURCES := tools/bench_hop.c

UNIT_TESTS += test_recording
test_recording_SOURCES := tools/recording.c
