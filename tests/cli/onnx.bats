#!/usr/bin/env bats
# export and import of ONNX: what OpenCV's dnn answers to exports of cfg/ at 96x96 and less, the same weights back, and,
# where the folder $ONNX is there (by default shared/onnx beside the checkout), models of other programs against what they
# must answer.
load setup

ONNX=${ONNX:-$ROOT/../shared/onnx}

near() { # tolerance: stdin has pairs of numbers
    awk -v most="$1" 'function abs(x) { return x < 0 ? -x : x }
        NF != 2 || abs($1 - $2) > most { bad = 1; print "differ: " $0 }
        END { exit bad || NR == 0 }'
}

# Random weights, a picture and its answers for a cfg, no larger than 96x96: case.*; sizes as set[@] and size[@].
make_case() { # cfg
    set=() keys=()
    if [ "$(awk -F= '$1 == "width" { print $2 }' "$1")" -gt 96 ]; then
        set=(-set net.width=96 -set net.height=96) keys=(width=96 height=96)
    fi
    read -ra size < <("$BIN/tests/tools/onnx_case" "$1" case "${keys[@]}")
}

dnn() { # model input channels
    [ -x "$BIN/tests/tools/dnn" ] || skip "built without OpenCV"
    "$BIN/tests/tools/dnn" "$1" "$2" "$3" "${size[1]}" "${size[2]}"
}

# The file as it is is read by OpenCV, and by us: the same weights. So is the one without preprocessing.
round_trip() { # cfg
    make_case "$1"
    darknet export "$1" case.weights case.onnx "${set[@]}"
    paste <(dnn case.onnx case.x.f32 3) case.y.txt | near 1e-4
    darknet import case.onnx "$1" back.weights "${set[@]}"
    cmp case.weights back.weights
}

@test "faces.cfg: OpenCV answers alike, and the weights come back" {
    round_trip "$ROOT/cfg/faces.cfg"
}

@test "mobilenet.cfg: OpenCV answers alike, and the weights come back" {
    round_trip "$ROOT/cfg/mobilenet.cfg"
}

@test "mobilenetv1.cfg: OpenCV answers alike, and the weights come back" {
    round_trip "$ROOT/cfg/mobilenetv1.cfg"
}

@test "mobilenetv2.cfg: OpenCV answers alike, and the weights come back" {
    round_trip "$ROOT/cfg/mobilenetv2.cfg"
}

@test "resnet18.cfg: OpenCV answers alike, and the weights come back" {
    round_trip "$ROOT/cfg/resnet18.cfg"
}

@test "yunet.cfg: OpenCV answers alike, and the weights come back" {
    round_trip "$ROOT/cfg/yunet.cfg"
}

@test "vgg-small.cfg: OpenCV answers alike, and the weights come back" {
    round_trip "$ROOT/cfg/vgg-small.cfg"
}

@test "darknet19.cfg: OpenCV answers alike, and the weights come back" {
    round_trip "$ROOT/cfg/darknet19.cfg"
}

@test "poses.cfg: OpenCV answers alike, and the weights come back" {
    round_trip "$ROOT/cfg/poses.cfg"
}

@test "masks.cfg: OpenCV answers alike, and the weights come back" {
    round_trip "$ROOT/cfg/masks.cfg"
}

@test "means of windows, activations in a row and a scaled repetition: OpenCV answers alike, and the weights come back" {
    printf '%s\n' '[net]' width=12 height=10 '[conv]' filters=4 size=3 pad=1 activation=swish '[activation]' activation=tanh \
        '[local_avgpool]' size=3 stride=2 padding=2 '[conv]' filters=3 activation=relu '[upsample]' stride=2 scale=.5 \
        '[local_avgpool]' size=2 stride=1 '[connected]' output=5 activation=linear '[softmax]' >windows.cfg
    round_trip windows.cfg
}

@test "every own cfg is tried" {
    for cfg in "$ROOT"/cfg/*.cfg; do
        grep -q "round_trip .*/$(basename "$cfg")\"$" "$BATS_TEST_FILENAME"
    done
}

