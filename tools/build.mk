PROGRAMS += effigy-record effigy-replay effigy-query effigy-bench-hop effigy-bench-enlarge

effigy-record_SOURCES := tools/record.c tools/record_file.c
effigy-replay_SOURCES := tools/replay.c tools/recording.c
effigy-query_SOURCES := tools/query.c tools/health.c
effigy-bench-hop_SOURCES := tools/bench_hop.c
effigy-bench-enlarge_SOURCES := tools/bench_enlarge.c sink/fit.c
effigy-bench-enlarge_LIBS := -lyuv $(LDLIBS_AV)

UNIT_TESTS += test_recording test_health
test_health_SOURCES := tools/health.c
test_recording_SOURCES := tools/recording.c
