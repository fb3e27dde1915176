# Fuzzing, integration tests. Included by the Makefile.

$B/tests/run_corpus: $B/obj/tests/fuzz/run_corpus.o $B/obj/tests/fuzz/fuzz_message.o $(PROTO_OBJS)
	@mkdir -p $(@D)
	@echo "  LINK $@"
	@$(CC) $(SANITIZE) -o $@ $^ $(LDLIBS_PROTO)

fuzz-corpus: $B/tests/run_corpus
	@$< proto/vectors/*.msgpack

# With clang's libFuzzer (Debian: clang, libclang-rt-dev), for as long as FUZZ_SECONDS says.
FUZZ_SECONDS ?= 60
.PHONY: fuzz
fuzz:
	@mkdir -p build/fuzz/corpus
	clang -std=gnu17 -g -O1 -I. -DEF_VERSION='""' -fsanitize=fuzzer,address,undefined \
		-o build/fuzz/fuzz_message tests/fuzz/fuzz_message.c $(PROTO:%=proto/%.c) $(LDLIBS_PROTO)
	build/fuzz/fuzz_message -max_total_time=$(FUZZ_SECONDS) build/fuzz/corpus proto/vectors

# In these no C runs that sanitizers could look at.
PYTHON_ONLY := avatar_names characters direct idle timeline
ifdef SAN
PYTEST += $(PYTHON_ONLY:%=--ignore=tests/integration/test_%.py)
endif

# Debian's Python holds Debian's zmq, msgpack and pytest; another one may be first on PATH.
integration: performer
	EFFIGY_BIN=$(abspath $B) /usr/bin/python3 -m pytest -q -p no:cacheprovider $(PYTEST) tests/integration

# What an adversary with a day would try: bytes, floods, full disks, killed and stopped processes.
# FUZZ: random frames sent to each stage's socket.
FUZZ ?= 20000
.PHONY: test-hostile
test-hostile: deps
	@$(MAKE) -s --no-print-directory $(JOBS) all performer
	EFFIGY_BIN=$(abspath $B) EFFIGY_FUZZ=$(FUZZ) /usr/bin/python3 -m pytest -q -p no:cacheprovider \
		$(PYTEST) tests/hostile
