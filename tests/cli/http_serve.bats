#!/usr/bin/env bats
# `classifier serve`: pictures and frames by POST, visitors that are not mixed up, and the page with a browser's fake camera.
NO_CLIP=1
load http_setup
load browser

teardown() {
    close_browser
    [ -z "${pid:-}" ] || kill -KILL "$pid" 2>/dev/null || true
}

# A film of one drawn person, its frames, and a scene of three; once a file.
faces_once() {
    local once=$BATS_FILE_TMPDIR
    [ -e "$once/scene.png" ] || {
        "$BIN/faces" -seed 5 -faces 1 -seconds 2 -stay -fps 8 -clip 640 480 "$once/one.avi" >/dev/null
        mkdir "$once/frames"
        ffmpeg -v error -i "$once/one.avi" -q:v 3 "$once/frames/%02d.jpg"
        "$BIN/faces" -seed 7 -scene 640 480 "$once/scene.png" >/dev/null
    }
    frames=$once/frames scene=$once/scene.png
}

visit() { # flags
    need_http
    need_opencv
    faces_once
    show_page classifier serve colours.data colours.cfg colours.weights -threads 1 "$@"
}

# The answers to a number of frames, at a tenth of a second's distance, a line each.
walk() { # visitor count
    for i in $(seq -w 1 "$2"); do
        get --data-binary @"$frames/0${i: -1}.jpg" "$url/api/frame?visitor=$1"
        sleep .1
    done
}

@test "serve: /api/predict answers what predict -faces -json prints" {
    visit
    for picture in "$scene" "$frames/01.jpg" train/red/1.png; do
        gets 200 --data-binary @"$picture" "$url/api/predict"
        darknet classifier predict colours.data colours.cfg colours.weights "$picture" -threads 1 -faces -json >wanted
        same='map(del(.milliseconds, .file))'
        [ "$(jq -c "$same" body)" = "$(jq -c "$same" wanted)" ]
        [ "$(jq -r 'map(keys) | flatten | sort | join(" ")' body)" = "$(jq -r 'map(keys) | flatten | sort | join(" ")' wanted)" ]
    done
    jq -e '.[0].faces[0].whole' body
    gets 200 "$url/metrics"
    grep -q '^darknet_serve_pictures_total 3' body
    stop
}

@test "serve: each visitor has a tracker of his own; names are wanted, and room is bounded" {
    visit -detect_every 1
    walk first-visitor 6 >first
    walk other-visitor 3 >other
    jq -se 'map(.scene.frame) == [0, 1, 2, 3, 4, 5] and (.[-1].scene.faces | map(.id) == [1]) and .[-1].about.visitors == 1' first
    jq -se 'map(.scene.frame) == [0, 1, 2] and (.[-1].scene.faces | map(.id) == [1]) and .[-1].about.visitors == 2' other
    jq -se '.[-1].scene.faces[0] | .label and ([.scores[]] | add - 1 | fabs < 1e-4) and .probability == .scores[.label]' first
    # An empty picture for one is nothing to the other.
    picture empty.png 640 480 90 90 90
    gets 200 --data-binary @empty.png "$url/api/frame?visitor=other-visitor"
    gets 200 --data-binary @"$frames/06.jpg" "$url/api/frame?visitor=first-visitor"
    jq -e '.scene.faces | map(.id) == [1]' body
    for name in '' '?visitor=short' '?visitor=with%20a%20blank' "?visitor=$(printf 'x%.0s' $(seq 65))"; do
        gets 400 --data-binary @empty.png "$url/api/frame$name"
    done
    for i in $(seq 3 16); do gets 200 --data-binary @train/red/1.png "$url/api/frame?visitor=visitor-$i"; done
    gets 503 --data-binary @train/red/1.png "$url/api/frame?visitor=visitor-17"
    [[ "$(cat body)" == *"16 visitors"* ]]
    gets 200 --data-binary @train/red/1.png "$url/api/frame?visitor=visitor-16"
    stop
}

@test "serve: what is broken, huge or too long is refused with a reason, and the server lives" {
    visit
    head -c 3000 "$frames/01.jpg" >cut.jpg
    # An SOF0 of 60000x60000, as a header alone and in a picture that goes on.
    printf '\xff\xd8\xff\xc0\x00\x11\x08\xea\x60\xea\x60\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00' >huge.jpg
    head -c 20000 /dev/zero >>huge.jpg
    printf '\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xea\x60\x00\x00\xea\x60\x08\x02\x00\x00\x00\x00\x00\x00\x00' >huge.png
    for path in '/api/predict' '/api/frame?visitor=first-visitor'; do
        for file in cut.jpg huge.jpg huge.png colours.cfg; do gets 400 --data-binary @$file "$url$path"; done
        gets 400 -X POST "$url$path"
        gets 405 "$url$path"
        gets 403 -H 'Origin: http://elsewhere.example' --data-binary @"$frames/01.jpg" "$url$path"
        gets 421 -H 'Host: elsewhere.example' --data-binary @"$frames/01.jpg" "$url$path"
    done
    head -c 1048577 /dev/zero >long
    gets 413 --data-binary @long "$url/api/frame?visitor=first-visitor"
    head -c 16777217 /dev/zero >long
    gets 413 --data-binary @long "$url/api/predict"
    gets 200 --data-binary @"$frames/01.jpg" "$url/api/frame?visitor=first-visitor"
    [ "$(get "$url/healthz")" = ok ]
    stop
    visit -http_token open-sesame-7
    gets 401 --data-binary @"$frames/01.jpg" "$url/api/predict"
    gets 200 -H 'Authorization: Bearer open-sesame-7' --data-binary @"$frames/01.jpg" "$url/api/predict"
    stop
    run --separate-stderr darknet classifier serve colours.data colours.cfg colours.weights
    fails_with 2 "-http"
    run --separate-stderr darknet classifier serve colours.data -http 0
    fails_with 2 "cfg"
}

