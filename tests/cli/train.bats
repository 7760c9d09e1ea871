#!/usr/bin/env bats
# classifier train: what it prints and leaves, and what a Ctrl-C does.
load setup

train() { darknet classifier train colours.data colours.cfg "$@"; }

@test "learns colours; leaves weights, log, charts and a copy of the cfg" {
    run --separate-stderr train -seed "$SEED" -set net.max_epochs=20
    echo "$output $stderr"
    [ "$status" -eq 0 ]
    for kind in best last final; do
        [ -s "weights/colours_$kind.weights" ]
    done
    for file in log.csv chart.png colours.cfg; do
        [ -s "results/colours-1/$file" ]
    done
    [ -s chart.png ]
    [ "$(head -c 4 chart.png | tail -c 3)" = PNG ]
    [[ "$output" == *"epoch 20/20  loss "*"validation loss "* ]]
    darknet classifier valid colours.data colours.cfg weights/colours_best.weights -json | jq -e '.top1 == 0.9'
}

@test "stdout without a terminal: plain lines, no carriage return" {
    run --separate-stderr train
    [ "$status" -eq 0 ]
    [[ "$output" != *$'\r'* ]]
    [ "$(grep -c 'validation loss' <<<"$output")" -eq 3 ]
}

@test "the same seed gives the same weights, another seed others" {
    train -seed 7 -threads 1 >/dev/null
    cp weights/colours_final.weights one
    train -seed 7 -threads 2 >/dev/null
    cp weights/colours_final.weights two
    train -seed 8 -threads 1 >/dev/null
    cmp one two
    run -1 cmp -s one weights/colours_final.weights
}

@test "runs are numbered, and the best of another run is kept" {
    train >/dev/null
    cp weights/colours_best.weights before
    train -seed 9 >/dev/null 2>&1
    [ -d results/colours-2 ]
    cmp before weights/colours_best.1.weights
}

@test "-chart sets the second place of the chart" {
    train -chart curve.png -dont_show >/dev/null
    [ -s curve.png ]
    [ ! -e chart.png ]
}

@test "weights are a start: the schedule begins at 0" {
    train >/dev/null
    run --separate-stderr train weights/colours_final.weights
    [ "$status" -eq 0 ]
    [[ "$output" == *"epoch 3/3 "* ]]
}

@test "Ctrl-C saves _last and ends with 130" {
    # the program itself, not a shell around it, must get the signal
    "$DARKNET" classifier train colours.data colours.cfg -set net.max_epochs=100000 >log 2>&1 &
    pid=$!
    wait_for grep -q 'epoch 2/' log
    kill -INT $pid
    ends_with 130
    cat log
    [ -s weights/colours_last.weights ]
    [ ! -e weights/colours_final.weights ]
    darknet classifier predict colours.data colours.cfg weights/colours_last.weights valid/red/1.png
}

# A network whose steps take a while: about a second for 2000 pictures.
slow_cfg() { # pictures per step
    sed "/^\[connected\]/,\$d; s/^max_epochs=.*/max_batches=100000/; s/^batch=.*/batch=$1/" colours.cfg
    printf '[connected]\noutput=%s\nactivation=relu\n' 3000 3000
    printf '[connected]\noutput=3\nactivation=linear\n[softmax]\n'
}

@test "Ctrl-C twice at once, as timeout sends it, is one Ctrl-C" {
    slow_cfg 512 >slow.cfg
    for i in 1 2 3 4 5; do # wherever in a step it comes
        "$DARKNET" classifier train colours.data slow.cfg -threads 1 >log 2>&1 &
        pid=$!
        until grep -q 'step' log; do kill -0 $pid; sleep .05; done
        sleep .$i
        kill -INT $pid
        sleep .01
        kill -INT $pid || true # it may be gone
        rc=0
        wait $pid || rc=$?
        cat log
        [ "$rc" -eq 130 ]
        grep -q 'resume goes on' log
    done
}

@test "Ctrl-C again later ends the program at once" {
    slow_cfg 8192 >slow.cfg
    "$DARKNET" classifier train colours.data slow.cfg -threads 1 >log 2>&1 &
    pid=$!
    until grep -q 'step' log; do kill -0 $pid; sleep .05; done
    sleep .3
    kill -INT $pid
    sleep .7
    kill -INT $pid
    rc=0
    wait $pid || rc=$?
    cat log
    [ "$rc" -eq 130 ]
    ! grep -q 'resume goes on' log
}

@test "on a terminal: one live line that is rewritten" {
    command -v script >/dev/null || skip "script is not installed"
    script -qec "'$DARKNET' classifier train colours.data colours.cfg -set net.max_epochs=4" out.txt >/dev/null
    grep -q $'\r''epoch [0-9]*/4 \[' out.txt
    grep -q 'images/s' out.txt
}

