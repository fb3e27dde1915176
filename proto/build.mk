UNIT_TESTS += test_buffer test_memory test_problem
UNIT_TESTS += test_message
UNIT_TESTS += test_layers test_weights
UNIT_TESTS += test_connections test_deal test_endpoint test_link test_listener test_lock test_order test_port \
	test_retry test_stage_run test_tap test_turn
UNIT_TESTS += test_json test_options test_stats test_waited test_way
UNIT_TESTS += test_device_name test_fourcc test_holder test_v4l2_call
UNIT_TESTS += test_luma test_similarity test_steady test_y4m

test_luma_LIBS := -lyuv -lturbojpeg
test_deal_SOURCES := tests/unit/link/link_ends.c
test_link_SOURCES := tests/unit/link/link_ends.c
test_port_SOURCES := tests/unit/link/link_ends.c
test_stage_run_SOURCES := tests/unit/link/link_ends.c
test_tap_SOURCES := tests/unit/link/link_ends.c

# Four sums at once in registers: three times faster.
$B/obj/proto/neural/layers.o: CFLAGS += -O3
