PROGRAMS += effigy-capture
effigy-capture_SOURCES := capture/main.c capture/demand.c capture/input.c capture/input_file.c capture/input_v4l2.c \
	capture/decoder.c capture/stdin.c capture/picture.c capture/pace.c capture/probe.c capture/rows.c \
	capture/v4l2_device.c capture/v4l2_mode.c capture/v4l2_list.c capture/v4l2_controls.c
effigy-capture_LIBS := $(LDLIBS_AV) -lv4l2 -lyuv

UNIT_TESTS += test_pace test_rows test_v4l2_mode test_v4l2_controls test_v4l2_list
test_pace_SOURCES := capture/pace.c
test_rows_SOURCES := capture/rows.c
test_v4l2_mode_SOURCES := capture/v4l2_mode.c
test_v4l2_controls_SOURCES := capture/v4l2_controls.c capture/v4l2_device.c capture/v4l2_mode.c \
	capture/rows.c
test_v4l2_controls_LIBS := -lv4l2
test_v4l2_list_SOURCES := capture/v4l2_list.c $(test_v4l2_controls_SOURCES)
test_v4l2_list_LIBS := -lv4l2
