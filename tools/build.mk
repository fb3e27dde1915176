PROGRAMS += effigy-query effigy-bench-hop effigy-bench-enlarge

effigy-query_SOURCES := tools/query.c tools/try_endpoint.c
effigy-bench-hop_SOURCES := tools/bench_hop.c
effigy-bench-enlarge_SOURCES := tools/bench_enlarge.c sink/fit.c
effigy-bench-enlarge_LIBS := -lyuv $(LDLIBS_AV)
