#!/bin/sh
# Measures training, prediction, loading and starting of cfg/mobilenet.cfg: medians as a table, and results/bench.json.
# Usage: BIN=build/dnnl1 [THREADS=2] [ROUNDS=5] [PEER_SECONDS=8] scripts/bench.sh [PEER]
# PEER is a script run as `/usr/bin/python3 PEER --size 96 --batch 32 --threads N --seconds S` (and with 48) that prints
# a JSON object with train_images_per_s.median and predict_ms_per_image_*.median; the two take turns, and the ratios are
# printed.
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
    for part in train predict_96; do
        "$bench" -threads "$threads" -rounds 1 -only $part -json "$folder/$part.json" >/dev/null
    done
    jq -s '.[0] * .[1]' "$folder/train.json" "$folder/predict_96.json" >"$folder/ours.$i.json"
    for size in 48 96; do
        /usr/bin/python3 "$peer" --size $size --batch 32 --threads "$threads" --seconds "${PEER_SECONDS:-8}" \
            >"$folder/peer$size.$i.json"
    done
done

median() { # jq-filter file...
    filter=$1
    shift
    jq -s "[.[] | $filter] | sort | .[length / 2 | floor]" "$@"
}
row() { # name size of the peer, its filter, higher is better, our row, ours that is asked of it
    theirs=$(median "$3" "$folder/peer$2".*.json)
    for precision in f32 bf16; do
        key=$5
        [ $precision = f32 ] || key=${5}_bf16
        ours=$(median ".$key.$6 // 0" "$folder"/ours.*.json)
        awk -v n="$1 $precision" -v a="$ours" -v b="$theirs" -v up="$4" 'BEGIN {
            if (a == 0) printf "%-36s %10s %10.3f\n", n, "skipped", b
            else printf "%-36s %10.3f %10.3f %9.2fx\n", n, a, b, up ? a / b : b / a }'
    done
}
fastest() { # batch
    echo "[to_entries[] | select(.key | startswith(\"predict_ms_per_image_batch$1\")) | .value.median] | min"
}
printf '%-36s %10s %10s %10s\n' "medians of $rounds, $threads threads" ours "peer f32" faster
trained=.train_images_per_s.median
row "training 96x96 batch 32, images/s" 96 $trained 1 train_96_32 images_per_s
row "training 48x48 batch 32, images/s" 48 $trained 1 train_48_32 images_per_s
row "prediction 96x96 batch 1, ms" 96 "$(fastest 1)" 0 predict_96_1 ms
row "prediction 96x96 batch 32, ms" 96 "$(fastest 32)" 0 predict_96_32 ms
cat "$folder"/ours.*.json >"$folder/ours"
cat "$folder"/peer*.json >"$folder/peer"
jq -n --slurpfile ours "$folder/ours" --slurpfile peer "$folder/peer" '{ours: $ours, peer: $peer}' >results/bench.json
