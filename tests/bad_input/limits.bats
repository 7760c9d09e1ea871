#!/usr/bin/env bats
# Inputs without end or measure: what is too large is refused by its size before it is read, what cannot be held before the
# work begins, and a read that fails is no end of a file.
load setup

@test "files of 20 GB that are empty inside: refused by their size, with what is wanted" {
    truncate -s 20G big big.tflite
    run --separate-stderr timeout -s KILL 20 "$DARKNET" classifier predict colours.data colours.cfg big valid/red/1.png
    fails_with 1 "21,474,836,480"
    [[ "$stderr" == *"68 are wanted"* ]]
    run --separate-stderr timeout -s KILL 20 "$DARKNET" import big colours.cfg o.weights
    fails_with 1 "at most 2,147,483,647"
    for words in "classifier valid colours.data colours.cfg colours.weights big" \
        "classifier valid colours.data colours.cfg colours.weights -exclude big" \
        "classifier predict colours.data big colours.weights" "classifier predict big colours.cfg colours.weights" \
        "network stats colours.cfg colours.weights -input big" "results ." "classifier predict colours.data colours.cfg colours.weights big.png"; do
        ln -sf big log.csv
        ln -sf big big.png
        IFS=' ' read -ra args <<<"$words"
        run --separate-stderr timeout -s KILL 20 "$DARKNET" "${args[@]}"
        fails_with 1 ""
        [[ "$stderr" == *"bytes"* ]]
    done
    printf 'names=big\ntrain=train\n' >n.data
    run --separate-stderr timeout -s KILL 20 "$DARKNET" dataset check n.data
    fails_with 1 "each line is one label"
}

@test "lines without end: lists, names, cfgs, a csv and stdin name the line" {
    head -c 1000000 /dev/zero | tr '\0' x >long
    (echo valid/red/1.png && cat long) >list
    run --separate-stderr darknet classifier valid colours.data colours.cfg colours.weights list
    fails_with 1 "list:2: a line of 1,000,000 bytes"
    run --separate-stderr darknet classifier valid colours.data colours.cfg colours.weights -exclude list
    fails_with 1 "list:2: a line of 1,000,000 bytes"
    (echo '[net]' && cat long) >l.cfg
    run --separate-stderr darknet network info l.cfg
    fails_with 1 "l.cfg:2: a line of 1,000,000 bytes"
    cp long colours.names
    run --separate-stderr darknet dataset check colours.data
    fails_with 1 "colours.names:1: a line"
    (echo emotion,pixels,Usage && cat long) >f.csv
    run --separate-stderr darknet dataset fer2013 f.csv out
    fails_with 1 "f.csv:2: a line of more than 65536 bytes"
    [ ! -e out ]
    printf 'red\ngreen\nblue\n' >colours.names
    run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights <long
    fails_with 1 "stdin:1: a line of more than 65536 bytes"
}

@test "stdin that cannot be read is an error with its cause" {
    predict() { timeout -s KILL 20 "$DARKNET" classifier predict colours.data colours.cfg colours.weights; }
    run --separate-stderr predict </tmp
    fails_with 1 "cannot read stdin: Is a directory"
    run --separate-stderr predict </proc/self/mem
    fails_with 1 "cannot read stdin"
    export DARKNET
    run --separate-stderr timeout -s KILL 20 sh -c 'exec "$DARKNET" classifier predict colours.data colours.cfg colours.weights <&-'
    fails_with 1 "cannot read stdin"
    run --separate-stderr predict </dev/zero
    fails_with 1 "holds a 0 byte"
    run --separate-stderr predict < <(head -c 100 /dev/urandom | tr -d '\0\n\r' && yes x | tr -d '\n' | head -c 100000000)
    fails_with 1 "a line of more than"
}

@test "pipes and devices are no inputs, wherever a file is named, and nothing waits for them" {
    mkfifo f f.png
    mkdir folder && mkfifo folder/a.png && cp valid/red/1.png folder/
    refused() {
        run --separate-stderr timeout -s KILL 20 "$DARKNET" "$@"
        fails_with 1 "pipe or device"
    }
    for f in f /dev/zero; do
        refused classifier predict colours.data "$f" colours.weights valid/red/1.png
        refused classifier predict "$f" colours.cfg colours.weights valid/red/1.png
        refused classifier predict colours.data colours.cfg "$f" valid/red/1.png
        refused classifier valid colours.data colours.cfg colours.weights "$f"
        refused classifier valid colours.data colours.cfg colours.weights -exclude "$f"
        refused network stats colours.cfg colours.weights -input "$f"
        refused import "$f" colours.cfg o.weights
        refused dataset fer2013 "$f" out
        refused dataset check colours.data -set data.names="$f"
    done
    mkdir weights && mkfifo weights/colours_last.weights.state
    refused classifier train colours.data colours.cfg -dont_show -resume -set net.max_epochs=1
    run --separate-stderr timeout -s KILL 20 "$DARKNET" classifier predict colours.data colours.cfg colours.weights f.png
    fails_with 1 ""
    [[ "$stderr" == *"pipe or device"* ]]
    run --separate-stderr timeout -s KILL 20 "$DARKNET" classifier predict colours.data colours.cfg colours.weights folder
    [ "$status" -eq 0 ]
    [ "$(grep -c Predicted <<<"$output")" -eq 1 ]
}

