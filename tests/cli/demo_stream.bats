#!/usr/bin/env bats
# classifier demo at a network camera: a real MJPEG stream on loopback, which also breaks off and comes back; and at a film
# on a web server.
load demo_setup

# Serves the clip; sets address and port.
serve() { # port
    rm -f address
    "$BIN/tests/tools/mjpeg_server" -fps 15 -port "$1" clip.avi >address 2>/dev/null &
    server=$!
    wait_for test -s address
    address=$(cat address)
    port=${address#http://*:}
    port=${port%%/*}
}

# Serves the clip as a web server does a file, to whoever asks, again and again; sets address. perl-base is part of every
# Debian.
serve_file() {
    rm -f address
    perl -MIO::Socket::INET -e '
        local ($/, $|, $SIG{PIPE}) = (undef, 1, "IGNORE");
        open(my $file, "<:raw", "clip.avi") or die;
        my $film = <$file>;
        my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 8) or die;
        print "http://127.0.0.1:" . $server->sockport . "/clip.avi\n";
        while (my $client = $server->accept) {
            sysread($client, my $request, 8192);
            print $client "HTTP/1.0 200 OK\r\nContent-Length: " . length($film) . "\r\n\r\n", $film;
            close $client;
        }' >address &
    server=$!
    wait_for test -s address
    address=$(cat address)
}

stop_server() {
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
}

teardown() {
    stop_server
    [ -z "${demo:-}" ] || kill -KILL "$demo" 2>/dev/null || true
}

# The demo itself in the background, not a shell around it.
watch() {
    : >log.jsonl
    "$DARKNET" classifier demo colours.data colours.cfg colours.weights -threads 1 "$address" -json log.jsonl "$@" 2>err &
    demo=$!
}

# Ctrl-C, and what has to hold of its files.
interrupt() {
    kill -INT "$demo"
    code=0
    wait "$demo" || code=$?
    demo=
    cat err
    [ "$code" -eq 130 ]
    [ "$(jq -s length log.jsonl)" -eq "$(wc -l <log.jsonl)" ]
}

@test "stream: faces come from a network camera, with times of the clock" {
    need_opencv
    clip
    serve 0
    watch -out film.mp4
    wait_for has_lines log.jsonl 30
    interrupt
    jq -es 'any(.[]; .faces | length == 2)' log.jsonl
    jq -es '[.[].time] | . == sort and .[0] >= 0 and .[-1] > 1' log.jsonl
    jq -es '[.[].frame] | . == sort and . == unique' log.jsonl
    demo film.mp4 -json film.jsonl
    has_lines film.jsonl 15
    [ -z "$(find . -name '*.tmp*')" ]
}

@test "stream: a camera that is unplugged is tried again, with longer and longer pauses, and goes on" {
    need_opencv
    clip
    serve 0
    watch
    wait_for has_lines log.jsonl 10
    stop_server
    wait_for grep -q 'trying again in 1 s' err
    before=$(wc -l <log.jsonl)
    kill -0 "$demo"
    serve "$port"
    wait_for has_lines log.jsonl $((before + 10))
    interrupt
    grep -q 'the stream broke off' err
    grep -q 'trying again in 0.5 s' err
    grep -q 'the stream is back' err
    jq -es '[.[].time] | . == sort' log.jsonl
    jq -es '[.[].faces[].id] | unique | length >= 2' log.jsonl
}

@test "stream: one that does not come back is an error after -reconnect, at once with 0" {
    need_opencv
    clip
    for patience in 1 0; do
        serve 0
        watch -reconnect $patience
        wait_for has_lines log.jsonl 5
        stop_server
        code=0
        wait "$demo" || code=$?
        demo=
        cat err
        [ "$code" -eq 1 ]
        grep -q 'the stream broke off' err
        tries=$(grep -c 'trying again' err || true)
        [ "$tries" -ge "$patience" ]
        [ "$patience" -eq 1 ] || [ "$tries" -eq 0 ]
        [ "$(jq -s length log.jsonl)" -eq "$(wc -l <log.jsonl)" ]
    done
}

@test "stream: a film at an address is a film: every frame once, the times of the film, and an end" {
    need_opencv
    clip
    serve_file
    demo clip.avi -json file.jsonl
    run --separate-stderr timeout 60 "$DARKNET" classifier demo colours.data colours.cfg colours.weights -threads 1 \
        "$address" -json log.jsonl
    echo "$stderr"
    [ "$status" -eq 0 ]
    [[ "$stderr" != *"broke off"* ]]
    cmp file.jsonl log.jsonl
}
