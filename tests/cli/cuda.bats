#!/usr/bin/env bats
# The program with the engine cuda, on the simulated device of tests/sim.
load setup

CUDA=$BIN/sim

setup() {
    [ -e "$CUDA/darknet_cuda.so" ] || skip "no simulated device: NVIDIA's headers are not installed"
    export DARKNET_MODULES=$CUDA
    enter_colours
    cat >net.cfg <<'CFG'
[net]
batch=4
width=8
height=8
channels=3
learning_rate=.05
max_epochs=2
precision=f32

[convolutional]
filters=8
size=3
stride=1
pad=1
batch_normalize=1
activation=relu

[convolutional]
filters=8
groups=8
size=3
stride=2
pad=1
batch_normalize=1
activation=relu6

[convolutional]
filters=8
size=1
activation=leaky

[avgpool]

[dropout]
probability=.2

[connected]
output=3
activation=linear

[softmax]
CFG
}

train() { darknet classifier train colours.data net.cfg -backend cuda -threads 1 "$@"; }

@test "version lists the cards" {
    DK_SIM_CARDS=2 run darknet version
    [ "$status" -eq 0 ]
    [[ "$output" == *"cuda:0: simulated device 0, 2.0 GB, driver for CUDA 13.0"*"cuda:1: simulated device 1"* ]]
}

@test "network info names what runs each layer" {
    local dnn=dnn
    grep -q "cuDNN: " "$CUDA/darknet_cuda.so" || dnn=unfold # built without it
    run darknet network info net.cfg -backend cuda -set net.precision=bf16
    [ "$status" -eq 0 ]
    [[ "$output" == *"bf16 cuda:$dnn"*"bf16 cuda:depthwise"*"bf16 cuda:pointwise"*"f32 cuda"* ]]
    DK_SIM_DNN=refuses run darknet network info net.cfg -backend cuda -set net.precision=bf16
    [ "$status" -eq 0 ]
    [[ "$output" == *"bf16 cuda:unfold"*"bf16 cuda:depthwise"* ]]
}

@test "no card, an old driver, a card that is not there: what is wrong, and exit code 1" {
    DK_SIM_CARDS=0 run --separate-stderr darknet network info net.cfg -backend cuda
    fails_with 1 "engine cuda: no NVIDIA GPU: no CUDA-capable device is detected"
    DK_SIM_DRIVER=old run --separate-stderr darknet network info net.cfg -backend cuda
    fails_with 1 "engine cuda: no NVIDIA GPU: CUDA driver version is insufficient for CUDA runtime version"
    run --separate-stderr darknet network info net.cfg -backend cuda:1
    fails_with 1 "engine cuda:1: there is no such card; the only one is 0"
    run --separate-stderr darknet network info net.cfg -backend cuda:one
    fails_with 2 "no number of a device"
    run --separate-stderr darknet network info net.cfg -backend ref:0
    fails_with 2 "engine 'ref:0'"
}

@test "a card too old for bf16 is named where the cfg asks for it" {
    DK_SIM_CAPABILITY=75 run --separate-stderr darknet network info net.cfg -backend cuda -set net.precision=bf16
    fails_with 1 "bf16"
}

@test "no module, one of another version, and a file that is none" {
    mkdir empty other
    DARKNET_MODULES=$PWD/empty run --separate-stderr darknet network info net.cfg -backend cuda
    [ "$status" -eq 1 ]
    echo 'const unsigned long dk_cuda_module[2] = {999, 8};' >other.c
    ${CC:-gcc} -shared -fPIC -o other/darknet_cuda.so other.c
    DARKNET_MODULES=$PWD/other run --separate-stderr darknet network info net.cfg -backend cuda
    fails_with 1 "belongs to another version of the program"
    echo text >other/darknet_cuda.so
    DARKNET_MODULES=$PWD/other run --separate-stderr darknet network info net.cfg -backend cuda
    fails_with 1 "cannot be loaded"
}

@test "more memory than the card has is an error before the work" {
    DK_SIM_MEMORY=40 run --separate-stderr darknet network info net.cfg -backend cuda -train -set net.batch=4096
    [ "$status" -eq 1 ]
    [[ "$stderr" == *"memory"* || "$stderr" == *"MB"* ]]
}

@test "a training that is stopped and resumed has the weights of one that was not" {
    local again= epochs=net.max_epochs=8
    train -set $epochs >/dev/null
    mv weights whole
    rm -r results
    for launch in 600 400; do
        DK_SIM_FAIL=$launch run --separate-stderr train -set $epochs $again
        fails_with 1 "unspecified launch failure"
        again=-resume
    done
    train -set $epochs -resume >/dev/null
    cmp whole/net_final.weights weights/net_final.weights
}

@test "the order of threads and blocks does not change what is learnt, in f32 and bf16" {
    for precision in f32 bf16; do
        rm -rf weights results
        train -precision $precision >/dev/null
        mv weights one
        rm -r results
        DK_SIM_SEED=77 train -precision $precision >/dev/null
        cmp one/net_final.weights weights/net_final.weights
        rm -r one
    done
}

@test "weights of a card are read by every engine, and answers agree" {
    train >/dev/null
    for engine in cuda ref; do
        darknet classifier predict colours.data net.cfg weights/net_final.weights train/red/1.png -backend $engine \
            -precision f32 -json >$engine.json
    done
    cat cuda.json ref.json
    jq -en --slurpfile a cuda.json --slurpfile b ref.json \
        '[$a[0][0].predictions, $b[0][0].predictions] | transpose | all(.[0].name == .[1].name and
            (.[0].probability - .[1].probability | fabs) < .001)'
}
