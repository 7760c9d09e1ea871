#!/usr/bin/env bats
# `regressor`: numbers of pictures. Here they are the colours of plain pictures, which one layer can learn.
load setup

colours() { printf '%s\n' '255 0 0' '0 255 0' '0 0 255' '255 255 0' '0 255 255' '255 0 255' '40 90 200' '200 40 90' \
    '90 200 40' '0 0 0' '255 255 255' '120 130 60'; }

# set/images/N.png with set/labels/N.txt; set/beside the same pictures with their files beside them; set.list with the
# values behind the paths. The values are red and green, in shares, and half of blue.
setup() {
    set -o pipefail
    cd "$BATS_TEST_TMPDIR" || return 1
    mkdir -p set/images set/labels beside
    local n=10
    while read -r r g b; do
        n=$((n + 1))
        picture set/images/$n.png 4 4 "$r" "$g" "$b"
        awk "BEGIN { print $r / 255, $g / 255, $b / 510 }" >set/labels/$n.txt
        cp set/images/$n.png set/labels/$n.txt beside/
        echo "set/images/$n.png $(cat set/labels/$n.txt)" >>set.list
    done < <(colours)
    printf 'red\ngreen\nhalf of blue\n' >values.names
    for source in set/images beside set.list; do
        printf 'outputs=3\ntrain=%s\nvalid=%s\nnames=values.names\n' $source $source >"$(basename $source .list).data"
    done
    cat >net.cfg <<'CFG'
[net]
task=regressor
width=4
height=4
channels=3
batch=6
max_epochs=150
learning_rate=.05
momentum=.9
decay=0
seed=3
early_stop_metric=val_mae
[avgpool]
[connected]
output=3
activation=linear
[cost]
CFG
}

train() { run --separate-stderr darknet regressor train "${1:-images}.data" net.cfg -threads 1 "${@:2}"; }
last() { # column of log.csv
    awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } END { print $at[name] }' results/net-1/log.csv
}

@test "it learns, and the figures say so everywhere" {
    train
    echo "$output $stderr"
    [ "$status" -eq 0 ]
    [[ "$output" == *"epoch 150/150  loss "*"  MAE "*"  validation loss "* ]]
    [ "$(head -1 results/net-1/log.csv)" = "epoch,step,rate,train_loss,train_mae,train_rmse,val_loss,val_mae,val_rmse,val_r2,images_per_second,seconds,best" ]
    awk "BEGIN { exit !($(last val_mae) < .02 && $(last val_r2) > .99 && $(last train_mae) < .05) }"
    grep -qx task=regressor results/net-1/run.txt
    [ -s results/net-1/chart.png ]
    [ -s results/net-1/report.html ]
    [ "$(head -1 results/net-1/values.csv)" = "path,truth of red,truth of green,truth of half of blue,answer for red,answer for green,answer for half of blue" ]
    [ "$(wc -l <results/net-1/values.csv)" -eq 13 ]
    darknet regressor valid images.data net.cfg weights/net_best.weights -json >valid.json
    jq -e '.images == 12 and .mae < .02 and .r2 > .99 and (.values | length == 3) and .values[2].name == "half of blue"
        and .values[0].rmse < .05' valid.json
    darknet regressor valid images.data net.cfg weights/net_best.weights >valid.txt
    grep -qE '^half of blue +0\.' valid.txt
    darknet regressor predict images.data net.cfg weights/net_best.weights set/images/11.png -json |
        jq -e '.[0].values | .[0].name == "red" and (.[0].value - 1 | fabs) < .05 and (.[2].value | fabs) < .05'
    run --separate-stderr darknet results results/net-1
    [ "$status" -eq 0 ]
    [ "$output" = results/net-1/report.html ]
    [ -z "$stderr" ]
}

@test "without a [cost] it measures alike" {
    train images -set net.max_epochs=3
    grep -vx '\[cost\]' net.cfg >bare.cfg
    darknet regressor valid images.data net.cfg weights/net_final.weights -json >net.json
    darknet regressor valid images.data bare.cfg weights/net_final.weights -json >bare.json
    jq -es '.[0].values == .[1].values and .[0].mae == .[1].mae' net.json bare.json
}

@test "numbers may be divided among several heads" {
    sed -i 's/output=3/output=1/' net.cfg
    printf '%s\n' '[route]' layers=0 '[connected]' output=2 activation=linear '[cost]' >>net.cfg
    train
    echo "$output $stderr"
    [ "$status" -eq 0 ]
    awk "BEGIN { exit !($(last val_mae) < .02 && $(last val_r2) > .99 && $(last train_mae) < .05) }"
}

