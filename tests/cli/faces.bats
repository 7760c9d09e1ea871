#!/usr/bin/env bats
# The program that draws the demo's data set (tools/faces).
load setup

@test "faces: the same seed draws the same pictures, another seed others" {
    "$BIN/faces" -seed 5 -count 14 -size 48 one
    "$BIN/faces" -seed 5 -count 14 -size 48 two
    "$BIN/faces" -seed 6 -count 14 -size 48 three
    diff -r one two
    run -1 diff -rq one three
    [ "$(find one -name '*.png' | wc -l)" -eq 14 ]
}

@test "faces: a set of poses has three numbers for each picture, in a file and in a list" {
    for name in one two; do
        mkdir $name
        (cd $name && "$BIN/faces" -pose -seed 5 -count 49 -size 24 poses)
    done
    diff -r one two
    cd one
    [ "$(cat poses/names)" = $'yaw\npitch\nroll' ]
    [ "$(wc -l <poses/train.list)" -eq 42 ]
    [ "$(wc -l <poses/validation.list)" -eq 7 ]
    cat poses/*.list | while read -r picture pose; do
        [ "$(head -c 4 "$picture" | tail -c 3)" = PNG ]
        label=${picture/images/labels}
        [ "$(cat "${label%.png}.txt")" = "$pose" ]
    done
    # radians of −1 … 1, of which each is drawn to both sides
    cat poses/*/labels/*.txt | awk '
        { for (i = 1; i <= 3; i++) { if ($i < low[i]) low[i] = $i; if ($i > high[i]) high[i] = $i } }
        END {
            for (i = 1; i <= 3; i++) {
                print low[i], high[i]
                if (low[i] > -.25 || high[i] < .25 || low[i] < -1 || high[i] > 1) exit 1
            }
        }'
}

@test "faces: a set of masks has a class for each pixel" {
    for name in one two; do
        "$BIN/faces" -masks -seed 5 -count 49 -size 32 $name
    done
    diff -r one/train/masks two/train/masks
    [ "$(cat one/names)" = $'background\nskin\nhair\neyes\nmouth' ]
    [ "$(find one/train/masks -name '*.png' | wc -l)" -eq 42 ]
    for mask in one/*/masks/*.png; do
        [ -f "${mask/masks/images}" ]
        [ "$(identify -format '%wx%h' "$mask")" = 32x32 ]
    done
    # five classes and what is undecided
    convert one/*/masks/*.png -append -unique-colors txt:- | grep -c '^[0-9]' | tee /dev/stderr | grep -qx 6
}

@test "faces: a scene tells where its faces are" {
    "$BIN/faces" -seed 5 -scene 320 240 scene.png >truth.jsonl
    [ "$(head -c 4 scene.png | tail -c 3)" = PNG ]
    [ "$(wc -l <truth.jsonl)" -ge 1 ]
    cat truth.jsonl
    jq -e '.x >= 0 and .width > 0 and .x + .width <= 320 and (.emotion | length) > 0' <truth.jsonl
}

@test "faces: wrong use and folders that cannot be made are errors" {
    run "$BIN/faces" -nonsense
    [ "$status" -eq 2 ]
    run "$BIN/faces" -count 7 /dev/null/faces
    [ "$status" -eq 1 ]
}

@test "faces: a clip is the same for the same seed, with a line of truth for each frame" {
    for name in one two; do
        "$BIN/faces" -seed 5 -faces 2 -seconds 2 -fps 5 -clip 160 120 $name.avi >$name.jsonl
    done
    "$BIN/faces" -seed 6 -faces 2 -seconds 2 -fps 5 -clip 160 120 three.avi >three.jsonl
    cmp one.avi two.avi
    cmp one.jsonl two.jsonl
    run -1 cmp -s one.avi three.avi
    [ "$(wc -l <one.jsonl)" -eq 10 ]
    [ "$(jq .frame one.jsonl | paste -sd ' ')" = "0 1 2 3 4 5 6 7 8 9" ]
    jq -es '.[9].time == 1.8 and ([.[].faces[]] | length >= 10 and all(.w > 10 and .w == .h and .id >= 1))' one.jsonl
    "$BIN/faces" -faces 4 -stay -seconds 1 -fps 4 -clip 320 240 four.avi |
        jq -es 'all(.faces | length == 4 and all(.inside))'
}

@test "faces: a clip of a size that cannot be is wrong use" {
    run --separate-stderr "$BIN/faces" -clip 63 480 x.avi
    fails_with 2 "-clip wants width and height of 64..8192"
    run --separate-stderr "$BIN/faces" -faces 5 -clip 640 480 x.avi
    fails_with 2 "-faces wants a number of 1..4"
    run --separate-stderr "$BIN/faces" -seconds 1 -fps 1 -clip 64 64 /dev/null/x.avi
    fails_with 1 "/dev/null/x.avi"
    [ ! -e x.avi ]
}

@test "faces: a log is compared with the truth" {
    face() { # frame id x label
        printf '{"frame": %d, "time": %s, "faces": [{"id": %d, "x": %d, "y": 0, "w": 10, "h": 10, "label": "%s", "inside": true}]}\n' \
            "$1" "$1" "$2" "$3" "$4"
    }
    for i in 0 1 2 3 4 5 6 7 8 9; do
        face $i 1 0 happy >>truth.jsonl
        # the fourth box is elsewhere, the sixth has another id, the last two another label
        face $i $((i == 5 ? 8 : 7)) $((i == 3 ? 50 : 2)) "$([ $i -ge 8 ] && echo sad || echo happy)" >>log.jsonl
    done
    run "$BIN/tests/tools/truth" truth.jsonl log.jsonl -found 90 -right 75
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "found 90.0 % (9 of 10 faces)" ]
    [ "${lines[1]}" = "right 75.0 % (6 of 8 labels)" ]
    [ "${lines[2]}" = "kept  0 of 1 ids" ]
    [ "${lines[3]}" = "false 10.0 % (1 of 10 boxes)" ]
    for less in "-found 91" "-right 76" -kept; do
        # shellcheck disable=SC2086 # two words
        run "$BIN/tests/tools/truth" truth.jsonl log.jsonl $less
        [ "$status" -eq 1 ]
    done
    echo nonsense >>log.jsonl
    run --separate-stderr "$BIN/tests/tools/truth" truth.jsonl log.jsonl
    fails_with 2 "log.jsonl: line 11 is no frame"
}

@test "faces: a clip is served as a network camera" {
    "$BIN/faces" -seconds 1 -fps 5 -clip 64 64 clip.avi >/dev/null
    "$BIN/tests/tools/mjpeg_server" -fps 50 clip.avi >address &
    server=$!
    wait_for test -s address
    port=$(sed 's/.*:\([0-9]*\).*/\1/' address)
    exec 9<>"/dev/tcp/127.0.0.1/$port"
    printf 'GET /camera.mjpg HTTP/1.0\r\n\r\n' >&9
    head -c 20000 <&9 >answer
    exec 9>&-
    kill $server
    wait $server
    [ "$(head -n 1 answer)" = $'HTTP/1.0 200 OK\r' ]
    [ "$(grep -ac '^--frame' answer)" -ge 5 ] # more than the clip has: it begins again
}
