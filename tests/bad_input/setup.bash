. "$BATS_TEST_DIRNAME/../cli/setup.bash"
