#!/bin/sh
# Runs the tests named by their sources and sums them up: Criterion programs (tests/**.c), fuzz targets with their
# saved inputs (tests/fuzz/fuzz_*.c) and bats files. Built programs are looked for under $BIN. What a failing test
# printed is shown. FILTER is a regular expression for the names of bats tests. Tests of engines and layers run once
# more at each lower level of instructions that the processor has (DARKNET_ISA), unless one is set. The last line is
# "N passed, N failed"; the exit code is 1 when something failed.
set -u
BIN=${BIN:?the folder with the built programs}
case $BIN in /*) ;; *) BIN=$PWD/$BIN ;; esac
export BIN DARKNET="$BIN/darknet" OMP_WAIT_POLICY="${OMP_WAIT_POLICY:-passive}"

# The engine cuda runs on a simulated device, where that could be built; no level of instructions changes it.
modules=${DARKNET_MODULES:-}
if [ -e "$BIN/sim/darknet_cuda.so" ]; then
    modules=${modules:-$BIN/sim}
    export DARKNET_MODULES="$modules"
else
    echo "engine cuda: not tested: there is no simulated device (it wants NVIDIA's headers, CUDA_HOME=, and no sanitizer)"
fi

log=$(mktemp) && reports=$(mktemp -d) || exit 1
trap 'rm -rf "$log" "$log.all" "$reports"' EXIT
passed=0 failed=0 skipped=0
sanitizers='ERROR: (Address|Leak)Sanitizer|WARNING: ThreadSanitizer|runtime error:'
# What a sanitizer finds goes into files: a test may not look at what the program said.
for tool in ASAN UBSAN TSAN; do
    eval "export ${tool}_OPTIONS=\"\${${tool}_OPTIONS:-}:log_path=$reports/found\""
done

# Adds the counts of one source; a program that fails without a failed test (it crashed), or in which a sanitizer found
# something (Criterion ends well in spite of a leak), is one failure.
count() { # name rc passed failed skipped
    ok=$3 bad=$4
    found=$(find "$reports" -type f -exec cat {} + -exec rm {} +)
    [ -z "$found" ] || echo "$found" >>"$log"
    if [ $((ok + bad + $5)) -eq 0 ]; then
        bad=1
        echo "ran no test" >>"$log"
    fi
    if [ "$bad" -eq 0 ] && { [ "$2" -ne 0 ] || echo "$found" | grep -qE "$sanitizers"; }; then
        bad=1
    fi
    passed=$((passed + ok)) failed=$((failed + bad))
    [ -n "${level:-}" ] || skipped=$((skipped + $5)) # a level below lacks what it lacks
    printf '%-54s %4d passed' "$1" "$ok"
    [ "$5" -eq 0 ] || printf ', %d skipped' "$5"
    if [ "$bad" -ne 0 ]; then
        printf ', %d FAILED (exit code %d)\n' "$bad" "$2"
        sed 's/^/    /' "$log"
    else
        printf '\n'
        [ -n "${level:-}" ] || grep -E '^\[SKIP\]|^ok .* # skip' "$log" | sed 's/^/    /'
    fi
}

number() { # the number after "WORD: " in Criterion's last line
    sed 's/\x1b\[[0-9;]*m//g' "$log" | sed -n "s/.*Synthesis:.*$1: *\([0-9][0-9]*\).*/\1/p" | tail -n 1
}

run_criterion() { # source [level]
    "$BIN/${1%.c}" -j2 --color=never --verbose=1 >"$log.all" 2>&1
    rc=$?
    grep -vE '^\[(RUN |PASS)\]' "$log.all" >"$log"
    p=$(number Passing) f=$(number Failing) # crashes count as failing
    count "$1${2:+ ($2)}" $rc "${p:-0}" "${f:-0}" "$(grep -c '^\[SKIP\]' "$log")"
}

# The levels of instructions below the one in use.
lower=
if [ -z "${DARKNET_ISA:-}" ]; then
    lower=$("$DARKNET" version 2>/dev/null | sed -n 's/^instructions: [a-z0-9]*, of//p' | sed 's/ [a-z0-9]*$//')
fi

run_levels() {
    case $1 in
    tests/guard/*) export DARKNET_MODULES= ;; # of engines of the host: a card's memory is closed as it is
    esac
    run_criterion "$1"
    case $1 in
    tests/unit/test_backend_*.c | tests/layers/*.c)
        for level in $lower; do
            export DARKNET_ISA="$level" DARKNET_MODULES=
            run_criterion "$1" "$level"
        done
        unset DARKNET_ISA level
        ;;
    esac
    export DARKNET_MODULES="$modules"
}

run_bats() {
    bats ${FILTER:+-f "$FILTER"} --tap "$1" >"$log" 2>&1
    rc=$?
    s=$(grep -c '^ok .*# skip' "$log")
    count "$1" $rc $(($(grep -c '^ok ' "$log") - s)) "$(grep -c '^not ok ' "$log")" "$s"
}

run_fuzz() {
    name=$(basename "${1%.c}")
    corpus=tests/fuzz/corpus/${name#fuzz_}
    inputs=$(find "$corpus" -type f 2>/dev/null | sort)
    ok=0 bad=0 rc=0
    : >"$log"
    for input in $inputs; do
        if "$BIN/${1%.c}" "$input" >>"$log" 2>&1; then
            ok=$((ok + 1))
        else
            bad=$((bad + 1)) rc=1
            echo "failed on $input" >>"$log"
        fi
    done
    count "$1" $rc $ok $bad 0
}

for source in "$@"; do
    case $source in
    *.bats) run_bats "$source" ;;
    *)
        if [ ! -x "$BIN/${source%.c}" ]; then
            echo "was not built" >"$log"
            count "$source" 1 0 1 0
        elif [ "${source#tests/fuzz/}" != "$source" ]; then
            run_fuzz "$source"
        else
            run_levels "$source"
        fi
        ;;
    esac
done

[ $skipped -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
