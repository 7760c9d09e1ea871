#!/usr/bin/env bats
# scripts/get_fer2013.sh on small made-up copies of FER2013. The script does not look into pictures.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
DARKNET=${DARKNET:-$ROOT/darknet}
EMOTIONS="angry disgust fear happy neutral sad surprise"

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    export DEST="$BATS_TEST_TMPDIR/my data/fer 2013" DARKNET
}

# Two pictures an emotion. Usage: pictures FOLDER PREFIX...
pictures() {
    folder=$1
    shift
    for emotion in $EMOTIONS; do
        mkdir -p "$folder/$emotion"
        for prefix; do
            echo "$prefix$emotion" >"$folder/$emotion/${prefix}1.jpg"
            echo "$prefix$emotion" >"$folder/$emotion/${prefix}2.jpg"
        done
    done
}

get() {
    run "$ROOT/scripts/get_fer2013.sh" "$@"
    echo "$output"
}

count() {
    find "$DEST/$1" -type f 2>/dev/null | wc -l
}

counts() { # train validation test
    [ "$(count train)" -eq "$1" ] && [ "$(count validation)" -eq "$2" ] && [ "$(count test)" -eq "$3" ]
}

# Nothing is left beside the data set.
tidy() {
    [ "$(find "$BATS_TEST_TMPDIR/my data" -mindepth 1 -maxdepth 1 2>/dev/null | grep -cv '/fer 2013$')" -eq 0 ]
}

@test "a tar.xz of train/ and validation/" {
    pictures fer2013/train Training_
    pictures fer2013/validation PublicTest_
    tar -cJf 'my set.tar.xz' fer2013
    get 'my set.tar.xz'
    [ "$status" -eq 0 ]
    counts 14 14 0
    [[ "$output" == *"14 pictures to train, 14 to validate, 0 to test"* ]]
    [ "$(cat "$DEST/validation/fear/PublicTest_2.jpg")" = PublicTest_fear ]
    tidy
}

@test "read-only archives leave folders that can be removed" {
    pictures fer2013/train a
    pictures fer2013/validation b
    chmod -R a-w fer2013
    tar -cf set.tar fer2013
    chmod -R u+w fer2013
    get set.tar
    [ "$status" -eq 0 ]
    [ -w "$DEST/train/happy" ]
    tidy
}

@test "a Kaggle zip: test/ is split by prefix" {
    command -v zip unzip || skip "zip and unzip are not installed"
    pictures train Training_
    pictures test PublicTest_ PrivateTest_
    zip -qr archive.zip train test
    get archive.zip
    [ "$status" -eq 0 ]
    counts 14 14 14
    [ -e "$DEST/test/sad/PrivateTest_1.jpg" ]
    [ -e "$DEST/validation/sad/PublicTest_1.jpg" ]
    [ ! -e "$DEST/mixed" ]
}

@test "a Kaggle folder without prefixes: all of test/ is validation, and it says so" {
    pictures 'kaggle copy/train' im
    pictures 'kaggle copy/test' im
    echo x >'kaggle copy/train/sad/Thumbs.db'
    get 'kaggle copy'
    [ "$status" -eq 0 ]
    counts 14 14 0
    [[ "$output" == *"all of them are validation"* ]]
    [ "$(find 'kaggle copy/test' -type f | wc -l)" -eq 14 ] # copied, not moved
}

@test "names with and without prefixes are an error" {
    pictures set/train a
    pictures set/test PublicTest_ other
    get set
    [ "$status" -eq 1 ]
    [[ "$output" == *"some names begin with PublicTest_"* ]]
    [ ! -e "$DEST" ]
    tidy
}

@test "a filled folder is replaced only with -f" {
    pictures "$DEST/train" mine
    pictures set/train a
    pictures set/validation b
    get set
    [ "$status" -eq 1 ]
    [[ "$output" == *"is already filled; -f replaces it"* ]]
    [ -e "$DEST/train/sad/mine1.jpg" ]
    get -f set
    [ "$status" -eq 0 ]
    counts 14 14 0
    [ ! -e "$DEST/train/sad/mine1.jpg" ]
    tidy
}

@test "a failure leaves the old set as it was" {
    pictures "$DEST/train" mine
    pictures set/train a
    get -f set
    [ "$status" -eq 1 ]
    [[ "$output" == *"there is neither validation/ nor test/ beside it"* ]]
    counts 14 0 0
    tidy
}

@test "what is no copy of FER2013 is refused" {
    mkdir -p holiday/train/beach
    echo x >holiday/train/beach/1.jpg
    get holiday
    [ "$status" -eq 1 ]
    [[ "$output" == *"holds neither train/ with folders of emotions"* ]]
    echo garbage >broken.tar.xz
    get broken.tar.xz
    [ "$status" -eq 1 ]
    [[ "$output" == *"broken.tar.xz: cannot be unpacked"* ]]
    get missing.zip
    [ "$status" -eq 1 ]
    [[ "$output" == *"missing.zip: there is no such file or folder"* ]]
    get broken.rar
    [ "$status" -eq 1 ]
    [ ! -e "$DEST" ]
    tidy
}

@test "wrong use is told" {
    get
    [ "$status" -eq 2 ]
    [[ "$output" == *"Usage: scripts/get_fer2013.sh [-f] [-x NAME]... SOURCE"* ]]
    get -y set
    [ "$status" -eq 2 ]
}

# Usage: rows FORMAT, where the format's three %s are emotion, pixels, Usage
rows() {
    row=0
    for usage in Training Training PublicTest PrivateTest; do
        row=$((row + 1))
        # shellcheck disable=SC2059
        printf "$1" $row "$(yes $row | head -n 2304 | tr '\n' ' ' | sed 's/ $//')" $usage
    done
}

@test "fer2013.csv, also inside an archive inside an archive" {
    [ -x "$DARKNET" ] || skip "the program is not built"
    { echo emotion,pixels,Usage && rows '%s,%s,%s\n'; } >fer2013.csv
    get fer2013.csv
    [ "$status" -eq 0 ]
    counts 2 1 1
    [ -s "$DEST/train/disgust/Training_00000001.png" ]
    [ -s "$DEST/test/sad/PrivateTest_00000004.png" ]
    mkdir challenge
    tar -czf challenge/fer2013.tar.gz fer2013.csv
    tar -cf challenge.tar challenge
    get -f challenge.tar
    [ "$status" -eq 0 ]
    counts 2 1 1
    tidy
}

@test "a csv with a broken row writes nothing" {
    [ -x "$DARKNET" ] || skip "the program is not built"
    { echo emotion,pixels,Usage && rows '%s,%s,%s\n' && echo 1,2,Training; } >icml_face_data.csv
    get icml_face_data.csv
    [ "$status" -eq 1 ]
    [[ "$output" == *"icml_face_data.csv:6: 1 pixels instead of 2304"* ]]
    [ ! -e "$DEST" ]
    tidy
}
