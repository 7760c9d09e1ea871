#!/usr/bin/env bats
# `dataset pack`: sets as tar archives, which train as the folders do that they were made of.
load setup

setup() {
    enter_colours
    darknet dataset pack colours.data out -size 4K >packed 2>/dev/null
    # train= and valid= of the folders, in their place those of the archives
    (grep -v -e '^train' -e '^valid' -e '^test' colours.data; cat packed; echo 'window = 0') >packed.data
}

train() { run --separate-stderr darknet classifier train "$1" colours.cfg -threads 1 -set net.batch=4 "${@:2}"; }

@test "what it prints are the lines of a .data file; tar reads what it writes; the same set makes the same archives" {
    grep -Eq '^train = out/train-\{000000\.\.0000[0-9]{2}\}\.tar$' packed
    mkdir unpacked
    for archive in out/train-*.tar; do
        tar -C unpacked -xf "$archive"
    done
    [ "$(find unpacked -name '*.png' | wc -l)" -eq "$(find train -name '*.png' | wc -l)" ]
    for picture in unpacked/*/*.png; do
        label=$(basename "$(dirname "$picture")")
        [ "$(sed -n "$(($(cat "${picture%.png}.cls") + 1))p" colours.names)" = "$label" ]
        cmp "$picture" "$(find train -path "*$label*" -name "$(basename "$picture" | cut -d_ -f2-)")"
    done
    darknet dataset pack colours.data again -size 4K >/dev/null 2>&1
    for file in out/*; do
        cmp "$file" "again/$(basename "$file")"
    done
}

@test "archives train as their folders do, to the bit; so do archives without an index" {
    train colours.data
    [ "$status" -eq 0 ]
    mv weights/colours_final.weights folders
    train packed.data
    [ "$status" -eq 0 ]
    cmp folders weights/colours_final.weights
    rm out/*.index
    train packed.data
    cmp folders weights/colours_final.weights
}

@test "in a window: another order, which is told, and the same whatever the threads" {
    sed -i 's/window = 0/window = 3/' packed.data
    train packed.data
    # shellcheck disable=SC2154 # bats sets it
    [[ "$stderr" == *" archives, read one behind the other and shuffled within 3 of "*"one comes at most 2 places before its own"* ]]
    mv weights/colours_final.weights once
    train packed.data -set net.loader_threads=3
    cmp once weights/colours_final.weights
    train packed.data -set data.window=0
    run ! cmp -s once weights/colours_final.weights
    train packed.data -set net.balanced=1
    fails_with 1 "set window=0"
}

@test "numbers and masks go with their pictures" {
    mkdir -p set/images set/labels set/masks
    for n in 1 2 3; do
        picture set/images/$n.png 4 4 $((n * 40)) 0 0
        echo "0.$n -$n" >set/labels/$n.txt
        cp set/images/$n.png set/masks/$n.png
    done
    printf 'outputs=2\ntrain=set/images\n' >values.data
    darknet dataset pack values.data values >/dev/null 2>&1
    tar -xOf values/train-000000.tar --wildcards '*_2.txt' | awk '{ exit !($1 > .1999 && $1 < .2001 && $2 == -2) }'
    printf 'classes=2\ntrain=set/images\nnames=colours.names\n' >masks.data
    darknet dataset pack masks.data masks -truth planes >/dev/null 2>&1
    tar -xOf masks/train-000000.tar --wildcards '*_3.mask.png' | cmp - set/masks/3.png
    darknet dataset pack masks.data none -truth none >/dev/null 2>&1
    [ "$(tar -tf none/train-000000.tar | wc -l)" -eq 3 ]
}

@test "pictures of archives are named, checked and shown as others are" {
    darknet dataset check packed.data -json 2>/dev/null | jq -e '.splits[0].pictures > 3 and .splits[0].counts.unreadable // 0 == 0'
    train packed.data
    path=$(tar -tf out/valid-000000.tar | grep png | head -1)
    darknet classifier predict packed.data colours.cfg weights/colours_final.weights "out/valid-000000.tar/$path" | grep -q "valid-000000.tar/$path"
    darknet classifier samples packed.data colours.cfg shown.png >/dev/null
    [ -s shown.png ]
}

@test "archives that are cut, changed or of another set" {
    truncate -s -2048 out/train-000000.tar
    train packed.data
    fails_with 1 "out/train-000000.tar: has "
    rm out/train-000000.tar.index
    truncate -s 530 out/train-000000.tar
    train packed.data
    fails_with 1 "out/train-000000.tar: offset 0: the archive ends within a file"
    darknet dataset pack colours.data out -size 4K >/dev/null 2>&1
    mv out/train-000000.tar.index out/train-000001.tar.index
    train packed.data
    fails_with 1 "out/train-000001.tar"
    darknet dataset pack colours.data out -size 4K >/dev/null 2>&1
    printf X | dd of=out/train-000000.tar bs=1 seek=530 conv=notrunc status=none
    train packed.data -set net.max_bad=90%
    [ "$status" -eq 0 ]
    grep -q "its bytes are not those that its archive's index was made of" results/colours-*/skipped.txt
    train packed.data -set 'data.train=out/train-{000000..9}.tar'
    fails_with 1 "is no range of archives"
    run --separate-stderr darknet dataset pack colours.data out -size 1G
    fails_with 1 "out/train-000001.tar: is of another set, which was larger"
    run --separate-stderr darknet dataset pack colours.data colours.cfg
    fails_with 1 "colours.cfg"
}
