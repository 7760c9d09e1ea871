#!/usr/bin/env bats
# import: a small model that the tests write themselves; and, where the folder $IMAGENET is there (by default
# shared/imagenet beside the checkout), the published MobileNets against what they must answer.
load setup

IMAGENET=${IMAGENET:-$ROOT/../shared/imagenet}
tflite() { "$BIN/tests/tools/tflite" "$@"; }

# The scores of toy.cfg with these weights for some pixels, one a line.
scores() {
    local raw=raw.$BASHPID.f32 # two may run at once
    floats $(seq -1 0.01 0.88) >"$raw"
    darknet network stats toy.cfg "$1" -input "$raw" -layer 8 -values "${@:2}"
}

near() { # tolerance: stdin has pairs of numbers
    awk -v most="$1" 'function abs(x) { return x < 0 ? -x : x }
        NF != 2 || abs($1 - $2) > most { bad = 1; print "differ: " $0 }
        END { exit bad || NR == 0 }'
}

@test "import says which tensor goes where, and the network is complete" {
    tflite toy.tflite toy.cfg uint8 3 5
    run --separate-stderr darknet import toy.tflite toy.cfg toy.weights
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [[ "${lines[1]}" =~ 0\ convolutional\ +line\ 7\ .*\ 0\ CONV_2D\ +uint8\ 4x3x3x3\ \'first\',\ biases\ \'bias\' ]]
    [[ "${lines[2]}" =~ 1\ convolutional\ .*DEPTHWISE_CONV_2D\ uint8\ 1x3x3x4\ \'deep\' ]]
    [[ "${lines[5]}" =~ 7\ connected\ .*FULLY_CONNECTED\ +uint8\ 5x6\ \'head\' ]]
    [[ "$output" == *"toy.weights: layers 0..8 of 9"* ]]
    scores toy.weights | awk '{ sum += $1 } END { exit !(NR == 5 && sum > .9999 && sum < 1.0001) }'
}

@test "-calibrate changes the parameters and no answer" {
    tflite toy.tflite toy.cfg int8 3 5
    darknet import toy.tflite toy.cfg plain.weights
    run --separate-stderr darknet import toy.tflite toy.cfg live.weights -calibrate colours.data
    [ "$status" -eq 0 ]
    [[ "$output" == *"calibrated: statistics of 4 normalised layers from 9 pictures of train"* ]]
    run ! cmp -s plain.weights live.weights
    paste <(scores plain.weights) <(scores live.weights) | near 1e-5
    paste <(scores live.weights -backend ref) <(scores live.weights) | near 1e-5
}

@test "-calibrate tells which pictures it could not read" {
    tflite toy.tflite toy.cfg int8 3 5
    echo broken >train/red/broken.png
    run --separate-stderr darknet import toy.tflite toy.cfg live.weights -calibrate colours.data -set net.max_bad=20
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"left out: "*broken.png* ]]
    run --separate-stderr darknet import toy.tflite toy.cfg none.weights -calibrate colours.data -set net.max_bad=0
    fails_with 1 broken.png
    [ ! -e none.weights ]
}

@test "import into other classes leaves the classifier to training, which takes the file" {
    tflite toy.tflite toy.cfg float32 3 3
    run --separate-stderr darknet import toy.tflite toy.cfg toy.weights -calibrate colours.data
    [ "$status" -eq 0 ]
    [[ "$output" == *"left fresh: layer 7 [connected] (toy.cfg:"*"FULLY_CONNECTED 'head' (5x6) has another number of classes"* ]]
    [[ "$output" == *"toy.weights: layers 0..6 of 9"* ]]
    run --separate-stderr darknet network stats toy.cfg toy.weights
    fails_with 1 "ends before layer 7"
    run --separate-stderr darknet classifier train colours.data toy.cfg toy.weights -set net.max_epochs=1
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"toy.weights ends before layer 7 [connected]"*"start fresh"* ]]
}

@test "a grey network gets the filters summed" {
    tflite toy.tflite toy.cfg uint8 1 5
    run --separate-stderr darknet import toy.tflite toy.cfg toy.weights
    [ "$status" -eq 0 ]
    [[ "${lines[1]}" == *"summed over red, green and blue" ]]
}

@test "pixels in another range are warned of" {
    tflite toy.tflite toy.cfg uint8 3 5
    run --separate-stderr darknet import toy.tflite toy.cfg toy.weights -set net.input_mean=0
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"input_mean=0 input_scale=2, but the model wants pixels as input_mean=0.502 input_scale=2"* ]]
}

@test "a float model says nothing about pixels: a note, whatever the cfg has" {
    for kind in whole half; do
        tflite toy.tflite toy.cfg float32 3 5 $kind
        for mean in 0 .5; do
            run --separate-stderr darknet import toy.tflite toy.cfg toy.weights -set net.input_mean=$mean
            [ "$status" -eq 0 ]
            [[ "$stderr" == "toy.tflite does not say which pixel values it learnt from, and toy.cfg has "*"TF-Hub"* ]]
            [[ "$stderr" != *"the model wants"* ]]
        done
    done
}

@test "PAD before strided convolutions, activations by themselves: the weights of the same model without" {
    tflite plain.tflite toy.cfg float32 3 5
    darknet import plain.tflite toy.cfg plain.weights
    for kind in pad apart; do
        tflite $kind.tflite toy.cfg float32 3 5 $kind
        darknet import $kind.tflite toy.cfg $kind.weights
        cmp plain.weights $kind.weights
    done
    sed -i '0,/pad=same/s//pad=0/' toy.cfg
    run --separate-stderr darknet import pad.tflite toy.cfg none.weights
    fails_with 1 "operator 0 PAD pads 1,1 rows and 1,1 columns; pad=same fits that"
    [ ! -e none.weights ]
}

