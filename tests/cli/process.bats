#!/usr/bin/env bats
# What surrounds the program: closed descriptors, pipes whose reader has gone, limits, and the signals that end a training
# or do not.
load setup

# A training that goes on until it is told to stop; its folder of weights is there when it has begun.
endless=(classifier train colours.data colours.cfg -threads 1 -set net.max_epochs=1000000 -set net.learning_rate=.0001)

# ---- descriptors ----

# Without stdin; the shell of `run` would put a file of its own there.
without_stdin() { bash -c 'exec timeout 20 "$0" "$@" <&-' "$DARKNET" "$@"; }

@test "stdin that is closed is told, and nothing takes its place" {
    for flags in "" -json; do
        # shellcheck disable=SC2086 # no word, or one
        run --separate-stderr without_stdin classifier predict colours.data colours.cfg colours.weights $flags
        fails_with 1 "cannot read stdin: it is closed"
    done
    without_stdin classifier predict colours.data colours.cfg colours.weights valid/red/1.png
}

@test "stdout that is closed or full is an error of every command" {
    for line in "version" "network info colours.cfg" \
        "classifier test colours.data colours.cfg colours.weights" \
        "classifier predict colours.data colours.cfg colours.weights valid/red/1.png -json"; do
        echo "$line"
        rc=0
        # shellcheck disable=SC2086 # the words of a line
        timeout 20 "$DARKNET" $line >&- 2>said || rc=$?
        cat said
        [ "$rc" -eq 1 ]
        grep -q "cannot write to stdout: it is closed" said
    done
    rc=0
    "$DARKNET" version >/dev/full 2>said || rc=$?
    [ "$rc" -eq 1 ]
    grep -q "cannot write to stdout: No space left" said
}

@test "no file takes the place of a closed descriptor: what is printed is lost, not written into a lock" {
    timeout 60 "$DARKNET" classifier train colours.data colours.cfg -threads 1 >&- 2>said || rc=$?
    [ "${rc:-0}" -eq 1 ]
    grep -q "cannot write to stdout" said
    [ -s weights/colours_final.weights ]
    [ "$(wc -l <results/colours-1/log.csv)" -eq 4 ]
    cp weights/colours_final.weights one
    timeout 60 "$DARKNET" classifier train colours.data colours.cfg -threads 1 <&- >&- 2>&- || true
    cmp one weights/colours_final.weights
}

@test "a reader that has gone ends a list with an error, not with a signal" {
    mkdir many
    for i in $(seq 40); do ln -s "$PWD/valid/red/1.png" "many/$i.png"; done
    rc=0
    for command in "test" "predict"; do
        { "$DARKNET" classifier "$command" colours.data colours.cfg colours.weights many 2>said || echo $? >code; } |
            head -0
        cat said
        [ "$(cat code)" -eq 1 ]
        grep -q "cannot write to stdout" said
    done
}

# ---- signals ----

@test "TERM, HUP and used-up CPU time save _last, as Ctrl-C does" {
    for signal in TERM HUP XCPU; do
        echo "$signal"
        env --default-signal=HUP "$DARKNET" "${endless[@]}" >log.$signal 2>&1 & # nohup may have started the tests
        pid=$!
        wait_for grep '^epoch' log.$signal
        kill -$signal $pid
        ends_with 130
        grep -q -- "-resume goes on" log.$signal
        rm -r weights
    done
}

@test "ulimit -S -t: the training is saved" {
    (
        ulimit -S -t 1
        exec "$DARKNET" "${endless[@]}" >log 2>&1
    ) &
    pid=$!
    ends_with 130
    cat log
    grep -q -- "-resume goes on" log
}

@test "nohup: a training outlives its terminal" {
    nohup "$DARKNET" "${endless[@]}" >log 2>&1 &
    pid=$!
    wait_for grep '^epoch' log
    kill -HUP $pid
    before=$(wc -l <results/colours-1/log.csv)
    wait_for has_lines results/colours-1/log.csv $((before + 2))
    kill -0 $pid
    kill -TERM $pid
    ends_with 130
}

@test "train | tee: the reader goes first, and the training is saved" {
    mkfifo pipe
    "$DARKNET" "${endless[@]}" >pipe 2>said &
    pid=$!
    head -3 pipe >log # and is gone, as tee after Ctrl-C
    before=$(wc -l <results/colours-1/log.csv)
    wait_for has_lines results/colours-1/log.csv $((before + 2))
    kill -INT $pid
    ends_with 130
    cat said
    grep -q -- "-resume goes on" said
    [ -s weights/colours_last.weights.state ]
}

@test "ulimit -f: a file that is too large is an error that names it" {
    cp colours.cfg large.cfg
    sed -i 's/^output=3/output=3000/; s/^\[softmax\]/[connected]\noutput=3\n[softmax]/' large.cfg
    # shellcheck disable=SC2016 # its own words
    run --separate-stderr bash -c 'ulimit -f 40; exec "$0" "$@"' "$DARKNET" classifier train colours.data large.cfg \
        -threads 1
    fails_with 1 "cannot write 'weights/large_"
    [[ "$stderr" == *"File too large"* || "$stderr" == *"a write failed"* ]]
    [ -z "$(find weights -name '*.tmp')" ]
}

# ---- what the dead have left ----

@test "half-written files of a killed run are removed by the next one, and by nobody else" {
    dead=$(bash -c 'echo $$')
    mkdir weights
    for name in colours_last.weights colours_best.weights colours_last.weights.state; do
        echo half >"weights/$name.$dead.tmp"
    done
    mine=("weights/colours_best.1.weights.$dead.tmp" "weights/other_last.weights.$dead.tmp"
        "weights/colours_last.weights.tmp" "weights/colours_last.weights.$$.tmp" "weights/colours_last.weights.x$dead.tmp"
        "weights/$dead.tmp")
    for name in "${mine[@]}"; do
        echo mine >"$name"
    done
    "$DARKNET" "${endless[@]}" >log 2>&1 &
    pid=$!
    wait_for grep '^epoch' log
    : >"weights/colours_final.weights.$dead.tmp"
    run --separate-stderr timeout 20 "$DARKNET" "${endless[@]}"
    fails_with 1 "another training of colours is running" # and nothing is removed without the lock
    [ -e "weights/colours_final.weights.$dead.tmp" ]
    kill -INT $pid
    ends_with 130
    for name in last.weights best.weights last.weights.state; do
        [ ! -e "weights/colours_$name.$dead.tmp" ]
    done
    for name in "${mine[@]}"; do
        [ "$(cat "$name")" = mine ]
    done
    echo half >"results/colours-1/log.csv.$dead.tmp"
    echo half >"chart.png.$dead.tmp"
    "$DARKNET" "${endless[@]}" -resume >resumed 2>&1 &
    pid=$!
    wait_for grep '^epoch' resumed
    kill -INT $pid
    ends_with 130
    [ ! -e "results/colours-1/log.csv.$dead.tmp" ]
    [ ! -e "chart.png.$dead.tmp" ]
    [ ! -e "weights/colours_final.weights.$dead.tmp" ]
}
