#!/bin/bash
# What -http bears: wrk with 200 connections on /healthz for 20 seconds (no error; p99 is told), and a film of 25 frames a
# second while 200 readers that never read and one that does are connected (at least 22 are shown).
# Usage: BIN=build/dnnl1 scripts/soak_http.sh
set -eu
BIN=$(cd "${BIN:?the folder with the built programs}" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"

"$BIN/faces" -seed 5 -faces 1 -seconds 4 -stay -fps 25 -clip 640 480 once.avi >/dev/null
ffmpeg -v error -stream_loop 30 -i once.avi -c copy clip.avi
(cd "$root" && exec "$BIN/darknet" classifier demo cfg/emotion.data cfg/mobilenet.cfg weights/emotion.weights "$folder/clip.avi" \
    -dont_show -http 0) >out 2>err &
pid=$!
for _ in $(seq 600); do
    if grep -q "^http" err; then break; fi
    sleep .1
done
url=$(sed -n 's|^\(http://[^/]*\)/.*|\1|p' err)
frames() { curl -s "$url/metrics" | sed -n 's/^darknet_demo_frames_total //p'; }
least() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status"; }
sleep 2

echo "wrk, 200 connections on /healthz, 20 s:"
wrk -t 2 -c 200 -d 20 --latency "$url/healthz" | tee wrk.txt | grep -E '50%|99%|Requests/sec|errors' || true
failed=0
if grep -qE 'Socket errors|Non-2xx' wrk.txt; then
    failed=1
fi

sleep 2
for _ in $(seq 200); do
    exec {fd}<>"/dev/tcp/127.0.0.1/${url##*:}"
    printf 'GET /video HTTP/1.1\r\nHost: localhost\r\n\r\n' >&"$fd"
done
timeout 12 curl -sN "$url/video" >watched || true &
sleep 1
first=$(frames) start=$(date +%s%N)
sleep 10
rate=$(awk "BEGIN { printf \"%.1f\", ($(frames) - $first) / (($(date +%s%N) - $start) / 1e9) }")
wait $! || true
echo "frames a second with 200 who do not read and one who does (film of 25): $rate, seen by that one: $(awk "BEGIN { print $(grep -ac '^--darknet' watched) / 12 }")"
echo "memory: $(least) kB, connections: $(curl -s "$url/metrics" | sed -n 's/^darknet_http_connections //p')"
awk "BEGIN { exit !($rate >= 22) }" || failed=1
if [ $failed != 0 ]; then
    cat wrk.txt err
    echo "soak-http: failed"
    exit 1
fi
echo "soak-http: ok"
