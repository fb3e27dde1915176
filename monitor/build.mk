PROGRAMS += effigy-annotate
effigy-annotate_SOURCES := monitor/annotate.c monitor/canvas.c monitor/draw.c monitor/tiny_font.c \
	monitor/inset.c monitor/join.c monitor/wire_picture.c monitor/canvas_stream.c
effigy-annotate_LIBS := -lyuv -lturbojpeg

UNIT_TESTS += test_join test_annotate
test_join_SOURCES := monitor/join.c
test_annotate_SOURCES := monitor/canvas.c monitor/draw.c monitor/tiny_font.c monitor/inset.c \
	monitor/wire_picture.c monitor/canvas_stream.c
test_annotate_LIBS := -lyuv -lturbojpeg
