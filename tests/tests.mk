# Fuzzing, integration tests. Included by the Makefile.

# Every decoder of outside bytes in C has a target: tests/fuzz/fuzz_t.c, and for each t the sources it
# links, its libraries, its corpus, and how many changes of each file make test tries.
FUZZ := message recording picture controls options names input weights profile pair report
fuzz_message_SOURCES := tests/fuzz/canonical.c
fuzz_message_CORPUS := proto/vectors/*/*.msgpack
fuzz_message_CHANGES := 3000
fuzz_recording_SOURCES := $(RECORDING)
fuzz_recording_LIBS := $(ZSTD_LIBS)
fuzz_recording_CORPUS := proto/vectors/*/*.msgpack tests/fuzz/corpus/recording/*
fuzz_recording_CHANGES := 300
fuzz_picture_SOURCES := monitor/wire_picture.c monitor/canvas.c
fuzz_picture_LIBS := -lyuv -lturbojpeg $(CAIRO_LIBS)
fuzz_picture_CHANGES := 3000
fuzz_controls_SOURCES := $(test_v4l2_controls_SOURCES) capture/v4l2/v4l2_controls.c
fuzz_controls_LIBS := -lv4l2
fuzz_controls_CHANGES := 10000
fuzz_options_CHANGES := 10000
fuzz_weights_CHANGES := 10000
fuzz_pair_SOURCES := keys/pair_message.c
fuzz_pair_CHANGES := 10000
fuzz_profile_SOURCES := normaliser/person/profile.c normaliser/geometry/face_model.c
fuzz_profile_CHANGES := 3000
fuzz_report_SOURCES := agent/report.c
fuzz_report_CHANGES := 10000
fuzz_names_SOURCES := sink/loopback/loopback.c
fuzz_names_CHANGES := 10000
fuzz_input_SOURCES := $(filter-out capture/file/probe.c,$(CAPTURE_FILE))
fuzz_input_LIBS := $(LDLIBS_AV) -lyuv
fuzz_input_CHANGES := 300

fuzz_sources = tests/fuzz/fuzz_$1.c tests/fuzz/fuzz.c $(sort $(fuzz_$1_SOURCES))
fuzz_corpus = $(wildcard $(or $(fuzz_$1_CORPUS),tests/fuzz/corpus/$1/*))

define link_fuzz
$B/tests/fuzz_$(1): $B/obj/tests/fuzz/run_corpus.o $$(call objects,$$(call fuzz_sources,$(1))) $$(PROTO_ARCHIVE)
	@mkdir -p $$(@D)
	@echo "  LINK $$@"
	@$$(CXX) $$(SANITIZE) -o $$@ $$^ $$(fuzz_$(1)_LIBS) $$(LDLIBS_PROTO)

.PHONY: fuzz-corpus-$(1) fuzz-$(1)
fuzz-corpus-$(1): $B/tests/fuzz_$(1)
	@$$< $$(fuzz_$(1)_CHANGES) $$(call fuzz_corpus,$(1))

fuzz-$(1):
	@mkdir -p build/fuzz/$(1)
	clang -std=gnu17 -g -O1 -I. -DEF_VERSION='""' $$(FUZZ_CFLAGS) -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=undefined \
		-o build/fuzz/fuzz_$(1) $$(call fuzz_sources,$(1)) $$(PROTO:%=proto/%.c) \
		$$(fuzz_$(1)_LIBS) -lyuv -lturbojpeg $$(LDLIBS_PROTO)
	build/fuzz/fuzz_$(1) -max_total_time=$$(FUZZ_SECONDS) build/fuzz/$(1) \
		$$(sort $$(dir $$(call fuzz_corpus,$(1))))
endef
$(foreach t,$(FUZZ),$(eval $(call link_fuzz,$t)))

fuzz-corpus: $(FUZZ:%=fuzz-corpus-%)

# With clang's libFuzzer (Debian: clang, libclang-rt-dev), each for as long as FUZZ_SECONDS says.
FUZZ_SECONDS ?= 60
FUZZ_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) $(AV_PACKAGES) 2>/dev/null)
.PHONY: fuzz
fuzz: $(FUZZ:%=fuzz-%)

# Sanitizers look at the tests in which C reads what others sent: all others would find the same again, slowly.
INTEGRATION_TESTS := tests/integration
ifdef SAN
INTEGRATION_TESTS := $(patsubst %,tests/integration/%,agent keys recordings workers) \
	$(patsubst %,tests/integration/test_%.py,bad_input convert main_face privacy swap wire y4m) \
	$(patsubst %,tests/integration/supervisor/test_%.py,live on_demand remote)
endif

# Debian's Python holds Debian's zmq, msgpack and pytest; another one may be first on PATH.
integration: performer $B/training-landmarks $B/training-find-landmarks
	EFFIGY_BIN=$(abspath $B) /usr/bin/python3 -m pytest -q -p no:cacheprovider $(PYTEST) $(INTEGRATION_TESTS)

# What an adversary with a day would try: bytes, floods, full disks, killed and stopped processes.
# FRAMES: random frames sent to each stage's socket.
FRAMES ?= 20000
.PHONY: test-hostile
test-hostile: deps
	@$(MAKE) -s --no-print-directory $(JOBS) all performer
	EFFIGY_BIN=$(abspath $B) EFFIGY_TEST_FRAMES=$(FRAMES) /usr/bin/python3 -m pytest -q -p no:cacheprovider \
		$(PYTEST) tests/hostile

# What concerns several machines: keys, edges, agents, workers, also as adversaries would have it. Part of make test
# and make test-hostile. Needs root for network namespaces.
NETWORK_TESTS := $(addprefix tests/integration/,keys agent workers) \
	$(patsubst %,tests/integration/supervisor/test_%.py,away between clocks edges remote)
.PHONY: test-net
test-net: deps
	@$(MAKE) -s --no-print-directory $(JOBS) all performer
	EFFIGY_BIN=$(abspath $B) /usr/bin/python3 -m pytest -q -p no:cacheprovider $(PYTEST) $(NETWORK_TESTS)
	EFFIGY_BIN=$(abspath $B) /usr/bin/python3 -m pytest -q -p no:cacheprovider $(PYTEST) tests/hostile/test_strangers.py
