#!/usr/bin/env bats
# What other Darknets answer with confidence or a crash: every one is an error with exit code 1 that names the file,
# and nothing is written over.
load setup

ask() { run --separate-stderr darknet classifier predict colours.data colours.cfg "$1" valid/red/1.png; }

# The weights x.weights must be refused with this text, by predict and by valid.
refused() {
    ask x.weights
    fails_with 1 "$1"
    [[ "$stderr" == *x.weights* ]]
    [[ "$output" != *"0."* ]]
    run --separate-stderr darknet classifier valid colours.data colours.cfg x.weights
    fails_with 1 "$1"
}

@test "weights: missing" { refused ""; }
@test "weights: empty" { : >x.weights && refused ""; }
@test "weights: 7 bytes" { printf 1234567 >x.weights && refused ""; }
@test "weights: header alone" { floats -header >x.weights && refused "ends after 0 of 12"; }
@test "weights: a folder" { mkdir x.weights && refused ""; }
@test "weights: cut within a layer" { head -c 40 colours.weights >x.weights && refused "ends after 5 of 12"; }
@test "weights: cut within a number" { head -c 66 colours.weights >x.weights && refused "the file is cut"; }
@test "weights: longer than the network" { (cat colours.weights; floats 1) >x.weights && refused ""; }
@test "weights: of a much larger network" { (cat colours.weights; head -c 4000 /dev/zero) >x.weights && refused ""; }
@test "weights: random bytes" { head -c 68 /dev/urandom >x.weights && refused ""; }
@test "weights: text" { head -c 68 "$ROOT/Makefile" >x.weights && refused ""; }
@test "weights: NaN within" { floats -header 0 0 0 10 0 0 0 nan 0 0 0 10 >x.weights && refused ""; }
@test "weights: infinity within" { floats -header 0 0 0 10 0 0 0 -inf 0 0 0 10 >x.weights && refused ""; }
@test "weights: negative variance" {
    cp "$ROOT/tests/cli/tiny.cfg" .
    floats -header $(yes 0.5 | head -n 24) -1 $(yes 0.5 | head -n $((7 + 216 + 7 + 56))) >x.weights
    run --separate-stderr darknet network stats tiny.cfg x.weights
    fails_with 1 "variance"
}
@test "weights that end early do not pass as complete" {
    cp "$ROOT/tests/cli/tiny.cfg" .
    floats -header $(yes 0.5 | head -n $((8 * 4 + 216))) >x.weights
    run --separate-stderr darknet network stats tiny.cfg x.weights
    fails_with 1 "ends before layer"
}

@test "names: missing" { rm colours.names && ask colours.weights && fails_with 1 "colours.names"; }
@test "names: empty" { : >colours.names && ask colours.weights && fails_with 1 "colours.names"; }
@test "names: fewer than classes" { printf 'red\ngreen\n' >colours.names && ask colours.weights && fails_with 1 "colours.names"; }
@test "names: an empty line in the middle" {
    printf 'red\n\nblue\n' >colours.names && ask colours.weights && fails_with 1 "colours.names"
}
@test "names: one twice" { printf 'red\nred\nblue\n' >colours.names && ask colours.weights && fails_with 1 "red"; }
@test "names: spaces and CR at line ends do not matter" {
    printf 'red  \r\ngreen\t\r\nblue \r\n' >colours.names
    darknet classifier valid colours.data colours.cfg colours.weights -json | jq -e '.images == 10 and .top1 == 0.9'
}
@test "classes other than the network's outputs" {
    printf 'red\ngreen\nblue\ngrey\n' >colours.names
    sed -i 's/classes=3/classes=4/' colours.data
    ask colours.weights
    fails_with 1 "3 outputs"
    run --separate-stderr darknet classifier valid colours.data colours.cfg colours.weights
    fails_with 1 "3 outputs"
    run --separate-stderr darknet classifier train colours.data colours.cfg
    fails_with 1 "colours.cfg"
}
@test "a classifier of several answers" {
    printf '[cost]\n[route]\nlayers=0\n[avgpool]\n[connected]\noutput=3\n[softmax]\n' >>colours.cfg
    run --separate-stderr darknet classifier train colours.data colours.cfg
    fails_with 1 "[softmax] is one of 2 answers of the network; this task wants a network of one"
}

