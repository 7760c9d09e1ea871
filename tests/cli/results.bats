#!/usr/bin/env bats
# Pictures of data and of runs: classifier samples, results, compare, and what training leaves for them.
load setup

train() { darknet classifier train colours.data colours.cfg "$@" >/dev/null 2>&1; }

is_png() { # file [width height]
    echo "is $1 a PNG of $2x$3?"
    [ "$(head -c 4 "$1" | tail -c 3)" = PNG ]
    [ $# -lt 2 ] || [ "$(od -An -tu1 -j16 -N8 "$1" | awk '{ print $3 * 256 + $4, $7 * 256 + $8 }')" = "$2 $3" ]
}

@test "training leaves the answers, the pictures and one report" {
    train
    for file in chart confusion classes reliability worst; do
        is_png "results/colours-1/$file.png"
    done
    is_png results/colours-1/reliability.png 760 900
    [ "$(head -1 results/colours-1/predictions.csv)" = path,truth,answer,probability,red,green,blue ]
    [ "$(wc -l <results/colours-1/predictions.csv)" -eq 11 ]
    [ "$(head -1 results/colours-1/classes.csv)" = epoch,red,green,blue ]
    [ "$(wc -l <results/colours-1/classes.csv)" -eq 4 ]
    grep -qx ended=finished results/colours-1/run.txt
    [ -z "$(find results -name '*.tmp')" ]
}

@test "the answers give the accuracy that log.csv tells" {
    train -set net.max_epochs=20
    from_answers=$(awk -F, 'NR > 1 { n++; hits += $2 == $3 } END { printf "%.6f", hits / n }' results/colours-1/predictions.csv)
    [ "$from_answers" = "$(tail -1 results/colours-1/log.csv | cut -d, -f7)" ]
}

@test "the report needs nothing else and escapes what it quotes" {
    train -set 'net.seed=3' -set "data.get=<b>&'x'"
    report=results/colours-1/report.html
    [ "$(grep -o 'src="data:image/png;base64,' $report | wc -l)" -eq 5 ]
    grep -q "&lt;b&gt;&amp;&#39;x&#39;" $report
    run ! grep -qE '<script|<link|<b>|src="[^d]|href=|url\(' $report
    tail -1 $report | grep -q '</html>'
}

@test "results draws the same pictures again" {
    train
    for file in confusion classes reliability worst; do
        mv "results/colours-1/$file.png" "$file.before"
    done
    rm results/colours-1/chart.png results/colours-1/report.html
    run --separate-stderr darknet results results/colours-1
    echo "$output $stderr"
    [ "$status" -eq 0 ]
    [ "$output" = results/colours-1/report.html ]
    for file in confusion classes reliability worst; do
        cmp "results/colours-1/$file.png" "$file.before"
    done
    cmp results/colours-1/chart.png chart.png
    [ -s results/colours-1/report.html ]
}

@test "results of a run that was never validated: its curves alone" {
    sed -i /^valid=/d colours.data
    train
    run --separate-stderr darknet results results/colours-1
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"was not validated"* ]]
    is_png results/colours-1/chart.png
    [ ! -e results/colours-1/confusion.png ]
}

@test "pictures that have moved are left out of worst.png, with a warning" {
    train
    rm valid/green/odd.png
    run --separate-stderr darknet results results/colours-1
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"worst.png: "*" can no longer be read"* ]]
}

@test "results: missing and broken folders" {
    run --separate-stderr darknet results nowhere
    fails_with 1 "nowhere: there is no such folder"
    run --separate-stderr darknet results train
    fails_with 1 "train: holds no log.csv"
    run --separate-stderr darknet results
    fails_with 2 "wants at least 1 argument"
    train
    cp results/colours-1/predictions.csv good.csv
    head -c -9 good.csv >results/colours-1/predictions.csv
    run --separate-stderr darknet results results/colours-1
    fails_with 1 "predictions.csv:11: the last line has no end"
    sed '3s/,blue,/,pink,/' good.csv >results/colours-1/predictions.csv
    run --separate-stderr darknet results results/colours-1
    fails_with 1 "predictions.csv:3: "
    cp good.csv results/colours-1/predictions.csv
    head -1 results/colours-1/log.csv >head.csv && mv head.csv results/colours-1/log.csv
    run --separate-stderr darknet results results/colours-1
    fails_with 1 "holds no epoch yet"
    echo nonsense >results/colours-1/log.csv
    run --separate-stderr darknet results results/colours-1
    fails_with 1 "log.csv:1: there is no column 'epoch'"
}

