#!/usr/bin/env bats
# Help and version come from the tables, on stdout, with exit code 0.
load setup

@test "what help lists is a command with help of its own" {
    darknet help | sed -n '/^  [a-z]/{s/ *[A-Z[].*//;p}' >commands # the words in small letters
    [ "$(wc -l <commands)" -ge 13 ]
    while read -r words; do
        # shellcheck disable=SC2086 # one or two words
        run darknet $words -help
        [ "$status" -eq 0 ]
        [[ "${lines[0]}" == "usage: darknet $words"* ]]
    done <commands
}

@test "help on a command: usage and flags" {
    run darknet help classifier predict
    [ "$status" -eq 0 ]
    [[ "$output" == *"usage: darknet classifier predict DATA CFG WEIGHTS"* ]]
    [[ "$output" == *"-json "* ]]
}

@test "-help after a command is the same" {
    [ "$(darknet classifier predict -help)" = "$(darknet help classifier predict)" ]
}

@test "help on a layer: its keys with ranges" {
    run darknet help maxpool
    [ "$status" -eq 0 ]
    [[ "$output" == *"[maxpool]"* ]]
    [[ "$output" =~ stride=1\ +1\.\.64 ]]
}

@test "help net knows the keys of all floors" {
    run darknet help net
    for key in batch= input_mean= flip= learning_rate= early_stop_patience=; do
        [[ "$output" == *" $key"* ]]
    done
}

@test "every layer has help" {
    darknet help layers | sed -n 's/^ *\[\([a-z_]*\)\].*/\1/p' >layers
    [ "$(wc -l <layers)" -ge 12 ]
    while read -r layer; do
        darknet help "$layer" >/dev/null
    done <layers
}

@test "help on nothing that is there" {
    run --separate-stderr darknet help maxpol
    fails_with 2 "did you mean 'maxpool'"
    run --separate-stderr darknet help classifier trian
    fails_with 2 "did you mean 'classifier train'"
    run --separate-stderr darknet help nothing
    fails_with 2 "lists commands"
}

@test "version names the engines, and the instructions in use of those that there are" {
    run darknet version
    [ "$status" -eq 0 ]
    [[ "${lines[0]}" =~ ^darknet\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
    [[ "${lines[1]}" == *ref* ]]
    [[ "${lines[2]}" =~ ^instructions:\ [a-z0-9]+,\ of\ base ]]
    DARKNET_ISA=base run darknet version
    [ "$status" -eq 0 ]
    [[ "${lines[2]}" == "instructions: base, of base"* ]]
}

@test "docs/cfg.md is what the tables say" {
    darknet help -markdown | diff "$ROOT/docs/cfg.md" -
}

@test "docs/compatibility.md ends in what the tables say about other Darknets" {
    darknet help darknet -markdown | diff <(sed -n "/^## Darknet's command lines/,\$p" "$ROOT/docs/compatibility.md") -
}

@test "a full disk is an error" {
    [ -e /dev/full ] || skip "no /dev/full"
    run bash -c "'$DARKNET' help >/dev/full"
    [ "$status" -eq 1 ]
    run bash -c "'$DARKNET' classifier predict colours.data colours.cfg colours.weights valid >/dev/full"
    [ "$status" -eq 1 ]
}
