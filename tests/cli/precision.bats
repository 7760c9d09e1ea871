#!/usr/bin/env bats
# precision=f32|bf16|auto and -precision: who gets which, that training in bf16 learns what training in f32 does, and
# that it is repeated and resumed exactly. What needs bf16 is skipped where the processor has none.
load setup

setup() {
    enter_colours
    cat >conv.cfg <<'END'
[net]
batch=6
width=12
height=12
channels=3
learning_rate=.05
momentum=.9
max_epochs=30
flip=0

[convolutional]
batch_normalize=1
filters=16
size=3
stride=1
pad=1
activation=relu6

[convolutional]
batch_normalize=1
filters=16
groups=16
size=3
stride=2
pad=1
activation=relu6

[avgpool]

[connected]
output=3
activation=linear

[softmax]
END
}

need_bf16() {
    case $(darknet version) in
    *"instructions: avx512bf16,"* | *"instructions: amx,"*) ;;
    *) skip "no AVX512-BF16 in this build or processor, or DARKNET_ISA caps it" ;;
    esac
}

train() { darknet classifier train colours.data conv.cfg -threads 1 -seed "$SEED" "$@"; }
losses() { cut -d, -f4 "results/conv-$1/log.csv" | tail -n +2; }

@test "an engine without bf16: precision=bf16 is an error that names auto, auto is f32" {
    run --separate-stderr darknet network info conv.cfg -backend ref -precision bf16
    fails_with 1 "precision=auto uses f32"
    sed -i 's/^batch=6/&\nprecision=bf16/' conv.cfg
    run --separate-stderr darknet network info conv.cfg -backend ref
    fails_with 1 "conv.cfg:3: [net] precision=bf16"
    run --separate-stderr train -backend ref -precision auto -set net.max_epochs=1
    [ "$status" -eq 0 ]
    [[ "${lines[0]}" == *", ref in f32, "* ]]
    grep -qx precision=f32 results/conv-1/run.txt
}

@test "a processor without bf16, or less instructions asked for" {
    [ "$(darknet version | grep -c onednn)" -gt 0 ] || skip "this build has no oneDNN"
    export DARKNET_ISA=base
    run --separate-stderr darknet network info conv.cfg -precision bf16
    fails_with 1 "engine onednn has no bf16 on this processor (AVX512-BF16 or AMX) or card"
    darknet network info conv.cfg -precision auto | grep -q "by onednn in f32"
    unset DARKNET_ISA
    export DNNL_MAX_CPU_ISA=AVX2 ONEDNN_MAX_CPU_ISA=AVX2 # oneDNN's own switch
    darknet network info conv.cfg -precision auto | grep -q "by onednn in f32"
}

@test "-precision: not one of the three" {
    run --separate-stderr darknet network info conv.cfg -precision half
    fails_with 1 "is none of f32, bf16, auto"
}

@test "f32 unless the cfg or the line says otherwise; every layer names what it runs in" {
    need_bf16
    darknet network info conv.cfg | grep -q "by onednn in f32"
    darknet network info conv.cfg -precision bf16 >info
    grep -q "by onednn in bf16" info
    grep -Eq "convolutional .* bf16 .*avx512_core_(bf16|amx)" info
    grep -q "connected .* f32 " info
}

@test "auto takes bf16 where it is faster: by AMX, and by AVX512-BF16 of others than Intel" {
    need_bf16
    faster=bf16
    ! grep -q GenuineIntel /proc/cpuinfo || faster=f32
    DARKNET_ISA=avx512bf16 darknet network info conv.cfg -precision auto | grep -q "by onednn in $faster"
    ! grep -q amx_bf16 /proc/cpuinfo || faster=bf16
    darknet network info conv.cfg -precision auto | grep -q "by onednn in $faster"
}

@test "training in bf16 learns what training in f32 does" {
    need_bf16
    run --separate-stderr train -precision bf16
    [ "$status" -eq 0 ]
    [[ "${lines[0]}" == *", onednn in bf16, "* ]]
    grep -qx precision=bf16 results/conv-1/run.txt
    cp weights/conv_best.weights half
    train >/dev/null
    # the first losses lie together, and both end where one picture of ten (a red one among the green) is wrong
    paste <(losses 1 | head -5) <(losses 2 | head -5) | awk '{ d = $1 - $2; if (d < -.03 || d > .03) bad = 1 } END { exit bad || NR != 5 }'
    for weights in half weights/conv_best.weights; do
        darknet classifier valid colours.data conv.cfg $weights -precision bf16 -json | jq -e '.top1 == .9'
        darknet classifier valid colours.data conv.cfg $weights -json | jq -e '.top1 == .9'
    done
}

@test "bf16 answers are near f32's" {
    need_bf16
    train >/dev/null
    ask() { darknet classifier predict colours.data conv.cfg weights/conv_best.weights valid/red/1.png -json "$@"; }
    ask >single
    ask -precision bf16 >half
    jq -e -n --slurpfile a single --slurpfile b half '[$a[0][0], $b[0][0] | .predictions | map({(.name): .probability}) | add]
        | (.[0].red - .[1].red | fabs) < .01 and (.[0].red != .[1].red)'
}

@test "in bf16, the same seed gives the same weights, and -resume carries on exactly" {
    need_bf16
    local set=(-precision bf16 -set net.max_epochs=200)
    train "${set[@]}" >/dev/null
    mv weights whole
    mv results whole-results
    "$DARKNET" classifier train colours.data conv.cfg -threads 1 -seed "$SEED" "${set[@]}" >log 2>&1 &
    pid=$!
    wait_for grep -q '^epoch [0-9]*/200  loss' log
    kill -INT $pid
    wait $pid || true
    [ ! -e weights/conv_final.weights ]
    run --separate-stderr train -set net.max_epochs=200 -resume
    fails_with 1 precision
    train "${set[@]}" -resume >/dev/null
    for kind in best last final; do
        cmp "whole/conv_$kind.weights" "weights/conv_$kind.weights"
    done
}
