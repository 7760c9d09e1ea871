#!/bin/sh
# What `make lint` checks beside the compiler: layout, common mistakes, scripts, floors and sizes, fresh docs.
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
    find src include tests examples \( -name '*.[ch]' -o -name '*.[ch]pp' \) -exec clang-format --dry-run -Werror {} +
}

tidy() {
    printf '%s\n' "$@" | xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p . 2>&1 |
        grep -v -e 'warnings generated' -e 'warning generated' -e '^Suppressed' -e '^Use -header-filter' |
        { ! grep . ; }
}

scripts() {
    find scripts .ci -type f -exec shellcheck {} +
}

fresh_docs() {
    "$BIN/darknet" help -markdown | diff docs/cfg.md - || {
        echo "docs/cfg.md is not what the tables say; run \`make docs\`"
        return 1
    }
}

step format format
step clang-tidy tidy "$@"
step shellcheck scripts
step floors scripts/check_floors.sh "$BIN/libdarknet.a"
step docs/cfg.md fresh_docs
exit $bad
