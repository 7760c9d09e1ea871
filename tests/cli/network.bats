#!/usr/bin/env bats
# network info, stats and partial.
load setup

@test "info: layers, counts and what runs them" {
    run --separate-stderr darknet network info colours.cfg
    [ "$status" -eq 0 ]
    [[ "$output" =~ 0\ +connected\ +3\ x\ 1\ x\ 1\ +12\ +9 ]]
    [[ "$output" == *"12 parameters, 9 multiply-adds a picture"* ]]
    [[ "$output" =~ parameters\ +[1-9] ]]
}

@test "info -train wants memory for gradients" {
    run --separate-stderr darknet network info "$ROOT/tests/cli/tiny.cfg" -train
    [ "$status" -eq 0 ]
    [[ "$output" =~ gradients\ +[1-9] ]]
    run --separate-stderr darknet network info "$ROOT/tests/cli/tiny.cfg"
    [[ "$output" =~ gradients\ +0 ]]
}

@test "info -set changes what is built" {
    run --separate-stderr darknet network info "$ROOT/tests/cli/tiny.cfg" -set net.width=48 -set net.height=48
    [[ "$output" == *"8 x 24 x 24"* ]]
}

@test "a network beyond -max_memory is an error before it is built" {
    run --separate-stderr darknet network info "$ROOT/tests/cli/tiny.cfg" -max_memory 1k
    fails_with 1 "memory"
}

@test "stats of raw numbers: z = 10 x, then softmax" {
    floats 0.1 0.2 0.3 >raw.f32
    darknet network stats colours.cfg colours.weights -input raw.f32 -json >out.json
    jq -e '.layers | length == 2' out.json
    jq -e '.layers[0] | .index == 0 and .type == "connected" and .c == 3 and .h == 1 and .w == 1' out.json
    jq -e '.layers[0] | (.mean - 2 | fabs) < 1e-5 and (.rms - (14 / 3 | sqrt) | fabs) < 1e-5' out.json
    jq -e '.layers[1].mean - 1 / 3 | fabs < 1e-6' out.json
}

@test "stats -layer -values prints the output, as text and as JSON" {
    floats 0.1 0.2 0.3 >raw.f32
    run --separate-stderr darknet network stats colours.cfg colours.weights -input raw.f32 -layer 0 -values
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 3 ]
    printf '%.4f ' "${lines[@]}" | grep -q '^1.0000 2.0000 3.0000 $'
    darknet network stats colours.cfg colours.weights -input raw.f32 -layer 0 -values -json |
        jq -e '.layers | length == 1 and (.[0].values | length) == 3'
}

@test "stats of a picture goes through the preprocessing" {
    darknet network stats colours.cfg colours.weights -input valid/red/1.png -json -layer 0 -values |
        jq -e '.layers[0].values | (.[0] - 10 | fabs) < 1e-4 and (.[1] | fabs) < 1e-4'
}

@test "stats without input is random, says so, and repeats" {
    run --separate-stderr darknet network stats colours.cfg colours.weights -seed 5
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"random pixels of seed 5"* ]]
    first=$output
    run --separate-stderr darknet network stats colours.cfg colours.weights -seed 5
    [ "$output" = "$first" ]
    run --separate-stderr darknet network stats colours.cfg colours.weights -seed 6
    [ "$output" != "$first" ]
}

@test "stats of raw numbers of the wrong size" {
    floats 1 2 >raw.f32
    run --separate-stderr darknet network stats colours.cfg colours.weights -input raw.f32
    fails_with 1 "has 8 bytes; wanted are 12"
}

@test "partial keeps the first layers: header and parameters" {
    darknet network partial colours.cfg colours.weights out.weights 1
    [ "$(tail -c +21 out.weights | cmp - <(tail -c +21 colours.weights) && echo same)" = same ]
    [ "$(stat -c %s out.weights)" -eq 68 ]
}

@test "partial does not cut the file that it reads" {
    ln -s colours.weights link.weights
    run --separate-stderr darknet network partial colours.cfg colours.weights link.weights 1
    fails_with 2 "OUT is WEIGHTS itself"
    [ -L link.weights ]
}

@test "partial of a file that holds less" {
    cp "$ROOT/tests/cli/tiny.cfg" .
    floats -header $(yes 0.5 | head -n $((8 * 4 + 216))) >short.weights
    darknet network partial tiny.cfg short.weights out.weights 1
    run --separate-stderr darknet network partial tiny.cfg short.weights more.weights 6
    fails_with 1 "holds only the first"
    [ ! -e more.weights ]
}

@test "the networks of cfg/ are built, and the shipped weights fit theirs" {
    for cfg in "$ROOT"/cfg/*.cfg; do
        darknet network info "$cfg" >/dev/null
    done
    cd "$ROOT"
    darknet classifier predict cfg/emotion.data cfg/mobilenet.cfg weights/emotion.weights -json -threads 1 \
        "$BATS_TEST_TMPDIR/colours/valid/red/1.png" | jq -e '.[0].predictions | length == 7'
}
