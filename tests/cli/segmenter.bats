#!/usr/bin/env bats
# `segmenter`: a class for each pixel of drawn faces, which know what each of theirs shows.
load setup

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    "${BIN:-$BATS_TEST_DIRNAME/../../build/dnnl1}/faces" -seed 2 -count 42 -size 32 -masks faces
    printf 'classes=5\ntrain=faces/train/images\nvalid=faces/validation/images\nnames=faces/names\n' >faces.data
    cat >net.cfg <<CFG
[net]
task=segmenter
width=32
height=32
channels=3
batch=7
max_epochs=20
optimizer=adamw
learning_rate=.02
bn_momentum=.9
seed=${TEST_SEED:-1}
early_stop_metric=val_mean_iou
input_mean=.5
input_scale=4
[convolutional]
batch_normalize=1
filters=12
size=3
stride=2
pad=1
activation=relu
[upsample]
stride=2
[convolutional]
batch_normalize=1
filters=16
size=5
pad=1
activation=relu
[convolutional]
filters=5
size=1
activation=linear
[softmax]
spatial=1
CFG
}

setup() {
    set -o pipefail
    cp -r "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR/work"
    cd "$BATS_TEST_TMPDIR/work" || return 1
}

train() { run --separate-stderr darknet segmenter train faces.data net.cfg -threads 1 "$@"; }
is_grey() { # FILE: rewrites it as grey of 8 bits
    convert "$1" -define png:color-type=0 -define png:bit-depth=8 "$1"
}

@test "it learns, and masks are left with what they show" {
    train
    echo "$output $stderr"
    [ "$status" -eq 0 ]
    [ "$(head -1 results/net-1/log.csv)" = "epoch,step,rate,train_loss,train_pixel_accuracy,val_loss,val_mean_iou,val_pixel_accuracy,images_per_second,seconds,best" ]
    [ -s results/net-1/chart.png ] && [ -s results/net-1/classes.png ]
    # F1 of the last epoch follows from the IoU of the last weights: 2·IoU / (1 + IoU)
    [ "$(head -1 results/net-1/classes.csv)" = "epoch,background,skin,hair,eyes,mouth" ]
    [ "$(cut -d, -f1 results/net-1/classes.csv | tail -20 | paste -sd' ')" = "$(seq -s' ' 1 20)" ]
    darknet segmenter valid faces.data net.cfg weights/net_final.weights -json |
        jq -e --arg row "$(tail -1 results/net-1/classes.csv)" \
            '[.classes[].iou | 2 * . / (1 + .)] as $f1 | [$row | split(",")[1:][] | tonumber] | [., $f1] | transpose | all(.[0] - .[1] | fabs < 1e-4)'
    darknet segmenter valid faces.data net.cfg weights/net_best.weights -json >valid.json
    cat valid.json # skin everywhere would be .57 and .11
    jq -e '.images == 7 and .pixel_accuracy > .65 and .mean_iou > .3 and (.classes | length == 5)' valid.json
    jq -e '[.classes[].pixels] | add - 1 | fabs < 1e-6' valid.json
    picture=$(find faces/validation/images -name '*.png' | sort | head -1)
    darknet segmenter predict faces.data net.cfg weights/net_best.weights "$picture" "$picture" -out told -json >told.json
    jq -e 'length == 2 and .[0].mask != .[1].mask and ([.[0].classes[].share] | add - 1 | fabs < 1e-6)' told.json
    mask=$(jq -r '.[0].mask' told.json)
    [ "$(identify -format '%wx%h %r' "$mask")" = "32x32 PseudoClass sRGB " ] || identify "$mask"
    [ "$(identify -format '%wx%h' "$(jq -r '.[0].overlay' told.json)")" = 32x32 ]
    # Measured once more, against the masks it has just drawn, it is right everywhere.
    mkdir own
    cp "$picture" own/x.png
    cp "$mask" own/x.mask.png # which is no picture
    darknet segmenter valid faces.data net.cfg weights/net_best.weights own -json | jq -e '.pixel_accuracy == 1 and .mean_iou == 1'
}

