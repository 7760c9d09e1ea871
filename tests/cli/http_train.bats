#!/usr/bin/env bats
# -http of trainings and of what they left: the page shows log.csv, and its button stops a run that can be resumed.
NO_CLIP=1
load http_setup
load browser

teardown() {
    close_browser
    [ -z "${pid:-}" ] || kill -KILL "$pid" 2>/dev/null || true
}

# Rows of log.csv as arrays of numbers; an empty cell is null.
rows_of() { # file
    tail -n +2 "$1" | jq -cRs 'split("\n")[:-1] | map(split(",") | map(if . == "" then null else tonumber end))'
}

@test "http: a training's JSON is its log.csv; stop wants the token, and ends the run with what -resume goes on from" {
    need_http
    serve_training -http_token open-sesame-7
    auth=(-H 'Authorization: Bearer open-sesame-7')
    for path in /api/about /api/runs /api/train/now /api/train/events /run/worst.png /metrics; do gets 401 "$url$path"; done
    gets 200 "${auth[@]}" "$url/api/about"
    jq -e '.title == "colours-1" and .epochs == 5000 and .train_pictures == 9 and .controls and .live' body
    gets 200 "${auth[@]}" "$url/api/train/now"
    jq -e '.ended == "" and .epoch >= 3 and .step > 0 and .running.loss > 0 and (.pictures | length) >= 3' body
    cp body now
    wait_for test -s results/colours-1/worst.png
    gets 200 "${auth[@]}" "$url/run/confusion.png"
    [ "$(identify -format %m body)" = PNG ]
    gets 200 "${auth[@]}" "$url/run/samples.png"
    cmp body results/colours-1/samples.png
    jq -e '.pictures[0].path == "/run/samples.png"' now
    gets 200 "${auth[@]}" "$url/metrics"
    grep -q '^darknet_train_steps_total [1-9]' body
    gets 401 -d stop=1 "$url/api/train"
    gets 400 "${auth[@]}" -d stop=0 "$url/api/train"
    gets 200 "${auth[@]}" "$url/api/runs"
    cp body runs.json
    gets 204 "${auth[@]}" -d stop=1 "$url/api/train"
    ends_with 130
    pid=
    grep -q 'stopped after step .*-resume goes on' err
    rows_of results/colours-1/log.csv >rows.json
    jq -e --slurpfile log rows.json '.[0].rows as $r | ($r | length) >= 3 and $r == $log[0][:($r | length)]' runs.json
    [ "$(jq -r '.[0].columns | join(",")' runs.json)" = "$(head -n 1 results/colours-1/log.csv)" ]
    serve_training -resume
    stop
    [ "$(tail -n +2 results/colours-1/log.csv | wc -l)" -gt "$(jq length rows.json)" ]
}

@test "http: a training without a token is shown, and not stopped" {
    need_http
    serve_training
    gets 200 "$url/api/runs"
    gets 403 -d stop=1 "$url/api/train"
    stop
    run --separate-stderr darknet classifier train colours.data colours.cfg -http 0.0.0.0:0
    fails_with 1 "wants a token"
    [ ! -e results/colours-2 ]
}

@test "page: a training's curves, numbers and pictures; its last point is that of log.csv; the button stops it" {
    need_http
    need_browser
    serve_training -http_token open-sesame-7
    browse "$url/#token=open-sesame-7"
    wait_for holds 'document.querySelectorAll("tbody tr").length >= 5'
    holds 'document.querySelectorAll("#charts canvas").length >= 3'
    holds '[...document.querySelectorAll("#charts canvas")].every(c => c.getContext("2d").getImageData(0, 0, c.width, c.height).data.some(v => v > 0))'
    holds '/^loss over epochs; now: training [0-9.e-]+, validation [0-9.e-]+$/.test(document.querySelector("#charts canvas").getAttribute("aria-label"))'
    wait_for holds '[...document.querySelectorAll("#pictures img")].filter(i => i.naturalWidth > 100).length >= 3'
    if [ -e "$ROOT/build/npm/axe.min.js" ]; then
        need_axe
        for width in 390 1440; do
            for colours in light dark; do
                look $width $colours
                holds 'document.documentElement.scrollWidth <= innerWidth'
                is_accessible
                [ -z "${SHOTS:-}" ] || screenshot "$SHOTS/train-$width-$colours.png"
            done
        done
    fi
    js 'document.getElementById("stop").click()' >/dev/null
    wait_for holds '/^ended: /.test(document.getElementById("state").textContent)'
    ends_with 130
    pid=
    sleep .2
    js 'return [...document.querySelectorAll("tbody tr:last-child td")].map(c => c.textContent)' >last.json
    tail -n 1 results/colours-1/log.csv >last.csv
    jq -r '.[:-1][]' last.json >shown
    cut -d, -f1-"$(wc -l <shown)" last.csv | tr , '\n' >wanted
    paste shown wanted | awk '{ d = $1 - $2; if (d < 0) d = -d; if (d > 1e-5 * ($2 < 0 ? -$2 : $2) + 1e-12) { print; bad = 1 } } END { exit bad || NR < 6 }'
}

@test "http: results shows finished runs over one another, in the browser as in JSON; what does not fit is told" {
    need_http
    for seed in 1 2; do darknet classifier train colours.data colours.cfg -threads 1 -seed $seed >/dev/null 2>&1; done
    run --separate-stderr darknet results results/colours-1 results/colours-2
    fails_with 2 "-http PORT shows several"
    run --separate-stderr darknet results results/colours-1 results/nothing -http 0
    fails_with 1 "results/nothing"
    show_page results results/colours-1 results/colours-2
    gets 200 "$url/api/runs"
    for i in 0 1; do
        rows_of results/colours-$((i + 1))/log.csv >rows.json
        jq -e --slurpfile log rows.json '.['$i'].rows == $log[0]' body
    done
    gets 200 "$url/run/2/worst.png"
    cmp body results/colours-2/worst.png
    gets 404 "$url/run/3/worst.png"
    gets 404 "$url/run/1/log.csv"
    if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then
        browse "$url/"
        wait_for holds 'document.querySelectorAll("table").length === 2'
        holds '/colours-1 validation .*colours-2 validation/.test(document.querySelector("#charts canvas").getAttribute("aria-label"))'
        [ -z "${SHOTS:-}" ] || { look 1440 light && screenshot "$SHOTS/results-1440-light.png"; }
    fi
    stop
}