@test "compare overlays runs of different length" {
    train && train -seed 5 -set net.max_epochs=6
    run --separate-stderr darknet compare results/colours-1 results/colours-2/
    [ "$status" -eq 0 ]
    [ "$output" = compare.png ]
    is_png compare.png
    darknet compare results/colours-2 results/colours-2 -out two.png
    is_png two.png
    run --separate-stderr darknet compare results/colours-1
    fails_with 2 "wants at least 2 arguments"
    run --separate-stderr darknet compare results/colours-1 results/colours-9
    fails_with 1 "results/colours-9: there is no such folder"
    run --separate-stderr darknet compare results/colours-1 results/colours-2 -out no/such/folder.png
    fails_with 1 "no/such/folder.png"
}

@test "samples: a sheet of all pictures, or of some, as they are or augmented" {
    run --separate-stderr darknet classifier samples colours.data colours.cfg
    [ "$status" -eq 0 ]
    [ "$output" = results/samples.png ]
    is_png results/samples.png
    darknet classifier samples colours.data colours.cfg some.png -count 3 -seed 2
    darknet classifier samples colours.data colours.cfg same.png -count 3 -seed 2
    darknet classifier samples colours.data colours.cfg other.png -count 3 -seed 4
    cmp some.png same.png
    run ! cmp -s some.png other.png
    darknet classifier samples colours.data colours.cfg new/augmented.png -augmented -count 4
    is_png new/augmented.png
}

@test "samples: errors" {
    run --separate-stderr darknet classifier samples colours.data nothing.cfg
    fails_with 1 "nothing.cfg"
    run --separate-stderr darknet classifier samples colours.data colours.cfg -count 0
    fails_with 2 "-count 0 is out of range"
    for f in train/*/*.png; do echo broken >"$f"; done
    run --separate-stderr darknet classifier samples colours.data colours.cfg
    fails_with 1 "none of the pictures can be read"
    run --separate-stderr darknet classifier samples colours.data colours.cfg -augmented
    [ "$status" -eq 1 ]
}

@test "a network without softmax: raw scores train, and all pictures but the calibration are drawn" {
    sed -i '/^\[softmax\]/d; s/^learning_rate=.*/learning_rate=.05/' colours.cfg
    printf '[cost]\ntype=sse\n' >>colours.cfg
    darknet classifier train colours.data colours.cfg -threads 1 -set net.max_epochs=3
    [ "$(grep -c . results/colours-1/log.csv)" -eq 4 ]
    for file in chart confusion classes worst; do
        [ -s results/colours-1/$file.png ]
    done
    [ ! -e results/colours-1/reliability.png ]
    darknet results results/colours-1
    run grep -c ECE results/colours-1/report.html
    [ "$output" = 0 ]
}

@test "more classes than a confusion matrix has room for: training goes on without it" {
    for i in $(seq 4001); do echo "class$i"; done >many.names
    sed 's/^classes=.*/classes=4001/; s/^names=.*/names=many.names/' colours.data >many.data
    echo 'labels=many.names' >>many.data
    mkdir -p many/class1 many/class2
    cp train/red/1.png many/class1/ && cp train/blue/1.png many/class2/
    sed -i 's/^train=.*/train=many/; s/^valid=.*/valid=many/' many.data
    sed 's/^output=.*/output=4001/' colours.cfg >many.cfg
    darknet classifier train many.data many.cfg -threads 1 -set net.max_epochs=2 -set net.batch=2
    [ -s weights/many_final.weights ]
    [ -s results/many-1/worst.png ]
    [ ! -e results/many-1/confusion.png ]
}
