#!/usr/bin/env bats
# What classifier demo is given and cannot use: each with its message and exit code, and nothing left behind.
load ../cli/demo_setup

@test "demo: no camera names what was tried and what to do" {
    need_opencv
    [ ! -e /dev/video93 ] || skip "there are ninety-four cameras"
    run --separate-stderr demo -c 93
    fails_with 1 "/dev/video93"
    [[ "$stderr" == *"plug in a camera"*"-c N"*"video file"* ]]
    [ "${#stderr_lines[@]}" -eq 1 ]
    if [ ! -e /dev/video0 ]; then
        run --separate-stderr demo
        fails_with 1 "camera 0: /dev/video0 is not there"
    fi
}

@test "demo: films that are missing, empty, broken or something else" {
    need_opencv
    run --separate-stderr demo missing.mp4
    fails_with 1 "cannot read 'missing.mp4': No such file"
    : >empty.mp4
    run --separate-stderr demo empty.mp4
    fails_with 1 "empty.mp4: is no video"
    echo "this is text" >text.avi
    run --separate-stderr demo text.avi
    fails_with 1 "text.avi: is no video"
    head -c 3000 /dev/urandom >noise.png
    run --separate-stderr demo noise.png
    fails_with 1 "noise.png"
    mkdir nothing
    run --separate-stderr demo nothing
    fails_with 1 "nothing: no picture"
}

@test "demo: a film that is cut off is shown as far as it goes" {
    need_opencv
    clip
    head -c $(($(wc -c <clip.avi) / 2)) clip.avi >half.avi
    demo half.avi -json log.jsonl
    lines=$(wc -l <log.jsonl)
    [ "$lines" -gt 20 ]
    [ "$lines" -lt 80 ]
}

@test "demo: a server that is not there" {
    need_opencv
    run --separate-stderr demo http://127.0.0.1:9/
    fails_with 1 "http://127.0.0.1:9/: no video comes from this address"
}

@test "demo: cascades that are missing or none" {
    need_opencv
    run --separate-stderr demo valid/red/1.png -cascade missing.xml
    fails_with 1 "cannot read 'missing.xml'"
    echo "<xml>" >broken.xml
    run --separate-stderr demo valid/red/1.png -cascade broken.xml
    fails_with 1 "broken.xml: is no Haar or LBP cascade"
    run --separate-stderr demo valid/red/1.png -cascade colours.cfg
    fails_with 1 "colours.cfg: is no Haar or LBP cascade"
}

@test "demo: values that cannot be meant" {
    for line in "-margin -.31" "-margin 3" "-margin x" "-tta x" "-tta ten" "-smooth -1" "-smooth 61" "-smooth 1e9" "-detect_every 0" \
        "-detect_every x" "-detect_size 1" "-detect_size 99999" "-reconnect -2" "-c -1" "-c x"; do
        # shellcheck disable=SC2086 # two words
        run --separate-stderr demo valid/red/1.png $line
        echo "$line"
        fails_with 2 "${line% *}"
    done
    run --separate-stderr demo valid/red/1.png -c 0
    fails_with 2 "two sources"
    run --separate-stderr darknet classifier demo colours.weights
    fails_with 2 "DATA and CFG before"
    run --separate-stderr darknet classifier demo colours.data colours.cfg one.mp4 two.mp4
    fails_with 2 "'one.mp4' does not end in .weights"
    run --separate-stderr demo a b
    fails_with 2 ""
    run --separate-stderr demo valid/red/1.png -json
    fails_with 2 "-json FILE"
    run --separate-stderr darknet classifier predict colours.data colours.cfg colours.weights valid/red/1.png -csv x
    fails_with 2 "no flag -csv"
}

