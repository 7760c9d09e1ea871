#!/bin/sh
# Trains for two epochs with four loader threads, and validates, under ThreadSanitizer. Built without oneDNN, because
# libgomp looks racy to it; the program itself is run, because Criterion does not start under it.
# Usage: scripts/tsan.sh [MAKE]
set -eu
make=${1:-make}
build=${BUILD:-build}/dnnl0-thread
$make --no-print-directory SANITIZE=thread ONEDNN=0 "$build/darknet" "$build/faces"
case $build in /*) bin=$build ;; *) bin=$PWD/$build ;; esac
cfg=$PWD/tests/cli/tiny.cfg
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$bin/faces" -seed 1 -count 70 -size 24 faces
printf 'classes=7\ntrain=faces/train\nvalid=faces/validation\nlabels=faces/labels.txt\nnames=faces/labels.txt\nbackup=weights\n' >tiny.data
ls faces/train >faces/labels.txt
export TSAN_OPTIONS=exitcode=66
"$bin/darknet" classifier train tiny.data "$cfg" -threads 4 -set net.max_epochs=2 -set net.loader_threads=4
"$bin/darknet" classifier valid tiny.data "$cfg" weights/tiny_last.weights -threads 4
echo "no data race was seen"