@test "a wrong key in -set is an error that names it" {
    run --separate-stderr train -set net.learning_rat=1
    fails_with 1 "learning_rate"
    run --separate-stderr train -set net.batch=many
    fails_with 1 "many"
}

@test "a loss that is no number stops the run and keeps the last good checkpoint" {
    sed -i 's/^learning_rate=.*/learning_rate=1e6/' colours.cfg
    cp "$ROOT/tests/cli/tiny.cfg" .
    floats -header 0 0 0 3e38 3e38 3e38 -3e38 -3e38 -3e38 3e38 -3e38 3e38 >huge.weights
    run --separate-stderr train huge.weights
    [ "$status" -eq 1 ]
    [ ! -e weights/colours_final.weights ]
    [[ "$stderr" == *"loss"* || "$stderr" == *"diverged"* || "$stderr" == *"finite"* ]]
}

@test "-resume after kill -9 and after Ctrl-C ends with the weights of a run that was never stopped" {
    local set=(-threads 1 -set net.max_epochs=400 -set net.ema_alpha=0.99)
    train "${set[@]}" >/dev/null
    mv weights whole
    mv results whole-results
    for signal in KILL INT; do
        rm -f log
        "$DARKNET" classifier train colours.data colours.cfg "${set[@]}" $([ $signal = INT ] && echo -resume) >log 2>&1 &
        pid=$!
        wait_for grep -q '^epoch [0-9]*/400  loss' log
        kill -$signal $pid
        wait $pid || true
    done
    run --separate-stderr train "${set[@]}" -resume nowhere.weights
    echo "$output $stderr"
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"nowhere.weights is not used"* ]]
    for kind in best last final; do
        cmp "whole/colours_$kind.weights" "weights/colours_$kind.weights"
    done
    diff <(cut -d, -f1-8,11 whole-results/colours-1/log.csv) <(cut -d, -f1-8,11 results/colours-1/log.csv)
    [ ! -e results/colours-2 ]
}

@test "-classic prints Darknet's line of a step" {
    run --separate-stderr train -classic
    [ "$status" -eq 0 ]
    number='[0-9]+\.[0-9]{6}'
    line="^[0-9]+, [0-9]+\.[0-9]{3}: $number, $number avg, $number rate, $number seconds, [0-9]+ images, $number hours left$"
    [ "$(grep -cE "$line" <<<"$output")" -eq 7 ] # 3 epochs of 9 pictures by 4
    [[ "$output" == *"7, 3.111: "*" 28 images, "* ]]
    # the average begins at the first loss, and keeps nine tenths of itself
    read -r first second <<<"$(grep -E "$line" <<<"$output" | head -2 | cut -d' ' -f3 | tr -d ,'\n' | sed 's/\(\.[0-9]\{6\}\)/\1 /g')"
    average=$(grep -E "$line" <<<"$output" | sed -n 2p | cut -d' ' -f4)
    awk -v a="$first" -v b="$second" -v c="$average" 'BEGIN { d = .9 * a + .1 * b - c; exit d * d > 1e-10 }'
    [[ "$output" == *" accuracy top2 = "* ]]
}

@test "pretrained= is the start when no weights are given; without the file it says so" {
    echo "pretrained=start.weights" >>colours.data
    run --separate-stderr train
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"starting from random weights: there is no start.weights"*"help import"* ]]
    cp weights/colours_final.weights start.weights
    run --separate-stderr train -set net.learning_rate=0 -set net.learning_rate_min=0
    [[ "$stderr" == *"starting from start.weights"* ]]
    cmp <(tail -c +21 start.weights) <(tail -c +21 weights/colours_final.weights) # all but the header's count of pictures
    grep -q '^weights=start.weights$' results/colours-2/run.txt
    run --separate-stderr train colours.weights
    [[ "$stderr" != *"starting from"* ]]
    run --separate-stderr train -set data.pretrained=none
    [ "$status" -eq 0 ]
    [[ "$stderr" != *"starting from"* ]]
}

@test "pretrained weights of another network tell the way out" {
    echo "pretrained=start.weights" >>colours.data
    { colour_weights; floats 1 2 3; } >start.weights
    run --separate-stderr train
    fails_with 1 "colours.data names pretrained weights (-set data.pretrained=none starts without): start.weights"
}

@test "the time to target_accuracy is told once, and at the end" {
    run --separate-stderr train -seed "$SEED" -set net.max_epochs=20 -set net.target_accuracy=.9
    [ "$status" -eq 0 ]
    [ "$(grep -cE '^time to 90 %: [0-9]+:[0-9][0-9]$' <<<"$output")" -eq 1 ]
    [[ "$output" =~ "finished after 20 epochs".*"; time to 90 %: "[0-9]+:[0-9][0-9] ]]
    run --separate-stderr train -set net.max_epochs=1 -set net.target_accuracy=1
    [[ "$output" != *"time to"* ]]
}

