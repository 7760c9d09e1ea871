# shellcheck shell=bash
# Part of soak.sh: a demo at a camera on loopback that breaks off in several ways.

reconnects() { grep -c 'the stream is back' demo.err; }

# Serves the clip, at the port of before.
serve() {
    rm -f address
    "$BIN/tests/tools/mjpeg_server" -fps 10 -port "${port:-0}" clip.avi >address 2>/dev/null &
    server=$!
    wait_for test -s address || return
    address=$(cat address)
    port=${address#http://*:}
    port=${port%%/*}
}

has_frames() { [ "$(times demo.jsonl)" -ge "$1" ]; }
came_back() { [ "$(reconnects)" -gt "$1" ]; }

# The stream ends, or nothing comes for a while.
break_off() {
    local before
    before=$(reconnects)
    happened breaks
    if ((RANDOM % 4)); then
        happened closed
        kill -TERM "$server"
        wait "$server"
        pause 500 4000
        serve && wait_for came_back "$before"
    else
        kill -STOP "$server"
        pause 500 4000
        kill -CONT "$server"
    fi
}

demo() {
    RANDOM=$((SEED + 1))
    : >demo.jsonl
    serve || fault "demo: the server does not start"
    (program classifier demo tiny.data tiny.cfg weights/tiny_final.weights "$address" -threads 1 -dont_show \
        -json demo.jsonl -csv demo.csv) >/dev/null 2>demo.err &
    watcher=$!
    echo $watcher >demo.pid
    wait_for has_frames 10 || fault "demo: does not begin: $(tail -n 1 demo.err)"
    until over; do
        pause 2000 8000
        kill -0 $watcher 2>/dev/null || { fault "demo: ended: $(tail -n 1 demo.err)" && return; }
        if ! break_off || ! wait_for has_frames $(($(times demo.jsonl) + 10)); then
            fault "demo: no frames after a break: $(tail -n 1 demo.err)"
        fi
    done
    kill -INT $watcher
    wait $watcher
    code=$?
    [ $code -eq 130 ] || fault "demo: exit code $code after Ctrl-C: $(tail -n 1 demo.err)"
    jq -es '[.[].frame] | . == sort and . == unique' demo.jsonl >/dev/null || fault "demo: frames are not in order"
    kill -TERM "$server"
}
