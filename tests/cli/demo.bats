#!/usr/bin/env bats
# classifier demo and predict -faces on films and pictures, without a window: what is found, what is left behind.
load demo_setup

@test "demo: a film gives a line of JSON for each frame, and finds and follows the people in it" {
    need_opencv
    clip
    demo clip.avi -json log.jsonl -detect_every 2
    [ "$(wc -l <log.jsonl)" -eq "$(wc -l <truth.jsonl)" ]
    "$BIN/tests/tools/truth" truth.jsonl log.jsonl -found 95 -kept
    jq -es 'all(.[]; has("frame") and has("time")) and (map(.frame) == [range(length)])' log.jsonl
    jq -es '.[-1].faces | length == 2 and all(.[]; .label != null and (.scores | add - 1 | fabs) < 1e-4
        and .scores[.label] == .probability)' log.jsonl
}

@test "demo: -detect_every 1 finds as much; labels of the trained network fit the truth where it is there" {
    need_opencv
    weights=$ROOT/weights/faces_best.weights
    [ -e "$weights" ] || skip "weights/faces_best.weights is not there; 'make demo' trains it"
    clip
    cd "$ROOT"
    darknet classifier demo cfg/faces.data cfg/faces.cfg "$weights" "$BATS_TEST_TMPDIR/colours/clip.avi" -threads 1 \
        -detect_every 1 -json "$BATS_TEST_TMPDIR/log.jsonl"
    "$BIN/tests/tools/truth" "$BATS_FILE_TMPDIR/truth.jsonl" "$BATS_TEST_TMPDIR/log.jsonl" -found 95 -right 90 -kept
}

@test "demo: the same film gives the same answers" {
    need_opencv
    clip
    demo clip.avi -json one.jsonl -csv one.csv
    demo clip.avi -json two.jsonl -csv two.csv
    cmp one.jsonl two.jsonl
    cmp one.csv two.csv
}

# Of one that comes slowly each frame is done before the next one is there; else those behind it are searched while its
# faces are named.
@test "demo: a film has the same answers however fast its frames come, and on any number of threads" {
    need_opencv
    clip
    size=$(wc -c <clip.avi)
    slowly() { for i in $(seq 0 150); do dd if=clip.avi bs=$((size / 150 + 1)) skip="$i" count=1 status=none && sleep .02; done; }
    demo clip.avi -json fast.jsonl
    mkfifo pipe
    slowly >pipe 3>&- &
    demo pipe -json slow.jsonl
    demo clip.avi -json threads.jsonl -threads 3
    jq -es 'length == 75 and ([.[].faces[] | select(.label)] | length > 50)' fast.jsonl
    cmp fast.jsonl slow.jsonl
    jq -es --slurpfile a fast.jsonl 'map(.faces | map([.id, .label])) == ($a | map(.faces | map([.id, .label])))' threads.jsonl
}

@test "demo: film, CSV, summary and timeline of one run fit together" {
    need_opencv
    clip
    run --separate-stderr demo clip.avi -json log.jsonl -csv log.csv -out film.mp4 -summary
    [ "$status" -eq 0 ]
    [[ "${lines[0]}" == face*red*green*blue* ]]
    [[ "$output" == *"seconds; "?" faces"* ]]
    [ "$(tail -n +2 log.csv | wc -l)" -eq "$(jq -s 'map(.faces | length) | add' log.jsonl)" ]
    [[ "$(head -n 1 log.csv)" == frame,time,file,id,x,y,w,h,whole,coasting,note,label,probability,red,green,blue ]]
    [ "$(head -c 4 results/demo-1.timeline.png | tail -c 3)" = PNG ]
    [ -z "$(find . -name '*.tmp*')" ]
    demo film.mp4 -json again.jsonl
    [ "$(wc -l <again.jsonl)" -eq "$(wc -l <log.jsonl)" ]
}

@test "demo: without any output the answers are lines, and nothing is left behind" {
    need_opencv
    clip
    run --separate-stderr demo clip.avi
    [ "$status" -eq 0 ]
    [[ "$output" =~ [0-9.]+\ s:\ face\ 1\ at\ [0-9]+,[0-9]+\ of\ [0-9]+x[0-9]+:\ (red|green|blue)\ [0-9]+\ % ]]
    [[ "$stderr" == *"frames ("*"from frame to output"* ]]
    [ ! -e results ]
}

