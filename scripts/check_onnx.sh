#!/bin/bash
# Exports the networks of cfg/ with random weights, as they are, with -fold and with -no_preprocess, and those of weights/
# that are part of the repository, and asks ONNX Runtime for its answers to a random picture: they must differ from ours by
# at most 1e-4. Every file that is not folded is imported again and must give the same weights.
# ONNX Runtime is npm's onnxruntime-node, which is put below build/; nodejs and npm come from Debian where there are none.
# Usage: BIN=build/dnnl1 scripts/check_onnx.sh FOLDER       (FOLDER for node's modules and the files)
set -eu
BIN=$(cd "${BIN:?the folder with the built programs}" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${1:?a folder for node modules}"
cd "$1"

command -v node >/dev/null && command -v npm >/dev/null || apt-get install -y nodejs npm >apt.log 2>&1 ||
    { cat apt.log; exit 1; }
[ -d node_modules/onnxruntime-node ] || npm install --ignore-scripts onnxruntime-node >npm.log 2>&1 ||
    { cat npm.log; exit 1; }
export NODE_PATH=$PWD/node_modules
failed=0

# The largest difference of two files of as many numbers; fails above 1e-4.
difference() {
    paste "$1" "$2" | awk '{ d = $1 - $2; d = d < 0 ? -d : d; if (!(d <= most)) most = d } NF != 2 { bad = 1 }
        END { printf "%.1g", most; exit bad || NR == 0 || !(most <= 1e-4) }'
}

check() { # name cfg flag: case.* are there
    local input=x channels=3
    [ "$3" != -no_preprocess ] || { input=n channels=${size[0]}; }
    "$BIN/darknet" export "$2" case.weights case.onnx ${3:+"$3"} >/dev/null
    node "$root/scripts/check_onnx/ort.js" case.onnx case.$input.f32 "$channels" "${size[1]}" "${size[2]}" >got.txt
    local said="ok"
    worst=$(difference got.txt case.y.txt) || said=FAILED
    if [ "$3" != -fold ]; then
        "$BIN/darknet" import case.onnx "$2" back.weights >/dev/null
        cmp -s <(tail -c +21 case.weights) <(tail -c +21 back.weights) || said="FAILED: other weights come back"
    fi
    [ "$said" = ok ] || failed=1
    printf '%-28s %-15s %8s  %s\n' "$1" "$3" "$worst" "$said"
}

check_all() { # name cfg: weights are in case.weights, or are drawn
    read -ra size < <("$BIN/tests/tools/onnx_case" "$2" case)
    for flag in "" -fold -no_preprocess; do
        check "$1" "$2" "$flag"
    done
}

for cfg in "$root"/cfg/*.cfg; do
    rm -f case.weights
    check_all "$(basename "$cfg")" "$cfg"
done
cp "$root/weights/emotion.weights" case.weights
check_all weights/emotion.weights "$root/cfg/mobilenet.cfg"
rm -f case.* got.txt back.weights
if [ $failed != 0 ]; then
    echo "check-onnx: failed"
    exit 1
fi
echo "check-onnx: ok"
