#!/usr/bin/env bats
# classifier demo on other people's films: whatever times, gaps, ends, names and addresses they have. Most are of a test card,
# in which nobody is; some of a drawn person who stays.
load demo_setup

setup_file() { :; } # its films are its own

need_films() {
    need_opencv
    command -v ffmpeg >/dev/null || skip "needs ffmpeg (scripts/install_deps.sh test)"
}

film() { ffmpeg -nostdin -v error -y -threads 1 -filter_threads 1 "$@"; }

# The test card at 25 frames a second, so many seconds of it.
card() { # seconds, options of the output
    film -f lavfi -i "testsrc2=size=160x120:rate=25:duration=$1" "${@:2}"
}

# Drawn people who stay: so many frames, at these times (N is the frame's number), ms.
people() { # frames times options
    [ -e people.png ] || "$BIN/faces" -seed 5 -scene 480 360 people.png >people.jsonl
    film -loop 1 -framerate 25 -i people.png -frames:v "$1" -vf "settb=1/1000,setpts=$2" -vsync vfr -enc_time_base 1/1000 -threads 1 "${@:3}"
}

# The demo on a film; says what stderr has besides the sums at the end.
watch() {
    demo "$@" -json log.jsonl 2>err || { cat err && return 1; }
    grep -v '^of the time\|passed over' err || true
}

times() { jq -cs 'map(.time)' log.jsonl; }

@test "film: times are those of the frames, in every container, with B-frames, from the first frame on" {
    need_films
    # every third of 40 frames, then every one
    card 2 -vf "select='not(mod(n,3))+gt(n,40)'" -vsync vfr -c:v libx264 -preset ultrafast -bf 3 a.mp4
    card 2 -vf "select='not(mod(n,3))+gt(n,40)'" -vsync vfr -c:v mpeg4 -bf 2 a.avi
    card 2 -vf "select='not(mod(n,3))+gt(n,40)'" -vsync vfr -c:v libvpx a.webm
    film -itsoffset 3 -i a.mp4 -c copy late.mkv
    film -itsoffset 3 -i a.mp4 -c copy late.ts
    for f in a.mp4 a.avi a.webm late.mkv late.ts; do
        echo "$f: $(watch $f)"
        times
        jq -es 'map(.time) as $t | ($t | length) == 23 and $t[0] == 0 and all(range(23);
            ($t[.] - (if . <= 13 then .12 * . else 1.64 + .04 * (. - 14) end) | fabs) < .002)' log.jsonl
    done
}

@test "film: a browser's recording takes its time, and is searched by it" {
    need_films
    # the recorder writes into a pipe: no end is announced, and a rate of 1000 frames a second, the clock's
    people 40 '40*N+mod(N*N*7\,29)' -r 1000 -c:v libvpx -deadline realtime -f webm - >pipe.webm
    watch pipe.webm -out named.mp4 -csv log.csv -summary
    jq -es '[.[].time] | length == 40 and (.[-1] - 1.564 | fabs) < .002' log.jsonl
    jq -es 'all(.[] | select(.time > .5); .faces | length > 0)' log.jsonl
    ffprobe -v error -select_streams v -show_entries stream=r_frame_rate -of csv=p=0 named.mp4 |
        awk -F/ '{ exit !($1 / $2 > 15 && $1 / $2 < 60) }'
    ffprobe -v error -show_entries format=duration -of csv=p=0 named.mp4 | awk '{ exit !($1 > 1.5 && $1 < 1.7) }'
}

@test "film: stamps that are missing, repeat or go back are made up for, and that is told once" {
    need_films
    card 1 -c:v libx264 -preset ultrafast raw.h264
    watch raw.h264 >out
    [ "$(grep -c 'not every frame has a time' out)" -eq 1 ]
    jq -es '[.[].time] as $t | ($t | length) == 25 and all(range(25); ($t[.] - .04 * . | fabs) < .001)' log.jsonl
    card 1 -c:v mpeg2video one.ts
    cat one.ts one.ts >two.ts # the second begins anew
    watch two.ts
    jq -es '[.[].time] | length >= 48 and . == unique and .[-1] > 1.8 and .[-1] < 2.2' log.jsonl
}