@test "demo: a picture without a face is named whole, with the scores of predict" {
    need_opencv
    demo valid/red/1.png -json log.jsonl
    jq -e '.faces == [.faces[0]] and .faces[0].whole == true and .file == "valid/red/1.png"' log.jsonl
    jq -e '.faces[0] | .x == 0 and .y == 0 and .w == 3 and .h == 5 and .label == "red"' log.jsonl
    darknet classifier predict colours.data colours.cfg colours.weights -json valid/red/1.png >predict.json
    jq -e --slurpfile p predict.json '.faces[0].probability - $p[0][0].predictions[0].probability | fabs < 1e-5' log.jsonl
    run demo valid/red/1.png
    [[ "$output" == *"no face; the whole picture: red 100 %"* ]]
}

@test "demo: a folder of pictures, one line each; a broken one is told, the rest goes on, exit code 1" {
    need_opencv
    "$BIN/faces" -seed 5 -scene 640 480 valid/scene.png >truth.jsonl
    : >valid/empty.png
    run --separate-stderr demo valid -json log.jsonl -out sheet.mp4
    fails_with 1 "valid/empty.png"
    [[ "$stderr" == *"1 picture could not be read"* ]]
    [ "$(wc -l <log.jsonl)" -eq 11 ]
    jq -es '[.[] | select(.file == "valid/scene.png")][0].faces | length == '"$(wc -l <truth.jsonl)"' and all(.[]; .whole == null)' log.jsonl
    jq -es '[.[].faces[].id] | length == (unique | length)' log.jsonl
}

@test "demo: -out of one picture is a picture" {
    need_opencv
    "$BIN/faces" -seed 5 -scene 640 480 scene.png >truth.jsonl
    demo scene.png -out drawn.png
    demo scene.png -out drawn.jpg
    [ "$(head -c 4 drawn.png | tail -c 3)" = PNG ]
    run -1 cmp -s scene.png drawn.png
    darknet classifier predict colours.data colours.cfg colours.weights drawn.jpg
}

@test "demo: a real-time film takes its time, and -smooth 0, -margin and -tta are taken" {
    need_opencv
    clip
    start=$(date +%s%N)
    demo clip.avi -json log.jsonl -realtime -smooth 0 -margin -.1 -tta none
    [ $((($(date +%s%N) - start) / 1000000)) -ge 2900 ]
    jq -es '[.[].time] | . == sort and .[-1] <= 3' log.jsonl
}