@test "float16 constants are read, and named so" {
    tflite half.tflite toy.cfg float32 3 5 half
    run --separate-stderr darknet import half.tflite toy.cfg half.weights
    [ "$status" -eq 0 ]
    [[ "$output" == *"CONV_2D           float16 4x3x3x3 'first', biases 'bias'"* ]]
    scores half.weights | awk '{ sum += $1 } END { exit !(NR == 5 && sum > .9999 && sum < 1.0001) }'
}

# ---- the published models ----

published() { [ -f "$IMAGENET/expected.json" ] || skip "$IMAGENET is not there"; }

# mobilenetv1.cfg, up to the layer before dropout; its features for a picture, one a line.
features() { # weights picture
    awk '/^\[dropout\]/ { exit } { print }' "$ROOT/cfg/mobilenetv1.cfg" >features.cfg
    darknet network stats features.cfg "$1" -input "$IMAGENET/$2" -layer 27 -values -set net.width=224 \
        -set net.height=224 -set net.grey=0
}

expected_features() { # weights
    for picture in cat bird grace_hopper; do
        features "$1" ${picture}_224.png >values
        [ "$(wc -l <values)" -eq 1024 ]
        jq -r --arg p ${picture}_224.png '.["mobilenet_v1_1.0_224_quant_embedding_extractor.tflite"][$p] |
            .features_first_16[], .features_mean, .features_l2' "$IMAGENET/expected.json" >wanted
        { head -n 16 values
            awk '{ sum += $1; squares += $1 * $1 } END { printf "%.9g\n%.9g\n", sum / NR, sqrt(squares) }' values
        } | paste - wanted | near 1e-3
    done
}

# The layers that mobilenetv1.cfg is scaled to, with a classifier of 1001: factor side.
scaled() {
    awk -F= -v by="$1" '/^(filters|groups)=/ { print $1 "=" $2 * by; next } { print }' "$ROOT/cfg/mobilenetv1.cfg" |
        sed "s/^output=7$/output=1001/; s/^grey=1$/grey=0/; s/^\(width\|height\)=96$/\1=$2/"
}

imagenet_data() { # names begin with their number: some of them are there twice
    awk '{ print NR - 1 " " $0 }' "$IMAGENET/imagenet_labels.txt" >imagenet.names
    printf 'classes=1001\nnames=imagenet.names\ntop=5\n' >imagenet.data
}

@test "MobileNetV1 1.0: 1024 features as they must be" {
    published
    darknet import "$IMAGENET/mobilenet_v1_1.0_224_quant_embedding_extractor.tflite" "$ROOT/cfg/mobilenetv1.cfg" v1.weights
    expected_features v1.weights
}

@test "MobileNetV1 1.0, calibrated at 96x96: the same features" {
    published
    faces=$ROOT/data/fer2013/train
    [ -d "$faces" ] || faces=train
    darknet import "$IMAGENET/mobilenet_v1_1.0_224_quant_embedding_extractor.tflite" "$ROOT/cfg/mobilenetv1.cfg" v1.weights \
        -calibrate colours.data -set data.train="$faces"
    expected_features v1.weights
}

@test "MobileNetV1 0.75: the five best as they must be" {
    published
    imagenet_data
    scaled .75 192 >v1.cfg
    darknet import "$IMAGENET/mobilenet_v1_0.75_192_quant.tflite" v1.cfg v1.weights
    for picture in cat bird grace_hopper; do
        darknet classifier predict imagenet.data v1.cfg v1.weights "$IMAGENET/${picture}_192.png" -json -t 5 |
            jq -r '.[0].predictions[] | "\(.name)\t\(.probability)"' >answers
        jq -r --arg p ${picture}_192.png '.["mobilenet_v1_0.75_192_quant.tflite"][$p].top5[] | "\(.[1]) \(.[0])\t\(.[2])"' \
            "$IMAGENET/expected.json" >wanted
        diff <(cut -f 1 answers) <(cut -f 1 wanted)
        paste <(cut -f 2 answers) <(cut -f 2 wanted) | near 1e-3
    done
}

@test "MobileNetV2 1.0: the best answer is what is to be seen" {
    published
    imagenet_data
    sed 's/^output=7$/output=1001/; s/^grey=1$/grey=0/; s/^\(width\|height\)=96$/\1=224/' "$ROOT/cfg/mobilenetv2.cfg" >v2.cfg
    darknet import "$IMAGENET/mobilenet_v2_1.0_224_quant.tflite" v2.cfg v2.weights
    for pair in "cat:286 Egyptian cat" "bird:20 chickadee" "grace_hopper:653 military uniform"; do
        best=$(darknet classifier predict imagenet.data v2.cfg v2.weights "$IMAGENET/${pair%%:*}_224.png" -json -t 1 |
            jq -r '.[0].predictions[0].name')
        [ "$best" = "${pair#*:}" ]
    done
}

@test "MobileNetV1 1.0 into the layers of 0.75: the layer, the tensor, and no file" {
    published
    scaled .75 192 >v1.cfg
    run --separate-stderr darknet import "$IMAGENET/mobilenet_v1_1.0_224_quant_embedding_extractor.tflite" v1.cfg v1.weights
    fails_with 1 "[convolutional] has 24 outputs, but $IMAGENET/mobilenet_v1_1.0_224_quant_embedding_extractor.tflite operator 0 CONV_2D"
    [ ! -e v1.weights ]
}
