#!/bin/bash
# Runs the program for MINUTES in three ways side by side, and looks whether it stays as it was:
#   trainings  killed at random moments and resumed, must end with the bits of trainings that nothing disturbed;
#   a demo     follows a stream on loopback that breaks off, stalls and comes back;
#   a predict  names PREDICTIONS pictures from stdin; equal pictures have equal answers.
# Memory and descriptors of the last two are looked at every second. They are flat when the least of the last quarter of the
# run is at most GROWTH kB, and no descriptor, above the least of the second quarter: whatever is kept for good raises the
# least, what comes and goes does not, and the first quarter is for warming up.
# A line a minute, at the end a table and "soak: ok" or "soak: failed" (exit code 1). SEED begins the random numbers; MINUTES
# are at least 3, so that every quarter sees streams that break off.
# Usage: BIN=build/dnnl1 [MINUTES=30] [SEED=N] [PREDICTIONS=20000] [GROWTH=512] scripts/soak.sh
set -u
BIN=$(cd "${BIN:?the folder with the built programs}" && pwd)
MINUTES=${MINUTES:-30} SEED=${SEED:-$(($(date +%s) % 32768))} PREDICTIONS=${PREDICTIONS:-20000} GROWTH=${GROWTH:-512}
export OMP_NUM_THREADS=1
unset DISPLAY WAYLAND_DISPLAY
parts=$(cd "$(dirname "$0")" && pwd)/soak
root=$(cd "$parts/../.." && pwd)
# shellcheck source=scripts/soak/trainings.sh
. "$parts/trainings.sh"
# shellcheck source=scripts/soak/demo.sh
. "$parts/demo.sh"
# shellcheck source=scripts/soak/predict.sh
. "$parts/predict.sh"

# ---- what the strands use; they tell what happened by lines in files ----
happened() { echo "${*:2}" >>"$1"; } # file [words]
times() { wc -l 2>/dev/null <"$1" || echo 0; }
fault() { happened faults "$*"; }
over() { [ -e over ]; }
# Sleeps a random number of milliseconds between two.
pause() {
    local ms=$(($1 + RANDOM % ($2 - $1)))
    sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
}
# The program, with the signals that the shells of a script take from it.
program() { exec env --default-signal=INT,HUP "$BIN/darknet" "$@"; }

# Waits up to a minute for a condition.
wait_for() {
    for _ in $(seq 600); do
        "$@" && return
        sleep .1
    done
    return 1
}

draw() {
    "$BIN/faces" -seed 1 -count 280 -size 24 faces >/dev/null || return
    "$BIN/faces" -seed 5 -faces 2 -seconds 4 -stay -clip 320 240 clip.avi >/dev/null || return
    ls faces/train >faces/labels.txt
    printf '%s\n' classes=7 "train=$PWD/faces/train" "valid=$PWD/faces/validation" "labels=$PWD/faces/labels.txt" \
        "names=$PWD/faces/labels.txt" backup=weights >tiny.data
    cp "$root/tests/cli/tiny.cfg" .
    (program classifier train tiny.data tiny.cfg -threads 1) >first.log 2>&1 || { cat first.log && return 1; }
}

# ---- watching ----
# A second's line of a process: kB in memory, descriptors.
look() { # strand
    read -r pid <"$1.pid" && rss=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status") &&
        [ -n "$rss" ] && set -- "$1" "/proc/$pid/fd/"* && happened "$1.looks" "$rss" $(($# - 1))
} 2>/dev/null

last() { tail -n 1 "$1.looks" 2>/dev/null | awk '{ kb = $1; fds = $2 } END { printf "%7d %4d", kb, fds }'; }

# Least kB and descriptors in the second and in the last quarter.
quarters() { # strand
    awk '{ kb[NR] = $1; fds[NR] = $2 }
        function least(a, from, to,   m) { m = a[from]; for (; from <= to; from++) if (a[from] < m) m = a[from]; return m + 0 }
        END { n = int(NR / 4)
            print least(kb, n + 1, 2 * n), least(kb, 3 * n + 1, NR), least(fds, n + 1, 2 * n), least(fds, 3 * n + 1, NR) }' "$1.looks"
}

minute() {
    printf '%6d %6d %7d %5d/%-5d %7d %6d %5d %s %9d %s\n' "$1" "$(times kills)" "$(times resumes)" "$(times equal)" "$(times rounds)" \
        "$(times demo.jsonl)" "$(times breaks)" "$(reconnects)" "$(last demo)" "$(answers)" "$(last predict)"
}

watch() {
    echo "                trainings                   demo                             predict"
    echo "minute  kills resumes  equal      frames breaks  back      kB  fds   answers      kB  fds"
    for ((at = 1; at <= MINUTES; at++)); do
        while ((SECONDS < 60 * at)); do
            look demo
            look predict
            sleep 1
        done
        minute $at
    done
}

# ---- the verdict ----
row() { printf '%-52s %16s   %s\n' "$@"; } # what, measured, wanted
least() {
    row "$1" "$2" "at least $3"
    [ "$2" -ge "$3" ] || fault "$1: $2, not $3"
}
exact() {
    row "$@"
    [ "$2" -eq "$3" ] || fault "$1: $2, not $3"
}

flat() { # strand
    read -r kb kb_last fds fds_last <<<"$(quarters "$1")"
    row "$1: least kB, second quarter and last" "$kb $kb_last" "at most $GROWTH more"
    row "$1: least descriptors, second quarter and last" "$fds $fds_last" "no more"
    [ $((kb_last - kb)) -le "$GROWTH" ] || fault "$1: memory grows, by $((kb_last - kb)) kB from the second quarter to the last"
    [ "$fds_last" -le "$fds" ] || fault "$1: descriptors are left open, $((fds_last - fds)) from the second quarter to the last"
    [ "$kb" -gt 0 ] || fault "$1: was never seen"
}

verdict() {
    echo
    row "" measured wanted
    least "trainings: kills" "$(times kills)" "$MINUTES"
    least "trainings: resumes" "$(times resumes)" 1
    exact "trainings: equal to an undisturbed one" "$(times equal)" "$(times rounds)"
    least "trainings: rounds" "$(times rounds)" 1
    least "demo: frames" "$(times demo.jsonl)" $((60 * MINUTES))
    least "demo: breaks of the stream" "$(times breaks)" "$MINUTES"
    least "demo: came back" "$(reconnects)" "$(times closed)"
    flat demo
    exact "predict: answers" "$(answers)" "$PREDICTIONS"
    exact "predict: unlike the first answer to the picture" "$(unlike)" 0
    flat predict
    if [ -s faults ]; then
        cat faults
        echo "soak: failed"
        return 1
    fi
    echo "soak: ok"
}

folder=$(mktemp -d) strands=
# shellcheck disable=SC2317 # called by trap
end() {
    for group in $strands; do
        kill -KILL -- "-$group" 2>/dev/null
    done
    rm -rf "$folder"
}
trap end EXIT
trap 'exit 130' INT TERM HUP
cd "$folder" && draw || exit 1
echo "soak: $MINUTES minutes, SEED=$SEED, $PREDICTIONS predictions"
SECONDS=0
set -m # every strand is a process group, which is ended as a whole
for strand in trainings demo predict; do
    "$strand" 2>>"faults" &
    strands="$strands $!"
done
set +m
watch
: >over
for group in $strands; do
    timeout 300 tail --pid="$group" -f /dev/null || fault "a strand does not end"
done
verdict
