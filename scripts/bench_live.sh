#!/bin/sh
# Measures the demo on drawn clips of LENGTH seconds: frames a second, and where the time goes; then that memory stays flat.
# Usage: BIN=build/dnnl1 [LENGTH=10] [ROUNDS=3] [THREADS=N] [MINUTES=10] [TTA=none] [FINDER=CFG,WEIGHTS] scripts/bench_live.sh
# Without THREADS, as the demo does without -threads: on all cores.
set -eu
bin=${BIN:?the folder with the built programs}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for size in 640x480 1280x720; do
    for faces in 1 4; do
        # shellcheck disable=SC2086 # two words
        "$bin/faces" -seed 5 -faces $faces -seconds "${LENGTH:-10}" -stay -clip ${size%x*} ${size#*x} "$folder/$size-$faces.avi" >/dev/null
    done
done
mkdir -p results
"$bin/tests/bench_live/bench_live" "$folder" -threads "${THREADS:-0}" -rounds "${ROUNDS:-3}" -minutes "${MINUTES:-10}" -tta "${TTA:-none}" ${FINDER:+-finder "$FINDER"} -json results/bench_live.json
