#!/usr/bin/env bats
# scripts/install_deps.sh over an apt-get and a dpkg-query that only pretend: how much it says, and what it says when
# something fails.
bats_require_minimum_version 1.5.0

setup() {
    ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    cd "$BATS_TEST_TMPDIR" || return 1
    mkdir bin tmp
    export TMPDIR=$BATS_TEST_TMPDIR/tmp PATH=$BATS_TEST_TMPDIR/bin:$PATH FAIL='' THERE=''
    # shellcheck disable=SC2016 # the pretenders' own variables
    {
        printf '#!/bin/sh\nfor last; do :; done\n[ "$last" != "$THERE" ] || echo "all install ok installed"\n' >bin/dpkg-query
        printf '#!/bin/sh\n"$@"\n' >bin/sudo
        printf '#!/bin/sh\necho "$*" >>apt.log\nseq 3000\ncase " $* " in *" ${FAIL:-none} "*) echo "E: no $FAIL" >&2; exit 100 ;; esac\n' \
            >bin/apt-get
    }
    chmod +x bin/*
}

install_deps() { "$ROOT/scripts/install_deps.sh" "$@"; }

@test "a line a group, and no log is left" {
    run install_deps build test
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 2 ]
    [[ "${lines[0]}" == "installing Debian packages (build): "*" libpng-dev "* ]]
    [[ "${lines[1]}" == "installing Debian packages (test): "*" bats "* ]]
    [ -z "$(ls tmp)" ]
    [ "$(grep -c update apt.log)" -eq 1 ]
    [ "$(grep -c -e 'install -y --no-install-recommends' apt.log)" -eq 2 ]
}

@test "what is there is not installed" {
    THERE=bats run install_deps test
    [ "$status" -eq 0 ]
    [[ "$output" != *" bats "* ]]
    printf '#!/bin/sh\necho "all install ok installed"\n' >bin/dpkg-query
    rm apt.log
    run install_deps build test lint
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    [ ! -e apt.log ]
}

@test "a failure shows the end of what apt said and names the rest" {
    for FAIL in update bats; do
        export FAIL
        run install_deps test
        [ "$status" -eq 1 ]
        [ "${#lines[@]}" -le 20 ]
        [[ "$output" == *"E: no $FAIL"* ]]
        log=$(echo "$output" | sed -n 's/.*all that it said is in //p')
        [ "$(wc -l <"$log")" -gt 3000 ]
    done
}

@test "neither root nor sudo: the command for root" {
    rm bin/sudo
    printf '#!/bin/sh\necho 1000\n' >bin/id
    chmod +x bin/id
    for tool in sh env tr sed grep uname mktemp tail rm cat seq; do
        ln -s "$(command -v "$tool")" bin/
    done
    PATH=$BATS_TEST_TMPDIR/bin run install_deps lint
    [ "$status" -eq 1 ]
    [[ "$output" == *"run as root: apt-get install --no-install-recommends"*" shellcheck"* ]]
}

@test "no such group" {
    run install_deps tests
    [ "$status" -eq 2 ]
    [[ "$output" == *"there are: build test lint"* ]]
}
