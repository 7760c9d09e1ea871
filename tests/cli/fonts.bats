#!/usr/bin/env bats
# Names that are not Latin, with fonts for them and without: charts, sheets, frames and the report.
load demo_setup

DEJAVU=/usr/share/fonts/truetype/dejavu # has Arabic, but no Chinese

only_fonts_in() { # folder
    printf '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>%s</dir><cachedir>%s</cachedir></fontconfig>\n' \
        "$1" "$PWD/cache" >fonts.conf
    export FONTCONFIG_FILE=$PWD/fonts.conf
}

# The colours with other names; the folders keep theirs.
rename_to() { # name name name
    printf 'red\ngreen\nblue\n' >labels.txt
    printf '%s\n' "$@" >colours.names
    echo labels=labels.txt >>colours.data
}

@test "training: a script without a font is told once, with its package, and the report has the letters" {
    rename_to 开心 难过 生气
    only_fonts_in $DEJAVU
    run --separate-stderr darknet classifier train colours.data colours.cfg -threads 1 -set net.max_epochs=3 -seed 1
    echo "$stderr"
    [ "$status" -eq 0 ]
    [ "$(grep -c font <<<"$stderr")" -eq 1 ]
    [[ "$stderr" == *"warning: no installed font has the Chinese characters"*"apt-get install fonts-noto-cjk or the smaller fonts-wqy-microhei"* ]]
    [ -s results/colours-1/confusion.png ]
    grep -q '<meta charset="utf-8">' results/colours-1/report.html
    grep -q '<bdi>难过</bdi>' results/colours-1/report.html
}

@test "training: letters that a font has need no word" {
    rename_to سعيد حزين "غاضب happy"
    only_fonts_in $DEJAVU
    run --separate-stderr darknet classifier train colours.data colours.cfg -threads 1 -set net.max_epochs=2 -seed 1
    echo "$stderr"
    [ "$status" -eq 0 ]
    [[ "$stderr" != *font* ]]
    [[ "$stderr" != *ango* ]]
}

@test "training: a machine without any font" {
    rename_to 开心 happy 生气
    only_fonts_in "$PWD/nothing"
    run --separate-stderr darknet classifier train colours.data colours.cfg -threads 1 -set net.max_epochs=2 -seed 1
    echo "$stderr"
    [ "$status" -eq 0 ]
    [ "$(grep -c font <<<"$stderr")" -eq 1 ]
    [[ "$stderr" == *"no font is installed"*"apt-get install fonts-dejavu-core"* ]]
}

@test "samples, results and compare tell it, too; names that are no UTF-8 do no harm" {
    rename_to 개심 $'bad \xff\xe5' 생기
    only_fonts_in $DEJAVU
    run --separate-stderr darknet classifier samples colours.data colours.cfg s.png
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"the Korean characters"*"fonts-noto-cjk"* ]]
    darknet classifier train colours.data colours.cfg -threads 1 -set net.max_epochs=2 -seed 1
    run --separate-stderr darknet results results/colours-1
    [ "$status" -eq 0 ]
    [ "$(grep -c 'the Korean characters' <<<"$stderr")" -eq 1 ]
    cp -r results/colours-1 results/개심-1
    run --separate-stderr darknet compare results/colours-1 results/개심-1
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"the Korean characters"* ]]
}

@test "demo: told once for film, sheet and timeline together" {
    need_opencv
    clip
    rename_to 开心 难过 生气
    only_fonts_in $DEJAVU
    run --separate-stderr demo clip.avi -dont_show -out named.avi -sheet sheet.png -summary
    echo "$stderr"
    [ "$status" -eq 0 ]
    [ "$(grep -c 'no installed font' <<<"$stderr")" -eq 1 ]
    [[ "$stderr" == *"the Chinese characters"* ]]
    [ -s named.avi ]
    [ -s sheet.png ]
    [ -s results/demo-1.timeline.png ]
}
