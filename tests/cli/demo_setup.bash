# Shared by the bats files of the demo: a clip of drawn people with its truth, made once a file, and a network that takes
# frames of any colour (its names mean nothing for faces, but its scores are real).
load setup
unset DISPLAY WAYLAND_DISPLAY

setup_file() {
    clip=$BATS_FILE_TMPDIR/clip.avi
    [ -e "$clip" ] || "$BIN/faces" -seed 5 -faces 2 -seconds 3 -stay -clip 480 360 "$clip" >"$BATS_FILE_TMPDIR/truth.jsonl"
}

demo() { darknet classifier demo colours.data colours.cfg colours.weights -threads 1 "$@"; }

need_opencv() {
    case $BIN in *opencv0*) skip "built without OpenCV" ;; esac
}

clip() { cp "$BATS_FILE_TMPDIR/clip.avi" "$BATS_FILE_TMPDIR/truth.jsonl" .; }
