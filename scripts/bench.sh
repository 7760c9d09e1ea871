#!/bin/sh
# Measures training, prediction, loading and starting of cfg/mobilenet.cfg: medians as a table, and results/bench.json.
# Usage: BIN=build/dnnl1 [THREADS=2] [ROUNDS=5] scripts/bench.sh [PEER]
# PEER is a script run as `/usr/bin/python3 PEER --size 96 --batch 32 --threads N` that prints a JSON object with
# train_images_per_s.median and predict_ms_per_image_*.median; the two take turns, and the ratios are printed.
set -eu
bench=${BIN:?the folder with the built programs}/tests/bench/bench
program=$BIN/darknet
threads=${THREADS:-$(nproc)}
rounds=${ROUNDS:-5}
peer=${1:-}
mkdir -p results

if [ -z "$peer" ]; then
    "$bench" -threads "$threads" -rounds "$rounds" -program "$program" -json results/bench.json
    exit
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for i in $(seq "$rounds"); do
    echo "round $i of $rounds"
    "$bench" -threads "$threads" -rounds 1 -json "$folder/ours.$i.json" >/dev/null
    /usr/bin/python3 "$peer" --size 96 --batch 32 --threads "$threads" >"$folder/peer.$i.json"
done

median() { # jq-filter file...
    filter=$1
    shift
    jq -s "[.[] | $filter] | sort | .[length / 2 | floor]" "$@"
}
row() { # name ours peers higher-is-better
    ours=$(median "$2" "$folder"/ours.*.json) theirs=$(median "$3" "$folder"/peer.*.json)
    awk -v n="$1" -v a="$ours" -v b="$theirs" -v up="$4" \
        'BEGIN { printf "%-36s %10.3f %10.3f %9.2fx\n", n, a, b, up ? a / b : b / a }'
}
printf '%-36s %10s %10s %10s\n' "medians of $rounds, $threads threads" ours peer faster
row "training 96x96 batch 32, images/s" .train_96_32.images_per_s .train_images_per_s.median 1
fastest='[to_entries[] | select(.key | startswith("predict_ms_per_image_batch1")) | .value.median] | min'
row "prediction 96x96 batch 1, ms" .predict_96_1.ms "$fastest" 0
fastest='[to_entries[] | select(.key | startswith("predict_ms_per_image_batch32")) | .value.median] | min'
row "prediction 96x96 batch 32, ms" .predict_96_32.ms "$fastest" 0
cat "$folder"/ours.*.json >"$folder/ours"
cat "$folder"/peer.*.json >"$folder/peer"
jq -n --slurpfile ours "$folder/ours" --slurpfile peer "$folder/peer" '{ours: $ours, peer: $peer}' >results/bench.json
