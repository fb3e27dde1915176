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
# Debian 13 calls msgpack by another name.
PACKAGES := libczmq libzmq json-c $(shell pkg-config --exists msgpack-c 2>/dev/null && echo msgpack-c || echo msgpack)
AV_PACKAGES := libavformat libavcodec libavutil libswscale

ifdef SAN
B := build/san
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
else
B := build
SANITIZE :=
endif

COMMON := -I. -MMD -MP -fPIC $(WARNINGS) $(SANITIZE) -DEF_VERSION='"$(VERSION)"' \
	$(shell pkg-config --cflags $(PACKAGES) $(AV_PACKAGES) cairo 2>/dev/null)
LDLIBS_PROTO := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lz -lm
LDLIBS_AV := $(shell pkg-config --libs $(AV_PACKAGES) 2>/dev/null)

# What all programs share: objects in an archive, of which each program takes what it uses.
PROTO := base/buffer base/clock base/log base/memory base/problem \
	wire/arkit wire/decode wire/encode wire/field wire/figure wire/image wire/message wire/outline \
	link/deal/deal link/deal/kept link/deal/order link/deal/push link/deal/turn link/keys/attach link/keys/keyring \
	link/peers/peers link/peers/retry link/peers/socket_events link/receipts/credit link/receipts/due \
	link/receipts/receipts link/tcp/connections link/tcp/tcp \
	link/endpoint link/input link/link link/listener link/lock link/newest link/port link/tap \
	stage/answer stage/histogram stage/json stage/model_file stage/option_value stage/options stage/runtime \
	stage/stage stage/stats stage/waited stage/way \
	v4l2/device_name v4l2/fourcc v4l2/holder v4l2/v4l2_call \
	picture/dot_font picture/jpeg picture/luma picture/steady picture/y4m \
	geometry/similarity \
	neural/layers neural/weights
PROTO_ARCHIVE := $B/libproto.a

# Each folder's build.mk adds to these:
#   PROGRAMS, and for each p: p_SOURCES (.c or .cc), p_LIBS
#   TRAINING_PROGRAMS, LIBRARIES (shared), likewise
#   UNIT_TESTS, for each t: tests/unit/ROOM/t.c and t_SOURCES, t_LIBS
objects = $(patsubst %,$B/obj/%.o,$(basename $(1)))
PROGRAMS :=
TRAINING_PROGRAMS :=
LIBRARIES :=
UNIT_TESTS :=
include proto/build.mk
include capture/build.mk tracker/build.mk monitor/build.mk normaliser/build.mk blender-node/build.mk sink/build.mk
include agent/build.mk keys/build.mk training/build.mk recording/build.mk tools/build.mk tests/tests.mk tests/kernel/kernel.mk

.DEFAULT_GOAL := all
.PHONY: all clean
all: $(addprefix $B/,$(PROGRAMS) $(LIBRARIES))

clean:
	rm -rf build

$B/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) -std=gnu17 $(CFLAGS) $(COMMON) -c -o $@ $<

$B/obj/%.o: %.cc
	@mkdir -p $(@D)
	@echo "  CXX  $<"
	@$(CXX) -std=gnu++17 $(CXXFLAGS) $(COMMON) -c -o $@ $<

$(PROTO_ARCHIVE): $(PROTO:%=$B/obj/proto/%.o)
	@echo "  AR   $@"
	@rm -f $@ && $(AR) rcs $@ $^

# $(1) program. Linked by the C++ compiler, which a program with the dlib shim in it needs.
define link_program
$B/$(1): $$(call objects,$$($(1)_SOURCES)) $$(PROTO_ARCHIVE)
	@echo "  LINK $$@"
	@$$(CXX) $$(SANITIZE) -o $$@ $$^ $$($(1)_LIBS) $$(LDLIBS_PROTO)
