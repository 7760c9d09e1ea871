#!/bin/sh
# Fills data/fer2013/{train,validation,test}/<emotion>/ from a copy of FER2013 that you have.
#
# Usage: scripts/get_fer2013.sh [-f] [-x NAME]... SOURCE
#   SOURCE  a folder, .zip or .tar(.gz|.xz|.bz2) that holds train/ with validation/ or test/, or holds one of Kaggle's
#           files fer2013.csv and icml_face_data.csv; or such a csv file itself
#   -f      replace a data set that is already there
#   -x      leave out the folders of this name, which are none of the seven emotions
# Environment: DEST, the folder to fill; DARKNET, the program that converts the csv files.
#
# Folders may have the names of other sets (Anger, happiness, 0_surprised; Training, val), and links are followed.
# Kaggle's test/ mixes both test splits: PublicTest_* becomes validation/, PrivateTest_* test/. The data set is put
# together beside DEST and moved there at the end, so a failure leaves everything as it was.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
dest=${DEST:-$root/data/fer2013}
darknet=${DARKNET:-$root/darknet}
emotions="angry disgust fear happy neutral sad surprise"
# shellcheck source=scripts/find_emotions.sh
. "$root/scripts/find_emotions.sh"

fail() {
    echo "get_fer2013.sh: $*" >&2
    exit 1
}

usage() {
    sed -n '4,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

need() { # program package
    command -v "$1" >/dev/null || fail "$1 is missing: sudo apt-get install $2"
}

# ---- archives ----

unpack() { # archive folder
    mkdir "$2"
    case $(lower "$1") in
    *xz) need xz xz-utils ;;
    *.zip) need unzip unzip ;;
    esac
    case $(lower "$1") in
    *.zip)
        code=0
        unzip -q -o "$1" -d "$2" </dev/null 2>"$work/log" || code=$?
        # 1: a warning, as of the backslashes that Windows writes between folders; unzip knows what they mean
        if [ "$code" -gt 1 ]; then
            cat "$work/log" >&2
            fail "$1: cannot be unpacked"
        fi
        ;;
    *.tar | *.tar.* | *.tgz | *.txz | *.tbz | *.tbz2)
        tar -xf "$1" -C "$2" --no-same-owner --no-same-permissions || fail "$1: cannot be unpacked"
        ;;
    *) fail "$1: is no folder, .zip, .tar(.gz|.xz|.bz2) or .csv; other archives must be unpacked first" ;;
    esac
    chmod -R u+rwX "$2"
}

# ---- splits ----