@test "demo: outputs that cannot be written are told before the work" {
    need_opencv
    clip
    mkdir folder
    for flag in -json -csv; do
        run --separate-stderr demo clip.avi $flag missing/log
        fails_with 1 "cannot write 'missing/log'"
        run --separate-stderr demo clip.avi $flag folder
        fails_with 1 "cannot write 'folder'"
    done
    run --separate-stderr demo clip.avi -json /dev/full
    fails_with 1 "cannot write '/dev/full'"
    run --separate-stderr demo clip.avi -out missing/film.mp4
    fails_with 1 "cannot write 'missing/film.mp4'"
    run --separate-stderr demo valid/red/1.png -out missing/one.png
    fails_with 1 "missing/one.png"
    run --separate-stderr demo clip.avi -out film.xyz
    fails_with 2 ".mp4"
    run --separate-stderr demo clip.avi -out film.png
    fails_with 2 "one picture"
    run --separate-stderr demo valid -out one.png
    fails_with 2 "one picture"
    run --separate-stderr demo valid/red/1.png -summary
    fails_with 2 "-summary"
    run --separate-stderr demo clip.avi -sheet sheet.jpg
    fails_with 2 "ends in .png"
    mkdir folder.mp4
    run --separate-stderr demo clip.avi -out folder.mp4
    fails_with 1 "folder.mp4': it is a folder"
    run --separate-stderr demo clip.avi -summary -set data.results=colours.cfg
    fails_with 1 "cannot make the folder 'colours.cfg'"
    [[ "$stderr" != *frames* ]]
    [ -z "$(find . -name '*.tmp*')" ]
}

@test "demo: nothing that was there is lost" {
    need_opencv
    clip
    cp clip.avi before.avi
    for flag in -out -json -csv; do
        run --separate-stderr demo clip.avi $flag ./clip.avi
        fails_with 2 "is the source itself"
    done
    cmp clip.avi before.avi
    run --separate-stderr demo clip.avi -json log -csv log
    fails_with 2 "-json and -csv are one file, log"
    [ ! -e log ]
    echo kept >log
    head -c 40 colours.weights >short.weights
    run --separate-stderr darknet classifier demo colours.data colours.cfg short.weights clip.avi -json log
    fails_with 1 "short.weights"
    [ "$(cat log)" = kept ]
}

