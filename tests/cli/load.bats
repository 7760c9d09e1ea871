#!/usr/bin/env bats
# How many threads a training computes with where other programs keep cores busy. The other program is ours, on one of the two
# cores that the training may use, and gives way to all others: whatever else the machine does, that core is busy.
load setup

setup() {
    enter_colours
    mapfile -t two < <(allowed | head -n 2)
    [ "${#two[@]}" -eq 2 ] || skip "this process may use one core only"
    train=(taskset -c "${two[0]},${two[1]}" "$DARKNET" classifier train colours.data colours.cfg)
}

# The cores that this process may use, one a line: of "0-2,6" 0 1 2 6.
allowed() {
    taskset -cp $BASHPID | sed 's/.*: //' | tr ',' '\n' | sed 's/^[0-9]*$/&-&/' | while IFS=- read -r first last; do
        seq "$first" "$last"
    done
}

spin() {
    taskset -c "${two[0]}" nice -n 10 bash -c 'while :; do :; done' &
    pid=$!
}

threads() { sed -n 's/^threads=//p' "results/colours-$1/run.txt"; }

@test "a busy core is left alone, and that is told; nothing is with -threads" {
    spin
    run --separate-stderr "${train[@]}"
    echo "$stderr"
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"of 2 cores busy: computing on 1 thread; -threads 2 takes all cores"* ]]
    [ "$(threads 1)" = 1 ]
    run --separate-stderr "${train[@]}" -threads 2
    [ "$status" -eq 0 ]
    [[ "$stderr" != *busy* ]]
    darknet version | grep -q onednn || skip "this engine computes on one thread in any case"
    [ "$(threads 2)" = 2 ]
}

@test "a run that was stopped goes on with the threads that it began with" {
    darknet version | grep -q onednn || skip "this engine computes on one thread in any case"
    for begun in 1 2; do
        rm -rf weights results
        for more in "-threads $begun" -resume; do
            # shellcheck disable=SC2086 # words
            "${train[@]}" $more -set net.max_epochs=1000000 >log 2>&1 &
            pid=$!
            wait_for grep -q '^epoch .*validation' log
            kill -INT $pid
            ends_with 130
            cat log
        done
        ! grep -q -e busy -e rounding log
        [ "$(threads 1)" = $begun ]
        grep -q "goes on after step .* on $begun thread" log
    done
}
