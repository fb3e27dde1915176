UNIT_TESTS += test_message test_link test_lock test_options test_stats test_steady test_json test_holder \
	test_device_name test_fourcc test_v4l2_call test_similarity
