# Tests on a real kernel in QEMU. Included by the Makefile.
# make test-kernel; KERNEL_TESTS="20-sink 40-capture-faults" runs only those.

KERNEL_TESTS ?=

.PHONY: test-kernel
test-kernel: deps
	@$(MAKE) -s --no-print-directory $(JOBS) all performer
	@EFFIGY_BUILD=$B tests/kernel/run $(KERNEL_TESTS)
