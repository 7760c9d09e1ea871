#!/usr/bin/env bats
# Models that cannot be imported: exit code 1, a message that names the file and what is wrong, and OUT as it was.
load setup

tflite() { "$BIN/tests/tools/tflite" "$@"; }

refused() { # text
    echo before >out.weights
    run --separate-stderr darknet import x.tflite toy.cfg out.weights
    fails_with 1 "$1"
    [[ "$stderr" == *x.tflite* ]]
    [ "$(cat out.weights)" = before ]
}

@test "a model that is missing, empty, a folder, a picture, cut short" {
    tflite toy.tflite toy.cfg uint8 3 5
    refused "cannot read 'x.tflite'"
    : >x.tflite
    refused "lies beyond the file's 0 bytes"
    cp valid/red/1.png x.tflite
    refused 'bytes 4..7 are not "TFL3"'
    head -c 2000 toy.tflite >x.tflite
    refused "lies beyond the file's 2000 bytes"
    rm x.tflite
    mkdir x.tflite
    refused "folder"
}

@test "an offset that points outside" {
    tflite x.tflite toy.cfg uint8 3 5
    printf '\377\377\377\177' | dd of=x.tflite conv=notrunc status=none
    refused "offset"
}

@test "a model of another network: the layer, the operator and the tensor" {
    tflite x.tflite toy.cfg uint8 3 5
    sed -i 's/^filters=6$/filters=8/' toy.cfg
    refused "toy.cfg:30: [conv] has 8 outputs, but x.tflite operator 4 CONV_2D ('last' 6x3x3x4) has 6"
}

@test "OUT is the model itself" {
    tflite x.tflite toy.cfg uint8 3 5
    cp x.tflite before
    ln x.tflite link
    run --separate-stderr darknet import x.tflite toy.cfg link
    fails_with 2 "OUT.weights is MODEL itself"
    cmp x.tflite before
}

@test "-calibrate without pictures: an error before OUT is written" {
    tflite x.tflite toy.cfg uint8 3 5
    run --separate-stderr darknet import x.tflite toy.cfg out.weights -calibrate nowhere.data
    fails_with 1 "nowhere.data"
    run --separate-stderr darknet import x.tflite toy.cfg out.weights -calibrate colours.data -set data.train=nowhere
    fails_with 1 "nowhere"
    run --separate-stderr darknet import x.tflite toy.cfg out.weights -calibrate
    fails_with 2 "wants a value: -calibrate DATA"
    [ ! -e out.weights ]
}