choose() { # file
    local element
    element=$(webdriver POST /element '{"using": "css selector", "value": "#file"}' | jq -r '.value[]')
    webdriver POST "/element/$element/value" "$(jq -n --arg text "$1" '{$text}')" >/dev/null
}

CAMERA=(--use-fake-device-for-media-stream --use-fake-ui-for-media-stream)

@test "serve: the page names what a person before the camera shows, and tells of the round trip" {
    need_browser
    [ -e "$ROOT/weights/emotion.weights" ] || skip "needs weights/emotion.weights"
    need_http
    need_opencv
    # One frame of one person, all the time: the label of the truth must be shown, and stay.
    "$BIN/faces" -seed 2 -faces 1 -seconds 1 -stay -fps 5 -clip 640 480 person.avi | head -n 1 >truth.json
    ffmpeg -v error -i person.avi -frames:v 1 still.png
    ffmpeg -v error -loop 1 -i still.png -t 1 -r 10 -pix_fmt yuv420p person.y4m
    cd "$ROOT"
    show_in=$BATS_TEST_TMPDIR/colours
    "$DARKNET" classifier serve -threads 1 -http 0 >"$show_in/out" 2>"$show_in/err" 3>&- &
    pid=$!
    cd "$show_in"
    wait_for grep -q '^http://' err
    url=$(sed -n 's|^\(http://[^/]*\)/.*|\1|p' err)
    browse "$url/" "${CAMERA[@]}" --use-file-for-fake-video-capture="$PWD/person.y4m"
    wait_for holds '!document.getElementById("live").hidden'
    holds '/never stored/.test(document.querySelector("footer").textContent)'
    js 'document.getElementById("start").click()' >/dev/null
    label=$(jq -r '.faces[0].label' truth.json)
    wait_for holds "new RegExp('^$label ').test((document.querySelector('#faces .label') || {}).textContent)"
    holds '/^There and back: \d+ ms/.test(document.getElementById("figures").textContent)'
    wait_for holds '/^live, \d+\.\d frames a second/.test(document.getElementById("state").textContent)'
    holds '/Face 1: /.test(document.getElementById("boxes").getAttribute("aria-label"))'
    if [ -e "$ROOT/build/npm/axe.min.js" ]; then
        need_axe
        for width in 390 1440; do
            for colours in light dark; do
                look $width $colours
                holds 'document.documentElement.scrollWidth <= innerWidth'
                is_accessible
                [ -z "${SHOTS:-}" ] || screenshot "$SHOTS/serve-$width-$colours.png"
            done
        done
    fi
    js 'document.getElementById("stop").click()' >/dev/null
    wait_for holds 'document.querySelectorAll("#faces > li").length === 0 && document.getElementById("camera").srcObject === null'
    stop
}

@test "serve: without a camera the page says what to do, and takes a picture instead" {
    need_browser
    visit
    browse "$url/" --use-fake-device-for-media-stream --deny-permission-prompts
    wait_for holds '!document.getElementById("live").hidden'
    js 'document.getElementById("start").click()' >/dev/null
    wait_for holds '/^The browser may not use the camera here\. Allow it .* choose a picture/.test(document.getElementById("notice").textContent)'
    [ -z "${SHOTS:-}" ] || { look 390 light && screenshot "$SHOTS/serve-denied.png"; }
    # A picture that is drawn here is dropped.
    js 'const canvas = document.createElement("canvas"); canvas.width = canvas.height = 40;
        canvas.getContext("2d").fillStyle = "#00ff00"; canvas.getContext("2d").fillRect(0, 0, 40, 40);
        canvas.toBlob(blob => take(new File([blob], "green.png", {type: "image/png"})))' >/dev/null
    wait_for holds '/^green 100 %/.test((document.querySelector("#faces .label") || {}).textContent)'
    holds 'document.getElementById("notice").textContent === ""'
    # A film is chosen by the button.
    ffmpeg -v error -i "$BATS_FILE_TMPDIR/one.avi" -c:v libvpx -deadline realtime film.webm
    choose "$PWD/film.webm"
    wait_for holds '/^(red|green|blue) \d+ %/.test((document.querySelector("#faces .label") || {}).textContent)'
    wait_for holds 'document.getElementById("state").textContent === "the film has ended"'
    choose "$PWD/colours.cfg"
    wait_for holds '/^colours.cfg is no picture/.test(document.getElementById("notice").textContent)'
    stop
}
