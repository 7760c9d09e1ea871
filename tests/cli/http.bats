#!/usr/bin/env bats
# -http: what the server says to curl, and what it refuses. The page in a browser is tried by http_page.bats.
load http_setup

@test "http: a page, the newest scene, its picture and the measures; all under 60 kB" {
    need_http
    serve
    gets 200 "$url/"
    grep -q '<html lang="en">' body
    total=$(wc -c <body)
    for file in $(sed -n 's/.*\(src\|href\)="\(\/[a-z]*\.[a-z]*\)".*/\2/p' body | grep -v frame); do
        gets 200 "$url$file"
        total=$((total + $(wc -c <body)))
    done
    [ "$total" -gt 10000 ]
    [ "$total" -lt 61440 ]
    get -D - -o body "$url/frame.jpg" | grep -q '^Content-Type: image/jpeg'
    [ "$(identify -format '%m %wx%h' body)" = "JPEG 320x240" ]
    gets 200 "$url/api/about"
    jq -e '.source == "clip.avi" and .weights == "colours.weights" and .controls == false and [.classes[].name] == ["red", "green", "blue"]' body
    gets 200 "$url/metrics"
    grep -q '^darknet_demo_frames_total [1-9]' body
    grep -q '^darknet_http_answers_total{code="2xx"} [1-9]' body
    [ "$(get "$url/healthz")" = ok ]
    stop
}

@test "http: every page is the program's own: policy, no sniffing, no frame, no store" {
    need_http
    serve
    for path in / /demo.js /api/about /healthz /nothing; do
        get -D head -o body "$url$path"
        grep -q "^Content-Security-Policy: default-src 'none'; script-src 'self';.*frame-ancestors 'none'" head
        grep -q '^X-Content-Type-Options: nosniff' head
        grep -q '^Cross-Origin-Resource-Policy: same-origin' head
        grep -q '^Cache-Control: no-store' head
    done
    run -1 grep -E 'https?://|style=|onclick=' "$ROOT"/src/serve/page/demo.html
    stop
}

@test "http: events are the lines of -json, in their order; the film keeps its pace" {
    need_http
    serve
    timeout 3 curl -sN "$url/api/demo/events" | sed -n 's/^data: //p' | jq -c .scene >events || true
    gets 200 "$url/api/demo/now"
    jq -c .scene body >>events
    stop
    jq -c . log.jsonl >lines
    has_lines events 8
    [ "$(wc -l <lines)" -le 120 ] # 8 a second
    run -1 grep -vxFf lines events
    jq -es 'map(.frame) | . == sort' events
}

@test "http: the picture is a stream of whole JPEGs, which a reader may take in his own time" {
    need_http
    serve
    timeout 3 curl -sN "$url/video" >stream || true
    [ "$(grep -ac '^--darknet' stream)" -ge 6 ]
    size=$(grep -am1 '^Content-Length' stream | tr -dc 0-9)
    { sed '1,/^\r$/d' stream || true; } | head -c "$size" >one.jpg || true
    [ "$(identify -format '%m %wx%h' one.jpg)" = "JPEG 320x240" ]
    # Fifty who never read: the film goes on at its pace.
    for _ in $(seq 50); do
        exec {fd}<>"/dev/tcp/127.0.0.1/${url##*:}"
        printf 'GET /video HTTP/1.1\r\nHost: localhost\r\n\r\n' >&"$fd"
    done
    before=$(wc -l <log.jsonl)
    sleep 2
    [ $(($(wc -l <log.jsonl) - before)) -ge 10 ]
    stop
}

@test "http: a token opens everything but what tells nothing; it is shown nowhere" {
    need_http
    serve -http_token open-sesame-7
    for path in /api/about /video /frame.jpg /api/demo/events /api/demo/now /metrics; do gets 401 "$url$path"; done
    for path in / /demo.js /healthz; do gets 200 "$url$path"; done
    gets 403 -d open-sesame-8 "$url/api/login"
    gets 403 -d open-sesame "$url/api/login"
    gets 403 -X POST "$url/api/login"
    gets 401 -H 'Authorization: Bearer open-sesame' "$url/api/about"
    gets 401 -b "darknet_${url##*:}=open-sesame-7" "$url/api/about"
    gets 204 -c jar -D head -d open-sesame-7 "$url/api/login"
    grep -q '^Set-Cookie: darknet_[0-9]*=[0-9a-f]\{32\}; Path=/; HttpOnly; SameSite=Strict' head
    gets 200 -b jar "$url/api/about"
    gets 200 -H 'Authorization: Bearer open-sesame-7' "$url/metrics"
    stop
    run -1 grep -q sesame out err log.jsonl head body
}

