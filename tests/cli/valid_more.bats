#!/usr/bin/env bats
# What classifier valid does on request: -tta, -calibrate, -out, -exclude and the interval. Of the ten pictures nine are
# right with p = e^10 / (e^10 + 2) and one is red in the folder green (setup.bash).
load setup

valid() { darknet classifier valid colours.data colours.cfg colours.weights "$@"; }
fails_valid() { # code text flags
    local code=$1 text=$2
    shift 2
    run --separate-stderr valid "$@"
    fails_with "$code" "$text"
}
near() { # file filter value
    jq -e "($2 - $3 | fabs) < 1e-4" "$1"
}

@test "the interval holds the accuracy and is the same each time" {
    valid -json >a.json
    valid -json >b.json
    cmp a.json b.json
    jq -e '.top1_interval | length == 2 and .[0] >= 0.6 and .[0] < 0.9 and .[1] >= 0.9 and .[1] <= 1' a.json
    valid | grep -q "95 % bootstrap interval"
}

@test "-tta: the single view stays, the mean stands beside it" {
    valid -json >plain.json
    jq -e 'has("tta") | not' plain.json
    for name in flip ten all; do
        valid -json -tta $name >out.json
        jq -e ".tta.name == \"$name\"" out.json
        jq -e '.tta.top1 == 0.9 and .top1 == 0.9 and .images == 10' out.json
        near out.json .tta.loss "$(jq .loss plain.json)" # pictures of one colour look the same in every view
        near out.json .loss "$(jq .loss plain.json)"
        near out.json .tta.macro_f1 "$(jq .macro_f1 plain.json)"
    done
    jq -e '.tta.views == 12' out.json
    valid -tta ten | grep -q '^tta ten (mean of 10 views): loss 1.0001, top 1: 90.00 %'
    valid -json -tta none | cmp - plain.json
}

@test "-tta: a name that there is not" { fails_valid 2 "did you mean 'flip'" -tta filp; }

@test "-tta with more views than a batch has pictures, and an unreadable picture" {
    : >valid/red/2.png
    run --separate-stderr valid -json -tta all -set net.batch=1 -set net.max_bad=20
    [ "$status" -eq 0 ]
    echo "$output" | jq -e '.images == 9 and .skipped == 1 and .tta.top1 == .top1'
}

# Nine of ten are right, so the best p is .9: e^(10/T) = 18, T = 10 / ln 18; the loss is -.9 ln .9 - .1 ln .05.
@test "-calibrate: the temperature by hand, kept beside the weights" {
    valid -json -calibrate >out.json
    near out.json .calibration.temperature 3.459762
    near out.json .calibration.loss_before 1.0000908
    near out.json .calibration.loss_after 0.394398
    jq -e '.calibration.file == "colours.weights.json"' out.json
    jq -e '.fitted_on == "valid" and .images == 10 and (.weights_hash | length) == 16' colours.weights.json
    near colours.weights.json .temperature 3.459762
    near out.json .loss 1.0000908 # figures are those without it
}

@test "predict uses the temperature and says so" {
    valid -calibrate | grep -q '^temperature 3.4598: loss 1.0001 becomes 0.3944; kept in colours.weights.json'
    run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights valid/red/1.png
    [ "$status" -eq 0 ]
    [ "${lines[1]}" = "red: 0.900000" ]
    [[ "$stderr" == *"colours.weights.json: scores are given with temperature 3.46"* ]]
    darknet classifier predict -json colours.data colours.cfg colours.weights valid/red/1.png 2>/dev/null >out.json
    near out.json '.[0].predictions[0].probability' 0.9
}

@test "a temperature of other weights is not used" {
    valid -calibrate >/dev/null
    floats -header 0 0 0 11 0 0 0 10 0 0 0 10 >colours.weights
    run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights valid/blue/1.png
    [ "$status" -eq 0 ]
    [ "${lines[1]}" = "blue: 0.999909" ]
    [[ "$stderr" == *"other weights"* ]]
}

