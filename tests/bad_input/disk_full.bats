#!/usr/bin/env bats
# A disk that is full while training or the demo writes to it: the run stops with a message, or goes on without a picture;
# what was there before stays whole, and nothing half-written is left. The disk is a tmpfs of a megabyte, which only root may mount; skipped elsewhere.
load ../cli/demo_setup

setup() {
    enter_colours
    mkdir disk
    mount -t tmpfs -o size=1M none disk 2>/dev/null || skip "only root can mount a small disk"
    # weights of 56 KB, so that a checkpoint does not hide in the last free page
    sed -i '/^\[connected\]/,$d' colours.cfg
    printf '[connected]\noutput=2000\nactivation=linear\n[connected]\noutput=3\nactivation=linear\n[softmax]\n' \
        >>colours.cfg
}

teardown() { umount disk 2>/dev/null || true; }

# As many epochs more as are said; checkpoints or results are on the disk.
train() {
    run --separate-stderr darknet classifier train colours.data colours.cfg -threads 1 -set net.learning_rate=.0001 "$@"
}
fill() { dd if=/dev/zero of=disk/filler bs=1k 2>/dev/null || true; }
# The run in the background ends by itself, and has said so.
says_and_ends_with() { # exit code, text of the log
    ends_with "$1"
    cat log
    grep -q "$2" log
    [ -z "$(find disk -name '*.tmp')" ]
}
# A run that is stopped after some epochs by SIGINT.
start_run() {
    "$DARKNET" classifier train colours.data colours.cfg -threads 1 -set net.learning_rate=.0001 \
        -set net.max_epochs=100000 "$@" >log 2>&1 &
    pid=$!
    wait_for grep -q '^epoch [2-9]/' log
}

@test "disk full: the checkpoint of a second run; those of the first stay" {
    train -set data.backup=disk/weights -set net.max_epochs=2
    [ "$status" -eq 0 ]
    fill
    truncate -s -20K disk/filler
    cp -r disk/weights before
    train -set data.backup=disk/weights -set net.max_epochs=2
    fails_with 1 "cannot write 'disk/weights/colours_best.weights': "
    for kind in best last final; do # the new run had moved aside what it was about to write
        cmp before/colours_$kind.weights disk/weights/colours_$kind.weights ||
            cmp before/colours_$kind.weights disk/weights/colours_$kind.1.weights
    done
    [ -z "$(find disk -name '*.tmp')" ]
}

@test "disk full: a checkpoint within a run, which can be resumed" {
    start_run -set data.backup=disk/weights
    fill
    says_and_ends_with 1 "cannot write 'disk/weights/colours_"
    rm disk/filler
    darknet classifier valid colours.data colours.cfg disk/weights/colours_last.weights >/dev/null
    run timeout -s INT 5 "$DARKNET" classifier train colours.data colours.cfg -threads 1 \
        -set net.learning_rate=.0001 -set net.max_epochs=100000 -set data.backup=disk/weights -resume
    [[ "$output" == *"goes on after step"* ]]
    [[ "$output" == *"-resume goes on"* ]]
}

@test "disk full: the log and the predictions" {
    start_run -set data.results=disk/results
    fill
    says_and_ends_with 1 "cannot write 'disk/results/colours-1/.*: .*\(No space left\|disk full\)"
    [ -z "$(tail -c 1 disk/results/colours-1/log.csv)" ] # whole rows
    rm disk/filler
    darknet results disk/results/colours-1
}

@test "disk full: a picture; the old one stays" {
    train -set net.max_epochs=1 -chart disk/chart.png
    [ "$status" -eq 0 ]
    cp disk/chart.png before.png
    fill
    train -set net.max_epochs=5 -chart disk/chart.png
    [ "$status" -eq 0 ]
    [ "$(grep -c "cannot write 'disk/chart.png': .*the training goes on without it" <<<"$stderr")" -eq 1 ]
    cmp before.png disk/chart.png
    [ -s weights/colours_final.weights ]
    [ -z "$(find disk -name '*.tmp')" ]
}

@test "disk full: a film, which is whole before it takes its name; the old one stays" {
    need_opencv
    cp "$ROOT/tests/cli/colours.cfg" .
    "$BIN/faces" -seed 5 -faces 1 -seconds 1 -fps 12 -stay -clip 320 240 clip.avi >truth.jsonl
    for film in film.mp4 film.avi; do
        demo clip.avi -out disk/$film
        cp disk/$film before
        fill
        truncate -s -12K disk/filler # for its beginning
        run --separate-stderr demo clip.avi -out disk/$film
        fails_with 1 "cannot write 'disk/$film': "
        [[ "$stderr" == *"No space left on device"* ]]
        [[ "$stderr" != *saved* ]]
        cmp before disk/$film
        rm disk/filler disk/$film
        [ -z "$(ls disk)" ]
    done
}

@test "full disk: dataset fer2013 leaves no half of a data set" {
    awk 'BEGIN {
        print "emotion,pixels,Usage"
        for (k = 0; k < 2304; k++) pixels = pixels " " k % 256
        for (i = 0; i < 200; i++) print i % 7 "," pixels ",Training"
    }' >x.csv
    dd if=/dev/zero of=disk/filler bs=1k count=700 2>/dev/null
    run --separate-stderr darknet dataset fer2013 x.csv disk/out
    fails_with 1 "No space left"
    [ "$(ls -A disk)" = filler ]
    mkdir disk/out && echo mine >disk/out/notes
    run --separate-stderr darknet dataset fer2013 x.csv disk/out
    fails_with 1 "No space left"
    [ "$(ls -A disk/out)" = notes ]
}