unreadable() { # a picture that predict must refuse
    run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights "$1"
    fails_with 1 "$1"
    [ -z "$output" ]
    [ ! -e bad.list ]
}
@test "picture: missing" { unreadable nowhere.png; }
@test "picture: empty" { : >x.png && unreadable x.png; }
@test "picture: random bytes" { head -c 500 /dev/urandom >x.png && unreadable x.png; }
@test "picture: text" { cp colours.cfg x.jpg && unreadable x.jpg; }
@test "picture: an empty folder" { mkdir x.png && unreadable x.png; }
@test "picture: a PNG cut short" { picture y.png 40 40 9 200 9 && head -c 60 y.png >x.png && unreadable x.png; }
@test "picture: a JPEG cut short" { picture y.jpg 64 64 9 200 9 && head -c 500 y.jpg >x.jpg && unreadable x.jpg; }
@test "picture: a PNG of 0 x 0" {
    printf '\211PNG\r\n\032\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0\010\2\0\0\0\104\104\104\104' >x.png
    unreadable x.png
}
@test "picture: a path longer than 256 characters works" {
    long=$(printf 'd%.0s' $(seq 120))
    mkdir -p "$long/$long/$long"
    cp valid/red/1.png "$long/$long/$long/red.png"
    run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights "$long/$long/$long/red.png"
    [ "$status" -eq 0 ]
    [[ "$output" == *"red: 0.999909"* ]]
}

train() { run --separate-stderr darknet classifier train colours.data colours.cfg "$@"; }

