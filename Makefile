# Effigy: GNU make, Debian packages. Sources are listed by name.
# make deps, all, demo, test, bench, lint, install; SAN=1 builds with sanitizers into build/san.

VERSION := 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=

CC ?= gcc
CXX ?= g++
CFLAGS ?= -O2 -g
CXXFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Werror
PACKAGES := libczmq libzmq msgpack
AV_PACKAGES := libavformat libavcodec libavutil libswscale

ifdef SAN
B := build/san
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
else
B := build
SANITIZE :=
endif

COMMON := -I. -MMD -MP -fPIC $(WARNINGS) $(SANITIZE) -DEF_VERSION='"$(VERSION)"' \
	$(shell pkg-config --cflags $(PACKAGES) $(AV_PACKAGES) 2>/dev/null)
LDLIBS_PROTO := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lm
LDLIBS_AV := $(shell pkg-config --libs $(AV_PACKAGES) 2>/dev/null)

PROTO := arkit clock decode encode histogram image link log message options runtime shape stage \
	stats
