#!/usr/bin/env bats
# scripts/get_fer2013.sh on sets as other people have them: other names, other systems' archives, links. The script does
# not look into pictures.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
DARKNET=${DARKNET:-$ROOT/darknet}
OURS="angry disgust fear happy neutral sad surprise"

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    export DEST="$BATS_TEST_TMPDIR/dest" DARKNET
}

# A picture for each of the folders. Usage: pictures FOLDER NAME...
pictures() {
    within=$1
    shift
    for name; do
        mkdir -p "$within/$name"
        echo "$name" >"$within/$name/im1.jpg"
    done
}

ours() { # folder...
    for within; do
        # shellcheck disable=SC2086 # a list of words
        pictures "$within" $OURS
    done
}

get() {
    rm -rf "$DEST"
    run "$ROOT/scripts/get_fer2013.sh" "$@"
    echo "$output"
}

# The seven emotions with one picture each in train and validation (and test when that is named), and nothing else.
whole() {
    [ "$status" -eq 0 ]
    for split in train validation "$@"; do
        [ "$(ls "$DEST/$split" | tr '\n' ' ')" = "$OURS " ]
        [ "$(find "$DEST/$split" -type f | wc -l)" -eq 7 ]
    done
}

stops() { # text
    [ "$status" -eq 1 ]
    [[ "$output" == *"$1"* ]]
    [ ! -e "$DEST" ]
}

@test "names of other sets, and other names of splits" {
    pictures a/Training Anger disgust Fear Happiness Neutral SADNESS Surprised
    pictures a/PublicTest angry disgusted fearful happy neutral sad surprised
    pictures a/PrivateTest 0_angry 1-disgust '2 fear' 3.happy 6_Neutral 04_sadness 05_surprise
    get a
    whole test
    [ "$(cat "$DEST/train/happy/im1.jpg")" = Happiness ]
    [ "$(cat "$DEST/validation/fear/im1.jpg")" = fearful ]
    pictures b/TRAIN afraid anger joy disgust neutrality sad surprise
    ours b/val b/Testing
    get b/
    whole test
    ours 'my März/train' 'my März/Valid'
    get 'my März/train'
    whole
}

@test "two folders of one emotion are taken together, pictures of one name numbered" {
    ours set/train set/validation
    pictures set/train Happiness
    mkdir -p set/train/sad/S005/001 set/train/sad/S010/001
    echo one >set/train/sad/S005/001/face.png
    echo two >set/train/sad/S010/001/face.png
    get set
    [ "$status" -eq 0 ]
    [[ "$output" == *"train/happy is happy, too"* ]]
    [ "$(cat "$DEST"/train/happy/im1.jpg "$DEST"/train/happy/im1_2.jpg)" = $'Happiness\nhappy' ]
    [ "$(cat "$DEST"/train/sad/face.png "$DEST"/train/sad/face_2.png)" = $'one\ntwo' ]
    [ "$(find "$DEST/train" -type f | wc -l)" -eq 10 ]
}

@test "classes that are no emotion of the seven stop it; -x leaves them out" {
    ours set/train set/test
    pictures set/train contempt 'not sure'
    get set
    stops "the folders 'contempt' 'not sure' are none of the seven emotions"
    get -x contempt -x 'not sure' set
    whole
    [[ "$output" == *"train/contempt is left out"* ]]
    rm -r set/train/contempt/* set/train/not*/*
    get set # nothing is lost
    whole
}

@test "numbers, missing emotions, and splits that mean the same are named" {
    pictures raf/train 1 2 3 4 5 6 7
    pictures raf/test 1 2 3 4 5 6 7
    get raf
    stops "the folders 1 2 3 4 5 6 7 are called by numbers"
    [[ "$output" == *"RAF-DB: 1 surprise"* ]]
    ours few/train few/val
    rm -r few/train/sad few/train/neutral few/val/fear
    get few
    stops "few/train: has no pictures of neutral sad"
    ours few/train
    get few
    [ "$status" -eq 0 ]
    [[ "$output" == *"note: validation/ has no pictures of fear"* ]]
    ours few/valid
    get few
    stops "val/ and valid/ are there, which mean the same"
    pictures ck/CK+48 anger contempt fear
    get ck
    stops "ck/CK+48: holds folders of emotions, but not split into train/"
}