@test "two runs of one cfg into one folder: the second is refused until the first is gone, also by kill -9" {
    "$DARKNET" classifier train colours.data colours.cfg -threads 1 -set net.max_epochs=1000000 >log 2>&1 &
    pid=$!
    wait_for grep -q '^epoch [0-9]*/1000000  loss' log
    run --separate-stderr train
    fails_with 1 "weights: another training of colours is running (process $pid)"
    run --separate-stderr train -resume
    fails_with 1 "process $pid"
    [ ! -e results/colours-2 ]
    [ ! -e weights/colours_last.1.weights ]
    train -set data.backup=others >/dev/null # elsewhere it may run
    kill -KILL $pid
    wait $pid || true
    run --separate-stderr train
    [ "$status" -eq 0 ]
    [ ! -e weights/.colours.lock ]
}

# ---- weights for another number of classes ----

# two.cfg and two.data for 2 colours, three.cfg for 3, and "other start/two_final.weights" of the former.
other_classes() {
    for pair in two:2 three:3; do
        printf '[net]\nbatch=2\nwidth=8\nheight=8\nchannels=3\nmax_epochs=1\n[conv]\nfilters=4\nsize=3\nbatch_normalize=1\n%s' \
            "[conv]
filters=${pair#*:}
[avgpool]
[softmax]
[cost]
" >"${pair%:*}.cfg"
    done
    printf 'red\ngreen\n' >two.names
    mkdir two
    cp -r train/red train/green two
    printf 'classes=2\ntrain=two\nnames=two.names\nbackup=other start\n' >two.data
    darknet classifier train two.data two.cfg >/dev/null 2>&1
}

@test "weights for other classes: the message holds the command that cuts them, as it is" {
    other_classes
    run --separate-stderr darknet classifier train colours.data three.cfg "other start/two_final.weights"
    fails_with 1 "other start/two_final.weights: holds 2 classes where layer 1 [conv"
    [[ "$stderr" == *"-fresh_classifier"* ]]
    way=$(sed -n 's/.*`\(darknet network partial [^`]*\)`.*/\1/p' <<<"$stderr")
    [ "$way" = "darknet network partial three.cfg 'other start/two_final.weights' two_final.first1.weights 1" ]
    eval "$way"
    run --separate-stderr darknet classifier train colours.data three.cfg two_final.first1.weights
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"ends before layer 1 [conv"* ]]
    run --separate-stderr darknet classifier predict colours.data three.cfg "other start/two_final.weights" valid/red/1.png
    fails_with 1 "holds 2 classes where layer 1"
}

@test "-fresh_classifier keeps all but the last layer with weights, of any number of classes" {
    other_classes
    for cfg in three two; do
        data=$([ $cfg = two ] && echo two.data || echo colours.data)
        run --separate-stderr darknet classifier train $data $cfg.cfg "other start/two_final.weights" -fresh_classifier \
            -set net.learning_rate=0 -set net.decay=0 -set data.backup=fresh
        [ "$status" -eq 0 ]
        [[ "$stderr" == *"two_final.weights: all but its classifier is kept: layer 1 [conv"*"starts fresh"* ]]
        # biases, scales (behind them the rolling statistics, which go on), and the 108 weights
        cmp -n 32 -i 20:20 "other start/two_final.weights" fresh/${cfg}_final.weights
        cmp -n 432 -i 84:84 "other start/two_final.weights" fresh/${cfg}_final.weights
        run -1 cmp -s <(tail -c +517 "other start/two_final.weights") <(tail -c +517 fresh/${cfg}_final.weights)
    done
}

@test "-fresh_classifier wants weights, and a run that begins" {
    run --separate-stderr train -fresh_classifier
    fails_with 2 "no weights are given"
    run --separate-stderr train colours.weights -fresh_classifier -resume
    fails_with 2 "-resume goes on with the run's own classifier"
}

@test "weights that are cut short are told as such, with -fresh_classifier, too" {
    other_classes
    head -c 528 "other start/two_final.weights" >cut.weights
    run --separate-stderr darknet classifier train colours.data three.cfg cut.weights
    fails_with 1 "cut.weights: ends after 3 of 15 values of layer 1 [conv"
    [[ "$stderr" == *"it is cut short"* ]]
    run --separate-stderr darknet classifier train colours.data three.cfg cut.weights -fresh_classifier
    fails_with 1 "cut.weights: ends after"
}