# Copies the pictures of a folder and of those below it. Where several have one name, the later ones get a number.
copy() { # from to
    mkdir -p "$2"
    before=$(find "$2" -type f | wc -l)
    pictures "$1" | grep -vF -f "$work/loops" >"$work/pictures" || return 0
    if { ls "$2" && sed 's|.*/||' "$work/pictures"; } | sort | uniq -d | grep -q .; then
        echo "note: ${1##*/}/: several pictures have the same name; they are numbered"
        while IFS= read -r file; do
            name=${file##*/}
            to=$2/$name number=1
            while [ -e "$to" ]; do
                number=$((number + 1))
                to=$2/${name%.*}_$number.${name##*.}
            done
            cp "$file" "$to"
        done <"$work/pictures"
    else
        # shellcheck disable=SC2016 # of the inner shell
        tr '\n' '\0' <"$work/pictures" | xargs -0 sh -c 'to=$1; shift; cp "$@" "$to"' sh "$2"
    fi
    [ "$(find "$2" -type f | wc -l)" -eq $((before + $(wc -l <"$work/pictures"))) ] ||
        fail "$1: not all of its pictures could be copied"
}

# Stops at folders whose pictures would be lost. RAF-DB's 1 is surprise, FER2013's is disgust.
refuse() { # folder names numbers
    [ -z "$3" ] || fail "$1/: the folders$3 are called by numbers, which each set counts in its own way; rename them" \
        "(RAF-DB: 1 surprise, 2 fear, 3 disgust, 4 happy, 5 sad, 6 angry, 7 neutral; FER2013: 0 angry, 1 disgust," \
        "2 fear, 3 happy, 4 sad, 5 surprise, 6 neutral)"
    [ -z "$2" ] || fail "$1/: the folders$2 are none of the seven emotions ($emotions); rename them, or leave them" \
        "out with -x NAME. Other classes are trained with a .data file of their own"
}

# What else a split holds: files that are no pictures, and links to what is not there.
tell_rest() { # folder
    rest=$(other_files "$1")
    [ -z "$rest" ] || echo "note: ${1##*/}/ holds files without an ending of pictures, left out: $rest"
    broken=$(list "$1" -type l)
    [ -z "$broken" ] || echo "note: ${1##*/}/: $(printf '%s\n' "$broken" | wc -l) links lead nowhere; the first is" \
        "$(printf '%s\n' "$broken" | head -n 1)"
}

take() { # split folder: copies what its folders hold to the emotions that they mean
    strangers='' numbers=''
    loops "$2" >"$work/loops"
    meanings "$2" >"$work/folders"
    while IFS='	' read -r meaning name; do
        if [ -s "$work/loops" ] && printf '%s/%s/\n' "$2" "$name" | grep -qxF -f "$work/loops"; then
            continue
        elif [ -n "$leave_out" ] && printf '%s' "$leave_out" | grep -qxF -e "$name"; then
            echo "note: ${2##*/}/$name is left out"
        elif [ "$meaning" = number ] && filled "$2/$name"; then
            numbers="$numbers $name"
        elif [ "$meaning" = none ] && [ -n "$(pictures "$2/$name" | head -n 1)" ]; then
            strangers="$strangers '$name'"
        elif [ "$meaning" != none ] && [ "$meaning" != number ]; then
            [ ! -d "$new/$1/$meaning" ] || echo "note: ${2##*/}/$name is $meaning, too; its pictures are added"
            copy "$2/$name" "$new/$1/$meaning"
        fi
    done <"$work/folders"
    refuse "$2" "$strangers" "$numbers"
    tell_rest "$2"
}

missing() { # split: " sad surprise", or nothing
    for emotion in $emotions; do
        for picture in "$new/$1/$emotion"/*; do
            [ -e "$picture" ] || printf ' %s' "$emotion"
            break
        done
    done
}

# Moves the pictures of test/ whose names begin with the prefix.
move_prefix() { # prefix split
    for emotion in $emotions; do
        [ -d "$new/mixed/$emotion" ] || continue
        mkdir -p "$new/$2/$emotion"
        find "$new/mixed/$emotion" -type f -name "$1*" \
            -exec sh -c 'to=$1; shift; mv "$@" "$to"' sh "$new/$2/$emotion" {} +
    done
}

split_test() { # what $new/mixed came from
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
    if filled "$new/test" && ! filled "$new/validation"; then
        mv "$new/test" "$new/validation"
        echo "note: no rows are for validation: those for testing are validation now, and there is no test split"
    fi
}

collect_folders() { # train
    beside=$(dirname "$1")
    find_split "$beside" train training >/dev/null
    valid=$(find_split "$beside" validation valid val publictest)
    tests=$(find_split "$beside" test testing privatetest)
    [ -n "$valid$tests" ] || fail "$1: there is neither validation/ nor test/ beside it"
    take train "$1"
    if [ -n "$valid" ]; then
        take validation "$valid"
        [ -z "$tests" ] || take test "$tests"
    else
        take mixed "$tests"
        split_test "$tests"
    fi
    lost=$(missing train)
    [ -z "$lost" ] || fail "$1: has no pictures of$lost. For other classes than the seven emotions write a .data" \
        "file of your own"
}

# No train/, and no csv whose name tells what it is.
nothing_found() { # folder
    loose=$(find_loose "$1")
    [ -z "$loose" ] || fail "$loose: holds folders of emotions, but not split into train/ with validation/ or test/;" \
        "move them into train/, and an eighth of the pictures of each into validation/ (of other people, where you" \
        "can tell)"
    csv=$(find_file "$1" '*.csv')
    [ -n "$csv" ] || fail "$source: holds neither train/ with folders of emotions, nor fer2013.csv, nor" \
        "icml_face_data.csv"
    convert "$csv"
}

collect() { # folder
    train=$(find_train "$1")
    csv=$(find_file "$1" fer2013.csv icml_face_data.csv)
    if [ -n "$train" ]; then
        collect_folders "$train"
    elif [ -n "$csv" ]; then
        convert "$csv"
    else
        collect_inner "$1"
    fi
}

collect_inner() { # folder
    inner=$(find_inner "$1")
    # Files of the same downloads that lack something: the program says what, and which file has it.
    csv=$(find_file "$1" train.csv test.csv fer2013new.csv)
    if [ -n "$inner" ]; then
        [ ! -e "$work/inner" ] || fail "$inner: is an archive in an archive in an archive; unpack it first"
        unpack "$inner" "$work/inner"
        collect "$work/inner"
    elif [ -n "$csv" ]; then
        convert "$csv"
    else
        nothing_found "$1"
    fi
}

count() { # split
    find "$new/$1" -type f 2>/dev/null | wc -l
}

# What was there comes back when the new set did not take its place.
clean_up() {
    [ ! -e "$work/old" ] || [ -e "$dest" ] || mv "$work/old" "$dest"
    rm -rf "$work"
}

force=no leave_out=''
while getopts fx: option; do
    case $option in
    f) force=yes ;;
    x) leave_out="$leave_out$OPTARG
" ;;
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
[ "$force" = yes ] || ! filled "$dest" || fail "$dest is already filled; -f replaces it"

mkdir -p "$(dirname "$dest")"
work=$(mktemp -d "$dest.XXXXXX")
new=$work/new
trap clean_up EXIT
trap 'exit 1' INT TERM HUP
mkdir "$new"

if [ -d "$source" ]; then
    collect "$source"
else
    case $(lower "$source") in
    *.csv) convert "$source" ;;
    *)
        unpack "$source" "$work/unpacked"
        collect "$work/unpacked"
        ;;
    esac
fi
for split in train validation; do
    filled "$new/$split" || fail "$source: has no pictures for $split"
done
for split in "$new"/*/; do
    split=$(basename "$split") lost=$(missing "$(basename "$split")")
    [ -z "$lost" ] || echo "note: $split/ has no pictures of$lost"
done

chmod 755 "$new"
[ ! -e "$dest" ] || mv "$dest" "$work/old"
mv "$new" "$dest"
new=$dest
echo "$dest: $(count train) pictures to train, $(count validation) to validate, $(count test) to test"
