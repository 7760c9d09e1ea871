#!/usr/bin/env bats
# -finder: a network of a few weights that finds what is red (or green), and every way to name none. The picture is 64x64,
# cells are 8x8, and the network looks at the first pixel of each. YuNet itself where the folder $ONNX is there (by default
# shared/onnx beside the checkout).
load setup

ONNX=${ONNX:-$ROOT/../shared/onnx}

conv() { printf '[convolutional]\nfilters=%s\nsize=1\nstride=%s\nactivation=%s\n' "$@"; }

# NAME CLASSES [KEY...]; the class scores are of red, green, and blue. Boxes are of 16 pixels around the cell's middle.
network() {
    local name=$1 classes=$2 i
    shift 2
    {
        printf '[net]\nwidth=64\nheight=64\nchannels=3\n'
        printf '%s\n' "$@"
        conv 3 8 linear
        conv "$classes" 1 logistic
        printf '[route]\nlayers=0\n'
        conv 4 1 linear
        printf '[route]\nlayers=0\n'
        conv 1 1 logistic
        printf '[yunet]\nlayers=1,3,5\n'
    } >"$name.cfg"
    {
        echo "0 0 0 1 0 0 0 1 0 0 0 1"
        for ((i = 0; i < classes; i++)); do echo -10; done
        echo "20 0 0 0 20 0 0 0 20" | cut -d' ' -f1-$((3 * classes))
        echo ".5 .5 .6931472 .6931472 0 0 0 0 0 0 0 0 0 0 0 0"
        echo "20 0 0 0"
    } | xargs "$BIN/tests/tools/floats" -header >"$name.weights"
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    make_colours . && colour_weights >colours.weights
    network red 1
    convert -size 64x64 xc:black -fill red -draw 'rectangle 24,16 31,23' red.png
}

faces() { darknet classifier predict colours.data colours.cfg colours.weights -faces -json "$@"; }
boxes() { faces "$@" | jq -c '.[].faces | map([.x, .y, .w, .h, .whole // false] | map(if type == "number" then round else . end))'; }

@test "a network finds a face; its square is where a cascade would put it" {
    # sides of 16, so a square of 16 * (1.217 + .882) / 2 = 16.8; its centre is .02 of that above 28,20
    [ "$(boxes -finder red.cfg,red.weights red.png)" = "[[20,11,17,17,false]]" ]
}

@test "boxes that reach far out of the picture, or have no end, are none" {
    for box in ".5 .5 200 200" ".5 .5 40 40" ".5 .5 -200 -200" "1e38 0 .6 .6" "-1e30 -1e30 .6 .6"; do
        echo "0 0 0 1 0 0 0 1 0 0 0 1 -10 20 0 0 $box 0 0 0 0 0 0 0 0 0 0 0 0 20 0 0 0" |
            xargs "$BIN/tests/tools/floats" -header >red.weights
        [ "$(boxes -finder red.cfg,red.weights red.png)" = "[[0,0,64,64,true]]" ] # the whole picture, no face
    done
}

@test "frames of other shapes are shrunk to the longest side and padded below, and boxes are those of the frame" {
    convert red.png -filter point -resize 400% -background black -gravity northwest -extent 256x130 wide.png
    [ "$(boxes -finder red.cfg,red.weights -detect_size 64 wide.png)" = "[[78,45,67,67,false]]" ]
    # of stills twice the cfg's side, so at half size: four cells, of which all are one face each or overlap
    [ "$(boxes -finder red.cfg,red.weights wide.png | jq 'length >= 1')" = true ]
    convert red.png -background black -gravity northwest -extent 64x41 low.png
    [ "$(boxes -finder red.cfg,red.weights low.png)" = "[[20,11,17,17,false]]" ]
}

@test "what is over each other is found once, the rest largest first, and pictures take turns" {
    convert -size 64x64 xc:black -fill red -draw 'rectangle 8,8 23,15' -draw 'rectangle 48,40 55,47' two.png
    [ "$(boxes -finder red.cfg,red.weights two.png | jq length)" = 2 ]
    convert -size 64x64 xc:black none.png
    convert -size 40x64 xc:black tall.png
    [ "$(boxes -finder red.cfg,red.weights red.png none.png tall.png red.png | tail -n 4 | jq -c '.[0][4]' | paste -sd,)" = "false,true,true,false" ]
}

@test "bgr=1: the first plane is blue" {
    network blue 1 bgr=1
    convert red.png -channel rgb -separate +channel -swap 0,2 -combine blue.png
    [ "$(boxes -finder blue.cfg,blue.weights blue.png)" = "[[20,11,17,17,false]]" ]
    [ "$(boxes -finder blue.cfg,blue.weights red.png | jq '.[0][4]')" = true ]
}

@test "of several classes the one called face is taken, in any case" {
    network both 2
    convert red.png -fill lime -draw 'rectangle 48,40 55,47' both.png
    printf 'cat\nFaCe\n' >names
    [ "$(boxes -finder both.cfg,both.weights,names both.png)" = "[[44,35,17,17,false]]" ]
    printf 'face\ncat\n' >names
    [ "$(boxes -finder both.cfg,both.weights,names both.png)" = "[[20,11,17,17,false]]" ]
}

