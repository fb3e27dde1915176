AVAHI_LIBS := $(shell pkg-config --libs avahi-client 2>/dev/null)

PROGRAMS += effigy-agent effigy-ask effigy-discover
effigy-agent_SOURCES := agent/main.c agent/asks.c agent/box.c agent/publish.c agent/report.c agent/restart.c
effigy-agent_LIBS := $(AVAHI_LIBS)
effigy-ask_SOURCES := agent/ask.c agent/questions.c agent/offset.c
effigy-discover_SOURCES := agent/discover.c
effigy-discover_LIBS := $(AVAHI_LIBS)

UNIT_TESTS += test_offset test_report
test_offset_SOURCES := agent/offset.c
test_report_SOURCES := agent/report.c
