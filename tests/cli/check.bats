#!/usr/bin/env bats
# dataset check on a set in which every fault is planted.
load setup

# Two colours, the second by a number: neither constant nor alike.
halves() { # file.png number
    picture "$1" 6 5 200 100 0 "$2" 0 0
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    mkdir -p train/red train/green valid/red valid/green
    halves train/red/1.png 1
    halves train/red/2.png 2
    cp train/red/2.png train/red/2b.png
    halves train/green/3.png 3
    picture train/green/flat.png 6 5 9 9 9
    echo broken >train/green/broken.png
    cp train/red/1.png valid/red/twin.png
    cp train/green/3.png valid/red/other.png
    halves valid/green/fine.png 4
    halves valid/green/x.png 5
    cp valid/green/x.png valid/green/y.png
    printf 'red\ngreen\n' >set.names
    printf 'classes=2\ntrain=train\nvalid=valid\ntest=valid\nnames=set.names\n' >set.data
}

check() { darknet dataset check set.data "$@"; }

@test "-json: everything that was planted" {
    check -json 2>/dev/null >out.json
    jq -e '[.splits[].name] == ["train", "valid"] and [.splits[].pictures] == [6, 5]' out.json
    jq -e '.splits[0].counts == {good: 1, unreadable: 1, constant: 1, conflict: 1, twin: 1, copy: 1}' out.json
    jq -e '.splits[1].counts == {good: 2, unreadable: 0, constant: 0, conflict: 1, twin: 1, copy: 1}' out.json
    jq -e '.splits[1].twins == {train: 2, valid: 1}' out.json
    jq -e '.splits[0].labels == {red: 3, green: 3}' out.json
    jq -e '.splits[0].unreadable[0].path == "train/green/broken.png"' out.json
    jq -e '.splits[0].unreadable[0].reason | contains("broken.png")' out.json
    jq -e '.splits[0].constant == [{path: "train/green/flat.png"}]' out.json
    jq -e '[.splits[].bare] == [[], []]' out.json
    jq -e '.conflicts == 1 and (.groups | length) == 4' out.json
    jq -e '[.groups[] | select(.conflict) | .pictures[].label] == ["green", "red"]' out.json
    check -json -threads 1 2>/dev/null | cmp - out.json
}

@test "text: the same counts" {
    run --separate-stderr check
    [ "$status" -eq 0 ]
    [[ "$output" == *"of valid: 2 pictures have a twin in train"* ]]
    [[ "$output" == *"groups with different labels: 1"* ]]
    [[ "$output" == *"constant: train/green/flat.png"* ]]
    [[ "$stderr" == *"test: valid are the pictures of valid"* ]]
}

@test "a class without a picture that can be read is told; an error with -strict" {
    rm train/green/3.png train/green/flat.png valid/green/*
    run --separate-stderr check -json
    [ "$status" -eq 0 ]
    echo "$output" | jq -e '[.splits[].bare] == [["green"], ["green"]]'
    [[ "$stderr" == *"warning: train: train has no picture that can be read of 1 of the 2 classes: green;"* ]]
    [[ "$stderr" == *"warning: valid: valid has no picture that can be read of 1 of the 2 classes: green;"* ]]
    run --separate-stderr check -strict
    fails_with 1 "classes: green; what has none cannot be learned (an error because of -strict)"
    [[ "$output" == *"split"*"pictures"* ]]
}

@test "-out and -twins share the split between them" {
    check -out good.txt -twins rest.txt >/dev/null
    [ "$(cat good.txt)" = $'valid/green/fine.png\nvalid/green/x.png' ]
    [ "$(cat rest.txt)" = $'valid/green/y.png\nvalid/red/other.png\nvalid/red/twin.png' ]
    check -split train -out good.txt >/dev/null
    [ "$(cat good.txt)" = train/red/2.png ]
}

@test "-twins is a list for valid -exclude" {
    cp "$ROOT/tests/cli/colours.cfg" . && sed -i 's/output=3/output=2/' colours.cfg
    floats -header 0 0 10 0 0 0 10 0 >x.weights
    check -twins rest.txt >/dev/null
    darknet classifier valid set.data colours.cfg x.weights -json -exclude rest.txt |
        jq -e '.images == 2 and .excluded == 3'
}

@test "a clean set: an empty list, which -exclude takes" {
    rm valid/red/* valid/green/y.png
    check -twins rest.txt >/dev/null
    [ -e rest.txt ] && [ ! -s rest.txt ]
}

@test "wrong use, and nothing there" {
    run --separate-stderr check -split valid
    fails_with 2 "add one of them"
    run --separate-stderr check -split half -out x
    fails_with 2 "train, valid and test"
    run --separate-stderr check -split test -out x
    fails_with 1 "no test pictures of their own"
    run --separate-stderr darknet dataset check set.data -set data.train=a -set data.valid=b -set data.test=c
    fails_with 1 "a: there is no such list file, folder or archive"
}

@test "training pictures that are not there are an error, others are passed over" {
    sed -i 's/^valid=.*/valid=nowhere/' set.data
    check >/dev/null
    sed -i 's/^train=.*/train=nowhere/' set.data
    run --separate-stderr check
    fails_with 1 "nowhere: there is no such list file, folder or archive"
    sed -i '/^train=/d; s/^valid=.*/valid=valid/' set.data
    check >/dev/null
}
