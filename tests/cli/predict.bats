#!/usr/bin/env bats
# classifier predict and test: formats, sources of pictures, and numbers worked out by hand.
load setup

predict() { darknet classifier predict colours.data colours.cfg colours.weights "$@"; }

@test "text: a line for the picture, then the k best names" {
    run --separate-stderr predict valid/green/1.png
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 3 ]
    [[ "${lines[0]}" =~ ^valid/green/1\.png:\ Predicted\ in\ [0-9]+\.[0-9]{6}\ milli-seconds\.$ ]]
    [ "${lines[1]}" = "green: 0.999909" ]
    [[ "${lines[2]}" =~ ^(red|blue):\ 0\.000045$ ]]
}

@test "-t sets the number of answers, at most the classes" {
    run --separate-stderr predict -t 1 valid/red/1.png
    [ "${#lines[@]}" -eq 2 ]
    run --separate-stderr predict -t 9 valid/red/1.png
    [ "${#lines[@]}" -eq 4 ]
}

@test "half-bright red: e^(10*128/255) / (that + 2)" {
    picture dark.png 7 7 128 0 0
    run --separate-stderr predict -t 1 dark.png
    [[ "${lines[1]}" == "red: 0.98695"* || "${lines[1]}" == "red: 0.98696"* || "${lines[1]}" == "red: 0.98697"* ]]
    want=$(awk 'BEGIN { e = exp(10 * 128 / 255); printf "%.5f", e / (e + 2) }')
    got=$(printf '%.5f' "${lines[1]#red: }")
    [ "$got" = "$want" ]
}

@test "-json: an array with file, width, height, milliseconds, predictions" {
    predict -json valid/blue/1.png valid/red/1.png >out.json
    jq -e 'length == 2' out.json
    jq -e '.[0].file == "valid/blue/1.png" and .[0].width == 9 and .[0].height == 2' out.json
    jq -e '.[0].milliseconds > 0 and (.[0].predictions | length) == 3' out.json
    jq -e '.[0].predictions[0].name == "blue" and (.[0].predictions[0].probability - 0.9999092 | fabs) < 1e-6' out.json
    jq -e '.[1].predictions[0].name == "red"' out.json
    predict -json -t 1 valid/blue/1.png | jq -e '(.[0].predictions | length) == 1'
    jq -e '.[0] | keys == ["file", "height", "milliseconds", "predictions", "width"]' out.json
}

@test "-json escapes what JSON must escape" {
    cp valid/red/1.png 'a "quoted\" name.png'
    predict -json 'a "quoted\" name.png' | jq -e '.[0].file == "a \"quoted\\\" name.png"'
}

@test "folders are searched, in the order of their paths" {
    run --separate-stderr predict -t 1 valid
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 20 ]
    [[ "${lines[0]}" == valid/blue/1.png:* ]]
    [[ "${lines[18]}" == valid/red/4.png:* ]]
}

@test "paths come from stdin when none is given; no prompt without a terminal" {
    printf 'valid/red/1.png\r\n\nvalid/green/1.png\n' >paths
    run --separate-stderr bash -c "'$DARKNET' classifier predict colours.data colours.cfg colours.weights -t 1 <paths"
    [ "$status" -eq 0 ]
    [ "${lines[1]}" = "red: 0.999909" ]
    [ "${lines[3]}" = "green: 0.999909" ]
    [[ "$output" != *"Enter Image Path"* ]]
}

@test "a JPEG, and a name with spaces" {
    picture 'my red picture.jpg' 16 16 250 5 5
    run --separate-stderr predict -t 1 'my red picture.jpg'
    [ "$status" -eq 0 ]
    [[ "${lines[0]}" == "my red picture.jpg: Predicted in "* ]]
    [[ "${lines[1]}" == "red: 0.9"* ]]
}

@test "an unreadable picture is reported, the rest goes on, exit code 1" {
    : >empty.png
    run --separate-stderr predict -t 1 valid/red/1.png empty.png missing.png valid/blue/1.png
    fails_with 1 "empty.png"
    [[ "$stderr" == *missing.png* ]]
    [[ "$stderr" == *"2 of 4 pictures"* ]]
    [ "${lines[3]}" = "blue: 0.999909" ]
    [ ! -e bad.list ]
}

@test "-json with an unreadable picture is still JSON of the others" {
    : >empty.png
    run --separate-stderr predict -json empty.png valid/red/1.png
    [ "$status" -eq 1 ]
    echo "$output" | jq -e 'length == 1 and .[0].file == "valid/red/1.png"'
}

@test "nothing in a path is ever run" {
    cp valid/red/1.png 'x;touch INJECTED;$(touch INJECTED).png'
    : >'y;touch INJECTED;.png'
    run predict 'x;touch INJECTED;$(touch INJECTED).png' 'y;touch INJECTED;.png'
    [ "$status" -eq 1 ]
    [ ! -e INJECTED ]
}

@test "test prints every score of every picture, last partial batch included" {
    run --separate-stderr darknet classifier test colours.data colours.cfg colours.weights
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 10 ]
    [ "${lines[9]}" = $'valid/red/4.png\t0.999909\t4.53958e-05\t4.53958e-05' ]
}

@test "test with an unreadable picture: the others, then exit code 1" {
    : >valid/red/2.png
    run --separate-stderr darknet classifier test colours.data colours.cfg colours.weights
    fails_with 1 "1 of 10 pictures"
    [ "${#lines[@]}" -eq 9 ]
}

@test "-json is UTF-8 whatever a file is called" {
    cp valid/red/1.png $'caf\xE9 \xC3\xA9.png'
    predict -json $'caf\xE9 \xC3\xA9.png' >out.json
    iconv -f UTF-8 -t UTF-8 out.json >/dev/null
    jq -e '.[0].file == "caf\ufffd \u00e9.png"' out.json
}