@test "film: a film of one frame is a still, whatever it comes in" {
    need_films
    people 1 0 -c:v libx264 -preset ultrafast one.mp4
    people 1 0 -c:v libvpx one.webm
    people 1 0 one.gif
    demo people.png -json log.jsonl
    wanted=$(jq '.faces | length' log.jsonl)
    for f in one.mp4 one.webm one.gif; do
        watch $f
        jq -es "length == 1 and .[0].time == 0 and .[0].file == \"$f\"
            and (.[0].faces | length == $wanted and all(.[]; .whole == null and .label != null))" log.jsonl
    done
    watch one.mp4 -out named.png
    [ "$(head -c 4 named.png | tail -c 3)" = PNG ]
}

@test "film: one of a camera that was held on its side is turned upright" {
    need_films
    people 1 0 -c:v libx264 -preset ultrafast one.mp4
    demo one.mp4 -json log.jsonl
    wanted=$(jq '.faces | length' log.jsonl)
    for turn in "1 90" "2 270"; do # as it lies in the file, and what the file says of that
        film -i one.mp4 -vf "transpose=${turn% *}" -c:v libx264 -preset ultrafast lying.mp4
        film -i lying.mp4 -c copy -metadata:s:v "rotate=${turn#* }" turned.mp4
        watch turned.mp4 -out turned.png
        [ "$(identify -format %wx%h turned.png)" = 480x360 ]
        jq -es ".[0].faces | length == $wanted and all(.[]; .whole == null)" log.jsonl
    done
}

@test "film: people are found at a frame a second and in a time lapse of one a minute" {
    need_films
    for gap in 1 60; do
        people 6 "1000*$gap*N" -c:v libx264 -preset ultrafast slow.mp4
        watch slow.mp4 -summary >out
        jq -es "length == 6 and (.[5].time - 5 * $gap | fabs) < .01
            and all(.[1:][]; .faces | length > 0 and all(.[]; .label != null))
            and ([.[].faces[].id] | unique | length) == (.[5].faces | length)" log.jsonl
    done
}

@test "film: a long still in which only sound comes is no end" {
    need_films
    card 26 -vf "select='lt(t,.2)+gt(t,25.7)'" -vsync vfr -an -c:v libx264 -preset ultrafast pictures.mp4
    film -i pictures.mp4 -f lavfi -i "sine=duration=26" -c:v copy -c:a aac -shortest lecture.mp4
    [ -z "$(watch lecture.mp4)" ]
    jq -es '[.[].time] | length >= 10 and .[-1] > 25.8' log.jsonl
}

@test "film: one that is cut short says how many frames or seconds came, a whole one nothing" {
    need_films
    card 4 -f lavfi -i "sine=duration=4" -map 0 -map 1 -c:v libx264 -preset ultrafast -g 25 -c:a aac -movflags faststart whole.mp4
    film -i whole.mp4 -c copy whole.mkv
    film -i whole.mp4 -c:v mjpeg -an whole.avi
    film -ss 0.7 -i whole.mp4 -c copy edited.mp4 # its edit list hides frames
    film -itsoffset 4 -i whole.mp4 -i whole.mp4 -map 0:v -map 1:a -c copy late.mkv
    card 3 -vf "select='not(mod(n,3))+gt(n,40)'" -vsync vfr -c:v mjpeg gaps.avi # its count has empty ones in it
    for f in whole.mp4 whole.mkv whole.avi edited.mp4 late.mkv gaps.avi; do
        echo "$f"
        [ -z "$(watch $f)" ]
    done
    for ending in mp4 mkv avi; do
        head -c $(($(stat -c %s whole.$ending) / 2)) whole.$ending >cut.$ending
    done
    watch cut.mp4 | grep 'cut.mp4: [0-9]* of its 100 frames came'
    watch cut.mkv | grep 'cut.mkv: its last frame is at [12]\.[0-9] s of 4\.. s'
    watch cut.avi | grep 'cut.avi: its last frame is at [12]\.[0-9] s of 4\.0 s'
}