many_classes() { # number
    seq "$1" >n
    printf '[net]\nbatch=2\nwidth=4\nheight=4\nchannels=3\nmax_epochs=1\n[connected]\noutput=%d\n[softmax]\n' "$1" >n.cfg
    mkdir -p k/1 k/2
    cp train/red/1.png k/1
    cp train/blue/1.png k/2
    printf 'train=k\nvalid=k\nnames=n\n' >k.data
}

@test "30,000 classes: trained without tables of their squares, and said so" {
    many_classes 30000
    run --separate-stderr limited 1500000 "$DARKNET" classifier train k.data n.cfg -dont_show -threads 1
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"30,000 classes, more than 4,096"* ]]
    [ ! -e results/n-1/predictions.csv ]
    grep -q 'ended=finished' results/n-1/run.txt
    run --separate-stderr limited 1500000 "$DARKNET" classifier valid k.data n.cfg weights/n_final.weights
    [ "$status" -eq 0 ]
    [[ "$output" == *"confusion matrix is left out"* ]]
    darknet classifier valid k.data n.cfg weights/n_final.weights -json | jq -e '(.classes | length) == 30000 and (has("confusion") | not)'
    darknet classifier predict k.data n.cfg weights/n_final.weights k/1/1.png -json |
        jq -e '.[0].predictions | length == 30000 and (map(.probability) | . == (sort | reverse))'
}

network() { # [net], then what stdin says
    printf '[net]\nwidth=4\nheight=4\nchannels=1\nbatch=2\n'
    cat
}
repeat() { printf "$2\n%.0s" $(seq "$1"); } # a loop of 10,000 is slow in bats

@test "cfgs: 10,000 layers build in seconds, 10,001 are refused at their line" {
    repeat 10000 $'[activation]\nactivation=relu' | network >most.cfg
    run --separate-stderr limited 2000000 "$DARKNET" network info most.cfg
    [ "$status" -eq 0 ]
    (cat most.cfg; printf '[activation]\nactivation=relu\n') >over.cfg
    run --separate-stderr limited 2000000 "$DARKNET" network info over.cfg
    fails_with 1 "over.cfg:20006: [activation] is layer number 10001 of 10001; a network has at most 10000"
}

@test "cfgs: thousands of routes build in seconds; inputs have limits, of a layer and of all" {
    first=$(repeat 1000 $'[activation]\nactivation=relu')
    (echo "$first"; repeat 8000 $'[route]\nlayers=0,1,2,3,4,5,6,999') | network >routes.cfg
    run --separate-stderr limited 4000000 "$DARKNET" network info routes.cfg
    [ "$status" -eq 0 ]
    (echo "$first"; echo '[route]'; echo "layers=$(seq -s, 0 999),$(seq -s, 0 24)") | network >wide.cfg
    run --separate-stderr limited 2000000 "$DARKNET" network info wide.cfg
    fails_with 1 "wide.cfg:2007: [route] layers names 1025 layers; at most 1024 can be taken"
    (echo "$first"; repeat 70 $'[route]\nlayers='"$(seq -s, 0 999)") | network >all.cfg
    run --separate-stderr limited 2000000 "$DARKNET" network info all.cfg
    fails_with 1 "a network has at most 65536"
}

@test "ulimit: too little of anything ends in a message, never in a crash" {
    ! is_sanitised || skip "a sanitizer wants an address space of its own"
    cp "$ROOT/tests/cli/tiny.cfg" .
    for kilobytes in 66000 100000 140000 150000 160000 170000 180000 200000 240000 300000; do
        run --separate-stderr bash -c "ulimit -v $kilobytes; exec '$DARKNET' network stats tiny.cfg -threads 3"
        echo "$kilobytes: exit code $status, $stderr"
        [ "$status" -eq 0 ] || { [ "$status" -eq 1 ] && [ -n "$stderr" ]; }
    done
    for limit in "-s 64" "-n 8" "-v 100000" "-d 10000"; do
        run --separate-stderr bash -c "ulimit $limit; exec '$DARKNET' version"
        fails_with 1 "ulimit ${limit% *}"
    done
}
