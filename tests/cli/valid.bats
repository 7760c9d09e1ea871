#!/usr/bin/env bats
# classifier valid on ten pictures, one of them red in the folder green. By hand: top-1 9/10; red has precision 4/5
# and recall 1, green 1 and 3/4; losses are 9 times -log p and once 10 - log p, p = e^10/(e^10 + 2).
load setup

valid() { darknet classifier valid colours.data colours.cfg colours.weights "$@"; }

@test "-json: every number" {
    valid -json >out.json
    jq -e 'keys == ["classes", "confusion", "images", "loss", "macro_f1", "skipped", "top1", "top1_interval", "topk"]' out.json
    jq -e '.images == 10 and .skipped == 0 and .top1 == 0.9' out.json
    jq -e '(.loss - 1.0000908 | fabs) < 1e-5' out.json
    jq -e '(.macro_f1 - (8/9 + 6/7 + 1) / 3 | fabs) < 1e-6' out.json
    jq -e '.confusion == [[4, 0, 0], [1, 3, 0], [0, 0, 2]]' out.json
    jq -e '[.classes[].name] == ["red", "green", "blue"] and [.classes[].support] == [4, 4, 2]' out.json
    jq -e '.classes[0] | .precision == 0.8 and .recall == 1 and (.f1 - 8/9 | fabs) < 1e-6' out.json
    jq -e '.classes[1] | .precision == 1 and .recall == 0.75 and (.f1 - 6/7 | fabs) < 1e-6' out.json
}

@test "-t 3 makes top-k everything" {
    valid -json -t 3 | jq -e '.topk == 1'
}

@test "text: the same numbers" {
    run --separate-stderr valid
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "images 10, skipped 0" ]
    [[ "${lines[1]}" == "loss 1.0001, top 1: 90.00 %, top 2: "*" macro F1: 0.9153" ]]
    [[ "$output" =~ green\ +1\.0000\ +0\.7500\ +0\.8571\ +4 ]]
}

@test "the last argument names another folder, or a list" {
    valid -json train | jq -e '.images == 9 and .top1 == 1'
    printf 'valid/green/odd.png\nvalid/red/1.png\n' >some.txt
    valid -json some.txt | jq -e '.images == 2 and .top1 == 0.5'
}

@test "-set data.valid overrides the file" {
    valid -json -set data.valid=train | jq -e '.images == 9'
}

@test "threads and engine do not change the answer" {
    [ "$(valid -json -threads 1)" = "$(valid -json -threads 2)" ]
    valid -json -backend ref | jq -e '.top1 == 0.9 and (.loss - 1.0000908 | fabs) < 1e-5'
}

@test "an unreadable picture is left out, counted and listed; more than max_bad is an error" {
    : >valid/red/2.png
    run --separate-stderr valid -json
    fails_with 1 "max_bad"
    grep -q 'valid/red/2.png' results/*/skipped.txt
    run --separate-stderr valid -json -set net.max_bad=20
    [ "$status" -eq 0 ]
    echo "$output" | jq -e '.images == 9 and .skipped == 1'
    [[ "$stderr" == *skipped.txt* ]]
}

@test "a folder of the data set and of the results with spaces" {
    mv valid "my valid"
    sed -i 's/^valid=.*/valid=my valid/; s/^test=.*//' colours.data
    mv colours.data "my colours.data"
    darknet classifier valid "my colours.data" colours.cfg colours.weights -json | jq -e '.images == 10'
}
