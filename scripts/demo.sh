#!/bin/sh
# The main job from nothing, in a few minutes: install what is missing, build, draw faces with seven expressions,
# train a small network on them, name what it sees; then find, follow and name the people of a drawn film. Run again,
# it keeps what is drawn and trains anew. OPENCV=0 leaves the film out.
# Usage: [BIN=build/dnnl1] [OPENCV=0] scripts/demo.sh      (make demo)
set -eu
cd "$(dirname "$0")/.."
BIN=${BIN:-build/dnnl1}
start=$(date +%s)
count=3500

say() {
    printf '\n== %s\n' "$*"
}

draw_faces() {
    if [ -f data/faces/complete ]; then
        say "data/faces is there; \`rm -r data/faces\` draws it anew"
        return
    fi
    say "drawing $count faces of 48x48 into data/faces"
    rm -rf data/faces
    "$BIN/faces" -seed 1 -count $count -size 48 data/faces
    : >data/faces/complete
}

draw_clip() {
    if [ -f data/clip/truth.jsonl ]; then
        say "data/clip is there; \`rm -r data/clip\` draws it anew"
        return
    fi
    say "drawing a film of 20 seconds and what is true of it into data/clip"
    mkdir -p data/clip
    "$BIN/faces" -seed 1 -clip 640 480 data/clip/clip.avi >data/clip/truth.tmp
    mv data/clip/truth.tmp data/clip/truth.jsonl
}

follow_clip() {
    say "finding, following and naming the people of the film"
    ./darknet classifier demo cfg/faces.data cfg/faces.cfg "$weights" data/clip/clip.avi -dont_show \
        -out "$run/demo.mp4" -json "$run/demo.jsonl" -sheet "$run/sheet.png" -summary -set "data.results=$run"
    say "what it found, compared with the truth"
    "$BIN/tests/tools/truth" data/clip/truth.jsonl "$run/demo.jsonl"
}

scripts/install_deps.sh build
say "building"
make --no-print-directory -j"$(nproc)" darknet "$BIN/faces" "$BIN/tests/tools/truth"
draw_faces

say "training cfg/faces.cfg"
./darknet classifier train cfg/faces.data cfg/faces.cfg -seed 1
weights=weights/faces_best.weights
run=$(find results -maxdepth 1 -type d -name 'faces-[0-9]*' | sort -t- -k2 -n | tail -n 1)

say "measuring $weights"
./darknet classifier valid cfg/faces.data cfg/faces.cfg "$weights"

say "asking it about a few pictures"
find data/faces -path '*valid*' -name '*.png' | sort | awk 'NR % 97 == 1' | head -n 4 |
    ./darknet classifier predict cfg/faces.data cfg/faces.cfg "$weights" -t 2

if [ "${OPENCV:-1}" != 0 ]; then
    draw_clip
    follow_clip
fi

accuracy=$(./darknet classifier valid cfg/faces.data cfg/faces.cfg "$weights" |
    sed -n 's/.*top 1: \([0-9.]* %\).*/\1/p')
say "done in $(($(date +%s) - start)) seconds: validation accuracy $accuracy"
echo "look at   chart.png             how it learned"
echo "          data/faces/           the pictures"
echo "          $run/  log.csv, the cfg, the chart"
if [ "${OPENCV:-1}" != 0 ]; then
    echo "          data/clip/            the film, and the truth a line a frame"
    echo "          $run/  demo.mp4, demo.jsonl, sheet.png, demo-1.timeline.png"
fi
echo "          $weights"
echo "try       ./darknet help"
