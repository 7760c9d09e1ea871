#!/bin/bash
# The constants of docs/scaling.md's cost model, and what ranks are to reach, on this machine: a step's computing, sums, the
# loader from a folder and from archives, checkpoints, two ranks beside two threads. Prints the load of the machine
# at each part, since nothing here is right while others work.
# Usage: BIN=build/dnnl1 [ROUNDS=3] [PARTS='compute sums loader checkpoint ranks model'] scripts/bench_scale.sh      (make bench-scale)
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
BIN=$(realpath "${BIN:?the folder with the built programs}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
export DARKNET_MODULES=$BIN OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
# shellcheck source=scripts/scale/set.sh
. "$root/scripts/scale/set.sh"
rounds=${ROUNDS:-3}

fail() { tail -n 20 log >&2 && exit 1; }
has_mpi() { command -v mpirun >/dev/null && [ -e "$BIN/darknet_mpi.so" ]; }
title() { printf '\n%s (load before: %s of %s cores)\n' "$1" "$(cut -d' ' -f1 /proc/loadavg)" "$(nproc)"; }
train() { # words before the program, --, more
    local before=()
    while [ "$1" != -- ]; do before+=("$1") && shift; done
    rm -rf results weights
    "${before[@]}" "$BIN/darknet" classifier train faces.data net.cfg -set net.early_stop_patience=0 -set net.batch=32 "${@:2}" \
        >log 2>&1 </dev/null || fail
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)], v[1], v[NR] }'; }

compute() {
    title "computing a step of 32 at 96x96, nothing loaded"
    for threads in 1 2; do
        (cd "$root" && "$BIN/tests/bench/bench" -threads $threads -rounds "$rounds" -seconds 2 -only train_96_32 -json "$folder/json") >/dev/null
        jq -r --arg n $threads '"\($n) thread(s): \(.train_96_32.images_per_s | if type == "object" then .median else . end) images/s"' json
    done
}

# A line's cost is latency + bytes · slope: from the smallest and the largest.
sums() {
    local way
    title "sums of two ranks, ms: kind, floats, median, least, most"
    has_mpi || { echo "skipped: no mpirun, or no darknet_mpi.so" && return; }
    for way in vader tcp; do
        echo "by $way"
        mpirun -n 2 --mca btl "$way,self" "$BIN/tests/scale/sums" -rounds 15 1000 10000 100000 1000000 3236039 10000000 2>log || fail
    done
}

drop() { # files: what the system holds of them in memory
    sync
    xargs -d '\n' -I{} dd if={} iflag=nocache count=0 status=none
}
speed() { awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } END { print $at["images_per_second"] }' results/net-1/log.csv; }
# An epoch from the disk, for each round, and a second epoch, with all decoded, in turns.
loader() {
    local i began
    title "training on one thread, images/s of an epoch: median, least, most"
    head -n 320 all.list >long.list
    sed 's/^train=.*/train=long.list/' faces.data >long.data
    rm -rf shards
    "$BIN/darknet" dataset pack long.data shards >packed 2>log || fail
    rm -f speed.*
    local archives
    archives=$(sed -n 's/^train *= *//p' packed)
    for i in $(seq "$rounds"); do
        train -- -threads 1 -set net.max_epochs=2 -set data.train=long.list && speed >>speed.kept
        drop <long.list
        train -- -threads 1 -set net.max_epochs=1 -set data.train=long.list -set net.cache=0 && speed >>speed.folder
        find shards -type f | drop
        train -- -threads 1 -set net.max_epochs=1 -set "data.train=$archives" -set net.cache=0 && speed >>speed.archives
    done
    for i in kept folder archives; do
        echo "$i: $(median <speed.$i)$([ $i = kept ] || echo ", $(awk 'NR == FNR { a = $1; next } { printf "%.0f", 100 * a / $1 }' <(median <speed.$i) <(median <speed.kept)) % of kept")"
    done
    head -c 256M /dev/zero | openssl enc -aes-128-ctr -K 00 -iv 00 -nosalt >large 2>/dev/null || head -c 256M /dev/urandom >large
    echo large | drop
    began=$(date +%s%N)
    cat large >/dev/null
    echo "the disk reads $((256 * 1000000000 / ($(date +%s%N) - began))) MiB/s in one piece; a picture here has $(($(xargs -d '\n' cat <long.list | wc -c) / 320)) bytes"
}

# The same steps in eight epochs and in one: the difference is seven checkpoints and validations of eight pictures.
checkpoint() {
    local i began speeds
    title "a checkpoint with a validation of 8 pictures"
    rm -f checkpoints
    for i in $(seq "$rounds"); do
        for epochs in 1 8; do
            for _ in $(seq $((8 / epochs))); do head -n 32 all.list; done >same.list
            began=$(date +%s%N)
            train -- -threads 1 -set net.max_epochs=$epochs -set data.train=same.list
            echo $((($(date +%s%N) - began) / 1000)) >"wall$epochs"
        done
        echo "$(cat wall1) $(cat wall8)" | awk '{ print ($2 - $1) / 7e6 }' >>checkpoints
    done
    speeds=$(speed)
    median <checkpoints | awk -v speed="$speeds" '{ printf "%.3f s (%.3f–%.3f), %.2f %% of an epoch of 28,709 pictures at %s images/s\n", $1, $2, $3, 100 * $1 / (28709 / speed), speed }'
}

ranks() {
    local i row
    title "batch 32, images/s: median, least, most"
    for i in $(seq "$rounds"); do
        train -- -threads 2 -set net.max_epochs=4 && of_step 32 results/net-1/log.csv >>ranks.threads
        train -- -threads 1 -ranks 2 -set net.max_epochs=4 && of_step 32 results/net-1/log.csv >>ranks.ranks
        if has_mpi; then
            train mpirun -n 2 -- -threads 1 -set net.max_epochs=4 && of_step 32 results/net-1/log.csv >>ranks.mpirun
        fi
    done
    for row in 'threads 1 rank × 2 threads' 'ranks -ranks 2 × 1 thread' 'mpirun mpirun -n 2 × 1 thread'; do
        [ -e "ranks.${row%% *}" ] || continue
        awk '{ print 32000 / $1 }' "ranks.${row%% *}" | median >now
        [ -e first ] || cp now first
        paste now first | awk -v name="${row#* }" '{ printf "%-24s %6.1f (%.1f–%.1f)  %.2f of threads\n", name, $1, $2, $3, $1 / $4 }'
    done
    echo "to reach: 1.0, better 1.1"
}

model() { printf "\nthe model: what more ranks keep of what one computes\n" && awk -v MODE=table -f "$root/scripts/scale/model.awk"; }

make_set 700
for part in ${PARTS:-compute sums loader checkpoint ranks model}; do
    "$part"
done
