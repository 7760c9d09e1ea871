#!/usr/bin/env bats
# Every cfg of cfg/ is wrong in one way. Its first line, "# want: TEXT", is what the message must hold; the exit code
# is 1.
load setup

@test "every bad cfg gets the message that its first line wants" {
    wrong=0 count=0
    for cfg in "$BATS_TEST_DIRNAME"/cfg/*.cfg; do
        count=$((count + 1))
        want=$(sed -n '1s/^# want: //p' "$cfg")
        run --separate-stderr darknet network info "$cfg"
        if [ -z "$want" ] || [ "$status" -ne 1 ] || [[ "$stderr" != *"$want"* ]]; then
            echo "$cfg: exit code $status"
            echo "   wanted: $want"
            echo "   got:    $stderr"
            wrong=$((wrong + 1))
        fi
    done
    echo "$wrong of $count"
    [ "$count" -gt 20 ]
    [ "$wrong" -eq 0 ]
}

@test "cfg: missing, empty, a folder, bytes that are no text" {
    : >empty.cfg
    head -c 300 /dev/urandom >junk.cfg
    for cfg in nowhere.cfg empty.cfg valid junk.cfg; do
        run --separate-stderr darknet network info "$cfg"
        fails_with 1 "$cfg"
    done
}
