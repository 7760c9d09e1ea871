#!/usr/bin/env bats
# The whole of it: faces are drawn, a network learns them, and the demo finds, follows and names the people of a film. Its
# log is held against what is true of the film.
load demo_setup

setup_file() { :; } # its film is its own

@test "demo: 95 % of faces found, 90 % named right, every id kept through its visit" {
    need_opencv
    mkdir -p data weights results cfg
    cp "$ROOT/data/emotion.names" data/
    "$BIN/faces" -seed 1 -count 2800 -size 48 data/faces
    darknet classifier train "$ROOT/cfg/faces.data" "$ROOT/cfg/faces.cfg" -seed 1 -threads 1 \
        -set net.batch=32 -set net.max_epochs=16 >train.log
    "$BIN/faces" -seed 1 -seconds 12 -fps 12 -clip 640 480 clip.avi >truth.jsonl
    darknet classifier demo "$ROOT/cfg/faces.data" "$ROOT/cfg/faces.cfg" weights/faces_best.weights clip.avi \
        -dont_show -threads 1 -json log.jsonl -sheet sheet.png -summary
    "$BIN/tests/tools/truth" truth.jsonl log.jsonl -found 95 -right 90 -kept
    [ "$(head -c 4 sheet.png | tail -c 3)" = PNG ]
    [ "$(head -c 4 results/demo-1.timeline.png | tail -c 3)" = PNG ]
}
