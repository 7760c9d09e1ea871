#!/bin/sh
# Builds and runs the C tests and the saved fuzz inputs under AddressSanitizer and UBSan; run_tests.sh counts whatever
# they report as a failure. Usage: scripts/asan.sh [MAKE]
set -eu
export LSAN_OPTIONS="suppressions=$PWD/tests/lsan.supp:print_suppressions=0"
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
exec "${1:-make}" --no-print-directory run-c-tests SANITIZE=address,undefined