@test "what other systems leave in folders is no picture" {
    ours set/train set/test
    for folder in set/__MACOSX/train/sad set/train/__MACOSX set/train/sad set/test/fear/@eaDir set/train/@eaDir; do
        mkdir -p $folder
        for file in ._im1.jpg ._im9.jpg .DS_Store Thumbs.db desktop.ini; do
            echo x >"$folder/$file"
        done
    done
    echo x >set/test/fear/@eaDir/im1.jpg
    mkdir -p set/train/.ipynb_checkpoints
    echo x >set/train/.ipynb_checkpoints/im1-checkpoint.jpg
    echo x >set/train/sad/notes.txt
    get set
    whole
    [[ "$output" == *"note: train/ holds files without an ending of pictures, left out: .txt 1"* ]]
    command -v zip unzip || skip "zip and unzip are not installed"
    zip -qr 'Archiv März.ZIP' set
    get 'Archiv März.ZIP'
    whole
}

@test "a zip with backslashes in its names, and endings in capitals" {
    command -v zip unzip || skip "zip and unzip are not installed"
    ours set/train set/test
    (
        cd set
        mkdir ../flat
        find . -type f | sed 's|^\./||' | while read -r file; do cp "$file" "../flat/$(echo "$file" | tr / '\\')"; done
    )
    (cd flat && zip -q ../unix.zip -- *)
    # "made by" in the central directory: 3 is Unix, 0 is what Windows writes
    LC_ALL=C sed 's/\(PK\x01\x02.\)\x03/\1\x00/g' unix.zip >WINDOWS.Zip
    run unzip -q WINDOWS.Zip -d look
    [ "$status" -eq 1 ]
    get WINDOWS.Zip
    whole
    tar -C set -czf SET.TGZ .
    get SET.TGZ
    whole
}

@test "archives in archives" {
    command -v zip unzip || skip "zip and unzip are not installed"
    ours 'archive (1)/archive/train' 'archive (1)/archive/test'
    zip -qr inner.zip 'archive (1)'
    zip -q outer.zip inner.zip
    get outer.zip
    whole
    zip -q third.zip outer.zip
    get third.zip
    stops "inner.zip: is an archive in an archive in an archive; unpack it first"
    cp inner.zip other.zip
    zip -q two.zip inner.zip other.zip
    get two.zip
    stops "several archives; unpack them side by side first"
    mv inner.zip inner.rar
    get inner.rar
    stops "other archives must be unpacked first"
}

@test "links: to the set, its splits, classes and pictures; loops end, broken ones are told" {
    ours real/train real/test
    ln -s real link
    get link
    whole
    mkdir within
    ln -s "$PWD/real/train" "$PWD/real/test" within/
    get within
    whole
    mkdir -p classes/train classes/test
    ln -s "$PWD"/real/train/* classes/train/
    for name in $OURS; do
        mkdir classes/test/$name
        ln -s "$PWD/real/test/$name/im1.jpg" classes/test/$name/
    done
    ln -s ../.. classes/train/up
    ln -s .. real/train/sad/up
    ln -s nowhere.jpg classes/test/sad/gone.jpg
    get classes
    [ "$status" -eq 0 ]
    [ "$(find "$DEST/validation" -type f | wc -l)" -eq 7 ]
    [[ "$output" == *"test/: 1 links lead nowhere; the first is"*"gone.jpg"* ]]
    ln -s "$PWD/real/train" data
    DEST=$PWD/data run "$ROOT/scripts/get_fer2013.sh" real
    [ "$status" -eq 1 ]
    [[ "$output" == *"is already filled"* ]]
}

@test "Kaggle's csv files: what lacks something is named with the file that has it" {
    [ -x "$DARKNET" ] || skip "the program is not built"
    row="0,$(yes 70.0 | head -n 2304 | paste -sd' ')"
    mkdir kaggle
    printf 'emotion,pixels\n%s\n' "$row" >kaggle/train.csv
    printf 'pixels\n%s\n' "${row#0,}" >kaggle/test.csv
    get kaggle
    stops "train.csv:1: has no column Usage"
    [[ "$output" == *"icml_face_data.csv of the same download"* ]]
    rm kaggle/train.csv
    get kaggle
    stops "test.csv:1: has no column emotion"
    printf 'emotion, Usage, pixels\r\n0,Training,%s\r\n6,test,%s\r\n' "${row#0,}" "${row#0,}" >kaggle/ICML_face_data.CSV
    get kaggle
    [ "$status" -eq 0 ]
    [[ "$output" == *"note: no rows are for validation: those for testing are validation now"* ]]
    [[ "$output" == *"note: train/ has no pictures of disgust fear happy neutral sad surprise"* ]]
    [ -s "$DEST/train/angry/Training_00000001.png" ]
    [ -s "$DEST/validation/neutral/PrivateTest_00000002.png" ]
}
