#!/usr/bin/env bats
# The examples include darknet.h alone, and do what they say.
load setup

@test "01_predict names the class of a picture" {
    run --separate-stderr "$BIN/examples/01_predict" colours.cfg colours.weights valid/green/1.png
    [ "$status" -eq 0 ]
    [ "$output" = "class 1: 1.000" ]
}

@test "01_predict on a picture that is not there" {
    run --separate-stderr "$BIN/examples/01_predict" colours.cfg colours.weights nowhere.png
    fails_with 1 "nowhere.png"
}

@test "02_train trains" {
    run --separate-stderr "$BIN/examples/02_train" colours.data colours.cfg 2
    echo "$output $stderr"
    [ "$status" -eq 0 ]
    [ -s weights/colours_best.weights ]
}

@test "each includes darknet.h alone, in at most 60 lines" {
    for file in "$ROOT"/examples/*.c; do
        [ "$(wc -l <"$file")" -le 60 ]
        [ "$(grep -c '^#include "' "$file")" -eq 1 ]
        grep -q '^#include "darknet.h"' "$file"
    done
}
