# Shared by the bats files of -http: a film long enough for a test, and a demo that shows it on a page.
load demo_setup

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    [ -z "${NO_CLIP:-}" ] || return 0
    "$BIN/faces" -seed 5 -faces 2 -seconds 3 -stay -fps 8 -clip 320 240 once.avi >/dev/null
    ffmpeg -v error -stream_loop 30 -i once.avi -c copy clip.avi
}

need_http() {
    case $BIN in *http0*) skip "built without HTTP" ;; esac
    command -v curl >/dev/null || skip "needs curl (scripts/install_deps.sh test)"
}

# A command in the background; $url is where its page is.
show_page() { # words and flags...
    "$DARKNET" "$@" -http 0 >out 2>err 3>&- &
    pid=$!
    wait_for grep -q '^https*://' err
    url=$(sed -n 's|^\(https*://[^/]*\)/.*|\1|p' err)
}

serve() { # flags of the demo
    need_opencv
    cp "$BATS_FILE_TMPDIR/clip.avi" .
    show_page classifier demo colours.data colours.cfg colours.weights -threads 1 -dont_show clip.avi -json log.jsonl "$@"
    wait_for has_lines log.jsonl 3
}

serve_training() { # flags
    show_page classifier train colours.data colours.cfg -threads 1 -seed "$SEED" -set net.max_epochs=5000 "$@"
    wait_for has_epochs out 3
}

stop() {
    kill -INT "$pid"
    ends_with 130
    pid=
}

get() { curl -s -m 30 "$@"; }

# The request must get this code, with a reason in JSON where it is a refusal; the answer is in body.
gets() { # code curl's words...
    local wanted=$1 got
    shift
    got=$(get -o body -w '%{http_code}' "$@") || true
    echo "$* got $got, wanted $wanted: $(head -c 300 body)"
    [ "$got" = "$wanted" ]
    [ "$wanted" -lt 400 ] || jq -e '.error | length > 10' body
}