@test "pictures of another shape are seen whole, or their middle when the cfg says so" {
    mkdir wide
    convert -size 64x20 gradient:red-blue wide/x.png
    convert -size 64x20 xc:black -colorspace gray wide/x.mask.png
    is_grey wide/x.mask.png
    train -set net.max_epochs=1
    darknet segmenter predict faces.data net.cfg weights/net_final.weights wide/x.png -out a -json | jq -e '[.[0].classes[].share] | add == 1'
    darknet segmenter predict faces.data net.cfg weights/net_final.weights wide/x.png -out a -json -set net.fit=crop |
        jq -e '[.[0].classes[].share] | add | (. > .2 and . < .4)'
    [ "$(identify -format '%wx%h' a/x.mask.png)" = 64x20 ]
    darknet segmenter valid faces.data net.cfg weights/net_final.weights wide -json | jq -e '.images == 1'
}

@test "a stopped run goes on to the same weights" {
    train -set net.max_epochs=20
    mv weights/net_final.weights whole.weights
    mv results/net-1/classes.csv whole.csv
    rm -r weights results
    "$DARKNET" segmenter train faces.data net.cfg -threads 1 -set net.max_epochs=20 >log 2>said &
    pid=$!
    wait_for grep -q '^epoch 2/' log
    kill -INT $pid
    wait $pid || true
    [ ! -e weights/net_final.weights ]
    train -set net.max_epochs=20 -resume
    [ "$status" -eq 0 ]
    cmp whole.weights weights/net_final.weights
    cmp whole.csv results/net-1/classes.csv
}

@test "a folder of masks has pictures beside it; other folders may be called so, too" {
    mkdir -p data/images data/masks own/masks
    mv faces data/masks/
    cp data/masks/faces/validation/images/* own/masks/
    for mask in data/masks/faces/validation/masks/*; do
        cp "$mask" "own/masks/$(basename "$mask" .png).mask.png"
    done
    train -set net.max_epochs=1 -set data.train=data/masks/faces/train/images -set data.valid=own/masks \
        -set data.names=data/masks/faces/names
    [ "$status" -eq 0 ]
    darknet segmenter valid faces.data net.cfg weights/net_best.weights data/masks/faces/validation \
        -set data.names=data/masks/faces/names | grep -qx "$(ls own/masks/*.mask.png | wc -l) images, 0 skipped"
}

@test "masks that do not fit are said" {
    local mask=faces/train/masks/00000.png picture=faces/train/images/00000.png
    train -set net.max_epochs=1 -set data.train=faces/train # the masks in there are no pictures
    [ "$status" -eq 0 ]
    cp $mask whole.png
    convert -size 30x32 xc:'gray(1)' $mask
    is_grey $mask
    train
    fails_with 1 "$mask: is 30x32, but its picture '$picture' is 32x32; they must be of one size"
    convert -size 32x32 xc:'gray(7)' $mask
    is_grey $mask
    train
    fails_with 1 "$mask: has class 7; there are 0..4 (classes of the .data file), and 255"
    convert -size 32x32 xc:red PNG24:$mask
    train
    fails_with 1 "$mask: is a PNG in RGB"
    head -c 60 whole.png >$mask
    train
    fails_with 1 "$mask: "
    rm $mask
    train
    fails_with 1 "'$picture' has neither $mask nor faces/train/images/00000.mask.png"
    echo $picture >one.list
    train -set data.train=one.list
    fails_with 1 "one.list:1: '$picture' has neither $mask"
}

@test "networks that do not fit are said" {
    sed '/^spatial/d' net.cfg >flat.cfg
    run --separate-stderr darknet segmenter train faces.data flat.cfg
    fails_with 1 "a network of masks ends in [softmax] with spatial=1"
    sed 's/filters=5/filters=6/' net.cfg >six.cfg
    run --separate-stderr darknet segmenter train faces.data six.cfg
    fails_with 1 "faces.data has classes=5, but the network of six.cfg answers 6 planes"
    (cat net.cfg && printf '%s\n' '[cost]' '[route]' layers=2 '[convolutional]' filters=5 size=1 '[softmax]' spatial=1) >two.cfg
    run --separate-stderr darknet segmenter train faces.data two.cfg
    fails_with 1 "[softmax] is one of 2 answers of the network; this task wants a network of one"
    run --separate-stderr darknet regressor train faces.data net.cfg
    fails_with 1 "task=segmenter: this network is for \`segmenter\` commands, not for \`regressor\`"
    run --separate-stderr darknet segmenter predict faces.data net.cfg
    [ "$status" -eq 2 ]
}
