/* Which webcam a name matches. */
#include "capture/v4l2/v4l2_list.h"
#include "tests/unit/unit.h"

static void a_name_matches_card_or_bus(void **state)
{
	const char *card = "HD Pro Webcam C920", *bus = "usb-0000:00:14.0-1";

	(void)state;
	assert_int_equal(ef_v4l2_match("HD Pro Webcam C920", card, bus), 2);
	assert_int_equal(ef_v4l2_match("hd pro webcam c920", card, bus), 2);
	assert_int_equal(ef_v4l2_match("usb-0000:00:14.0-1", card, bus), 2);
	assert_int_equal(ef_v4l2_match("c920", card, bus), 1);
	assert_int_equal(ef_v4l2_match("14.0-1", card, bus), 1);
	assert_int_equal(ef_v4l2_match("C922", card, bus), 0);
	assert_int_equal(ef_v4l2_match("HD Pro Webcam C920 2", card, bus), 0);
}

/* The port 1 of a hub is not its port 10. */
static void the_whole_bus_id_wins(void **state)
{
	(void)state;
	assert_true(ef_v4l2_match("usb-0000:00:14.0-1", "A", "usb-0000:00:14.0-1") >
		    ef_v4l2_match("usb-0000:00:14.0-1", "A", "usb-0000:00:14.0-10"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_matches_card_or_bus),
		cmocka_unit_test(the_whole_bus_id_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
