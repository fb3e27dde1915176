PROGRAMS += effigy-agent effigy-ask
effigy-agent_SOURCES := agent/main.c agent/asks.c agent/box.c agent/report.c agent/restart.c
effigy-ask_SOURCES := agent/ask.c agent/questions.c agent/offset.c
