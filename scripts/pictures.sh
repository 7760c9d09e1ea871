#!/bin/sh
# Makes the pictures of README.md (docs/pictures/) with the program as it is: a frame and the timeline of the demo on a
# drawn film, and the chart of the run whose weights ship, from its log. The network is the one of `make demo`, which is
# run when its weights are not there. All is seeded; the frame is the one that shows most faces, all with the right name.
# Usage: [BIN=build/dnnl1] scripts/pictures.sh      (make pictures)
set -eu
cd "$(dirname "$0")/.."
BIN=${BIN:-build/dnnl1}
out=docs/pictures

scripts/install_deps.sh build test
[ -f weights/faces_best.weights ] || BIN=$BIN scripts/demo.sh
make --no-print-directory -j"$(nproc)" darknet "$BIN/faces"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

# A picture of at most 256 colours: a third of the bytes.
save() { # from to more-filters
    ffmpeg -nostdin -loglevel error -y -i "$1" -filter_complex \
        "$3split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=dither=none" -frames:v 1 "$2"
}

# The time of the frame that shows most faces, each close to one of the truth and named as it is; of several the one with
# most different names, then the surest.
best_time() { # log truth
    jq -n -r --slurpfile log "$1" --slurpfile truth "$2" '
        def middle: [.x + .w / 2, .y + .h / 2];
        def right(faces): . as $f | any(faces[]; .inside and .label == $f.label and
            ((middle[0] - ($f | middle[0])) | fabs) < .w / 4 and ((middle[1] - ($f | middle[1])) | fabs) < .w / 4);
        ($truth | map({key: (.frame | tostring), value: .faces}) | from_entries) as $faces |
        [$log[] | . as $frame | select(($frame.faces | length) > 0 and
            all($frame.faces[]; right($faces[$frame.frame | tostring] // [])))] |
        max_by([(.faces | length), ([.faces[].label] | unique | length), ([.faces[].probability] | min)]).time'
}

"$BIN/faces" -seed 6 -faces 4 -seconds 16 -clip 960 480 "$work/people.avi" >"$work/truth.jsonl"
./darknet classifier demo cfg/faces.data cfg/faces.cfg weights/faces_best.weights "$work/people.avi" -dont_show -threads 1 \
    -out "$work/named.avi" -json "$work/log.jsonl" -summary -set "data.results=$work"
time=$(best_time "$work/log.jsonl" "$work/truth.jsonl")
save "$work/named.avi" "$out/frame.png" "select=gte(t\\,$time-.001),"
save "$work/demo-1.timeline.png" "$out/timeline.png" ""

mkdir "$work/MobileNet on FER2013"
cp docs/emotion/log.csv docs/emotion/run.txt "$work/MobileNet on FER2013"
./darknet results "$work/MobileNet on FER2013"
save "$work/MobileNet on FER2013/chart.png" "$out/chart.png" ""

for file in frame timeline chart; do
    size=$(wc -c <"$out/$file.png")
    echo "$out/$file.png: $size bytes"
    [ "$size" -lt 200000 ] || {
        echo "$out/$file.png is too large for a README"
        exit 1
    }
done
