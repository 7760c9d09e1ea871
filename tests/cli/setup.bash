# Shared by the bats files: where the programs are, and a data set of colours whose answers can be worked out by
# hand (see colours.cfg). The red picture in valid/green is on purpose.
bats_require_minimum_version 1.5.0

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
BIN=${BIN:-$ROOT/build/dnnl1}
DARKNET=${DARKNET:-$BIN/darknet}
export OMP_NUM_THREADS=1
SEED=${TEST_SEED:-1} # of trainings whose outcome is looked at: it must hold for every seed (`make test-seeds`)

picture() { "$BIN/tests/tools/picture" "$@"; }
floats() { "$BIN/tests/tools/floats" "$@"; }
darknet() { "$DARKNET" "$@"; }

colour_weights() {
    floats -header 0 0 0 10 0 0 0 10 0 0 0 10
}

make_colours() { # folder
    mkdir -p "$1"
    cp "$ROOT/tests/cli/colours.cfg" "$1/"
    (
        cd "$1" || exit 1
        for set in train valid; do
            mkdir -p $set/red $set/green $set/blue
            for i in 1 2 3 4; do
                picture $set/red/$i.png 3 5 255 0 0
            done
            for i in 1 2 3; do
                picture $set/green/$i.png 4 4 0 255 0
            done
            for i in 1 2; do
                picture $set/blue/$i.png 9 2 0 0 255
            done
        done
        picture valid/green/odd.png 4 4 255 0 0
        printf 'red\ngreen\nblue\n' >colours.names
        printf 'classes=3\ntrain=train\nvalid=valid\ntest=valid\nnames=colours.names\nbackup=weights\nresults=results\ntop=2\n' \
            >colours.data
        colour_weights >colours.weights
    )
}

enter_colours() {
    set -o pipefail
    make_colours "$BATS_TEST_TMPDIR/colours"
    cd "$BATS_TEST_TMPDIR/colours" || return 1
}
setup() { enter_colours; }

# What a failed test leaves running would keep bats waiting.
teardown() { [ -z "${pid:-}" ] || kill -KILL "$pid" 2>/dev/null || true; }

# Waits up to a minute for a command to succeed.
wait_for() {
    for _ in $(seq 1200); do
        if "$@" >/dev/null 2>&1; then
            return 0
        fi
        sleep .05
    done
    echo "waited in vain for: $*"
    return 1
}

has_lines() { # file least
    [ "$(wc -l <"$1")" -ge "$2" ]
}

has_epochs() { # log of a training, least
    [ "$(grep -c '^epoch .*validation' "$1")" -ge "$2" ]
}

has_gone() { ! kill -0 "$1"; }

# Waits for the program in the background ($pid) to end by itself; one that does not fails.
ends_with() { # exit code
    wait_for has_gone "$pid" || kill -KILL "$pid"
    rc=0
    wait "$pid" || rc=$?
    [ "$rc" -eq "$1" ]
}

is_sanitised() { ldd "$DARKNET" | grep -q -e libasan -e libtsan; }

# Without the limit under a sanitizer, which wants an address space of its own.
limited() { # kilobytes of address space, command...
    local kilobytes=$1
    shift
    is_sanitised || ulimit -v "$kilobytes"
    timeout -s KILL 60 "$@"
}

# The last `run` must have failed with this exit code and said this on stderr, and nothing that looks like a crash.
fails_with() { # code text
    echo "exit code $status, wanted $1; stdout: $output"
    echo "stderr: $stderr"
    [ "$status" -eq "$1" ]
    [[ "$stderr" == *"$2"* ]]
}
