#!/usr/bin/env bats
# A chart, pictures, a report or answers that cannot be written never end a training: those that were asked for are refused
# before the first step, the others told once. What a run needs (checkpoints, log.csv) still stops it.
load setup

train() { run --separate-stderr darknet classifier train colours.data colours.cfg -threads 1 "$@"; }
finished() { # epochs
    echo "$output $stderr"
    [ "$status" -eq 0 ]
    [[ "$output" == *"finished after $1 epochs"* ]]
    [ "$(wc -l <results/colours-1/log.csv)" -eq $(($1 + 1)) ]
    [ -s weights/colours_final.weights ]
}
told_once() { # text
    [ "$(grep -c "$1.*the training goes on without it" <<<"$stderr")" -eq 1 ]
}

@test "-chart where nothing can be written is refused before anything is made" {
    mkdir folder.png
    mkfifo pipe.png
    for path in no/such/c.png folder.png pipe.png /proc/c.png ""; do
        train -chart "$path"
        [ "$status" -ne 0 ]
        [ ! -e results ]
        [ ! -e weights ]
    done
    train -chart no/such/c.png
    fails_with 1 "cannot write 'no/such/c.png': "
}

@test "chart.png of the current folder is a folder: told once before the first epoch" {
    mkdir chart.png
    train
    finished 3
    told_once "cannot write 'chart.png': "
    [ -s results/colours-1/chart.png ]
    [[ "${stderr%%$'\n'*}" == *chart.png* ]]
}

# The pictures of a run whose folder is taken from it after the first epoch.
train_and() { # a command
    "$DARKNET" classifier train colours.data colours.cfg -threads 1 -set net.max_epochs=1000000 \
        -set net.learning_rate=.0001 >log 2>said &
    pid=$!
    wait_for grep -q '^epoch [2-9]/' log
    "$@"
    epochs=$(grep -c '^epoch .*validation' log)
    wait_for has_epochs log $((epochs + 4))
    kill -INT $pid
    ends_with 130
    cat said
    grep -q -- "-resume goes on" said
}

replace_by_folders() { # a folder cannot be replaced by a file
    for name in chart.png confusion.png worst.png predictions.csv classes.csv report.html; do
        until mkdir "results/colours-1/$name" 2>/dev/null; do # the run may just have written it again
            rm -f "results/colours-1/$name"
        done
    done
}

@test "pictures, answers and the report of a running training: told once each" {
    train_and replace_by_folders
    for name in chart.png predictions.csv classes.csv; do
        [ "$(grep -c "cannot write 'results/colours-1/$name'.*goes on without it" said)" -eq 1 ]
    done
    [ "$(grep -c warning: said)" -le 6 ]
}

@test "a folder of results that is removed is made again, with all of log.csv" {
    train_and mv results gone
    [ "$(grep -c "results/colours-1 was gone" said)" -eq 1 ]
    [ "$(cut -d, -f1 results/colours-1/log.csv | sed 1d | head -5 | tr '\n' ' ')" = "1 2 3 4 5 " ]
    [ "$(wc -l <results/colours-1/log.csv)" -gt "$epochs" ]
    for name in run.txt colours.cfg chart.png predictions.csv report.html; do
        [ -s "results/colours-1/$name" ]
    done
    darknet results results/colours-1
}

@test "a folder of checkpoints that is removed stops the run" {
    "$DARKNET" classifier train colours.data colours.cfg -threads 1 -set net.max_epochs=1000000 >log 2>said &
    pid=$!
    wait_for grep -q '^epoch [2-9]/' log
    rm -r weights
    ends_with 1
    grep -q "cannot write 'weights/colours_" said
}

@test "a cfg with a line break in its name: the whole run, and what it leaves can be read" {
    mv colours.cfg $'two\nlines#.cfg'
    run --separate-stderr darknet classifier train $'colours.data' $'two\nlines#.cfg' -threads 1
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ -s $'weights/two\nlines#_final.weights' ]
    for name in chart confusion classes reliability worst; do
        [ -s "results/two"$'\n'"lines#-1/$name.png" ]
    done
    [ -s "results/two"$'\n'"lines#-1/report.html" ]
    [ "$(wc -l <"results/two"$'\n'"lines#-1/run.txt")" -eq 14 ]
    darknet results $'results/two\nlines#-1'
    run --separate-stderr darknet classifier train colours.data $'two\nlines#.cfg' -threads 1 -resume
    [ "$status" -eq 0 ]
}

@test "a line break in a value of -set stays within the comment of the cfg's copy" {
    train -set $'data.get=x\nbatch=1'
    [ "$status" -eq 0 ]
    grep -qx '# -set data.get=x\\x0abatch=1' results/colours-1/colours.cfg
    darknet network info results/colours-1/colours.cfg
}
