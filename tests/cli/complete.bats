#!/usr/bin/env bats
# Completion of shells and the man page: made of the tables that help reads, so help is what they are compared with.
load setup

# What bash offers for a line whose last word is being typed, sorted.
offers() {
    darknet help -complete bash >script
    # shellcheck disable=SC2016 # for the other shell
    bash -c 'source ./script
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _darknet
        printf "%s\n" "${COMPREPLY[@]}"' - darknet "$@" | sort -u
}

commands() { darknet help | sed -n '/^  [a-z]/{s/ *[A-Z[].*//;s/^ *//;p}'; } # the words in small letters
flags() { darknet help "$@" | sed -n 's/^    \(-[a-z_]*\) .*/\1/p'; }      # those that help on a command lists

@test "bash takes the script without a word" {
    darknet help -complete bash >script
    [ -z "$(bash -n script 2>&1)" ]
    if command -v shellcheck; then shellcheck script; fi
}

@test "bash: the first words, and those of a group" {
    diff <(offers '') <(commands | cut -d' ' -f1 | sort -u)
    diff <(offers classifier '') <(commands | sed -n 's/^classifier //p' | sort)
    [ "$(offers classifier tr)" = train ]
    [ "$(offers netw)" = network ]
}

@test "bash: every command with its flags" {
    [ "$(commands | wc -l)" -ge 12 ]
    while read -r command; do
        # shellcheck disable=SC2086 # one or two words
        diff <(offers $command -) <({ echo -help; flags $command; } | sort)
    done < <(commands)
    diff <(offers -) <(printf -- '-help\n-version\n')
}

@test "bash: words of a flag, also where its name means something else elsewhere" {
    diff <(offers dataset check a.data -split '') <(printf 'test\ntrain\nvalid\n')
    [ "$(offers classifier train -precision bf)" = bf16 ]
    # shellcheck disable=SC2046 # a name a word
    diff <(offers network info -backend '') <(printf '%s\n' $(darknet version | sed -n 's/^engines: //p') | sort)
    diff <(offers help -complete '') <(printf 'bash\nzsh\n')
    [ -z "$(offers classifier train -threads '')" ]
    diff <(offers classifier demo -json colours.w) <(echo colours.weights)   # a file
    [ "$(offers classifier valid -json colours.d)" = colours.data ] # a switch: then DATA
}

@test "bash: files of their kind where an argument or a value is a file" {
    mkdir -p cfg.d odd
    diff <(offers network info c) <(printf 'cfg.d\ncolours.cfg\n')
    diff <(offers classifier train -chart x.png c) <(printf 'cfg.d\ncolours.data\n')
    diff <(offers classifier train a.data c) <(printf 'cfg.d\ncolours.cfg\n')
    [ "$(offers classifier train a.data -seed 3 a.cfg colours)" = colours.weights ]
    [[ "$(offers classifier predict a b c.weights valid/red/1.png valid/red/)" == *valid/red/1.png* ]]
    [ "$(offers import x y z -calibrate co)" = colours.data ]
    [ "$(offers results o)" = odd ]
    [ "$(offers help maxp)" = maxpool ]
    [ -z "$(offers version '')" ]
}

@test "zsh takes its script" {
    command -v zsh >/dev/null || skip "no zsh"
    darknet help -complete zsh >script
    [ -z "$(zsh -f -n script 2>&1)" ]
}

@test "the script for zsh has every command with its flags" {
    darknet help -complete zsh >script
    while read -r command; do
        # shellcheck disable=SC2086 # one or two words
        diff <(sed -n "/^    '$command')/,/;;/s/^ *'\*\{0,1\}\(-[a-z_]*\)\[.*/\1/p" script) <(flags $command)
    done < <(commands)
}

@test "a shell that there is no script for" {
    run --separate-stderr darknet help -complete fish
    fails_with 2 "there are bash and zsh"
}

@test "docs/darknet.1 has what the tables say" {
    darknet help -man | diff <(sed -n '/^\.SH COMMANDS/,/^\.SH PICTURES/{/^\.SH PICTURES/!p}' "$ROOT/docs/darknet.1") -
}

@test "the man page: every command and flag, and no warnings" {
    if command -v mandoc >/dev/null; then
        mandoc -T lint -W error "$ROOT/docs/darknet.1"
        mandoc -T ascii "$ROOT/docs/darknet.1" | col -b >page
    elif man --version >/dev/null 2>&1 && command -v groff >/dev/null; then
        [ -z "$(LC_ALL=C man --warnings -l "$ROOT/docs/darknet.1" 2>&1 >/dev/null)" ]
        LC_ALL=C MANWIDTH=200 man -l "$ROOT/docs/darknet.1" | col -b >page
    else
        skip "neither mandoc nor man with groff"
    fi
    while read -r command; do
        grep -q "^   $command" page
        # shellcheck disable=SC2086 # one or two words
        for flag in $(flags $command); do
            grep -q -- "^ *$flag\b" page
        done
    done < <(commands)
}

@test "make install puts the scripts where shells look for them" {
    cd "$BATS_TEST_TMPDIR" || exit
    ln -s "$ROOT"/{include,docs,cfg,data,scripts} "$DARKNET" .
    touch libdarknet.a libdarknet.so
    DESTDIR=to PREFIX=/usr scripts/install.sh
    grep -q 'complete -F _darknet darknet' to/usr/share/bash-completion/completions/darknet
    [ "$(head -1 to/usr/share/zsh/site-functions/_darknet)" = "#compdef darknet" ]
}
