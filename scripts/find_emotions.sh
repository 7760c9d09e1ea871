# shellcheck shell=sh
# Where in a folder the pictures of a data set are, and which emotions its folders mean. Part of get_fer2013.sh, which has
# fail() and the folder $work.

lower() { # text
    printf '%s\n' "$1" | tr '[:upper:]' '[:lower:]'
}

# find below a folder, which may be a link as may be what it holds. Passed over is what systems leave in folders: hidden
# files, among them the ._NAME that macOS puts beside every file, and thumbnails. Loops of links end; what find tells of
# them is not shown.
look() { # folder test...
    in=$1
    shift
    find -L "$in/." \( -name '.?*' -o -iname __MACOSX -o -iname @eaDir -o -name '?RECYCLE.BIN' -o -iname Thumbs.db \
        -o -iname ehthumbs.db -o -iname desktop.ini -o -name lost+found -o -name 'System Volume Information' \) \
        -prune -o "$@" -print 2>/dev/null || true
}

# The same, sorted and without the dot.
list() { # folder test...
    look "$@" | sed 's|/\./|/|' | sort
}

pictures() { # folder
    list "$1" -type f \( -iname '*.jpg' -o -iname '*.jpeg' -o -iname '*.jpe' -o -iname '*.jfif' -o -iname '*.png' \
        -o -iname '*.webp' -o -iname '*.gif' -o -iname '*.bmp' -o -iname '*.tif' -o -iname '*.tiff' \)
}

# Other files, counted by their endings: ".txt 3,.heic 1".
other_files() { # folder
    list "$1" -type f | grep -viE '\.(jpe?g|jpe|jfif|png|webp|gif|bmp|tiff?)$' | sed 's|.*/||; s|.*\.|.|' |
        sort | uniq -c | sort -rn | sed 's/^ *\([0-9]*\) \(.*\)/\2 \1/' | paste -sd, - || true
}

# Anything in that folder?
filled() {
    [ -d "$1" ] && [ -n "$(look "$1" -type f | head -n 1)" ]
}

# Links to a folder above themselves: what is there has another place in the set already.
loops() { # folder
    list "$1" -type d | while IFS= read -r folder; do
        if [ -h "$folder" ]; then
            here=$(cd "$(dirname "$folder")" && pwd -P) above=$(cd "$folder" && pwd -P)
            case $here/ in
            "${above%/}"/*) printf '%s/\n' "$folder" ;;
            esac
        fi
    done
}

# The folders within a folder: a line of what each means, a tab and its name. It is an emotion (the
# name may have a number before it or behind it), "number", or "none".
meanings() { # folder
    look "$1" -type d | sed -n 's|^.*/\./\([^/]*\)$|\1|p' | sort | awk '
        BEGIN {
            n = split("angry anger angry disgust disgusted disgust fear fearful fear fear afraid fear fear scared " \
                "fear happy happiness happy happy joy happy happy joyful happy neutral neutrality neutral sad sadness " \
                "sad surprise surprised surprise", word, " ")
            for (i = 1; i <= n; i += 3) {
                means[word[i]] = word[i + 2]
                means[word[i + 1]] = word[i + 2]
            }
        }
        {
            name = tolower($0)
            sub(/^[0-9]+[-_. ]*/, "", name)
            sub(/[-_. ]*[0-9]+$/, "", name)
            print ($0 ~ /^[0-9]+$/ ? "number" : name in means ? means[name] : "none") "\t" $0
        }'
}

# Folders that are called by emotions, or by numbers as RAF-DB's are.
holds_emotions() { # folder
    meanings "$1" | grep -v '^none' | while IFS='	' read -r _ name; do
        if filled "$1/$name"; then
            echo yes
            return
        fi
    done | grep -q yes
}

# The first folder with emotions that is called train; it may be this very one.
find_train() { # folder
    {
        case $(lower "${1##*/}") in
        train | training) echo "$1" ;;
        esac
        list "$1" -type d \( -iname train -o -iname training \)
    } | while IFS= read -r folder; do
        if holds_emotions "$folder"; then
            printf '%s\n' "$folder"
            return
        fi
    done
}

# The folder within another that has one of these names, which are written in any case, with emotions in it.
find_split() { # folder name...
    within=$1
    shift
    found=''
    # shellcheck disable=SC2154 # the work folder of get_fer2013.sh
    meanings "$within" | cut -f 2- >"$work/splits"
    while IFS= read -r name; do
        case " $* " in
        *" $(lower "$name" | tr -d ' _-') "*) holds_emotions "$within/$name" || continue ;;
        *) continue ;;
        esac
        [ -z "$found" ] || fail "$within: $found/ and $name/ are there, which mean the same; move one away"
        found=$name
    done <"$work/splits"
    [ -z "$found" ] || printf '%s\n' "$within/$found"
}

# The folder that has most emotions in it, without any train/ around.
find_loose() { # folder
    list "$1" -type d | while IFS= read -r folder; do
        printf '%s %s\n' "$(meanings "$folder" | grep -vc -e '^none' -e '^number')" "$folder"
    done | sort -rn | sed -n '1s/^[1-9][0-9]* //p'
}

find_file() { # folder name...: any case; the first name that is there
    within=$1
    shift
    for name; do
        found=$(list "$within" -type f -iname "$name" | head -n 1)
        if [ -n "$found" ]; then
            printf '%s\n' "$found"
            return
        fi
    done
}

# An archive within: FER2013's, as Kaggle's challenge packs it into its zip, or else the only one.
find_inner() { # folder
    inner=$(find_file "$1" 'fer2013*.tar*' 'fer2013*.zip')
    [ -n "$inner" ] || inner=$(list "$1" -type f \( -iname '*.zip' -o -iname '*.tar' -o -iname '*.tar.*' \
        -o -iname '*.tgz' -o -iname '*.txz' -o -iname '*.rar' -o -iname '*.7z' \))
    [ "$(printf '%s\n' "$inner" | wc -l)" -le 1 ] || fail "$1: holds several archives; unpack them side by side first:
$inner"
    printf '%s\n' "$inner"
}
