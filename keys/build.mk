PROGRAMS += effigy-keys
effigy-keys_SOURCES := keys/main.c keys/cpace.c keys/key_file.c keys/pair.c keys/pair_message.c
effigy-keys_LIBS := -lsodium

UNIT_TESTS += test_cpace
test_cpace_SOURCES := keys/cpace.c
test_cpace_LIBS := -lsodium