@test "-fold has no normalisation left, -no_preprocess takes what the network takes: the same answers" {
    make_case "$ROOT/cfg/faces.cfg"
    darknet export "$ROOT/cfg/faces.cfg" case.weights folded.onnx -fold
    run ! grep -q BatchNormalization folded.onnx
    paste <(dnn folded.onnx case.x.f32 3) case.y.txt | near 1e-4
    darknet export "$ROOT/cfg/faces.cfg" case.weights plain.onnx -no_preprocess
    run ! grep -q preprocessing/ plain.onnx
    paste <(dnn plain.onnx case.n.f32 "${size[0]}") case.y.txt | near 1e-4
}

@test "the cfg that import writes gives the same answers as the network that was exported" {
    make_case "$ROOT/cfg/masks.cfg"
    darknet export "$ROOT/cfg/masks.cfg" case.weights case.onnx
    run --separate-stderr darknet import case.onnx -cfg made.cfg made.weights
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    grep -q "^# node .* Conv '0_convolutional/sums'\$" made.cfg
    cp made.weights again.weights
    "$BIN/tests/tools/onnx_case" made.cfg again
    cmp case.x.f32 again.x.f32
    paste again.y.txt case.y.txt | near 1e-5
}

@test "names of classes stand in the file, and must be as many as answers" {
    darknet export colours.cfg colours.weights c.onnx -names colours.names
    grep -aq "^green$" c.onnx
    printf 'a\nb\n' >two.names
    run --separate-stderr darknet export colours.cfg colours.weights d.onnx -names two.names
    fails_with 1 "two.names: has 2 names, but colours.cfg has 3 answers"
    [ ! -e d.onnx ]
}

@test "export says what the model takes and gives" {
    run --separate-stderr darknet export colours.cfg colours.weights c.onnx
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [[ "${lines[0]}" == "c.onnx: input N,3,"*", red, green and blue of 0..255" ]]
    [[ "${lines[1]}" == "answer 0: layer "*"[softmax], N,3,1,1" ]]
    run --separate-stderr darknet export colours.cfg colours.weights colours.weights
    fails_with 2 "OUT.onnx is WEIGHTS itself"
}

# ---- models of other programs ----

published() { [ -f "$ONNX/README.md" ] || skip "$ONNX is not there"; }

answers_as_it_must() { # model
    published
    run --separate-stderr darknet import "$ONNX/$1.onnx" -cfg made.cfg made.weights
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"does not say which pixel values it learnt from"* ]]
    last=$(($(grep -c '^\[' made.cfg) - 2))
    darknet network stats made.cfg made.weights -input "$ONNX/$1.x.f32" -layer $last -values | paste - "$ONNX/$1.y.txt" | near 1e-4
}

@test "mobilenet025_96 answers as it must" {
    answers_as_it_must mobilenet025_96
}

@test "mobilenet025_96_bn answers as it must" {
    answers_as_it_must mobilenet025_96_bn
}

@test "resnet_tiny_64 answers as it must" {
    answers_as_it_must resnet_tiny_64
}

@test "YuNet: twelve answers as they must be" {
    published
    darknet import "$ONNX/yunet_n320.onnx" -cfg yunet.cfg yunet.weights
    convert "$ONNX/solvay_320.png" -separate +adjoin -depth 8 gray:plane-%d.raw
    cat plane-2.raw plane-1.raw plane-0.raw | od -An -v -tu1 -w1 | xargs -n 3000 "$BIN/tests/tools/floats" >bgr.f32
    awk '/^\[/ { n++; if ($0 == "[cost]") print n - 3; }' yunet.cfg >layers
    [ "$(wc -l <layers)" -eq 12 ]
    while read -r layer; do
        darknet network stats yunet.cfg yunet.weights -input bgr.f32 -layer "$layer" -values |
            awk '{ sum += $1; squares += $1 * $1 } NR == 1 { first = $1 }
                END { printf "%d\n%.6f\n%.6f\n%.6f\n%.6f\n", NR, sum / NR, sqrt(squares / NR), first, $1 }' | paste -sd,
    done <layers | sort >got
    tail -n +2 "$ONNX/yunet.outputs.csv" | cut -d, -f2- | sort >wanted
    paste -d' ' <(tr , '\n' <got) <(tr , '\n' <wanted) | near 1e-4
}