endef
define link_library
$B/$(1): $$(call objects,$$($(1)_SOURCES)) $$(PROTO_ARCHIVE)
	@echo "  LINK $$@"
	@$$(CC) $$(SANITIZE) -shared -o $$@ $$^ $$($(1)_LIBS) $$(LDLIBS_PROTO)
endef
define link_test
$B/tests/$(1): $$(call objects,$$(wildcard tests/unit/*/$(1).c)) $B/obj/tests/unit/unit.o $$(call objects,$$($(1)_SOURCES)) $$(PROTO_ARCHIVE)
	@mkdir -p $$(@D)
	@echo "  LINK $$@"
	@$$(CXX) $$(SANITIZE) -o $$@ $$^ $$($(1)_LIBS) -lcmocka $$(LDLIBS_PROTO)
endef
$(foreach p,$(PROGRAMS) $(TRAINING_PROGRAMS),$(eval $(call link_program,$p)))
$(foreach l,$(LIBRARIES),$(eval $(call link_library,$l)))
$(foreach t,$(UNIT_TESTS),$(eval $(call link_test,$t)))

-include $(shell find $B/obj -name '*.d' 2>/dev/null)

# make unit: builds and runs the cmocka programs.
.PHONY: unit
unit: $(addprefix $B/tests/,$(UNIT_TESTS))
	@set -e; for test in $^; do $$test; done

# --- Dependencies ---------------------------------------------------------------------------------

SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

# Of each line of packages.txt that nothing installed meets, the first package that there is.
.PHONY: deps
deps:
	@missing=$$(sed '/^#/d; s/ *| */ /g' packages.txt | while read -r choice; do \
		dpkg-query -Wf '$${Status}\n' $$choice 2>/dev/null | grep -q 'ok installed' || \
		echo "$$choice"; done); \
	if [ -n "$$missing" ]; then \
		$(SUDO) apt-get -qq update && \
		missing=$$(echo "$$missing" | while read -r choice; do \
			apt-cache show $$choice 2>/dev/null | sed -n 's/^Package: //p' | head -n 1; done) && \
		echo "Installing Debian packages:" $$missing && \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get -qq -o Dpkg::Use-Pty=0 install -y \
			--no-install-recommends $$missing >/dev/null; \
	fi

# What pkg-config tells is read when make starts: goals that may install first run make again.
JOBS := -j$(shell nproc)

# --- The character, the performer, the demo -------------------------------------------------------

CHARACTERS := voltage fox robot
AVATARS := $(CHARACTERS:%=build/avatars/%.blend)

# $(1) character: its script builds the .blend; the mapping text lies beside it.
define build_character
build/avatars/$(1).blend: $(wildcard avatars/common/*.py avatars/$(1)/*.py) avatars/$(1)/$(1).map
	@mkdir -p $$(@D)
	@echo "Building the character $(1)"
	@log=$$@.log; blender -b --factory-startup --python-exit-code 1 \
		--python avatars/$(1)/$(1).py -- $$@ >$$$$log 2>&1 || { cat $$$$log; rm -f $$@; exit 1; }
	@cp avatars/$(1)/$(1).map $$(@D)/
endef
$(foreach c,$(CHARACTERS),$(eval $(call build_character,$c)))

PERFORMER := build/performer/performer.mp4
$(PERFORMER): $(wildcard demo/*.py)
	@mkdir -p $(@D)
	@echo "Rendering the bundled performer, once"
	@log=$@.log; { xvfb-run -a blender --factory-startup --python-exit-code 1 \
		--python demo/performer.py -- $(@D) 2>&1; } | tee $$log | grep --line-buffered '%' ; \
		test -s $@ || { cat $$log; exit 1; }

.PHONY: avatars performer demo
avatars: $(AVATARS)
performer: $(PERFORMER)
all: avatars

# INPUT=clip.mp4 takes a video of yours.
INPUT ?= $(PERFORMER)
demo: deps
	@$(MAKE) -s --no-print-directory $(JOBS) all $(if $(filter $(PERFORMER),$(INPUT)),performer)
	@./effigy convert --side-by-side --table "$(INPUT)" build/demo.mp4
	@echo "Watch build/demo.mp4: the person on the left, the character on the right."
	@echo "Go live: ./effigy up (a camera and v4l2loopback), then look at the camera in your call;"
	@echo "without either: EFFIGY_INPUT=$(INPUT) EFFIGY_LOOP=1 EFFIGY_OUTPUT=- ./effigy up | ffplay -"

# The README's pictures: two moments of the demo, and one of it as each character.
.PHONY: docs
docs: demo $(AVATARS:%.blend=%.mp4)
	@mkdir -p docs
	ffmpeg -nostdin -v error -y -i build/demo.mp4 -q:v 3 -frames:v 1 -update 1 \
		-vf "select='eq(n,42)+eq(n,183)',scale=960:-2,tile=1x2" docs/demo.jpg
	ffmpeg -nostdin -v error -y $(patsubst %.blend,-i %.mp4,$(AVATARS)) -q:v 3 -frames:v 1 -update 1 \
		-filter_complex "hstack=$(words $(AVATARS)),select='eq(n,183)',scale=1200:-2" \
		docs/characters.jpg

build/avatars/%.mp4: build/avatars/%.blend $(PERFORMER)
	EFFIGY_AVATAR=$< ./effigy convert $(PERFORMER) $@

# One contact sheet a character: rest, each coefficient, mixes, as the direct renderer draws them.
SHEETS := $(patsubst build/avatars/%.blend,docs/avatars/%.jpg,$(AVATARS))

docs/avatars/%.jpg: build/avatars/%.blend blender-node/node/inspection/sheet.py \
		blender-node/node/bench/avatar_sheet.py
	@mkdir -p $(@D)
	@echo "Drawing the sheet of $*"
	@xvfb-run -a blender --factory-startup -noaudio -p 0 0 64 64 \
		--python blender-node/node/bench/avatar_sheet.py -- $< build/avatars/$*.png >build/avatars/$*.sheet.log 2>&1 \
		|| { cat build/avatars/$*.sheet.log; exit 1; }
	@ffmpeg -nostdin -v error -y -i build/avatars/$*.png -q:v 18 -frames:v 1 -update 1 $@

.PHONY: avatars-sheet
avatars-sheet: $(SHEETS)

# --- Training --------------------------------------------------------------------------------------

# FACEKIT: the head that modelled faces are made of (training/faces/README.md): facekit.npz, or a checkout
# of ICT-FaceKit, of which build/facekit.npz is made.
KIT = $(shell test -d "$(FACEKIT)" && echo build/facekit.npz || echo "$(FACEKIT)")
.PHONY: facekit
facekit: deps
	@if [ -d "$(FACEKIT)" ]; then mkdir -p build && \
		/usr/bin/python3 training/faces/pack_facekit.py "$(FACEKIT)" build/facekit.npz; \
	else test -r "$(FACEKIT)" || { echo "FACEKIT=\"$(FACEKIT)\" is no file that can be read: set it to" \
		"facekit.npz or to a checkout of ICT-FaceKit; see training/faces/README.md" >&2; exit 1; }; fi

# Faces with known truth (training/faces/README.md).
PEOPLE ?= 0:10
FRAMES_EACH ?= 150
.PHONY: training-faces
training-faces: facekit
	@echo "Filming people $(PEOPLE); build/training.log tells how far it is"
	@xvfb-run -a blender --factory-startup -noaudio -p 0 0 64 64 --python training/faces/film.py -- \
		"$(KIT)" build/training --people $(PEOPLE) --frames $(FRAMES_EACH) \
		>build/training.log 2>&1 || { cat build/training.log; exit 1; }

# Makes models/*.weights again (training/README.md), from films of PEOPLE and landmarks of many more.
EPOCHS ?= 20
FILMS ?= build/training
.PHONY: train
train: training-faces
	@dpkg-query -Wf '$${Status}' python3-torch 2>/dev/null | grep -q 'ok installed' || { \
		echo "make train needs Debian's package python3-torch: apt install python3-torch" >&2; exit 1; }
	@$(MAKE) -s --no-print-directory $(addprefix $B/,$(TRAINING_PROGRAMS))
	/usr/bin/python3 training/face_reader/train_reader.py models/face_reader.weights \
		$B/training-cut $(FILMS) --epochs $(EPOCHS) --state $(FILMS)/face_reader.pt
	/usr/bin/python3 training/face_reader/check_reader.py $(FILMS)/errors.npz \
		$(FILMS)/face_reader.pt $B/training-cut $(FILMS)
	/usr/bin/python3 training/solver/train_solver.py models/solver.weights "$(KIT)" \
		$B/training-sight $(FILMS)/errors.npz

# A landmark model of our own (training/README.md), from the films in FILMS. LANDMARKS: options of
# build/training-landmarks.
.PHONY: train-landmarks
train-landmarks: deps
	@test -r "$(FACEKIT)" || { echo "make train-landmarks needs FACEKIT=facekit.npz; see" \
		"training/faces/README.md" >&2; exit 1; }
	@ls $(FILMS)/*.mkv >/dev/null 2>&1 || { echo "make train-landmarks needs films in $(FILMS): run" \
		"make training-faces first, or give FILMS=FOLDER" >&2; exit 1; }
	@$(MAKE) -s --no-print-directory $(JOBS) $B/training-landmarks $B/training-find-landmarks
	/usr/bin/python3 training/landmarks/pictures.py "$(FACEKIT)" build/landmarks $(FILMS)
	$B/training-landmarks build/landmarks/train.xml --output build/landmarks/landmarks.dat $(LANDMARKS)
	@/usr/bin/python3 tests/fidelity/against_annotations.py $B/training-find-landmarks \
		build/landmarks/test.xml $(MODELS) build/landmarks/landmarks.dat

# --- Tests ----------------------------------------------------------------------------------------

.PHONY: test integration fuzz-corpus
test: deps
	@$(MAKE) --no-print-directory $(JOBS) all
	@$(MAKE) --no-print-directory unit fuzz-corpus integration

# blender-node on Debian 13, with Blender 4.3. Needs root; see tests/trixie/README.md.
.PHONY: test-trixie
test-trixie: deps
	@$(MAKE) -s --no-print-directory $(JOBS) performer
	@tests/trixie/run $(TRIXIE_TESTS)

# The images, and a film through them: over TCP with keys, by compose, as a pod. Needs root; see docker/README.md.
.PHONY: test-containers
test-containers: deps
	@$(MAKE) -s --no-print-directory $(JOBS) all performer
	@docker/test.sh $(CONTAINER_TESTS)

# --- Lint -----------------------------------------------------------------------------------------

LINTED = $(shell git ls-files '*.c' '*.cc' '*.h')

.PHONY: lint
lint: lint-deps
	@clang-format --dry-run -Werror $(LINTED)
	@cppcheck --quiet --std=c11 --language=c --enable=warning,performance,portability \
		--inline-suppr --suppressions-list=.cppcheck --error-exitcode=1 -I. $(filter %.c,$(LINTED))
	@bash -n effigy; for part in supervise/*.sh supervise/*/*.sh docker/*.sh tests/bench/build_revision tools/bench-render tools/bench-gpu tools/render-stills tests/kernel/run tests/trixie/run tests/kernel/tests/*.sh .ci/run; do \
		bash -n $$part || exit 1; done; sh -n tests/kernel/init

.PHONY: lint-deps
lint-deps:
	@for p in clang-format cppcheck; do command -v $$p >/dev/null || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get -qq install -y --no-install-recommends \
			$$missing >/dev/null; fi

# --- Measuring ------------------------------------------------------------------------------------

# The live pipeline (EFFIGY_BENCH_REPEATS runs of EFFIGY_BENCH_SECONDS, then at 60 fps and larger), and with bench
# also tracker, renderers and one link: a page of text, build/bench.json, and plots of it.
.PHONY: bench bench-live
bench bench-live: bench-deps performer
	@/usr/bin/python3 tests/bench/bench.py "$(INPUT)" build/$@ $(if $(filter bench-live,$@),live faster larger)

# The live pipeline of another revision (REV=HEAD~3) against the files as they are, in pairs of runs.
.PHONY: bench-compare
bench-compare: bench-deps performer
	@test -n "$(REV)" || { echo "make bench-compare needs a revision, such as REV=HEAD~3" >&2; exit 1; }
	@tree=$$(tests/bench/build_revision "$(REV)") && \
		/usr/bin/python3 tests/bench/compare.py "$$tree" . "$(REV)" here "$(INPUT)" build/bench-compare

.PHONY: bench-deps bench-render bench-render-memory
bench-deps: deps
	@command -v gnuplot >/dev/null || DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get -qq \
		-o Dpkg::Use-Pty=0 install -y --no-install-recommends gnuplot-nox fonts-dejavu-core >/dev/null
	@$(MAKE) -s --no-print-directory $(JOBS) all

# All ways of getting pixels out of Blender: a table, build/bench-render.json, and the plot of it.
bench-render: bench-deps
	@tools/bench-render build/bench-render
	@mkdir -p docs
	@cp build/bench-render.png docs/bench-render.png

# On a machine with a GPU: the renderers there and in software, in build/bench-gpu.json, with pictures.
.PHONY: bench-gpu
bench-gpu: bench-deps
	@tools/bench-gpu build/bench-gpu

bench-render-memory: bench-deps
	@tools/bench-render --memory

# The characters by direct, view3d and EEVEE, with their times.
.PHONY: render-stills
render-stills: deps
	@$(MAKE) -s --no-print-directory $(JOBS) all
	@mkdir -p docs
	@tools/render-stills docs/renderers.jpg $(AVATARS)

# How well Effigy shows what faces do, against an independent tracker, and whether it finds faces in bad light:
# tables in build/bench-track.md and bench-track-light.md.
# CLIPS: folder of folders of clips; TRACKS: what that tracker found (tests/fidelity/against_tracks.py).
# MODELS: landmark models that are compared with the annotated pictures in CLIPS/faces68.
CLIPS ?= ../shared/clips
TRACKS ?= ../shared/reference
MODELS ?= $(or $(EFFIGY_MODEL),/usr/share/dlib/shape_predictor_68_face_landmarks.dat)
.PHONY: bench-track
bench-track: deps
	@$(MAKE) -s --no-print-directory $(JOBS) all $B/training-find-landmarks
	@{ /usr/bin/python3 tests/fidelity/against_tracks.py $(CLIPS) $(TRACKS); echo; \
		/usr/bin/python3 tests/fidelity/against_annotations.py $B/training-find-landmarks \
		$(CLIPS)/faces68/training_with_face_landmarks.xml $(MODELS); } | tee build/bench-track.md
	@/usr/bin/python3 tests/fidelity/bad_light.py $(CLIPS) | tee build/bench-track-light.md

# The filter's jitter against its lag, over its settings: a table in build/bench-filter.md, and the plot. Without
# CLIPS, of noise as strong as theirs.
.PHONY: bench-filter
bench-filter: bench-deps
	@/usr/bin/python3 tests/fidelity/sweep_filter.py build/bench-filter $(if $(wildcard $(CLIPS)),$(CLIPS) \
		$(TRACKS)) | tee build/bench-filter.md
	@mkdir -p docs
	@cp build/bench-filter.png docs/bench-filter.png

# How old faces are behind a narrow link to another machine: a table in build/bench-net.md, and the plot. Needs root.
.PHONY: bench-net
bench-net: bench-deps performer
	@/usr/bin/python3 tests/network/bench_net.py $B build/bench-net | tee build/bench-net.md
	@mkdir -p docs
	@cp build/bench-net.png docs/bench-net.png

# Films a minute against the number of renderers: a table in build/bench-workers.md.
.PHONY: bench-workers
bench-workers: all avatars performer
	@/usr/bin/python3 tests/network/bench_workers.py $B | tee build/bench-workers.md

# Leakage, truth and closed loop on modelled heads that no training saw (tests/fidelity/closed_loop.py):
# tables in build/loop/closed_loop.md, and the picture of what moves what. FACEKIT as above.
.PHONY: bench-loop
bench-loop: facekit bench-deps
	@/usr/bin/python3 tests/fidelity/closed_loop.py "$(KIT)" build/loop
	@cp build/loop/leakage.png docs/leakage.png

# --- Manual, installation -------------------------------------------------------------------------

MANUALS := $(patsubst %.scd,build/man/%,$(notdir $(wildcard */*.1.scd)))
vpath %.scd agent capture tracker monitor normaliser blender-node sink keys recording tools supervise