@test "http: who has the token pauses, mirrors, pixelates and takes snapshots; others may not" {
    need_http
    serve
    gets 403 -d paused=1 "$url/api/demo"
    [[ "$(cat body)" == *"started without -http_token"* ]]
    stop
    serve -http_token open-sesame-7
    auth=(-H 'Authorization: Bearer open-sesame-7')
    gets 401 -d paused=1 "$url/api/demo"
    gets 403 "${auth[@]}" -H 'Origin: http://127.0.0.1:1' -d paused=1 "$url/api/demo"
    gets 403 "${auth[@]}" -H 'Origin: null' -d paused=1 "$url/api/demo"
    for wrong in paused paused=2 quit=1 'paused=1&' '' paused=11 "$(printf '%04096d' 0)"; do
        gets 400 "${auth[@]}" -d "$wrong" "$url/api/demo"
    done
    gets 204 "${auth[@]}" -H "Origin: $url" -d 'paused=1&mirror=1&pixelate=1' "$url/api/demo"
    is_so() { get "${auth[@]}" "$url/api/demo/now" | jq -e "$1"; }
    wait_for is_so '.state | .paused and .mirror and .pixelate'
    frames=$(wc -l <log.jsonl)
    gets 200 "${auth[@]}" "$url/frame.jpg"
    gets 204 "${auth[@]}" -d snapshot=1 "$url/api/demo"
    wait_for test -s results/demo-1.json
    [ "$(wc -l <log.jsonl)" -eq "$frames" ]
    gets 204 "${auth[@]}" -d paused=0 "$url/api/demo"
    wait_for has_lines log.jsonl $((frames + 3))
    stop
}

@test "http: foreign names and pages, path tricks, wrong methods and large bodies are refused with a reason" {
    need_http
    serve -http_host camera.example,other.example
    gets 200 -H 'Host: Camera.example' "$url/"
    gets 200 -H 'Host: other.example:99' "$url/"
    gets 200 -H 'Host: [::1]:1' "$url/"
    for host in evil.example camera.example.evil.com 127.0.0.1.evil.com 127.0.0.2 'localhost:x' ']' '[::1' 'a b' localhost@evil; do
        gets 421 -H "Host: $host" "$url/"
    done
    gets 403 -H 'Origin: http://evil.example' "$url/api/about"
    gets 403 -H "Origin: https${url#http}" "$url/api/about"
    for path in /../../etc/passwd /%2e%2e/etc/passwd //etc/passwd /demo.js/ /page/demo.html /clip.avi /.. '/%00' /api /video/x; do
        if [ "$path" = '/%00' ]; then continue; fi
        gets 404 --path-as-is "$url$path"
    done
    for method in PUT DELETE OPTIONS TRACE POST; do gets 405 -X $method "$url/"; done
    gets 405 "$url/api/login"
    head -c 70000 /dev/zero >large
    gets 413 --data-binary @large "$url/api/login"
    gets 413 --data-binary @clip.avi "$url/api/login"
    gets 413 -H 'Transfer-Encoding: chunked' --data-binary @large "$url/api/login"
    [ "$(get -o body -w '%{http_code}' -H "X-Long: $(printf '%040000d' 0)" "$url/")" -ge 400 ]
    [ "$(get -o body -w '%{http_code}' "$url/$(printf '%040000d' 0)")" -ge 400 ]
    printf 'no request\r\n\r\n' | timeout 5 bash -c "exec 3<>/dev/tcp/127.0.0.1/${url##*:}; cat >&3; cat <&3" >body || true
    [ "$(get "$url/healthz")" = ok ]
    stop
}

handles() { find "/proc/$pid/fd" -mindepth 1 | wc -l; }
memory() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status"; }
few_handles() { [ "$(handles)" -le "$1" ]; }

