#!/bin/sh
# The house rules that a compiler does not know (docs/architecture.md):
#   - a file of src/ includes its own folder and lower floors only, always as "folder/file.h"; what is shared of src/app knows
#     no group of commands, which are its folders;
#   - files have at most 400 lines, functions at most 60;
#   - below src/app nothing prints, exits or aborts, and no shell is ever started; src/app prints with dk_say;
#   - every exported name of the library begins with dk_, and no file is in it that no function of darknet.h needs.
# Usage: scripts/check_floors.sh [LIBRARY.a]
set -u
bad=0
fail() {
    echo "$1"
    bad=1
}

floor() {
    case $1 in
    base) echo 0 ;;
    tensor | cfg | image) echo 1 ;;
    backend | data | dist) echo 2 ;;
    layer) echo 3 ;;
    net) echo 4 ;;
    run | convert | plot | vision | serve) echo 5 ;;
    live) echo 6 ;;
    app) echo 7 ;;
    *) echo none ;;
    esac
}

check_include() { # file line-number path
    mine=$(echo "$1" | cut -d/ -f2) theirs=${3%%/*}
    case $1:$3 in
    src/app/*/*:*) ;;
    src/app/*:app/*/*) fail "$1:$2: what is shared by commands must not include $3, a group's" ;;
    esac
    if [ "$3" = darknet.h ] || [ "$mine" = "$theirs" ]; then
        return
    fi
    high=$(floor "$mine") low=$(floor "$theirs")
    if [ "$high" = none ] || [ "$low" = none ] || [ "$low" -ge "$high" ]; then
        fail "$1:$2: $mine (floor $high) must not include $3 (floor $low)"
    fi
}

includes=$(grep -rn --include='*.[ch]' --include='*.[ch]pp' --include='*.cu' '^ *# *include *"' src | sed 's/^\([^:]*\):\([0-9]*\):.*"\(.*\)".*/\1 \2 \3/')
while read -r file line path; do
    check_include "$file" "$line" "$path"
done <<END
$includes
END

for file in $(find src include tests tools examples -name '*.[ch]' -o -name '*.[ch]pp' -o -name '*.cu' | sort) $(find scripts -name '*.sh' | sort); do
    lines=$(wc -l <"$file")
    [ "$lines" -le 400 ] || fail "$file: $lines lines; at most 400"
done

# A function runs from a line that begins with a letter and ends in "{" to the next line that is "}".
long=$(find src tests tools examples \( -name '*.[ch]' -o -name '*.[ch]pp' -o -name '*.cu' \) -exec awk '
    FNR == 1 { start = 0 }
    /^[A-Za-z].*[^=] \{$/ && !/^(typedef|struct|enum|union|extern|static const|const)/ { start = FNR }
    /^[ ]+.*\) \{$/ && !start && !/^ +(if|for|while|switch|else)/ { start = FNR }
    /^}/ { if (start && FNR - start + 1 > 60) printf "%s:%d: a function of %d lines; at most 60\n", FILENAME, start, FNR - start + 1; start = 0 }
' {} +)
[ -z "$long" ] || fail "$long"

loud='\b(printf|puts|putchar|perror|exit|_exit|abort|quick_exit|system|popen)[[:space:]]*\(|\b(stdout|stderr)\b'
found=$(find src \( -name '*.[ch]' -o -name '*.[ch]pp' -o -name '*.cu' \) ! -path 'src/app/*' -exec grep -nHE "$loud" {} + | grep -vE ':[0-9]+: *(/?\*|//)')
[ -z "$found" ] || fail "$found
(nothing below src/app prints, exits or starts a shell)"
found=$(grep -rnE '(^|[^a-z_])printf[[:space:]]*\(' --include='*.[ch]' src/app | grep -vE '^src/app/say\.c:|:[0-9]+: *(/?\*|//)')
[ -z "$found" ] || fail "$found
(people are told with dk_say, which shows names without control characters)"
found=$(grep -rnE '\b(system|popen)[[:space:]]*\(' --include='*.[ch]' src/app)
[ -z "$found" ] || fail "$found
(no shell is ever started)"

if [ $# -gt 0 ]; then
    names=$(nm -g --defined-only "$1" 2>/dev/null | awk 'NF == 3 && $3 !~ /^dk_/ { print $3 }' | sort -u)
    [ -z "$names" ] || fail "$1 exports names that do not begin with dk_: $names"
    # shellcheck disable=SC2046 # -u and names
    needed=$(ld -r -o /dev/null -t -t $(sed -n 's/^DK_API .*[ *]\(dk_[a-z_]*\)(.*/-u \1/p' include/darknet.h) "$1" |
        sed -n 's/.*[()]\([^()]*\.o\))*$/\1/p' | sort)
    idle=$(ar t "$1" | sort | { echo "$needed" | comm -23 /dev/fd/3 -; } 3<&0)
    [ -z "$idle" ] || fail "$1 holds files that no function of darknet.h needs (PROGRAM in the Makefile lists such): $idle"
fi
exit $bad
