#!/usr/bin/env bats
# The program that draws the demo's data set (examples/faces).
load setup

@test "faces: the same seed draws the same pictures, another seed others" {
    "$BIN/faces" -seed 5 -count 14 -size 48 one
    "$BIN/faces" -seed 5 -count 14 -size 48 two
    "$BIN/faces" -seed 6 -count 14 -size 48 three
    diff -r one two
    ! diff -rq one three
    [ "$(find one -name '*.png' | wc -l)" -eq 14 ]
}

@test "faces: a scene tells where its faces are" {
    "$BIN/faces" -seed 5 -scene 320 240 scene.png >truth.jsonl
    [ "$(head -c 4 scene.png | tail -c 3)" = PNG ]
    [ "$(wc -l <truth.jsonl)" -ge 1 ]
    cat truth.jsonl
    jq -e '.x >= 0 and .width > 0 and .x + .width <= 320 and (.emotion | length) > 0' <truth.jsonl
}

@test "faces: wrong use and folders that cannot be made are errors" {
    run "$BIN/faces" -nonsense
    [ "$status" -eq 2 ]
    run "$BIN/faces" -count 7 /dev/null/faces
    [ "$status" -eq 1 ]
}
