PROGRAMS += effigy-capture
CAPTURE_FILE := capture/file/input_file.c capture/file/decoder.c capture/file/av_input.c capture/file/stream_end.c \
	capture/file/stream_facts.c capture/file/stdin.c capture/file/av_picture.c capture/file/pace.c capture/file/probe.c
CAPTURE_V4L2 := capture/v4l2/input_v4l2.c capture/v4l2/v4l2_device.c capture/v4l2/v4l2_enumerate.c capture/v4l2/v4l2_mode.c \
	capture/v4l2/v4l2_list.c capture/v4l2/v4l2_controls.c capture/v4l2/v4l2_queue.c capture/v4l2/rows.c
effigy-capture_SOURCES := capture/main.c capture/demand.c capture/slim.c capture/input.c $(CAPTURE_FILE) $(CAPTURE_V4L2)
effigy-capture_LIBS := $(LDLIBS_AV) -lv4l2 -lyuv -lturbojpeg

UNIT_TESTS += test_slim test_pace test_rows test_v4l2_mode test_v4l2_controls test_v4l2_list
test_slim_SOURCES := capture/slim.c
test_slim_LIBS := -lyuv -lturbojpeg
test_pace_SOURCES := capture/file/pace.c
test_rows_SOURCES := capture/v4l2/rows.c
test_v4l2_mode_SOURCES := capture/v4l2/v4l2_mode.c
test_v4l2_controls_SOURCES := capture/v4l2/v4l2_controls.c capture/v4l2/v4l2_device.c capture/v4l2/v4l2_enumerate.c \
	capture/v4l2/v4l2_mode.c capture/v4l2/rows.c
test_v4l2_controls_LIBS := -lv4l2
test_v4l2_list_SOURCES := capture/v4l2/v4l2_list.c $(test_v4l2_controls_SOURCES)
test_v4l2_list_LIBS := -lv4l2