@test "a broken .json is an error with file and field" {
    ask() { run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights valid/red/1.png; }
    refused() { # text of the file, what is said
        printf '%s' "$1" >colours.weights.json
        ask
        fails_with 1 "colours.weights.json"
        [[ "$stderr" == *"$2"* ]]
        [ -z "$output" ]
    }
    refused '' "no JSON object"
    refused '{"temperature": 2' "no JSON object"
    refused $'{\n"temperature": 2,\n]' ".json:3: this is no JSON object"
    refused '{"temperature": 2} x' "no JSON object"
    refused '[2]' "no JSON object"
    refused '{}' 'no field "temperature"'
    refused '{"temperature": "2"}' 'field "temperature" is "2"'
    refused '{"temperature": 0}' 'field "temperature" is 0'
    refused '{"temperature": -1}' 'field "temperature" is -1'
    refused '{"temperature": 1e9}' 'a number in 0.01..100'
    refused '{"temperature": 2, "weights_hash": 7}' 'field "weights_hash"'
    printf '{"temperature": 2}' >colours.weights.json
    ask
    [ "$status" -eq 0 ]
    want=$(awk 'BEGIN { e = exp(5); printf "%.4f", e / (e + 2) }')
    [[ "${lines[1]}" == "red: $want"* ]]
}

@test "-calibrate where no temperature is best: the figures, then an error, and no file" {
    run --separate-stderr valid -calibrate train
    fails_with 1 "no temperature is best"
    [[ "$output" == *"top 1: 100.00 %"* ]]
    [ ! -e colours.weights.json ]
}

@test "-calibrate a network without softmax" {
    sed '/softmax/d' colours.cfg >linear.cfg
    run --separate-stderr darknet classifier valid colours.data linear.cfg colours.weights -calibrate
    fails_with 1 "no probabilities"
}

@test "-out: every answer as CSV" {
    valid -out p.csv >/dev/null
    [ "$(head -n 1 p.csv)" = "path,truth,answer,probability,red,green,blue" ]
    [ "$(wc -l <p.csv)" -eq 11 ]
    grep -qx 'valid/green/odd.png,green,red,0.99990[0-9]*,0.99990[0-9]*,4.5395[0-9]*e-05,4.5395[0-9]*e-05' p.csv
    [ ! -e p.csv.tmp ]
    valid -tta flip -out q.csv >/dev/null
    [ "$(cut -d, -f1-3 p.csv)" = "$(cut -d, -f1-3 q.csv)" ]
}

@test "-out where nothing can be written: the figures, then an error" {
    run --separate-stderr valid -out nowhere/p.csv
    fails_with 1 "nowhere/p.csv"
    [[ "$output" == *"top 1: 90.00 %"* ]]
}

@test "-exclude leaves pictures out and counts them" {
    printf 'valid/green/odd.png\n\n./valid//red/1.png\r\nvalid/red/1.png\n' >list
    run --separate-stderr valid -json -exclude list
    [ "$status" -eq 0 ]
    echo "$output" | jq -e '.images == 8 and .excluded == 2 and .top1 == 1'
    [[ "$stderr" == *"2 of its 2 paths matched; 2 pictures are left out"* ]]
    [[ "$stderr" != *warning* ]]
    echo train/red/1.png >>list
    run --separate-stderr valid -exclude list
    [[ "$stderr" == *"warning: list: 1 of its paths are not among"* ]]
    [ "${lines[0]}" = "images 8, skipped 0, left out by -exclude 2" ]
}

@test "-exclude: lists that cannot be meant" {
    fails_valid 1 "nowhere" -exclude nowhere
    find train -name '*.png' >list
    fails_valid 1 "none of its 9 paths" -exclude list
    find valid -name '*.png' >list
    fails_valid 1 "all 10 pictures" -exclude list
    : >list
    valid -json -exclude list | jq -e '.images == 10 and .excluded == 0'
}