# A limit for files, of which the disk knows nothing: 20 KB of a film of 40.
@test "demo: a film that does not get into its file whole is none; the old one stays" {
    need_opencv
    "$BIN/faces" -seed 5 -faces 1 -seconds 1 -fps 12 -stay -clip 320 240 short.avi >truth.jsonl
    clip
    small_files() { (trap '' XFSZ && ulimit -f 20 && demo "$@"); }
    for film in short.mp4 short.avi clip.mp4 clip.avi; do
        echo kept >new.${film#*.}
        run --separate-stderr small_files ${film%.*}.avi -out new.${film#*.}
        fails_with 1 "cannot write 'new.${film#*.}': File too large"
        [[ "$stderr" != *saved* ]]
        [ "$(cat new.${film#*.})" = kept ]
        run --separate-stderr small_files ${film%.*}.avi -out other.${film#*.}
        fails_with 1 "cannot write"
        [ ! -e other.${film#*.} ]
        [ -z "$(find . -name '*.tmp*')" ]
    done
}

@test "demo: two that would write one log" {
    need_opencv
    "$BIN/faces" -seed 5 -seconds 30 -fps 5 -stay -clip 160 120 long.avi >/dev/null
    "$DARKNET" classifier demo colours.data colours.cfg colours.weights -threads 1 long.avi -realtime -dont_show \
        -json log.jsonl >/dev/null 2>&1 3>&- &
    pid=$!
    wait_for has_lines log.jsonl 2
    run --separate-stderr demo long.avi -json log.jsonl
    fails_with 1 "another program writes it"
    kill -INT $pid
    wait $pid || true
    jq -es 'length > 2' log.jsonl
}

@test "demo: a network and names that do not fit each other" {
    need_opencv
    printf 'red\ngreen\n' >two.names
    printf 'classes=2\nnames=two.names\n' >two.data
    run --separate-stderr darknet classifier demo two.data colours.cfg colours.weights valid/red/1.png
    fails_with 1 "colours.cfg"
}

@test "OPENCV=0: the Makefile leaves OpenCV out" {
    make -C "$ROOT" -n -B OPENCV=0 all >commands
    grep -q 'src/vision/module\.c' commands
    ! grep -q -e opencv\.cpp -e lopencv -e lavformat -e vision/av -e darknet_vision commands
}

# A copy of the program in alone/: what is beside it is up to the test.
alone() {
    [ ! -e /usr/local/lib/darknet/darknet_vision.so ] || skip "a module is installed"
    mkdir alone
    cp "$DARKNET" alone/darknet
}

@test "without its module the program starts, and says how to get it when it is wanted" {
    alone
    run ldd alone/darknet
    [ "$status" -eq 0 ]
    [[ "$output" != *opencv* ]]
    alone/darknet version
    alone/darknet classifier predict colours.data colours.cfg colours.weights valid/red/1.png -threads 1
    for command in demo "predict -faces"; do
        # shellcheck disable=SC2086 # two words
        run --separate-stderr alone/darknet classifier $command colours.data colours.cfg colours.weights valid/red/1.png
        fails_with 1 "$PWD/alone/darknet_vision.so"
        [[ "$stderr" == *"/lib/darknet/darknet_vision.so"* ]]
        [[ "$stderr" == *"scripts/install_deps.sh"* ]]
        [[ "$stderr" == *"OPENCV=1"* ]]
    done
}

@test "the module is found beside the program's own file" {
    need_opencv
    alone
    ln -s "$BIN/darknet_vision.so" alone/
    ln -s alone/darknet linked
    ./linked classifier demo colours.data colours.cfg colours.weights valid/red/1.png -threads 1 -dont_show
}

@test "a module that cannot be loaded, is no module, or belongs to another version" {
    alone
    echo "no library" >alone/darknet_vision.so
    demo_alone() { run --separate-stderr alone/darknet classifier demo colours.data colours.cfg colours.weights valid/red/1.png; }
    demo_alone
    fails_with 1 "alone/darknet_vision.so: cannot be loaded"
    [[ "$stderr" == *"scripts/install_deps.sh"* ]]
    echo 'int other;' | gcc -shared -fPIC -x c -o alone/darknet_vision.so -
    demo_alone
    fails_with 1 "dk_vision_module"
    echo 'const unsigned long dk_vision_module[] = {999, 8};' | gcc -shared -fPIC -x c -o alone/darknet_vision.so -
    demo_alone
    fails_with 1 "another version"
    echo 'const unsigned long dk_vision_module[] = {3, 8};' | gcc -shared -fPIC -x c -o alone/darknet_vision.so -
    demo_alone
    fails_with 1 "another version"
}

@test "demo: a pipe is a source that SIGTERM ends: before its writer comes, and while that is silent" {
    need_opencv
    clip
    mkfifo pipe pipe.png
    cat clip.avi >pipe 3>&- &
    demo pipe -dont_show -detect_every 20 -json whole.jsonl >/dev/null
    demo clip.avi -dont_show -detect_every 20 -json file.jsonl >/dev/null
    [ "$(wc -l <whole.jsonl)" -eq "$(wc -l <file.jsonl)" ]
    run timeout --preserve-status -k 20 1 "$DARKNET" classifier demo colours.data colours.cfg colours.weights pipe -dont_show
    echo "$output"
    [ "$status" -ne 137 ]
    (head -c $(($(wc -c <clip.avi) / 2)) clip.avi && exec sleep 60) >pipe 3>&- &
    writer=$!
    timeout -s KILL 40 "$DARKNET" classifier demo colours.data colours.cfg colours.weights pipe -dont_show -json log.jsonl \
        >/dev/null 2>&1 3>&- &
    demo=$!
    wait_for has_lines log.jsonl 5
    kill -TERM $demo
    rc=0
    wait $demo || rc=$?
    kill $writer 2>/dev/null || true
    [ "$rc" -eq 130 ]
    run --separate-stderr timeout -s KILL 20 "$DARKNET" classifier demo colours.data colours.cfg colours.weights pipe.png -dont_show
    fails_with 1 "pipe or device"
    run --separate-stderr timeout -s KILL 20 "$DARKNET" classifier demo colours.data colours.cfg colours.weights clip.avi -dont_show -cascade pipe
    fails_with 1 "pipe or device"
}