@test "labels/x.txt, x.txt beside the picture and words of a list are the same truth" {
    local sums=
    for source in images beside set; do
        train $source -set net.max_epochs=3
        [ "$status" -eq 0 ]
        sums="$sums $(sha256sum <weights/net_final.weights)"
    done
    [ "$(tr ' ' '\n' <<<"$sums" | grep -c '[0-9a-f]')" -eq 3 ]
    [ "$(tr ' ' '\n' <<<"$sums" | grep '[0-9a-f]' | sort -u | wc -l)" -eq 1 ]
}

@test "a stopped run goes on to the same weights, but not with other numbers" {
    train images -set net.max_epochs=60
    mv weights/net_final.weights whole.weights
    rm -r weights
    "$DARKNET" regressor train images.data net.cfg -threads 1 -set net.max_epochs=60 >log 2>said &
    pid=$!
    wait_for grep -q "^epoch 3/" log
    kill -INT $pid
    wait $pid || true
    [ ! -e weights/net_final.weights ]
    cp -r weights stopped
    train images -set net.max_epochs=60 -resume
    [ "$status" -eq 0 ]
    cmp whole.weights weights/net_final.weights
    rm -r weights
    mv stopped weights
    echo "9 9 9" >set/labels/14.txt
    train images -set net.max_epochs=60 -resume
    fails_with 1 "the training pictures are not those of the run"
}

@test "mirrored pictures: values change their sign, or it is told that they stay" {
    train images -set net.max_epochs=1 -set net.flip=1
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"flip=1 without flip_values: the values stay as they are in pictures that are mirrored"* ]]
    train images -set net.max_epochs=1 -set net.flip=1 -set net.flip_values=1,-1,1
    [ "$status" -eq 0 ]
    [[ "$stderr" != *"stay as they are"* ]]
    train images -set net.max_epochs=1
    [[ "$stderr" != *"stay as they are"* ]]
    train images -set net.flip_values=1,-1
    fails_with 1 "2 flip_values for outputs=3"
    train images -set net.flip_values=1,0,1
    fails_with 1 "0 is neither"
}

@test "what does not fit is said" {
    echo ".5 .5" >set/labels/14.txt
    train
    fails_with 1 "set/labels/14.txt:1: has 2 numbers; 3 are wanted"
    printf '.5 .5\nx\n' >set/labels/14.txt
    train
    fails_with 1 "set/labels/14.txt:2: 'x' is no number"
    rm set/labels/14.txt
    train
    fails_with 1 "'set/images/14.png' has neither set/labels/14.txt nor set/images/14.txt"
    echo "set/images/14.png .5 .5" >set.list
    train set
    fails_with 1 "set.list:1: no 3 numbers stand behind the path"
    echo ".5 .5 .5" >set.list
    train set
    fails_with 1 "set.list:1: has 3 numbers, but no path before them"
    train beside -set data.outputs=2 -set data.names=
    [ "$status" -eq 1 ]
    train beside -set net.early_stop_metric=val_accuracy
    fails_with 1 "early_stop_metric=val_accuracy is nothing that a regressor measures; there are val_loss, val_mae, val_rmse, val_r2"
    sed 's/\[cost\]/[softmax]/' net.cfg >soft.cfg
    run --separate-stderr darknet regressor train beside.data soft.cfg
    fails_with 1 "soft.cfg:17: [softmax] has the loss of classes; a network of numbers ends in [cost]"
    sed 's/output=3/output=4/' net.cfg >four.cfg
    run --separate-stderr darknet regressor train beside.data four.cfg
    fails_with 1 "beside.data has outputs=3, but the network of four.cfg has 4 outputs"
}

@test "tasks are not mistaken for each other" {
    run --separate-stderr darknet classifier train beside.data net.cfg
    fails_with 1 "task=regressor: this network is for \`regressor\` commands, not for \`classifier\`"
    sed -i '/^task=/d; /^early_stop_metric/d' net.cfg
    run --separate-stderr darknet classifier train beside.data net.cfg
    fails_with 1 "numbers for a \`regressor\`; classes are wanted here"
    train beside -set net.max_epochs=1 -set net.class_weights=auto
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"class_weights does nothing for a regressor: it is a key of a classifier"* ]]
    train beside -set net.task=regresor
    fails_with 1 "task=regresor is unknown; there is regressor, which may be meant"
    run --separate-stderr darknet regresor train beside.data net.cfg
    fails_with 2 "did you mean 'regressor'"
}
