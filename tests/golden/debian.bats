#!/usr/bin/env bats
# Ours beside Debian's darknet: we train ten steps and save, both read the file and answer for the same picture; then
# Debian's library writes the weights again and we read that. Skipped where the package is not installed.

setup_file() {
    export WORK="$BATS_FILE_TMPDIR"
    [ -e /usr/lib/darknet/libdarknet.so ] || skip "Debian's package darknet is not installed"
    "$BIN/faces" -seed 3 -count 70 -size 32 "$WORK/faces" >/dev/null
    printf '%s\n' angry disgust fear happy neutral sad surprise >"$WORK/names"
    cat >"$WORK/golden.data" <<END
classes=7
top=7
train=$WORK/faces/train
names=$WORK/names
backup=$WORK/weights
results=$WORK/results
END
}

# agree CFG TOLERANCE: trains, then compares the probabilities of one picture, from our weights and from theirs.
agree() {
    cd "$WORK"
    cfg="$BATS_TEST_DIRNAME/$1.cfg"
    picture=$(find faces/validation -name '*.png' | sort | head -n 1)
    "$DARKNET" classifier train golden.data "$cfg" -seed 4 -dont_show >log 2>&1 || { cat log; return 1; }
    mine() {
        "$DARKNET" classifier predict golden.data "$cfg" "$1" "$picture" -json |
            jq -r '.[0].predictions | sort_by(.name)[] | .probability'
    }
    mine "weights/$1_final.weights" >mine.txt
    "$BIN/tests/golden/theirs" "$cfg" "weights/$1_final.weights" "$picture" theirs.weights 2>/dev/null >theirs.txt
    mine theirs.weights >again.txt
    [ "$(wc -l <mine.txt)" -eq 7 ]
    paste theirs.txt mine.txt again.txt | awk -v most="$2" '
        function abs(x) { return x < 0 ? -x : x }
        { print; sum += $1; if (abs($1 - $2) > most || abs($2 - $3) > 1e-6) bad = 1 }
        END { exit bad || abs(sum - 1) > 1e-3 }'
}

@test "both answer alike to 1e-4 for a cfg of the common subset" {
    agree common 1e-4
}

@test "with batch normalisation to 1e-2" {
    agree batchnorm 1e-2
}