# Training must fail before it leaves anything.
no_training() {
    fails_with 1 "$1"
    [ ! -e weights/colours_final.weights ]
}
@test "list: empty" { : >list && train -set data.train=list && no_training "list"; }
@test "list: blank lines" { printf '\n\n \n' >list && train -set data.train=list && no_training "list"; }
@test "list: missing" { train -set data.train=list && no_training "list"; }
@test "list: a folder without pictures" { mkdir list && train -set data.train=list && no_training "list"; }
@test "list: blank lines between paths are passed over" {
    printf '\nvalid/red/1.png\r\n\n  \nvalid/blue/1.png\n' >list
    darknet classifier valid colours.data colours.cfg colours.weights list -json | jq -e '.images == 2 and .top1 == 1'
}
@test "list: names pictures that are not there" {
    printf 'red/nowhere.png\nred/nowhere2.png\n' >list
    train -set data.train=list
    no_training ""
}
@test "valid list: empty" {
    : >list
    run --separate-stderr darknet classifier valid colours.data colours.cfg colours.weights list
    fails_with 1 "list"
}
@test "labels: a picture that none fits is counted and named" {
    mkdir -p train/purple && cp valid/red/1.png train/purple/p.png
    train
    no_training "purple/p.png"
}
@test "labels: the folder nearest to the file decides" {
    mkdir -p red_or_green/red && cp valid/red/1.png red_or_green/red/green.png
    darknet classifier valid colours.data colours.cfg colours.weights red_or_green -json |
        jq -e '.images == 1 and .top1 == 1'
}
@test ".data: missing, a folder, an unknown key" {
    run --separate-stderr darknet classifier train nowhere.data colours.cfg
    fails_with 1 "nowhere.data"
    run --separate-stderr darknet classifier train valid colours.cfg
    fails_with 1 "valid"
    echo 'trian=x' >>colours.data
    train
    fails_with 1 "did you mean 'train'"
}
@test ".data: a path with a space" {
    mv train 'my train'
    sed -i 's/^train=.*/train=my train/' colours.data
    train
    [ "$status" -eq 0 ]
}
@test "a network of which no layer can learn" {
    sed -i 's/^activation=linear/activation=linear\nstopbackward=1/' colours.cfg
    train
    no_training "no layer of the network can learn"
}
@test "a byte-order mark before names, lists and exclusions is no part of them" {
    mark=$'\xEF\xBB\xBF'
    printf '%sred\ngreen\nblue\n' "$mark" >colours.names
    for set in train valid; do
        printf '%s' "$mark" >list.$set
        find $set -name '*.png' | sort >>list.$set
        sed -i "s/^$set=.*/$set=list.$set/" colours.data
    done
    darknet classifier valid colours.data colours.cfg colours.weights -json | jq -e '.images == 10 and .top1 == 0.9'
    darknet classifier predict colours.data colours.cfg colours.weights valid/red/1.png -json |
        jq -e '.. | objects | select(.name? == "red")'
    printf '%s%s\n' "$mark" valid/green/odd.png >out
    darknet classifier valid colours.data colours.cfg colours.weights -exclude out -json | jq -e '.images == 9'
}
@test "lists, names, .data, cfg, exclusions and stdin in UTF-16, as PowerShell writes them" {
    utf16() { (printf '\377\376' && sed 's/$/\r/' "$1" | iconv -f UTF-8 -t UTF-16LE) >"$1.new" && mv "$1.new" "$1"; }
    for set in train valid; do
        find $set -name '*.png' | sort >list.$set
        utf16 list.$set
        sed -i "s/^$set=.*/$set=list.$set/" colours.data
    done
    utf16 colours.data
    utf16 colours.names
    utf16 colours.cfg
    echo valid/green/odd.png >out
    utf16 out
    darknet classifier valid colours.data colours.cfg colours.weights -exclude out -json | jq -e '.images == 9 and .top1 == 1'
    train
    [ "$status" -eq 0 ]
    darknet results results/colours-1
    printf 'valid/red/1.png\nvalid/green/1.png' >paths
    utf16 paths
    darknet classifier predict colours.data colours.cfg colours.weights -json <paths | jq -e 'length == 2'
    tr -d '\377\376' <list.train >list.bare
    train -set data.train=list.bare
    fails_with 1 "list.bare: holds 0 bytes and looks like UTF-16LE without its mark; save it as UTF-8"
    printf 'valid/red/1.png\0' >zero
    run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights <zero
    fails_with 1 "stdin: holds a 0 byte"
    run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights <train
    fails_with 1 "cannot read stdin: Is a directory"
}
@test "a class without a picture is told before the first step; an error with -strict" {
    rm train/blue/* valid/green/*
    train
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"warning: train: train has no picture that can be read of 1 of the 3 classes: blue;"* ]]
    [[ "$stderr" == *"warning: valid: valid has no picture that can be read of 1 of the 3 classes: green;"* ]]
    rm -r weights results
    train -strict
    no_training "classes: blue; what has none cannot be learned (an error because of -strict)"
    [ ! -e results ]
    picture train/blue/1.png 9 2 0 0 255
    train -strict
    no_training "classes: green; how well that is known is not measured (an error because of -strict)"
    picture valid/green/1.png 9 2 0 255 0
    train -strict
    [ "$status" -eq 0 ]
    [[ "$stderr" != *warning* ]]
}
@test "more names than classes: the first count, and it says so" {
    printf 'grey\nwhite\n' >>colours.names
    run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights valid/red/1.png
    [ "$status" -eq 0 ]
    [[ "$output" == *"red: 0.999909"* ]]
    [[ "$stderr" == *"colours.data: colours.names has 5 lines; the first 3 count (classes=3)"* ]]
    train
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"the first 3 count"* ]]
}
@test "a link to nowhere among the pictures is skipped, counted, listed" {
    for i in $(seq 100); do cp train/red/1.png "train/red/c$i.png"; done
    ln -s nowhere.png train/red/gone.png
    train -set net.max_epochs=1
    [ "$status" -eq 0 ]
    grep -q 'train/red/gone.png' results/colours-1/skipped.txt
    run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights train/red/gone.png
    fails_with 1 "it is a link to 'nowhere.png', which is not there"
}
@test "class_weights=auto without a picture of a class" {
    rm train/blue/*
    train -set net.class_weights=auto
    no_training "class 2 (blue)"
}
@test "mixup and cutmix with one picture, or one that can be read" {
    echo train/red/1.png >list
    for key in mixup cutmix; do
        train -set data.train=list -set net.$key=1
        no_training "need a second picture"
    done
    : >empty.png
    mkdir -p train/red && cp empty.png train/red/empty.png
    echo train/red/empty.png >>list
    train -set data.train=list -set net.mixup=1 -set net.mixup_probability=1 -set net.max_bad=60
    no_training "only one of 2 can be read"
}
@test "backup: cannot be made; nothing is trained" {
    : >blocked
    train -set data.backup=blocked/weights
    no_training "blocked"
    [[ "$output" != *"epoch 1/"*"loss"* ]]
}
@test "backup: missing folders are made" {
    train -set data.backup=new/folder
    [ "$status" -eq 0 ]
    [ -s new/folder/colours_final.weights ]
}
@test "a network or batch beyond -max_memory" {
    train -max_memory 100
    no_training "memory"
}
@test "training skips an unreadable picture, counts it, lists it" {
    for i in $(seq 100); do cp train/red/1.png "train/red/c$i.png"; done
    : >train/red/c7.png
    train -set net.max_epochs=1
    echo "$output $stderr"
    [ "$status" -eq 0 ]
    grep -q 'train/red/c7.png' results/colours-1/skipped.txt
}
@test "training with more than max_bad unreadable pictures is an error" {
    : >train/red/1.png
    train
    no_training "max_bad"
}
@test "when FER2013 is not there, the message says how to get it" {
    cp "$ROOT/cfg/emotion.data" . && mkdir -p cfg data && cp "$ROOT"/data/*.names data/ 2>/dev/null || true
    run --separate-stderr darknet classifier train emotion.data "$ROOT/cfg/mobilenet.cfg"
    fails_with 1 "scripts/get_fer2013.sh"
    [[ "$stderr" == *"make demo"* ]]
}
@test "dataset fer2013: a file that is not its CSV" {
    printf 'a,b\n1,2\n' >x.csv
    run --separate-stderr darknet dataset fer2013 x.csv out
    fails_with 1 "x.csv"
}
@test "classifier train without a cfg" {
    run --separate-stderr darknet classifier train colours.data
    fails_with 2 "CFG"
}

@test "-resume: without a state, with a cut, foreign or newer one, with another cfg" {
    run --separate-stderr darknet classifier train colours.data colours.cfg -resume
    fails_with 1 "weights/colours_last.weights.state"
    darknet classifier train colours.data colours.cfg >/dev/null
    run --separate-stderr darknet classifier train colours.data colours.cfg -resume -set net.momentum=0.5
    fails_with 1 "momentum"
    state=weights/colours_last.weights.state
    cp $state good
    head -c -9 good >$state
    run --separate-stderr darknet classifier train colours.data colours.cfg -resume
    fails_with 1 "cut or damaged"
    cp weights/colours_last.weights $state
    run --separate-stderr darknet classifier train colours.data colours.cfg -resume
    fails_with 1 "is not the state"
    cp good $state
    printf '\x09' | dd of=$state bs=1 seek=8 conv=notrunc status=none
    run --separate-stderr darknet classifier train colours.data colours.cfg -resume
    fails_with 1 "version 9"
}

@test "class_weights: a wrong count, zeros, no numbers" {
    for weights in 1,2 1,0,1 1,two,3; do
        run --separate-stderr darknet classifier train colours.data colours.cfg -set net.class_weights=$weights
        fails_with 1 "class_weights"
    done
    [ ! -e results ]
}
