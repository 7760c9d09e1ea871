#!/bin/sh
# Trains for two epochs with four loader threads and in three ranks, validates, follows faces in a film at its own pace (which is read and
# named in threads of their own) and shows one on a page, under ThreadSanitizer. Built without oneDNN, because libgomp looks racy to it; OpenCV's
# and FFmpeg's own threads are not judged. The program itself is run, because Criterion does not start under it.
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
"$bin/faces" -seed 5 -faces 2 -seconds 4 -stay -clip 320 240 clip.avi >truth.jsonl
export TSAN_OPTIONS=exitcode=66
"$bin/darknet" classifier train tiny.data "$cfg" -threads 4 -set net.max_epochs=2 -set net.loader_threads=4
"$bin/darknet" classifier train tiny.data "$cfg" -threads 1 -ranks 3 -set net.batch=12 -set net.max_epochs=2 -set net.sync_bn=1 -set data.backup=shared
"$bin/darknet" classifier valid tiny.data "$cfg" weights/tiny_last.weights -threads 4
export TSAN_OPTIONS=exitcode=66:ignore_noninstrumented_modules=1
"$bin/darknet" classifier demo tiny.data "$cfg" weights/tiny_last.weights clip.avi -threads 1 -dont_show -realtime -json log.jsonl
grep -q '"label":"' log.jsonl
"$bin/darknet" classifier demo tiny.data "$cfg" weights/tiny_last.weights clip.avi -threads 1 -dont_show -out named.avi -summary

# A page, asked for in many ways at once while the film runs.
"$bin/darknet" classifier demo tiny.data "$cfg" weights/tiny_last.weights clip.avi -threads 1 -dont_show -http 0 \
    -http_token open-sesame-7 2>err &
demo=$!
until grep -q '^http' err || ! kill -0 $demo 2>/dev/null; do sleep .1; done
url=$(sed -n 's|^\(http://[^/]*\)/.*|\1|p' err)
ask() { curl -s -m 8 -o /dev/null -H 'Authorization: Bearer open-sesame-7' "$@" || true; }
ask "$url/video" &
ask "$url/api/demo/events" &
for path in frame.jpg api/demo/now metrics healthz nothing; do ask "$url/$path"; done
for change in mirror=1 pixelate=1 paused=1 paused=0; do ask -d $change "$url/api/demo"; done
wait $demo
cat err
echo "no data race was seen"
