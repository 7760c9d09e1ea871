#!/usr/bin/env bats
# classifier demo in a real window, on a display without a screen (Xvfb), with keys pressed.
load demo_setup

setup_file() {
    "$BIN/faces" -seed 5 -faces 2 -seconds 24 -stay -fps 5 -clip 480 360 "$BATS_FILE_TMPDIR/clip.avi" \
        >"$BATS_FILE_TMPDIR/truth.jsonl"
}

teardown() {
    for pid in ${demo:-} ${other:-}; do
        kill -KILL "$pid" 2>/dev/null || true
    done
    [ -z "${xvfb:-}" ] || kill "$xvfb" 2>/dev/null || true
}

display() {
    need_opencv
    command -v Xvfb >/dev/null && command -v xdotool >/dev/null && command -v import >/dev/null ||
        skip "needs xvfb, xdotool and imagemagick (scripts/install_deps.sh test)"
    Xvfb -displayfd 3 -screen 0 640x480x24 3>number 2>/dev/null &
    xvfb=$!
    wait_for test -s number
    DISPLAY=:$(cat number)
    export DISPLAY
}

# The demo in the background; waits for its window and gives it the keyboard (there is no window manager).
show() {
    "$DARKNET" classifier demo colours.data colours.cfg colours.weights -threads 1 "$@" >out 2>err &
    demo=$!
    wait_for xdotool search --name '^darknet$'
    sleep .5
    xdotool windowfocus --sync "$(xdotool search --name '^darknet$')"
}

shot() { import -window root "$1"; }

differ() { # a b [share]: are more than that of the pixels different? In percent
    { compare -metric AE -fuzz 5% "$1" "$2" null: 2>&1 || true; } |
        awk -v share="${3:-.5}" '{ exit !($1 > 640 * 480 * share / 100) }'
}

# Pressing the key changes the paused picture, pressing it again changes it back, but for labels that may have found
# another place.
changes() { # key
    shot before.png
    xdotool key "$1"
    wait_for eval 'shot after.png; differ before.png after.png'
    xdotool key "$1"
    wait_for eval 'shot again.png; ! differ before.png again.png 2'
}

@test "window: frames are shown; pause, help, bars, mirror and pixelation change the picture and back; q quits" {
    clip
    display
    show clip.avi
    wait_for eval 'shot a.png; [ "$(identify -format %k a.png)" -gt 1000 ]'
    xdotool key space
    wait_for eval 'shot a.png; sleep .3; shot b.png; ! differ a.png b.png'
    for key in h b p; do
        echo "key $key"
        changes $key
    done
    xdotool key b # bars, too, may find another place
    sleep .5
    changes m
    xdotool key b
    sleep .5
    shot b.png
    sleep .5
    shot c.png
    run -1 differ b.png c.png
    xdotool key space
    wait_for eval 'shot d.png; differ c.png d.png'
    xdotool key q
    wait "$demo"
    demo=
}

@test "window: s saves a picture and its JSON, r a film; nothing is kept unasked; Esc quits" {
    clip
    display
    show clip.avi
    sleep 1
    [ ! -e results ]
    xdotool key s
    wait_for test -s results/demo-1.json
    jq -e '.frame >= 0 and (.faces | type) == "array"' results/demo-1.json
    [ "$(identify -format '%wx%h' results/demo-1.png)" = 480x360 ]
    xdotool key s
    wait_for test -s results/demo-2.json
    xdotool key r
    sleep 1.5
    xdotool key r
    wait_for test -s results/demo-1.mp4
    xdotool key Escape
    wait "$demo"
    demo=
    [ -z "$(find . -name '*.tmp*')" ]
    unset DISPLAY
    demo results/demo-1.mp4 -json film.jsonl
    has_lines film.jsonl 3
}

@test "window: pictures wait for a key; -dont_show opens none" {
    display
    show valid/red
    sleep .5
    kill -0 "$demo"
    for _ in 1 2 3 4; do
        xdotool key space
        sleep .3
    done
    wait "$demo"
    demo=
    demo valid/red -dont_show -json log.jsonl
    has_lines log.jsonl 4
}

@test "window: a display that does not answer is a warning, not the end" {
    need_opencv
    export DISPLAY=:93
    run --separate-stderr demo valid/red/1.png -json log.jsonl
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"DISPLAY is :93, where no X server answers"* ]]
    has_lines log.jsonl 1
}

windows() { xdotool search --name '^darknet$'; }

press() { # window key
    xdotool windowfocus --sync "$1"
    xdotool key "$2"
}

@test "window: two that record at once into one folder keep both films" {
    clip
    display
    show clip.avi
    first=$(windows)
    other=$demo
    "$DARKNET" classifier demo colours.data colours.cfg colours.weights -threads 1 clip.avi >out 2>err2 &
    demo=$!
    wait_for eval '[ "$(windows | wc -l)" -eq 2 ]'
    second=$(windows | grep -vx "$first")
    sleep .5
    press "$first" r
    sleep 1
    press "$second" r
    sleep 2
    press "$second" r
    wait_for grep 'saved results/demo-2.mp4' err2
    cp results/demo-2.mp4 second.mp4
    press "$first" r
    wait_for grep 'saved results/demo-1.mp4' err
    press "$first" q
    wait "$other"
    press "$second" q
    wait "$demo"
    demo='' other=''
    [ "$(echo results/*)" = "results/demo-1.mp4 results/demo-2.mp4" ]
    cmp results/demo-2.mp4 second.mp4
    run -1 cmp -s results/demo-1.mp4 results/demo-2.mp4
}

@test "window: pictures of any shape are shown in theirs" {
    display
    mkdir shapes
    for size in 1:300x400 2:100x400 3:400x100; do
        convert -size ${size#*:} xc:gray -fill white -draw 'circle 50,50 50,20' shapes/${size%:*}.png
    done
    show shapes
    for size in 300x400 100x400 400x100; do
        wait_for eval 'shot shot.png; [ "$(convert shot.png -trim +repage -format %wx%h info:)" = '$size' ]'
        xdotool key space
    done
    wait "$demo"
    demo=
}
