#!/usr/bin/env bats
# Where pictures come from, whatever their names and kinds: data sets, predict, samples, the demo. What is not read is told.
load demo_setup

# A file that no program of ours reads: HEIC, to its first bytes.
heic() { printf '\0\0\0\030ftypheic\0\0\0\0mif1heic' >"$1"; }

predict() { darknet classifier predict colours.data colours.cfg colours.weights "$@"; }

# A red picture in every kind, some under wrong names.
red_folder() { # folder
    mkdir -p "$1"
    picture red.png 8 8 255 0 0
    convert red.png -quality 95 "$1/a.JPG"
    cp "$1/a.JPG" "$1/b.jfif"
    cp "$1/a.JPG" "$1/c.png"
    cp "$1/a.JPG" "$1/no_ending"
    cwebp -quiet red.png -o "$1/d.webp"
    convert red.png "$1/e.gif"
    convert red.png "$1/f.tif"
    convert red.png "$1/g.BMP"
}

@test "predict: a folder of every kind, whatever the names; others are counted" {
    red_folder in
    heic in/h.heic
    heic in/i.HEIC
    heic in/no_ending_either
    echo text >in/README
    predict -t 1 in >out.txt 2>err.txt
    [ "$(grep -c '^in/' out.txt)" -eq 8 ]
    [ "$(grep -c '^red: 0.99' out.txt)" -eq 8 ]
    grep -q '^warning: in: 3 files are pictures of kinds that are not read: .heic 2, HEIC 1$' err.txt
    [ "$(wc -l <err.txt)" -eq 1 ]
    run --separate-stderr predict in/h.heic
    fails_with 1 "in/h.heic: is a HEIC picture, which is not read; save it as JPEG or PNG"
    mkdir none
    heic none/h.heic
    run --separate-stderr predict none
    fails_with 1 "none: 1 file is a picture of a kind that is not read: .heic 1"
    [[ "$stderr" == *"none: no picture (.jpg .jpeg .jpe .jfif .png .webp .gif .tif .tiff .bmp .dib) in this folder"* ]]
}

@test "predict: numbers in names are numbers" {
    mkdir in
    for n in 10 9 1 100 02; do cp valid/red/1.png "in/f$n.png"; done
    predict -t 1 in | grep -o 'f[0-9]*' | tr '\n' ' ' | grep -qx 'f1 f02 f9 f10 f100 '
}

@test "data sets: pictures of every kind are taken, the others counted before the first step" {
    red_folder train/red
    heic train/red/h.heic
    heic valid/green/h.avif
    heic valid/green/i.heic
    darknet classifier train colours.data colours.cfg -set net.max_epochs=1 >out.txt 2>&1
    grep -q '17 pictures to learn from' out.txt
    grep -q 'warning: train: 1 file is a picture of a kind that is not read: .heic 1' out.txt
    grep -q 'warning: valid: 2 files are pictures of kinds that are not read: .avif 1, .heic 1' out.txt
    [ "$(grep -n 'not read' out.txt | tail -n 1 | cut -d: -f1)" -lt "$(grep -n '^epoch' out.txt | head -n 1 | cut -d: -f1)" ]
    darknet dataset check colours.data -json >check.json 2>err.txt
    jq -e '.splits[0].not_read == {".heic": 1} and .splits[1].not_read == {".avif": 1, ".heic": 1}' check.json
    jq -e '.splits[0].pictures == 17 and .splits[0].counts.unreadable == 0' check.json
    grep -q 'warning: valid: 2 files are pictures of kinds that are not read' err.txt
    darknet classifier samples colours.data colours.cfg sheet.png 2>err.txt
    grep -q 'not read: .heic 1' err.txt
    for command in valid test; do
        darknet classifier $command colours.data colours.cfg colours.weights >/dev/null 2>err.txt
        grep -q 'not read: .avif 1, .heic 1' err.txt
    done
}

@test "data sets: a list keeps what it names; a folder of other kinds alone is an error" {
    heic train/red/h.heic
    find train -type f | sort >list
    darknet dataset check colours.data -set data.train=list -json >check.json 2>err.txt
    jq -e '.splits[0].pictures == 10 and .splits[0].counts.unreadable == 1 and .splits[0].not_read == {".heic": 1}' check.json
    jq -e '.splits[0].unreadable[0].reason | contains("is a HEIC picture")' check.json
    mkdir -p other/red
    heic other/red/h.heic
    run --separate-stderr darknet dataset check colours.data -set data.train=other
    fails_with 1 "other: holds no pictures of kinds that are read (.jpg .jpeg"
    [[ "$stderr" == *"but of others: .heic 1"* ]]
}

@test "demo: a file is a picture by what it holds, in folders by the order of numbers" {
    need_opencv
    "$BIN/faces" -seed 5 -scene 320 240 face.png >/dev/null
    cwebp -quiet face.png -o face.webp
    convert face.png -quality 95 JPEG:face.mp4
    convert face.png face.gif
    convert face.png TIFF:face
    for file in face.webp face.mp4 face.gif face; do
        demo $file -json log.jsonl
        jq -es "length == 1 and .[0].file == \"$file\" and (.[0].faces | length) > 0" log.jsonl
    done
    mkdir in
    for n in 1 2 10; do cp face.mp4 in/frame$n.jpeg; done
    heic in/h.heic
    demo in -json log.jsonl 2>err.txt
    [ "$(jq -r .file log.jsonl | tr '\n' ' ')" = "in/frame1.jpeg in/frame2.jpeg in/frame10.jpeg " ]
    grep -q 'in: 1 file is a picture of a kind that is not read: .heic 1' err.txt
    run --separate-stderr demo in/h.heic
    fails_with 1 "in/h.heic: is a HEIC picture, which is not read"
    echo '<!DOCTYPE html><p>404' >page.jpg
    run --separate-stderr demo page.jpg
    fails_with 1 "page.jpg: is a web page"
    run --separate-stderr demo face.png -out face.webp
    fails_with 2 "a film ends in .mp4"
}

@test "demo: a GIF of several frames is a film, a pipe is not looked into" {
    need_opencv
    "$BIN/faces" -seed 5 -scene 320 240 face.png >/dev/null
    convert -delay 10 face.png face.png \( face.png -negate \) face.png +repage -layers optimize-plus film.gif
    [ "$(identify film.gif | wc -l)" -ge 3 ]
    demo film.gif -json log.jsonl
    [ "$(jq -s length log.jsonl)" -ge 3 ]
    jq -es 'all(.[]; has("file") | not)' log.jsonl
    mkfifo pipe.jpg
    run --separate-stderr timeout 20 "$DARKNET" classifier demo colours.data colours.cfg colours.weights pipe.jpg
    fails_with 1 "it is a pipe or device"
}
