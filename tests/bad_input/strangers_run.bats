#!/usr/bin/env bats
# Folders of runs and weights that came from somebody: their numbers are not believed, their links not followed.
load setup

train() { darknet classifier train colours.data colours.cfg -threads 1 "$@" >said 2>&1; }
results() { run --separate-stderr timeout 20 "$DARKNET" results results/colours-1; }
# A cell of the last row, and what is said of it.
spoil() { # file column value text
    cp "results/colours-1/$1" kept
    awk -F, -v OFS=, -v c="$2" -v v="$3" 'NR == FNR { n = NR; next } FNR == n { $c = v } { print }' kept kept \
        >"results/colours-1/$1"
    results
    fails_with 1 "results/colours-1/$1:$(wc -l <kept): "
    [[ "$stderr" == *"$4"* ]]
    cp kept "results/colours-1/$1"
}

@test "log.csv: what is no number, and what no run has" {
    train
    for value in nan 1e999 0x10 "" "3,"; do
        spoil log.csv 4 "$value" ""
    done
    spoil log.csv 1 3e9 "epoch"
    spoil log.csv 3 1e200 "rate"
    spoil log.csv 4 -1e300 "train_loss"
    spoil log.csv 5 1.5 "train_accuracy"
    spoil log.csv 6 1e39 "val_loss"
    spoil log.csv 8 2 "macro_f1"
    spoil log.csv 10 -1 "seconds"
    results
    [ "$status" -eq 0 ]
}

@test "log.csv: the largest numbers that are taken are drawn" {
    train
    printf '%s\n' 4,1,3e38,-3e38,0,3e38,1,0,3e38,3e38,1 5,1,-3e38,3e38,1,-3e38,0,1,0,0,0 \
        2147483647,1,1e-38,1e-38,1,1e-38,1,1,1e-38,1e-38,0 >>results/colours-1/log.csv
    results
    [ "$status" -eq 0 ]
    cp -r results/colours-1 other
    run --separate-stderr limited 3000000 "$DARKNET" compare results/colours-1 other
    echo "$stderr"
    [ "$status" -eq 0 ] # epochs are as many as there are rows, whatever their numbers
    [ -s compare.png ]
}

@test "log.csv: columns that are missing" {
    train
    for column in epoch best; do
        cp results/colours-1/log.csv kept
        sed -i "1s/\b$column\b/other/" results/colours-1/log.csv
        results
        fails_with 1 "there is no column '$column'"
        cp kept results/colours-1/log.csv
    done
}

@test "predictions.csv: answers that are none" {
    train
    spoil predictions.csv 5 nan "no number"
    spoil predictions.csv 5 1e999 "no number"
    spoil predictions.csv 5 1e39 "out of range"
    spoil predictions.csv 5 3 "is not the score of the answer"
    spoil predictions.csv 6 3 "has not the largest score"
    spoil predictions.csv 4 1.5 "probability"
    spoil predictions.csv 3 purple "purple"
}

@test "classes.csv: shares that are none" {
    train
    for value in nan 2 -1 1e999; do
        spoil classes.csv 2 "$value" "red"
    done
    spoil classes.csv 1 1e30 "epoch"
}

@test "run.txt: a planned number of epochs that is none" {
    train
    for value in nan 1e308; do
        sed -i "s/^epochs=.*/epochs=$value/" results/colours-1/run.txt
        results
        [ "$status" -eq 0 ]
    done
}

@test "the temperature beside weights: what is none" {
    for value in NaN 0 -1 1e999 '"1"'; do
        echo "{\"temperature\": $value}" >colours.weights.json
        run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights valid/red/1.png -json
        fails_with 1 "colours.weights.json"
        [ -z "$output" ]
    done
}

# A training until it has ended as many epochs.
train_for() { # epochs; flags
    rm -f log
    "$DARKNET" classifier train colours.data colours.cfg -threads 1 -set net.max_epochs=1000000 "${@:2}" >log 2>said &
    pid=$!
    wait_for has_epochs log "$1"
    kill -INT $pid
    ends_with 130
    cat said
    grep -q -- "-resume goes on" said
}

@test "a resumed run goes on though its log.csv holds what cannot be drawn" {
    train_for 2
    sed -i '2s/^\([^,]*,[^,]*,[^,]*\),[^,]*/\1,1e300/' results/colours-1/log.csv
    train_for 3 -resume
    [ "$(grep -c "goes on without it" said)" -eq 1 ] # what the folder holds cannot be read: told once
    [ "$(grep -c "train_loss: 1e300 is out of range" said)" -eq 1 ]
}

# ---- links ----

precious() { [ "$(cat precious)" = precious ]; }

@test "a lock that is a link, a pipe, a device, or another name of a file" {
    echo precious >precious
    mkdir weights
    lock=weights/.colours.lock
    for make in "ln -s ../precious $lock" "ln -s ../nowhere $lock" "ln precious $lock" "mkfifo $lock"; do
        $make
        timeout 20 "$DARKNET" classifier train colours.data colours.cfg -threads 1 -set net.max_epochs=1 \
            >/dev/null 2>said
        precious
        [ ! -e nowhere ]
        [ ! -e "$lock" ]
        [ ! -L "$lock" ]
    done
    mkdir $lock
    run --separate-stderr timeout 20 "$DARKNET" classifier train colours.data colours.cfg -threads 1
    fails_with 1 "cannot write '$lock': "
}

@test "links in the place of what a run writes are replaced, not followed" {
    echo precious >precious
    mkdir weights
    for name in colours_last.weights colours_best.weights colours_final.weights colours_last.weights.state; do
        ln -s ../precious weights/$name
    done
    ln -s precious chart.png
    train
    precious
    [ ! -L weights/colours_last.weights ]
    [ ! -L chart.png ]
}

@test "links in the folder of a resumed run are replaced, not followed" {
    train
    echo precious >precious
    for name in chart.png confusion.png worst.png report.html predictions.csv run.txt; do
        ln -sf ../../precious results/colours-1/$name
    done
    ln -sf ../../nowhere results/colours-1/classes.csv
    cp results/colours-1/log.csv log
    ln -sf ../../log results/colours-1/log.csv
    before=$(cat log)
    train -resume
    precious
    [ "$(cat log)" = "$before" ]
    [ ! -e nowhere ]
}
