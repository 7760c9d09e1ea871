#!/usr/bin/env bats
# Command lines that cannot be meant: a hint on stderr, exit code 2, nothing on stdout.
load setup

usage_error() { # text, then the line
    local text=$1
    shift
    run --separate-stderr darknet "$@"
    fails_with 2 "$text"
    [ -z "$output" ]
}

@test "no command" { usage_error "a command is missing"; }
@test "unknown command" { usage_error "there is no command 'frobnicate'" frobnicate; }
@test "a near miss of a group" { usage_error "did you mean 'classifier'" clasifier train; }
@test "a near miss of a command" { usage_error "did you mean 'classifier train'" classifier trian; }
@test "a second word alone" { usage_error "did you mean 'classifier train'" train a b; }
@test "a group alone lists its commands" { usage_error "train, valid, predict, demo, serve, test" classifier; }
@test "unknown flag" { usage_error "there is no flag -frobnicate" classifier train a b -frobnicate; }
@test "a near miss of a flag" { usage_error "did you mean -threads" classifier train a b -treads 2; }
@test "two dashes" { usage_error "did you mean -threads" classifier train a b --threads 2; }
@test "a flag of another command" { usage_error "has no flag -json" network info x.cfg -json; }
@test "a flag without its value" { usage_error "-threads wants a value" classifier train a b -threads; }
@test "a flag with a word for a number" { usage_error "no whole number" classifier train a b -threads many; }
@test "a flag out of range" { usage_error "out of range 1..1024" classifier train a b -threads 0; }
@test "a size that is none" { usage_error "wanted is a size" network info a -max_memory lots; }
@test "-set without a section" { usage_error "net.KEY=VALUE" classifier train a b -set batch=3; }
@test "missing argument, with the usage line" {
    usage_error "usage: darknet classifier train DATA CFG" classifier train a.data
}
@test "surplus argument" { usage_error "has no use for 'd'" classifier train a b c d; }
@test "-values without -layer" { usage_error "add -layer N" network stats colours.cfg -values; }
@test "-layer beyond the network" { usage_error "layers 0..1" network stats colours.cfg -layer 7; }
@test "partial with N beyond the network" {
    usage_error "1..2" network partial colours.cfg colours.weights out.weights 9
    [ ! -e out.weights ]
}
@test "unknown engine" {
    run --separate-stderr darknet network info colours.cfg -backend abacus
    [ "$status" -ne 0 ]
    [[ "$stderr" == *ref* ]]
}
@test "DARKNET_ISA that is no level, from whatever computes" {
    for line in version "network info colours.cfg" "classifier valid colours.data colours.cfg colours.weights"; do
        # shellcheck disable=SC2086 # words of a line
        DARKNET_ISA=abacus run --separate-stderr darknet $line
        fails_with 1 "DARKNET_ISA=abacus: is no level of instructions; this processor has: base"
    done
}
@test "flags anywhere on the line" {
    darknet -t 1 classifier predict -threads 1 colours.data colours.cfg -dont_show colours.weights valid/red/1.png
}
@test "a file that begins with a dash comes after --" {
    cp valid/red/1.png ./-odd.png
    run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights -- -odd.png
    [ "$status" -eq 0 ]
    [[ "$output" == *"-odd.png: Predicted"* ]]
}

# ---- lines of other Darknets ----

@test "-thresh" { usage_error "there is no flag -thresh: a classifier tells its best answers" classifier predict a b c -i 0 -thresh .5 x.jpg; }
@test "-out_filename" { usage_error "-out FILE writes" classifier demo a b c.weights x.mp4 -out_filename y.mp4; }
@test "detector, whatever its flags" { usage_error "detectors of objects are not there yet" detector demo a b c -ext_output -foo; }
@test "statistics" { usage_error "network stats CFG WEIGHTS" statistics a.cfg a.weights; }
@test "partial alone" { usage_error "did you mean 'network partial'" partial a.cfg a.weights b.weights 3; }
@test "-h" { usage_error "there is no flag -h" -h; }

@test "Darknet's lines for train, valid and predict are taken, and notes say what has no effect" {
    run --separate-stderr darknet classifier train colours.data colours.cfg -gpus 0,1 -topk -clear -dont_show -i 0 -map \
        -set net.max_epochs=1
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"-gpus 0,1 has no effect: everything is computed on the processor"* ]]
    [[ "$stderr" == *"-topk has no effect: accuracy is told"* ]]
    run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights valid/red/1.png -i -1 -t 1
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 2 ]
    [ "$stderr" = "-i -1 has no effect: everything is computed on the processor" ]
    run --separate-stderr darknet -i 0 classifier valid colours.data colours.cfg colours.weights -nogpu
    [ "$status" -eq 0 ]
}

@test "our own flags are told of none of this" {
    run --separate-stderr darknet help classifier train
    [ "$status" -eq 0 ]
    [[ "$output" != *topk* ]]
    run --separate-stderr darknet help darknet
    [[ "$output" == *"-topk"*"no effect"*"statistics"*"network stats"* ]]
}
