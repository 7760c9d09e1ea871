#!/usr/bin/env bats
# -http in a real browser: what the page shows is what the program's own log says, for eyes, for keys and for ears.
load http_setup
load browser

teardown() {
    close_browser
    [ -z "${pid:-}" ] || kill -KILL "$pid" 2>/dev/null || true
}

open_page() { # flags of the demo
    need_http
    need_browser
    serve "$@"
    browse "$url/"
    wait_for holds 'document.getElementById("faces").children.length > 0'
}

# Notes what stands in the list of faces whenever it changes, with the frame that it is of.
WATCH='window.seen = []; const list = document.getElementById("faces");
    new MutationObserver(() => seen.push({frame: +list.dataset.frame, faces: [...list.children].map(item => ({id: +item.dataset.id,
        label: item.querySelector(".label").textContent,
        scores: [...item.querySelectorAll(".bars li")].map(row => row.children[0].textContent + " " + row.children[2].textContent)}))}))
        .observe(list, {attributes: true, attributeFilter: ["data-frame"]});'

@test "page: for each frame it shows the ids, labels and scores of the line of -json" {
    open_page
    js "$WATCH" >/dev/null
    wait_for holds 'seen.length >= 12'
    js 'return seen' >seen.json
    stop
    jq -cs '[.[] | {frame, faces: [.faces | sort_by(.id)[] | {id,
        label: (if .label then "\(.label) \(100 * .probability | round) %" else .note // "not named yet" end),
        scores: [(.scores // {}) | to_entries[] | "\(.key) \(100 * .value | round) %"]}]}]' log.jsonl >lines.json
    jq -e --slurpfile log lines.json 'all(.[]; . as $shown | $log[0][] | select(.frame == $shown.frame) | . == $shown)' seen.json
    jq -e '[.[].faces | length] | add >= 12' seen.json
    jq -e 'map(.frame) | . == (sort | unique)' seen.json
}

@test "page: the picture moves, the minute is drawn and told in words, changes are spoken" {
    open_page
    wait_for holds 'document.getElementById("video").naturalWidth === 320'
    wait_for holds '/^The last minute\. face \d+: (red|green|blue) \d+ s/.test(document.getElementById("timeline").getAttribute("aria-label"))'
    holds 'document.getElementById("timeline").getContext("2d").getImageData(0, 0, 2000, 40).data.some(v => v > 0)'
    wait_for holds '/Face \d+: (red|green|blue)/.test(document.getElementById("spoken").textContent)'
    holds 'document.getElementById("controls").hidden'
    holds 'document.getElementById("why").textContent.includes("-http_token")'
    # Who comes for the first time is told what this is; once.
    holds '!document.getElementById("welcome").hidden'
    js 'document.getElementById("got").click()' >/dev/null
    go "$url/"
    wait_for holds 'document.getElementById("intro").textContent !== ""'
    holds 'document.getElementById("welcome").hidden'
    stop
    wait_for holds '/ended/.test(document.getElementById("state").textContent)'
}

@test "page: the token of the address becomes a cookie; buttons work by keys, and say what is so" {
    need_http
    need_browser
    serve -http_token open-sesame-7
    browse "$url/"
    wait_for holds '!document.getElementById("login").hidden'
    go "$url/#token=open-sesame-8"
    js 'location.reload()' >/dev/null
    wait_for holds 'document.getElementById("wrong").textContent === "this is not the token"'
    go "$url/#token=open-sesame-7"
    js 'location.reload()' >/dev/null
    wait_for holds 'document.getElementById("faces").children.length > 0'
    holds 'location.hash === "" && document.cookie === ""'
    for state in paused mirror pixelate; do
        js "document.querySelector('[data-state=$state]').focus()" >/dev/null
        key '\uE00D'
        wait_for holds "document.querySelector('[data-state=$state]').getAttribute('aria-pressed') === 'true'"
    done
    wait_for holds 'document.getElementById("state").textContent === "paused"'
    js 'document.getElementById("snapshot").click()' >/dev/null
    wait_for test -s results/demo-1.json
    wait_for holds 'document.getElementById("said").textContent.includes("saved results/demo-1.png")'
    stop
}

@test "page: axe-core finds nothing, narrow and wide, dark and light; nothing is wider than the page" {
    need_axe
    need_http
    need_browser
    serve -http_token open-sesame-7
    browse "$url/#token=open-sesame-7"
    wait_for holds 'document.getElementById("faces").children.length > 0'
    for width in 390 1440; do
        for colours in light dark; do
            look $width $colours
            holds 'document.documentElement.scrollWidth <= innerWidth'
            is_accessible
            [ -z "${SHOTS:-}" ] || screenshot "$SHOTS/demo-$width-$colours.png"
        done
    done
    stop
}
