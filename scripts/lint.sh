#!/bin/sh
# What `make lint` checks beside the compiler: layout, common mistakes, scripts, floors and sizes, instruction sets, fresh docs.
# Usage: BIN=build/dnnl1 scripts/lint.sh SOURCE.c ...      (compile_commands.json must be there)
# shellcheck disable=SC2317 # the steps are called through step
set -u
BIN=${BIN:?the folder with the built program}
bad=0

step() { # name command...
    printf '%-14s' "$1"
    shift
    if out=$("$@" 2>&1); then
        echo "ok"
    else
        bad=1
        printf 'FAILED\n%s\n' "$out"
    fi
}

format() {
    find src include tests tools examples \( -name '*.[ch]' -o -name '*.[ch]pp' -o -name '*.cu' \) -exec clang-format --dry-run -Werror {} +
}

tidy() {
    printf '%s\n' "$@" | xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p . 2>&1 |
        grep -v -e 'warnings generated' -e 'warning generated' -e '^Suppressed' -e '^Use -header-filter' |
        { ! grep . ; }
}

scripts() {
    find scripts .ci -type f ! -name '*.js' ! -name '*.awk' -exec shellcheck {} +
}

fresh_docs() {
    { "$BIN/darknet" help -markdown | diff docs/cfg.md - &&
        sed -n '/^\.SH COMMANDS/,/^\.SH PICTURES/{/^\.SH PICTURES/!p}' docs/darknet.1 >"$BIN/man" &&
        "$BIN/darknet" help -man | diff "$BIN/man" -; } || {
        echo "docs/cfg.md or docs/darknet.1 is not what the tables say; run \`make docs\`"
        return 1
    }
}

# An AVX instruction (they alone begin with v, or have %ymm and %zmm) outside the files of an instruction set would end
# the program on a processor without it.
instructions() {
    found=$(find "$BIN/src" -name '*.o' ! -name '*_avx*.o' -exec objdump -d --no-show-raw-insn {} + |
        awk '/file format/ { file = $1 } /^[0-9a-f]+ </ { name = $2 } $2 ~ /^v[a-z]/ || /%[yz]mm/ { print file, name, $2 }' |
        sort | uniq -c)
    [ -z "$found" ] || { echo "AVX outside *_avx*.c (times, object, function, instruction):"; echo "$found"; return 1; }
}

step format format
step clang-tidy tidy "$@"
step shellcheck scripts
step instructions instructions
step floors scripts/check_floors.sh "$BIN/libdarknet.a"
step "fresh docs" fresh_docs
exit $bad
