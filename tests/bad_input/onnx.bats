#!/usr/bin/env bats
# ONNX models that cannot be imported, and exports that cannot be made: exit code 1, a message that names the file and what
# is wrong, and OUT as it was.
load setup

refused() { # text
    echo before >out.weights
    run --separate-stderr darknet import x.onnx colours.cfg out.weights
    fails_with 1 "$1"
    [[ "$stderr" == *x.onnx* ]]
    [ "$(cat out.weights)" = before ]
}

good() { darknet export colours.cfg colours.weights "$1" >/dev/null; }

@test "a model that is missing, empty, a folder, a picture, cut short" {
    good good.onnx
    refused "cannot read 'x.onnx'"
    : >x.onnx
    refused "is no ONNX model: there is no graph in it"
    cp valid/red/1.png x.onnx
    refused "x.onnx: offset"
    head -c 200 good.onnx >x.onnx
    refused "the file is cut or broken"
    rm x.onnx
    mkdir x.onnx
    refused "folder"
}

@test "a model of another network: the layer, the node and the tensor" {
    good x.onnx
    sed -i 's/^activation=linear/activation=relu/' colours.cfg
    refused "colours.cfg:14: [connected] activation=relu, but x.onnx node 2 Gemm '0_connected' ('0_connected' 1x3) ends in linear"
}

@test "a TensorFlow-Lite model whatever it is called; one that is called so and is none" {
    "$BIN/tests/tools/tflite" x.onnx toy.cfg float32 3 5
    darknet import x.onnx toy.cfg toy.weights
    good x.tflite
    run --separate-stderr darknet import x.tflite colours.cfg out.weights
    fails_with 1 'x.tflite: is no file of this kind: bytes 4..7 are not "TFL3"'
}

@test "-cfg: what no layer does is named, and nothing is written" {
    good x.onnx
    LC_ALL=C sed -i 's/GlobalAveragePool/GlobalAveragePoop/; s/Softmax/Softmin/' x.onnx
    run --separate-stderr darknet import x.onnx -cfg made.cfg made.weights
    fails_with 1 "is not read here"
    [[ "$stderr" == "x.onnx node "* ]]
    [ ! -e made.cfg ]
    [ ! -e made.weights ]
}

@test "as many files as are wanted, each its own" {
    good x.onnx
    run --separate-stderr darknet import x.onnx out.weights
    fails_with 2 "import takes MODEL CFG OUT.weights, or MODEL -cfg OUT.cfg OUT.weights"
    run --separate-stderr darknet import x.onnx colours.cfg -cfg made.cfg out.weights
    fails_with 2 "import takes MODEL CFG OUT.weights, or MODEL -cfg OUT.cfg OUT.weights"
    run --separate-stderr darknet import x.onnx -cfg same same
    fails_with 2 "OUT.cfg is another of the files"
    run --separate-stderr darknet import x.onnx -cfg x.onnx out.weights
    fails_with 2 "OUT.cfg is another of the files"
    run --separate-stderr darknet import x.onnx colours.cfg x.onnx
    fails_with 2 "OUT.weights is MODEL itself"
}

@test "export: weights that do not fit, a layer that is not written, an input that is no picture" {
    run --separate-stderr darknet export colours.cfg colours.names out.onnx
    fails_with 1 "colours.names"
    printf '[net]\nwidth=6\nheight=6\n[conv]\nfilters=2\n[conv]\nfilters=3\n[shortcut]\nfrom=0\n' >short.cfg
    "$BIN/tests/tools/onnx_case" short.cfg short
    run --separate-stderr darknet export short.cfg short.weights out.onnx
    fails_with 1 "short.cfg:9: [shortcut] adds outputs of different shapes, which is not written as ONNX"
    printf '[net]\nwidth=6\nheight=6\nchannels=5\n[conv]\nfilters=2\n' >five.cfg
    floats -header $(seq 12) >five.weights
    run --separate-stderr darknet export five.cfg five.weights out.onnx
    fails_with 1 "takes 5 channels, which no picture has: -no_preprocess"
    [ ! -e out.onnx ]
    darknet export five.cfg five.weights out.onnx -no_preprocess
}
