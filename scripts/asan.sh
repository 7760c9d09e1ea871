#!/bin/sh
# Builds and runs the C tests under AddressSanitizer and UBSan. Criterion ends well in spite of a leak, so the log
# is searched for what the sanitizers say. Usage: scripts/asan.sh [MAKE]
set -u
make=${1:-make}
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
$make --no-print-directory run-c-tests SANITIZE=address,undefined 2>&1 | tee "$log"
if grep -qE 'ERROR: (LeakSanitizer|AddressSanitizer)|runtime error:' "$log"; then
    echo "the sanitizers found something"
    exit 1
fi
tail -n 1 "$log" | grep -q ', 0 failed$'