@test "the demo finds faces with it, too" {
    darknet classifier demo colours.data colours.cfg colours.weights red.png -finder red.cfg,red.weights -dont_show -json out.json
    jq -es '.[0].faces | length == 1 and (.[0].x | round) == 20' out.json
}

refused() { # code message flag...
    local code=$1 message=$2
    shift 2
    run faces "$@" red.png
    echo "$output"
    [ "$status" -eq "$code" ]
    [[ "$output" == *"$message"* ]]
}

@test "wrong words of -finder" {
    for word in yolo "" , red.cfg, ,red.weights red.cfg,red.weights, a,b,c,d; do
        refused 2 "-finder $word: is neither haar nor CFG,WEIGHTS nor CFG,WEIGHTS,NAMES" -finder "$word"
    done
    refused 2 "-cascade is of -finder haar" -finder red.cfg,red.weights -cascade c.xml
}

@test "networks that find no faces" {
    network both 2
    refused 2 "both.cfg: finds 2 classes; which one is a face?" -finder both.cfg,both.weights
    printf 'cat\ndog\n' >names
    refused 1 "names: none of its names is \`face\`: cat, dog" -finder both.cfg,both.weights,names
    echo face >names
    refused 1 "names: has 1 names, but both.cfg finds 2 classes" -finder both.cfg,both.weights,names
    sed '/yunet/,$d' red.cfg >blind.cfg
    refused 1 "blind.cfg: finds nothing: it has no layer such as [yunet]" -finder blind.cfg,red.weights
    refused 1 "colours.cfg: its input of 1x1x3 (width, height, channels) is no picture" -finder colours.cfg,colours.weights
    sed 's/channels=3/channels=4/' red.cfg >four.cfg
    "$BIN/tests/tools/floats" -header 0 0 0 1 0 0 0 0 1 0 0 0 0 1 0 -10 20 0 0 .5 .5 1 1 0 0 0 0 0 0 0 0 0 0 0 0 20 0 0 0 >four.weights
    refused 1 "four.cfg: its input of 64x64x4 (width, height, channels) is no picture" -finder four.cfg,four.weights
}

@test "files that are not there, cut or no numbers" {
    refused 1 "gone.cfg" -finder gone.cfg,red.weights
    refused 1 "gone.weights" -finder red.cfg,gone.weights
    refused 1 "gone.names" -finder red.cfg,red.weights,gone.names
    head -c 60 red.weights >cut.weights
    refused 1 "cut.weights: " -finder red.cfg,cut.weights
    { head -c 20 red.weights; "$BIN/tests/tools/floats" nan; tail -c +25 red.weights; } >nan.weights
    refused 1 "nan.weights" -finder red.cfg,nan.weights
}

@test "get_yunet.sh: wrong use and files that are none" {
    run env DEST=out.weights DARKNET="$DARKNET" "$ROOT/scripts/get_yunet.sh"
    [ "$status" -eq 2 ]
    [[ "$output" == "Usage: scripts/get_yunet.sh FILE.onnx"* ]]
    run env DEST=out.weights DARKNET="$DARKNET" "$ROOT/scripts/get_yunet.sh" gone.onnx
    [ "$status" -eq 1 ]
    [[ "$output" == *gone.onnx* ]]
    run env DEST=out.weights DARKNET=gone "$ROOT/scripts/get_yunet.sh" gone.onnx
    [ "$status" -eq 1 ]
    [ ! -e out.weights ]
}

@test "YuNet finds the thirteen faces of a photograph, each square where its own box is" {
    [ -f "$ONNX/yunet.expected.csv" ] || skip "$ONNX is not there"
    DEST=$PWD/yunet.weights DARKNET=$DARKNET "$ROOT/scripts/get_yunet.sh" "$ONNX/yunet_n320.onnx"
    faces -finder "$ROOT/cfg/yunet.cfg,yunet.weights" -detect_size 320 "$ONNX/solvay_320.png" |
        jq -r '.[].faces[] | [.x + .w / 2, .y + .h / 2, .w] | @csv' >got
    [ "$(wc -l <got)" -eq 13 ]
    # centre and side within .15 of the square by the box, and the rounding of ours
    awk -F, 'function abs(x) { return x < 0 ? -x : x }
        NR == FNR { x[NR] = $1; y[NR] = $2; s[NR] = $3; n = NR; next }
        FNR > 1 {
            side = ($4 * 1.217 + $5 * .882) / 2; hit = 0
            for (i = 1; i <= n; i++) {
                near = abs(x[i] - $2 - $4 / 2) < .16 * side && abs(y[i] - $3 - $5 / 2 + .02 * side) < .16 * side
                hit += near && s[i] > .849 * side && s[i] < 1.151 * side
            }
            if (hit != 1) { print "row " FNR ": " hit; bad = 1 }
        }
        END { exit bad || FNR != 14 }' got "$ONNX/yunet.expected.csv"
}
