PROGRAMS += effigy-sink
effigy-sink_SOURCES := sink/main.c sink/live.c sink/every.c sink/convert.c sink/pacer.c sink/card.c sink/font.c \
	sink/output.c sink/output_file.c sink/output_y4m.c sink/output_v4l2.c sink/loopback.c
effigy-sink_LIBS := $(LDLIBS_AV) -lyuv

UNIT_TESTS += test_pacer test_convert test_card test_output test_loopback
test_pacer_SOURCES := sink/pacer.c
test_convert_SOURCES := sink/convert.c
test_convert_LIBS := $(LDLIBS_AV) -lyuv
test_card_SOURCES := sink/card.c sink/font.c
test_output_SOURCES := sink/output.c sink/output_file.c sink/output_y4m.c sink/output_v4l2.c sink/loopback.c
test_output_LIBS := $(LDLIBS_AV) -lyuv
test_loopback_SOURCES := sink/loopback.c
