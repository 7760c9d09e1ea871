#!/usr/bin/env bats
# Names of strangers' files and classes: they may hold anything but a slash and a 0, and must neither move the cursor of a
# terminal, nor end a line, nor become a formula.
load setup

ESC=$'\033' CSI=$'\302\233'

# stdout and stderr hold no control character but line ends and tabs, and no U+0080..9F.
is_quiet() {
    if printf '%s%s' "$output" "$stderr" | LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]'; then
        printf '%s%s' "$output" "$stderr" | cat -v
        return 1
    fi
}

strange_names() { # replaces green by a name that clears the screen, and blue by one that begins a new line
    STRANGE="gr${ESC}[2J${CSI}een"
    printf 'red\n%s\nblue\n' "$STRANGE" >colours.names
    mv train/green "train/$STRANGE"
    mv valid/green "valid/$STRANGE"
}

@test "pictures: a name is one line and holds no escapes, in text; JSON has it as it is" {
    mkdir x
    cp train/red/1.png "x/$ESC]0;T$CSI.png"
    cp train/red/1.png $'x/a\nb.png: Predicted.\nhappy: 1.000000.png'
    run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights x
    [ "$status" -eq 0 ]
    is_quiet
    [ "$(grep -c ': Predicted in ' <<<"$output")" -eq 2 ]
    [[ "$output" == *'x/\x1b]0;T\xc2\x9b.png: Predicted'* ]]
    [[ "$output" == *'x/a\x0ab.png: Predicted.\x0ahappy: 1.000000.png: Predicted'* ]]
    run --separate-stderr darknet classifier test colours.data colours.cfg colours.weights x
    is_quiet
    [ "${#lines[@]}" -eq 2 ]
    run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights -json x
    is_quiet
    [ "$(jq -r '.[0].file' <<<"$output")" = "x/$ESC]0;T$CSI.png" ]
    [ "$(jq -r '.[1].file' <<<"$output")" = $'x/a\nb.png: Predicted.\nhappy: 1.000000.png' ]
}

@test "errors and warnings: names of cfgs, weights, pictures and flags" {
    for words in "network info a${CSI}2J.cfg" "classifier predict colours.data colours.cfg w$ESC[2J" \
        "classifier predict colours.data colours.cfg colours.weights p$ESC[2J.png" "net${ESC}work info" "network info -f$CSI"; do
        IFS=' ' read -ra args <<<"$words"
        run --separate-stderr darknet "${args[@]}"
        [ "$status" -ne 0 ]
        is_quiet
        [[ "$stderr" == *'\x'* ]]
    done
}

@test "classes: training, its files, valid, check, results and JSON" {
    strange_names
    printf '[net]\nbatch=4\nwidth=4\nheight=4\nchannels=3\nmax_epochs=1\n[connected]\noutput=3\n[softmax]\n' >$'n\n.cfg'
    run --separate-stderr darknet classifier train colours.data $'n\n.cfg' -dont_show -threads 1
    [ "$status" -eq 0 ]
    is_quiet
    folder=$'results/n\n-1'
    [ "$(grep -c ^cfg= "$folder/run.txt")" -eq 1 ]
    run --separate-stderr darknet results "$folder"
    [ "$status" -eq 0 ]
    is_quiet
    run --separate-stderr darknet classifier valid colours.data colours.cfg colours.weights
    [ "$status" -eq 0 ]
    is_quiet
    [[ "$output" == *'gr\x1b[2J\xc2\x9b'* ]]
    run --separate-stderr darknet dataset check colours.data
    is_quiet
    run --separate-stderr darknet classifier valid colours.data colours.cfg colours.weights -json
    is_quiet
    [ "$(jq -r '.classes[1].name' <<<"$output")" = "$STRANGE" ]
}

@test "CSV: names that are formulas stand behind an apostrophe, are read back, and numbers stay" {
    printf '=red\n-green\n@blue\n' >colours.names
    for set in train valid; do
        for class in =red -green @blue; do mv "$set/${class#?}" "$set/$class"; done
    done
    darknet classifier valid colours.data colours.cfg colours.weights -out a.csv
    [ "$(head -n 1 a.csv)" = "path,truth,answer,probability,'=red,'-green,'@blue" ]
    grep -q "^valid/=red/1.png,'=red,'=red,[0-9.]*,[0-9.e-]*,[0-9.e-]*,[0-9.e-]*$" a.csv
    printf '[net]\nbatch=4\nwidth=4\nheight=4\nchannels=3\nmax_epochs=1\n[connected]\noutput=3\n[softmax]\n' >n.cfg
    darknet classifier train colours.data n.cfg -dont_show -threads 1
    darknet results results/n-1
    grep -q '=red' results/n-1/report.html
    if grep -q "&#39;=red" results/n-1/report.html; then false; fi
}

@test "lists: a name that no list can hold is refused by name" {
    cp train/red/1.png $'valid/red/a\nb.png'
    run --separate-stderr darknet dataset check colours.data -twins list
    fails_with 1 'a\x0ab.png'
    [[ "$stderr" == *"line break"* ]]
    [ ! -e list ]
}
