# Debian's Chromium without a screen, driven over WebDriver (W3C) by chromedriver, curl and jq.

need_browser() {
    for program in chromium chromedriver jq; do
        command -v $program >/dev/null || skip "needs $program (scripts/install_deps.sh test)"
    done
}

# Opens a browser; as root it has no sandbox.
browse() { # address [flags of the browser...]
    local address=$1 more
    shift
    more=$(printf '%s\n' "$@" | jq -Rnc '[inputs | select(. != "")]')
    chromedriver --port=0 >driver.log 2>&1 3>&- &
    driver=$!
    wait_for grep -q 'successfully on port' driver.log
    session=http://127.0.0.1:$(sed -n 's/.*successfully on port \([0-9]*\).*/\1/p' driver.log)/session
    local id
    id=$(webdriver POST '' "$(jq -n --argjson more "$more" '{capabilities: {alwaysMatch: {"goog:chromeOptions": {args:
        (["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1440,900"] + $more)}}}}')" | jq -r .value.sessionId)
    session=$session/$id
    go "$address"
}

webdriver() { # method path [json]
    curl -s -m 60 -X "$1" ${3:+-H 'Content-Type: application/json' -d "$3"} "$session$2"
}

go() { webdriver POST /url "$(jq -n --arg url "$1" '{$url}')" >/dev/null; }

# What a script in the page returns, as JSON.
js() { # script
    jq -n --arg script "$1" '{$script, args: []}' >script.json
    webdriver POST /execute/sync @script.json | jq -c .value
}

# The same of one that calls arguments[0] when it is done.
js_later() { # file of a script
    jq -n --rawfile script "$1" '{$script, args: []}' >script.json
    webdriver POST /execute/async @script.json | jq -c .value
}

holds() { [ "$(js "return !!($1)")" = true ]; } # expression

devtools() { # command parameters
    webdriver POST /goog/cdp/execute "$(jq -n --arg cmd "$1" --argjson params "$2" '{$cmd, $params}')"
}

look() { # width light|dark
    devtools Emulation.setDeviceMetricsOverride "{\"width\": $1, \"height\": 900, \"deviceScaleFactor\": 1, \"mobile\": false}" >/dev/null
    devtools Emulation.setEmulatedMedia "{\"features\": [{\"name\": \"prefers-color-scheme\", \"value\": \"$2\"}]}" >/dev/null
}

screenshot() { # file.png: the whole page
    devtools Page.captureScreenshot '{"format": "png", "captureBeyondViewport": true}' | jq -r .value.data | base64 -d >"$1"
}

key() { # as WebDriver writes it
    webdriver POST /actions "{\"actions\": [{\"type\": \"key\", \"id\": \"keys\", \"actions\":
        [{\"type\": \"keyDown\", \"value\": \"$1\"}, {\"type\": \"keyUp\", \"value\": \"$1\"}]}]}" >/dev/null
}

close_browser() {
    [ -z "${session:-}" ] || webdriver DELETE '' >/dev/null || true
    [ -z "${driver:-}" ] || kill "$driver" 2>/dev/null || true
    session='' driver=''
}

# axe-core (npm), which `make axe` fetches.
need_axe() {
    axe=$ROOT/build/npm/axe.min.js
    [ -e "$axe" ] || skip "needs axe-core ('make axe')"
}

# It finds nothing wrong, and has looked.
is_accessible() {
    {
        cat "$axe"
        echo ';axe.run().then(r => arguments[0]({kept: r.passes.length, wrong: r.violations.map(v =>
            v.id + ": " + v.nodes.map(n => n.html).join(" | "))}));'
    } >axe.js
    js_later axe.js >found.json
    jq -r '.wrong[]' found.json
    jq -e '.kept > 20 and .wrong == []' found.json
}
