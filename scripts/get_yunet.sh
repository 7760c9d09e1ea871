#!/bin/sh
# Makes weights/yunet.weights, the weights of cfg/yunet.cfg, of the ONNX file that YuNet's authors publish: the smaller
# network at 320x320 (yunet_n, 320 KB) of the project libfacedetection.train, Apache 2.0. Download it first; nothing is
# fetched here.
#
# Usage: scripts/get_yunet.sh FILE.onnx
# Environment: DEST, the file to write; DARKNET, the program that converts it.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
dest=${DEST:-$root/weights/yunet.weights}
darknet=${DARKNET:-$root/darknet}

if [ $# -ne 1 ]; then
    sed -n '6,7s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
if [ ! -x "$darknet" ]; then
    echo "get_yunet.sh: $darknet is missing; run make first" >&2
    exit 1
fi
"$darknet" import "$1" "$root/cfg/yunet.cfg" "$dest" >/dev/null
echo "$dest is there; try: darknet classifier demo -finder cfg/yunet.cfg,$dest"
