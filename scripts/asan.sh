#!/bin/sh
# Builds and runs tests under AddressSanitizer, LeakSanitizer and UBSan; run_tests.sh counts whatever they report as a
# failure. TESTS: c (C tests and saved fuzz inputs) or all. Usage: scripts/asan.sh [MAKE] [TESTS]
set -eu
export LSAN_OPTIONS="suppressions=$PWD/tests/lsan.supp:print_suppressions=0"
# Memory that is not there is NULL, as without: the program has an answer to that.
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
case ${2:-c} in c) target=run-c-tests ;; *) target=run-tests ;; esac
exec "${1:-make}" --no-print-directory $target SANITIZE=address,undefined
