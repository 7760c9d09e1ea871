#!/bin/sh
# The main job from nothing, in a few minutes: install what is missing, build, draw faces with seven expressions,
# train a small network on them, name what it sees. Run again, it keeps the drawn faces and trains anew.
set -eu
cd "$(dirname "$0")/.."
start=$(date +%s)
count=3500

say() {
    printf '\n== %s\n' "$*"
}

scripts/install_deps.sh build
say "building"
make --no-print-directory -j"$(nproc)" darknet build/dnnl1/faces

if [ -f data/faces/complete ]; then
    say "data/faces is there; \`rm -r data/faces\` draws it anew"
else
    say "drawing $count faces of 48x48 into data/faces"
    rm -rf data/faces
    build/dnnl1/faces -seed 1 -count $count -size 48 data/faces
    : >data/faces/complete
fi

say "training cfg/faces.cfg"
./darknet classifier train cfg/faces.data cfg/faces.cfg -seed 1
weights=weights/faces_best.weights

say "measuring $weights"
./darknet classifier valid cfg/faces.data cfg/faces.cfg "$weights"

say "asking it about a few pictures"
find data/faces -path '*valid*' -name '*.png' | sort | awk 'NR % 97 == 1' | head -n 4 |
    ./darknet classifier predict cfg/faces.data cfg/faces.cfg "$weights" -t 2

run=$(find results -maxdepth 1 -type d -name 'faces-[0-9]*' | sort -t- -k2 -n | tail -n 1)
accuracy=$(./darknet classifier valid cfg/faces.data cfg/faces.cfg "$weights" |
    sed -n 's/.*top 1: \([0-9.]* %\).*/\1/p')
say "done in $(($(date +%s) - start)) seconds: validation accuracy $accuracy"
echo "look at   chart.png             how it learned"
echo "          data/faces/           the pictures"
echo "          $run/  log.csv, the cfg, the chart"
echo "          $weights"
echo "try       ./darknet help"
