#!/bin/sh
# Fills data/fer2013/{train,validation,test}/<emotion>/ from a copy of FER2013 that you have.
#
# Usage: scripts/get_fer2013.sh [-f] SOURCE
#   SOURCE  a folder, .zip or .tar(.gz|.xz) that holds train/ with validation/ or test/, or holds one of Kaggle's
#           files fer2013.csv and icml_face_data.csv; or such a csv file itself
#   -f      replace a data set that is already there
# Environment: DEST, the folder to fill; DARKNET, the program that converts the csv files.
#
# Kaggle's test/ mixes both test splits: PublicTest_* becomes validation/, PrivateTest_* test/. The data set is put
# together beside DEST and moved there at the end, so a failure leaves everything as it was.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
dest=${DEST:-$root/data/fer2013}
darknet=${DARKNET:-$root/darknet}
emotions="angry disgust fear happy neutral sad surprise"

fail() {
    echo "get_fer2013.sh: $*" >&2
    exit 1
}

usage() {
    sed -n '4,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

# Anything in that folder?
filled() {
    [ -d "$1" ] && [ -n "$(find "$1" -type f | head -n 1)" ]
}

need() { # program package
    command -v "$1" >/dev/null || fail "$1 is missing: sudo apt-get install $2"
}

unpack() { # archive folder
    mkdir "$2"
    case $1 in
    *.zip)
        need unzip unzip
        unzip -q "$1" -d "$2" || fail "$1: cannot be unpacked"
        ;;
    *.tar.xz | *.txz)
        need xz xz-utils
        unpack_tar "$1" "$2"
        ;;
    *) unpack_tar "$1" "$2" ;;
    esac
    chmod -R u+rwX "$2"
}

unpack_tar() {
    tar -xf "$1" -C "$2" --no-same-owner --no-same-permissions || fail "$1: cannot be unpacked"
}

# The first folder named train that has an emotion in it.
find_train() { # folder
    find "$1" -type d -name train | sort | while IFS= read -r folder; do
        for emotion in $emotions; do
            if filled "$folder/$emotion"; then
                printf '%s\n' "$folder"
                return
            fi
        done
    done
}

find_csv() { # folder
    find "$1" -type f \( -name fer2013.csv -o -name icml_face_data.csv \) | sort | head -n 1
}

# Kaggle's challenge packs an archive into its zip.
find_inner() { # folder
    find "$1" -type f \( -name 'fer2013*.tar*' -o -name 'fer2013*.zip' \) | sort | head -n 1
}

take() { # split folder: copies the emotions of a folder, pictures only
    for emotion in $emotions; do
        if [ -d "$2/$emotion" ]; then
            mkdir -p "$new/$1/$emotion"
            find "$2/$emotion" -type f \( -iname '*.jpg' -o -iname '*.jpeg' -o -iname '*.png' \) \
                -exec sh -c 'to=$1; shift; cp "$@" "$to"' sh "$new/$1/$emotion" {} +
        fi
    done
    for folder in "$2"/*/; do
        folder=$(basename "$folder")
        case " $emotions * " in
        *" $folder "*) ;;
        *) echo "note: $1/$folder is none of the seven emotions; left out" ;;
        esac
    done
}

# Moves the pictures of test/ whose names begin with the prefix.
move_prefix() { # prefix split
    for emotion in $emotions; do
        if [ -d "$new/mixed/$emotion" ]; then
            mkdir -p "$new/$2/$emotion"
            find "$new/mixed/$emotion" -type f -name "$1*" \
                -exec sh -c 'to=$1; shift; mv "$@" "$to"' sh "$new/$2/$emotion" {} +
        fi
    done
}

split_test() { # folder of both test splits
    take mixed "$1"
    if [ -n "$(find "$new/mixed" -type f -name 'P*Test_*' | head -n 1)" ]; then
        move_prefix PublicTest_ validation
        move_prefix PrivateTest_ test
        if filled "$new/mixed"; then
            fail "$1: some names begin with PublicTest_ or PrivateTest_ and some do not: $(find "$new/mixed" -type f | head -n 1)"
        fi
    else
        move_prefix '' validation
        echo "note: the names in test/ have no PublicTest_ or PrivateTest_ before them: all of them are validation now,"
        echo "      and there is no test split. Scores on it are not comparable with published ones."
    fi
    rm -rf "$new/mixed"
}

convert() { # csv
    [ -x "$darknet" ] || fail "$darknet is not there; run 'make' first, it converts $1"
    "$darknet" dataset fer2013 "$1" "$new" || fail "$1: cannot be converted"
}

collect() { # folder
    train=$(find_train "$1")
    if [ -z "$train" ]; then
        csv=$(find_csv "$1")
        inner=$(find_inner "$1")
        if [ -n "$csv" ]; then
            convert "$csv"
        elif [ -n "$inner" ] && [ ! -e "$work/inner" ]; then
            unpack "$inner" "$work/inner"
            collect "$work/inner"
        else
            fail "$source: holds neither train/ with folders of emotions, nor fer2013.csv, nor icml_face_data.csv"
        fi
        return
    fi
    beside=$(dirname "$train")
    take train "$train"
    if filled "$beside/validation"; then
        take validation "$beside/validation"
        if filled "$beside/test"; then
            take test "$beside/test"
        fi
    elif filled "$beside/test"; then
        split_test "$beside/test"
    else
        fail "$train: there is neither validation/ nor test/ beside it"
    fi
}

count() { # split
    find "$new/$1" -type f 2>/dev/null | wc -l
}

# What was there comes back when the new set did not take its place.
clean_up() {
    if [ -e "$work/old" ] && [ ! -e "$dest" ]; then
        mv "$work/old" "$dest"
    fi
    rm -rf "$work"
}

force=no
while getopts f option; do
    case $option in
    f) force=yes ;;
    *) usage ;;
    esac
done
shift $((OPTIND - 1))
[ $# -eq 1 ] || usage
case $1 in
/*) source=$1 ;;
*) source=$PWD/$1 ;;
esac
case $dest in
/*) ;;
*) dest=$PWD/$dest ;;
esac
[ -e "$source" ] || fail "$source: there is no such file or folder"
if filled "$dest" && [ "$force" = no ]; then
    fail "$dest is already filled; -f replaces it"
fi

mkdir -p "$(dirname "$dest")"
work=$(mktemp -d "$dest.XXXXXX")
new=$work/new
trap clean_up EXIT
trap 'exit 1' INT TERM HUP
mkdir "$new"

if [ -d "$source" ]; then
    collect "$source"
else
    case $source in
    *.csv) convert "$source" ;;
    *.zip | *.tar | *.tar.* | *.tgz | *.txz)
        unpack "$source" "$work/unpacked"
        collect "$work/unpacked"
        ;;
    *) fail "$source: is no folder, .zip, .tar(.gz|.xz) or .csv" ;;
    esac
fi
filled "$new/train" || fail "$source: has no training pictures"
filled "$new/validation" || fail "$source: has no validation pictures"

chmod 755 "$new"
if [ -e "$dest" ]; then
    mv "$dest" "$work/old"
fi
mv "$new" "$dest"
new=$dest
echo "$dest: $(count train) pictures to train, $(count validation) to validate, $(count test) to test"
