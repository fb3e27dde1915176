SINK_OUTPUTS := sink/output/output.c sink/output/output_file.c sink/output/output_y4m.c sink/output/output_v4l2.c \
	sink/output/loopback_writer.c sink/output/new_file.c sink/output/device_picture.c \
	sink/loopback/readers.c sink/loopback/loopback.c sink/loopback/loopback_controls.c

PROGRAMS += effigy-sink
effigy-sink_SOURCES := sink/main.c sink/live.c sink/every.c sink/fit.c sink/pacer.c sink/card.c \
	sink/standby.c sink/audience.c $(SINK_OUTPUTS)
effigy-sink_LIBS := $(LDLIBS_AV) -lyuv -lturbojpeg

UNIT_TESTS += test_pacer test_fit test_card test_output test_readers test_audience \
	test_device_picture test_loopback
test_pacer_SOURCES := sink/pacer.c
test_fit_SOURCES := sink/fit.c
test_fit_LIBS := $(LDLIBS_AV) -lyuv
test_card_SOURCES := sink/card.c
test_output_SOURCES := $(SINK_OUTPUTS)
test_output_LIBS := $(LDLIBS_AV) -lyuv -lturbojpeg
test_readers_SOURCES := sink/loopback/readers.c
test_audience_SOURCES := sink/audience.c capture/demand.c
test_device_picture_SOURCES := sink/output/device_picture.c
test_device_picture_LIBS := -lyuv -lturbojpeg
test_loopback_SOURCES := sink/loopback/loopback.c
