#!/bin/sh
# Runs the tests that look at the outcome of a training with SEEDS other seeds (10) at each level of instructions that the
# processor has: such a test must hold for all of them. One line a level; what failed is shown. Ends with "N passed, N failed".
# Usage: BIN=build/dnnl1 [SEEDS=10] [LEVELS="avx2 amx"] scripts/test_seeds.sh TEST ...
set -u
BIN=${BIN:?the folder with the built programs}
LEVELS=${LEVELS:-$("$BIN/darknet" version | sed -n 's/^instructions: .* of//p')}
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
passed=0 failed=0

for level in $LEVELS; do
    good=0 seed=1
    while [ $seed -le "${SEEDS:-10}" ]; do
        if DARKNET_ISA=$level TEST_SEED=$seed BIN=$BIN scripts/run_tests.sh "$@" >"$log" 2>&1; then
            good=$((good + 1))
        else
            echo "$level, seed $seed:"
            sed 's/^/    /' "$log"
        fi
        seed=$((seed + 1))
    done
    echo "$level: $good of ${SEEDS:-10} seeds"
    passed=$((passed + good)) failed=$((failed + ${SEEDS:-10} - good))
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