@test "http: who sends slowly is told after ten seconds; who is too many, at once; memory and handles stay" {
    need_http
    serve
    port=${url##*:}
    get "$url/frame.jpg" >/dev/null
    before=$(handles)
    exec {slow}<>"/dev/tcp/127.0.0.1/$port" {body}<>"/dev/tcp/127.0.0.1/$port"
    printf 'GET / HTTP/1.1\r\nHost: localh' >&"$slow"
    printf 'POST /api/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nab' >&"$body"
    for _ in 1 2 3 4 5; do sleep 1; printf o >&"$slow"; printf c >&"$body"; done
    many=()
    for _ in $(seq 254); do
        exec {fd}<>"/dev/tcp/127.0.0.1/$port"
        many+=("$fd")
    done
    gets 503 "$url/healthz"
    [[ "$(cat body)" == *"256 connections"* ]]
    for fd in "${many[@]}"; do exec {fd}>&-; done
    for connection in "$slow" "$body"; do
        timeout 15 cat <&"$connection" >told
        grep -q '^HTTP/1.1 408 ' told
        tail -n 1 told | jq -e '.error'
        exec {connection}>&-
    done
    wait_for few_handles "$before"
    [ "$(get "$url/healthz")" = ok ]
    memory=$(memory)
    for _ in 1 2 3 4 5 6 7 8; do
        get -o body "$url/frame.jpg" "$url/nothing" -H 'Host: evil' "$url/" || true
        get -o body --data-binary @clip.avi "$url/api/login" || true
    done
    wait_for few_handles "$before"
    is_sanitised || [ "$(memory)" -le $((memory + 4096)) ]
    stop
}

@test "http: over TLS, with a certificate that fits its key" {
    need_http
    command -v openssl >/dev/null || skip "needs openssl (scripts/install_deps.sh test)"
    for name in one two; do
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
            -addext subjectAltName=IP:127.0.0.1 -keyout $name.key -out $name.crt 2>/dev/null
    done
    refused() { # words flags...
        local words=$1
        shift
        run --separate-stderr timeout 30 "$DARKNET" classifier demo colours.data colours.cfg colours.weights -threads 1 \
            -dont_show "$BATS_FILE_TMPDIR/clip.avi" -http 0 "$@"
        fails_with "${code:-1}" "$words"
    }
    refused "one.crt: is not the certificate of the key two.key" -http_cert one.crt -http_key two.key
    refused "are no certificate and key in PEM" -http_cert colours.cfg -http_key one.key
    refused "nothing.crt" -http_cert nothing.crt -http_key one.key
    code=2 refused "-http_key is missing" -http_cert one.crt
    serve -http_cert one.crt -http_key one.key -http_token open-sesame-7
    [[ "$url" == https://* ]]
    [ "$(get --cacert one.crt "$url/healthz")" = ok ]
    gets 204 --cacert one.crt -D head -H "Origin: $url" -d open-sesame-7 "$url/api/login"
    grep -q '^Set-Cookie: .*; Secure' head
    gets 403 --cacert one.crt -H "Origin: http${url#https}" -d open-sesame-7 "$url/api/login"
    run get --cacert one.crt --tls-max 1.1 "$url/healthz"
    [ "$status" -ne 0 ]
    stop
}

@test "http: a port in use, an address for others without a token, a machine without the module" {
    need_http
    serve
    refused() { # code words flags...
        local code=$1 words=$2
        shift 2
        run --separate-stderr timeout 30 "${program:-$DARKNET}" classifier demo colours.data colours.cfg colours.weights -threads 1 \
            -dont_show clip.avi "$@"
        fails_with "$code" "$words"
    }
    refused 1 "another program listens at this port" -http "${url##*:}"
    refused 1 "wants a token: -http_token TEXT" -http 0.0.0.0:0
    refused 1 "wants a token: -http_token TEXT" -http '[::]:0'
    refused 1 "at least 8" -http 0 -http_token short
    refused 1 "has a character" -http 0 -http_token 'with a blank'
    refused 1 "no such address" -http 192.0.2.1:0 -http_token open-sesame-7
    for wrong in x 99999 -1 1.2.3:80 :80 camera:80 '[::1:80' '::1:80' ''; do
        refused 2 "wanted is a port" -http "$wrong"
    done
    refused 2 "wanted is a port" -mjpeg_port 99999
    stop
    run --separate-stderr demo valid/red -http 0
    fails_with 2 "-http is of films and cameras"
    mkdir alone
    ln "$DARKNET" alone/darknet 2>/dev/null || cp "$DARKNET" alone/darknet
    ln -s "$BIN/darknet_vision.so" alone/
    [ ! -e /usr/local/lib/darknet/darknet_http.so ] || skip "darknet_http.so is installed"
    program=alone/darknet refused 1 "-http: wants the module darknet_http.so" -http 0
}
