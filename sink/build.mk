SINK_OUTPUTS := sink/output.c sink/output_file.c sink/output_y4m.c sink/output_v4l2.c sink/new_file.c sink/readers.c \
	sink/device_picture.c sink/loopback.c sink/loopback_controls.c

PROGRAMS += effigy-sink
effigy-sink_SOURCES := sink/main.c sink/live.c sink/every.c sink/convert.c sink/pacer.c sink/card.c sink/font.c \
	sink/standby.c sink/audience.c $(SINK_OUTPUTS)
effigy-sink_LIBS := $(LDLIBS_AV) -lyuv -lturbojpeg

UNIT_TESTS += test_pacer test_convert test_card test_output test_readers test_audience \
	test_device_picture test_loopback
test_pacer_SOURCES := sink/pacer.c
test_convert_SOURCES := sink/convert.c
test_convert_LIBS := $(LDLIBS_AV) -lyuv
test_card_SOURCES := sink/card.c sink/font.c
test_output_SOURCES := $(SINK_OUTPUTS)
test_output_LIBS := $(LDLIBS_AV) -lyuv -lturbojpeg
test_readers_SOURCES := sink/readers.c
test_audience_SOURCES := sink/audience.c capture/demand.c
test_device_picture_SOURCES := sink/device_picture.c
test_device_picture_LIBS := -lyuv -lturbojpeg
test_loopback_SOURCES := sink/loopback.c
