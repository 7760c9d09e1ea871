#!/bin/sh
# What can only be known on a machine with an NVIDIA card, in less than eight minutes: most valuable first, each step with a
# limit of its own; one that fails or is late does not stop the others. Needs what `make CUDA=1 test-programs` has built, and
# no compiler. results/cuda-CARD.md is written after each step.
# Usage: BIN=build/dnnl1 [CARD=0] [PEER=script] [NET=cfg SIZE=pixels] [LIMIT=seconds of any step] scripts/check_cuda.sh [OUT]
# NET is trained with -resume, of SIZE×SIZE pixels and with 7 outputs: a few layers of 8×8 on a simulated device, which is slow.
# PEER is run as `python3 PEER --size 96 --batch N --seconds S` for N = 64, 256 and prints JSON.
set -u
BIN=${BIN:?the folder with the built programs}
case $BIN in /*) ;; *) BIN=$PWD/$BIN ;; esac
export BIN DARKNET="$BIN/darknet" DARKNET_MODULES="${DARKNET_MODULES:-$BIN}"
engine=cuda${CARD:+:$CARD}
net=$(realpath "${NET:-cfg/mobilenetv1.cfg}") size=${SIZE:-48}

# Two trainings with equal seeds, and one that is killed and resumed, must leave equal bits. Pictures are drawn.
resume() {
    cd "$folder" || return 1
    for i in 1 2 3 4 5 6 7; do
        mkdir -p "train/$i" "valid/$i"
        for k in 1 2 3 4 5 6 7 8; do
            "$BIN/tests/tools/picture" "train/$i/$k.png" 48 48 $((i * 30)) $((k * 30)) $((i * k % 256))
            "$BIN/tests/tools/picture" "valid/$i/$k.png" 48 48 $((i * 30)) $((k * 30)) $((i * k % 256))
        done
    done
    seq 7 >names
    printf 'classes=7\ntrain=train\nvalid=valid\nnames=names\nbackup=weights\nresults=results\n' >data
    final=$(basename "$net" .cfg)_final.weights
    for precision in f32 bf16; do
        set -- "$DARKNET" classifier train data "$net" -backend "$engine" -precision $precision -seed 3 \
            -set net.batch=32 -set net.width="$size" -set net.height="$size" -set net.max_epochs=40
        "$@" >/dev/null && mv weights whole && rm -rf results || return 1
        "$@" >log &
        pid=$!
        until grep -q '^epoch 5/' log; do kill -0 $pid && sleep .02 || return 1; done
        kill -KILL $pid
        wait $pid
        "$@" -resume && cmp "whole/$final" "weights/$final" || return 1
        rm -rf whole weights results
        echo "$precision: equal bits"
    done
}

peers() {
    for batch in 64 256; do
        python3 "$PEER" --size 96 --batch "$batch" --seconds 20 || return 1
    done
}

case ${1:-} in # a step of this script
--resume) folder=$2 && resume && exit 0 || exit 1 ;;
--peers) peers && exit 0 || exit 1 ;;
esac

card=$("$DARKNET" version | sed -n "s/^cuda:${CARD:-0}: //p")
if [ -z "$card" ]; then
    "$DARKNET" network info cfg/mobilenet.cfg -backend "$engine"
    exit 1
fi
out=${1:-results}
name=$(printf '%s' "${card%%,*}" | tr -c '[:alnum:]\n' '-' | tr '[:upper:]' '[:lower:]')
mkdir -p "$out"
report=$out/cuda-$name.md
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
bad=0

printf '# %s\n\ndarknet %s, %s, %s cores\n' "$card" "$("$DARKNET" version | head -n 1 | cut -d' ' -f2)" \
    "$(date -u +%Y-%m-%d)" "$(nproc)" >"$report"

step() { # title, seconds, lines that are kept, command...
    title=$1 most=$2 lines=$3
    shift 3
    [ "${LIMIT:-$most}" -ge "$most" ] || most=$LIMIT
    began=$(date +%s)
    timeout -k 5 "$most" "$@" >"$folder/said" 2>&1
    rc=$?
    case $rc in
    0) said="passed" ;;
    124 | 137) said="NOT DONE in $most s" bad=1 ;;
    *) said="FAILED (exit code $rc)" bad=1 ;;
    esac
    printf '%s: %s, %d s\n' "$title" "$said" $(($(date +%s) - began))
    {
        printf '\n## %s: %s, %d s\n\n```\n' "$title" "$said" $(($(date +%s) - began))
        tail -n "$lines" "$folder/said"
        printf '```\n'
    } >>"$report"
}

step "engines beside ref" 60 20 "$BIN/tests/unit/test_backend_engines" -j4 --color=never
step "layers beside ref" 60 20 "$BIN/tests/layers/test_layers" -j4 --color=never
step "equal seeds and -resume give equal bits" 60 20 "$0" --resume "$folder"
step "speed" 120 20 "$BIN/tests/bench/bench" -backend "$engine" -rounds 3 -seconds 2 -only card
[ -z "${PEER:-}" ] || step "the peer" 150 20 "$0" --peers
if command -v compute-sanitizer >/dev/null; then
    step "compute-sanitizer" 60 20 compute-sanitizer --error-exitcode 9 "$BIN/tests/bench/bench" -backend "$engine" \
        -rounds 1 -seconds .1 -only card_train_64
fi
echo "written: $report"
exit $bad