@test "film: damage in its middle is passed over; without one frame it is an error" {
    need_films
    card 2 -c:v mpeg4 -g 10 whole.mkv
    size=$(stat -c %s whole.mkv)
    cp whole.mkv hurt.mkv
    head -c 3000 /dev/zero | dd of=hurt.mkv bs=1 seek=$((size / 2)) conv=notrunc status=none
    watch hurt.mkv
    jq -es '[.[].time] | length >= 35 and .[-1] > 1.9' log.jsonl
    head -c 400 whole.mkv >head.mkv
    run --separate-stderr demo head.mkv
    fails_with 1 head.mkv
}

@test "film: any name opens: with colons, per cent, '#', '?', spaces, a leading '-', umlauts" {
    need_films
    card 0.2 -c:v libx264 -preset ultrafast a.mp4
    for name in 12:30:05.mp4 file:b.mp4 'a%03d #1?.mp4' Ärger.mp4; do
        cp a.mp4 "$name"
        echo "$name"
        watch "$name"
        has_lines log.jsonl 5
    done
    cp a.mp4 ./-a.mp4
    demo -json log.jsonl -- -a.mp4
    has_lines log.jsonl 5
    run --separate-stderr demo 12:30.mp4
    fails_with 1 "cannot read '12:30.mp4': No such file"
}

@test "film: a browser's recording on a web server is a film, too" {
    need_films
    card 0.4 -c:v libvpx -f webm - >clip.avi # served by that name
    perl -MIO::Socket::INET -e '
        local ($/, $|) = (undef, 1);
        open(my $file, "<:raw", "clip.avi") or die;
        my $film = <$file>;
        my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 8) or die;
        print "http://127.0.0.1:" . $server->sockport . "/recording.webm\n";
        while (my $client = $server->accept) {
            sysread($client, my $request, 8192);
            print $client "HTTP/1.0 200 OK\r\n\r\n", $film;
            close $client;
        }' >address 3>&- &
    server=$!
    wait_for test -s address
    code=0
    timeout 30 "$DARKNET" classifier demo colours.data colours.cfg colours.weights -threads 1 "$(cat address)" \
        -json log.jsonl 2>err || code=$? # as a stream it would have no end
    kill $server
    [ "$code" -eq 0 ]
    jq -es '[.[].time] | length == 10 and (.[-1] - .36 | fabs) < .01' log.jsonl
}

@test "sources: passwords of addresses are nowhere, and a bare '#' is told how to be written" {
    need_opencv
    run --separate-stderr demo 'http://user:s3cret@127.0.0.1:9/cam?pwd=s3cret'
    fails_with 1 'http://user:***@127.0.0.1:9/cam?pwd=***: no video'
    run --separate-stderr demo 'rtsp://admin:pa#s3cret@127.0.0.1:9/live'
    fails_with 1 "'#' is written %23"
    for line in "-c 7 http://a:s3cret@h" "x http://a:s3cret@h"; do
        # shellcheck disable=SC2086
        run --separate-stderr demo $line
        fails_with 2 'http://a:***@h'
        [[ "$output$stderr" != *s3cret* ]]
    done
}

@test "sources: a camera by its device has the messages of one by its number" {
    need_opencv
    [ ! -e /dev/video97 ] || skip "there is a camera 97"
    for words in 97 /dev/video97 "-c 97" "-c /dev/video97"; do
        # shellcheck disable=SC2086
        run --separate-stderr demo $words
        fails_with 1 ': /dev/video97 is not there; plug in a camera'
    done
    run --separate-stderr demo /dev/v4l/by-id/none
    fails_with 1 'camera /dev/v4l/by-id/none'
    run --separate-stderr demo -c here
    fails_with 2 '-c here: is no camera'
}
