#!/bin/sh
# Measures training, prediction, loading and starting of MobileNetV1, on one thread and on all, beside peers that take turns
# with ours: medians of rounds as tables, everything in results/bench.json (a run is one round on so many threads).
# Usage: BIN=build/dnnl1 [THREADS=2] [ROUNDS=5] [ROW_SECONDS=2] [BUSY=1] [PEER=script] [ORT=script] [PEER_SECONDS=8] scripts/bench.sh
# BUSY=1: once more with one core kept busy by a process that is started and ended here.
# PEER is run as `/usr/bin/python3 PEER --size 96 --batch 32 --threads N --seconds S` (and with 48) and prints a JSON object with
# train_images_per_s.median and predict_ms_per_image_*.median; ORT as `node ORT [--model ORT_MODEL] --threads N --seconds S`, with
# predict_ms_batch1.median.
set -eu
bench=${BIN:?the folder with the built programs}/tests/bench/bench
threads=${THREADS:-$(nproc)}
rounds=${ROUNDS:-5}
folder=$(mktemp -d)
spinner=
calm() {
    [ -z "$spinner" ] || kill "$spinner" 2>/dev/null || :
    spinner=
}
trap 'calm; rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

peer() { # name in the JSON, command...
    name=$1
    shift
    "$bench" -busy "${spinner:-0}" -json "$folder/load" -watch "$@" >"$folder/said"
    jq --arg name "$name" --slurpfile load "$folder/load" '{($name): (. + $load[0])}' "$folder/said" >>"$folder/peers"
}

run() { # threads, 1 with a busy core
    : >"$folder/peers"
    rows=train,predict
    if [ "$2" = 1 ]; then
        sh -c 'while :; do :; done' &
        spinner=$!
        rows=train,predict_96
    fi
    "$bench" -threads "$1" -rounds 1 -seconds "${ROW_SECONDS:-2}" -busy "${spinner:-0}" -only $rows \
        -json "$folder/ours" >/dev/null
    if [ -n "${PEER:-}" ]; then
        for size in 48 96; do
            peer torch$size /usr/bin/python3 "$PEER" --size $size --batch 32 --threads "$1" --seconds "${PEER_SECONDS:-8}"
        done
    fi
    if [ -n "${ORT:-}" ]; then
        peer ort node "$ORT" ${ORT_MODEL:+--model "$ORT_MODEL"} --threads "$1" --seconds "${PEER_SECONDS:-8}"
    fi
    calm
    jq -s --argjson busy "$2" --slurpfile ours "$folder/ours" '{threads: $ours[0].threads, busy: ($busy == 1), ours: $ours[0]} + add' \
        "$folder/peers" >>"$folder/runs"
}

for i in $(seq "$rounds"); do
    echo "round $i of $rounds" >&2
    for n in $(printf '1\n%s\n' "$threads" | sort -nu); do
        run "$n" 0
        [ -z "${BUSY:-}" ] || run "$n" 1
    done
done
"$bench" -threads "$threads" -rounds "$rounds" -seconds "${ROW_SECONDS:-2}" -program "$BIN/darknet" -only loader,start \
    -json "$folder/others" |
    grep -v -e '^peak' -e ', instructions: ' >"$folder/table"
mkdir -p results
jq -n --slurpfile runs "$folder/runs" --slurpfile others "$folder/others" '{others: $others[0], runs: $runs}' >results/bench.json

scripts/bench_table.sh
echo
cat "$folder/table"