@test "demo: Ctrl-C ends a film in mid-run with whole files and exit code 130" {
    need_opencv
    "$BIN/faces" -seed 5 -seconds 30 -fps 5 -stay -clip 160 120 long.avi >/dev/null
    # the program itself, not a shell around it, must get the signal
    "$DARKNET" classifier demo colours.data colours.cfg colours.weights -threads 1 long.avi -realtime -json log.jsonl \
        -csv log.csv -out film.mp4 >/dev/null 2>err 3>&- &
    pid=$!
    wait_for has_lines log.jsonl 5
    kill -INT $pid
    code=0
    wait $pid || code=$?
    [ "$code" -eq 130 ]
    lines=$(wc -l <log.jsonl)
    [ "$lines" -lt 150 ]
    [ "$(jq -s length log.jsonl)" -eq "$lines" ]
    [ "$(tail -c 1 log.csv | od -An -c | tr -d ' ')" = '\n' ]
    [ -z "$(find . -name '*.tmp*')" ]
    [ "$(grep -obaE "moov|mdat" film.mp4 | sed -n "1s/.*://p")" = moov ]
    demo film.mp4 -json again.jsonl
    [ "$(wc -l <again.jsonl)" -ge 5 ]
}

@test "demo: without weights on the line, the newest best of that cfg; the message names what was looked for" {
    need_opencv
    run --separate-stderr darknet classifier demo colours.data colours.cfg valid/red/1.png
    fails_with 1 "colours_best.weights"
    mkdir weights
    floats -header 0 0 0 >weights/colours_best.weights # broken
    cp colours.weights weights/colours_best.2.weights
    cp colours.weights weights/other_best.weights
    touch -d '1 hour ago' weights/colours_best.weights
    run darknet classifier demo colours.data colours.cfg valid/red/1.png
    [ "$status" -eq 0 ]
    [[ "$output" == *"red 100 %"* ]]
    touch weights/colours_best.weights
    run --separate-stderr darknet classifier demo colours.data colours.cfg valid/red/1.png
    fails_with 1 "weights/colours_best.weights"
}

@test "predict -faces: each face of a picture, as text and as JSON; whole without one" {
    need_opencv
    "$BIN/faces" -seed 5 -scene 640 480 scene.png >truth.jsonl
    darknet classifier predict colours.data colours.cfg colours.weights -faces -json scene.png valid/red/1.png >out.json
    jq -e '.[0].faces | length == '"$(wc -l <truth.jsonl)"' and all(.[]; .w > 50 and .w == .h and (.predictions | length) == 3)' out.json
    jq -e '.[1].faces | length == 1 and .[0].whole == true and .[0].predictions[0].name == "red"' out.json
    demo scene.png -json demo.jsonl
    jq -e --slurpfile p out.json '([.faces[].probability] | sort) as $a | ([$p[0][0].faces[].predictions[0].probability] | sort) as $b
        | ($a | length) == ($b | length) and all(range($a | length); ($a[.] - $b[.] | fabs) < 1e-5)
        and ([.faces[].x] | sort) == ([$p[0][0].faces[].x] | sort)' demo.jsonl
    run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights -faces -t 1 scene.png
    [[ "${lines[1]}" =~ ^face\ 1\ at\ [0-9]+,[0-9]+\ of\ [0-9]+x[0-9]+:$ ]]
    [[ "${lines[2]}" =~ ^(red|green|blue):\ 0\.[0-9]{6}$ ]]
}

@test "real photographs: as many faces as there are people" {
    need_opencv
    photos=${DK_PHOTOS:-$ROOT/../shared/photos}
    [ -d "$photos" ] || photos=$ROOT/../../shared/photos
    [ -d "$photos" ] || skip "no folder of photographs (DK_PHOTOS)"
    demo "$photos/ai-face.jpg" -json one.jsonl
    jq -e '.faces | length == 1 and .[0].whole == null and .[0].w > 120' one.jsonl
    demo "$photos/background.jpg" -json none.jsonl
    jq -e '.faces | length == 1 and .[0].whole' none.jsonl
    demo "$photos/solvay1927.jpg" -json many.jsonl
    jq -e '.faces | length >= 26 and length <= 31' many.jsonl
    demo "$photos/intel_head-pose-face-detection-male.mp4" -json film.jsonl
    jq -es '[.[] | select(.faces | length == 1)] | length > 55' film.jsonl
    jq -es '[.[].faces[].id] | unique == [1]' film.jsonl
    demo "$photos/intel_head-pose-face-detection-female.mp4" -json turned.jsonl
    jq -es '[.[] | select(.time >= .4)] | length > 15 and all(.[]; .faces | map(.id) == [1])' turned.jsonl
}

@test "demo: -realtime does not make names of pictures come late" {
    need_opencv
    demo valid/red -realtime -json log.jsonl
    jq -es 'length == 4 and all(.[].faces[]; .label == "red")' log.jsonl
}

@test "demo: file:// is a file: a film, a picture, and not one to write over" {
    need_opencv
    clip
    demo "file://$PWD/clip.avi" -json log.jsonl
    [ "$(wc -l <log.jsonl)" -eq "$(wc -l <truth.jsonl)" ]
    timeout 20 "$DARKNET" classifier demo colours.data colours.cfg colours.weights -threads 1 \
        "file://$PWD/valid/red/1.png" -json log.jsonl # as a stream it would have no end
    jq -e '.faces[0].label == "red"' log.jsonl
    run --separate-stderr demo "file://$PWD/missing.avi"
    fails_with 1 "cannot read '$PWD/missing.avi': No such file"
    cp clip.avi before.avi
    run --separate-stderr demo "file://$PWD/clip.avi" -out clip.avi
    fails_with 2 "is the source itself"
    cmp clip.avi before.avi
}
