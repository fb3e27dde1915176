PROGRAMS += effigy-capture
effigy-capture_SOURCES := capture/main.c capture/demand.c capture/input.c capture/input_file.c capture/input_v4l2.c \
	capture/decoder.c capture/stdin.c capture/picture.c capture/pace.c capture/rows.c \
	capture/v4l2_device.c capture/v4l2_mode.c capture/v4l2_list.c
effigy-capture_LIBS := $(LDLIBS_AV) -lv4l2 -lyuv

UNIT_TESTS += test_pace test_rows test_v4l2_mode
test_pace_SOURCES := capture/pace.c
test_rows_SOURCES := capture/rows.c
test_v4l2_mode_SOURCES := capture/v4l2_mode.c
