#!/usr/bin/env bats
# Networks that answer NaN or infinity: an error that names the weights, never an answer, and never null in JSON.
load setup

setup() {
    enter_colours
    # 3e38 r + 3e38 g + 3e38 b is infinite for white, and softmax of infinity is none; black is answered as before
    floats -header 0 0 0 3e38 3e38 3e38 0 0 0 0 0 0 >huge.weights
    picture white.png 4 4 255 255 255
    picture black.png 4 4 0 0 0
}

names_the_weights() {
    fails_with 1 "huge.weights: the network answers "
    [[ "$output" != *null* && "$output" != *nan* && "$output" != *inf* ]]
}

@test "predict: text, JSON, and a path from stdin" {
    run --separate-stderr darknet classifier predict colours.data colours.cfg huge.weights white.png
    names_the_weights
    run --separate-stderr darknet classifier predict colours.data colours.cfg huge.weights black.png white.png -json
    names_the_weights
    [ -z "$output" ]
    run --separate-stderr darknet classifier predict colours.data colours.cfg huge.weights <<<white.png
    names_the_weights
    darknet classifier predict colours.data colours.cfg huge.weights black.png
}

@test "predict: infinity of a network without softmax" {
    sed -i '/^\[softmax\]/d' colours.cfg
    run --separate-stderr darknet classifier predict colours.data colours.cfg huge.weights white.png -json
    fails_with 1 "huge.weights: the network answers infinity for class 0"
    [ -z "$output" ]
}

@test "valid and test: one picture among good ones, which is named" {
    cp white.png valid/red/5.png
    for words in "valid" "valid -json" "valid -tta flip" "valid -out answers.csv" "test"; do
        read -r command flags <<<"$words"
        # shellcheck disable=SC2086 # no word, or two
        run --separate-stderr darknet classifier $command colours.data colours.cfg huge.weights $flags
        names_the_weights
        [[ "$stderr" == *"(valid/red/5.png)"* ]]
    done
    [ ! -e answers.csv ]
}

@test "valid: a loss that is infinite though every answer is a number" {
    sed -i 's/^\[softmax\]/[cost]\ntype=sse/' colours.cfg
    floats -header 0 0 0 1e30 0 0 0 1e30 0 0 0 1e30 >huge.weights
    run --separate-stderr darknet classifier valid colours.data colours.cfg huge.weights -json
    fails_with 1 "huge.weights: the loss is "
    [ -z "$output" ]
}

@test "weights that hold NaN or infinity are refused by name" {
    for value in nan inf; do
        floats -header 0 0 0 10 0 0 0 $value 0 0 0 10 >bad.weights
        run --separate-stderr darknet classifier predict colours.data colours.cfg bad.weights white.png
        fails_with 1 "bad.weights: offset "
    done
}

@test "training from such weights is told as diverged, and saves none of them" {
    for set in train valid; do
        cp white.png $set/red/5.png
    done
    run --separate-stderr darknet classifier train colours.data colours.cfg huge.weights
    fails_with 1 "training diverged"
    [ ! -e weights/colours_best.weights ]
}

@test "demo and predict -faces: the error of predict" {
    case $BIN in *opencv0*) skip "built without OpenCV" ;; esac
    run --separate-stderr darknet classifier demo colours.data colours.cfg huge.weights white.png -dont_show
    names_the_weights
    run --separate-stderr darknet classifier predict colours.data colours.cfg huge.weights white.png -faces -json
    names_the_weights
}
