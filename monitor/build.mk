CAIRO_LIBS := $(shell pkg-config --libs cairo 2>/dev/null)
CANVAS_SOURCES := monitor/canvas.c monitor/draw.c monitor/inset.c

PROGRAMS += effigy-annotate
effigy-annotate_SOURCES := monitor/annotate.c monitor/canvas_stream.c monitor/join.c \
	monitor/view.c monitor/wire_picture.c $(CANVAS_SOURCES)
effigy-annotate_LIBS := -lyuv -lturbojpeg $(CAIRO_LIBS)

UNIT_TESTS += test_join test_draw test_inset test_wire_picture test_canvas_stream
test_join_SOURCES := monitor/join.c
test_draw_SOURCES := $(CANVAS_SOURCES)
test_draw_LIBS := $(CAIRO_LIBS)
test_inset_SOURCES := $(CANVAS_SOURCES)
test_inset_LIBS := $(CAIRO_LIBS)
test_wire_picture_SOURCES := monitor/wire_picture.c monitor/canvas.c
test_wire_picture_LIBS := -lyuv -lturbojpeg $(CAIRO_LIBS)
test_canvas_stream_SOURCES := monitor/canvas_stream.c monitor/canvas.c
test_canvas_stream_LIBS := -lyuv $(CAIRO_LIBS)