build/man/%: %.scd
	@mkdir -p $(@D)
	scdoc <$< >$@

.PHONY: man install
man: $(MANUALS)
all: man

LIBEXEC := $(DESTDIR)$(PREFIX)/lib/effigy
SHARE := $(DESTDIR)$(PREFIX)/share
UNITS := effigy@.service effigy-stage@.service
FILL_UNIT := s|@BIN@|$(PREFIX)/bin|; s|@LIBEXEC@|$(PREFIX)/lib/effigy|
NODE_ROOMS := . load bind draw inspection

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(addprefix $(LIBEXEC)/supervise/,convert doctor recordings service status) \
		$(SHARE)/effigy/avatars $(SHARE)/effigy/models $(SHARE)/effigy/examples $(SHARE)/man/man1 \
		$(DESTDIR)/etc/effigy
	install -m 755 $(addprefix $B/,$(filter-out effigy-bench-%,$(PROGRAMS))) effigy $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(addprefix $B/,$(LIBRARIES)) $(LIBEXEC)
	for room in $(NODE_ROOMS); do install -d $(LIBEXEC)/node/$$room && \
		install -m 644 blender-node/node/$$room/*.py $(LIBEXEC)/node/$$room || exit 1; done
	install -m 644 $(wildcard supervise/*.sh) $(LIBEXEC)/supervise
	for room in convert doctor recordings service status; do \
		install -m 644 $$(ls supervise/$$room/*.sh supervise/$$room/*.awk supervise/$$room/*.jq 2>/dev/null) \
			$(LIBEXEC)/supervise/$$room || exit 1; done
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/user $(DESTDIR)$(PREFIX)/lib/udev/rules.d
	for unit in $(UNITS); do sed '$(FILL_UNIT)' supervise/service/$$unit.in \
		>$(DESTDIR)$(PREFIX)/lib/systemd/user/$$unit || exit 1; done
	install -m 644 supervise/service/effigy-webcam.target $(DESTDIR)$(PREFIX)/lib/systemd/user
	sed '$(FILL_UNIT)' supervise/service/71-effigy.rules.in >$(DESTDIR)$(PREFIX)/lib/udev/rules.d/71-effigy.rules
	install -m 644 $(AVATARS) $(AVATARS:.blend=.map) $(SHARE)/effigy/avatars
	install -m 644 $(wildcard models/*.weights) $(SHARE)/effigy/models
	install -m 755 $(wildcard examples/*.py) $(SHARE)/effigy/examples
	install -m 644 $(MANUALS) $(SHARE)/man/man1
	[ -e $(DESTDIR)/etc/effigy/effigy.env ] || install -m 644 effigy.env $(DESTDIR)/etc/effigy
