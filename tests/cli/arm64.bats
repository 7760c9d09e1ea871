#!/usr/bin/env bats
# Processors that are not this machine's: what make builds for them, which packages that takes, and what the cross build
# says when one of its steps fails. Nothing is built or installed: compiler, dpkg, apt-get and make are stand-ins.

bats_require_minimum_version 1.5.0
ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    mkdir bin
    PATH=$BATS_TEST_TMPDIR/bin:$PATH
    export TMPDIR=$BATS_TEST_TMPDIR
    unset ONEDNN OPENCV MAKEFLAGS MFLAGS MAKELEVEL
    stand_in sudo 'exec "$@"'
    stand_in uname 'echo x86_64'
    stand_in apt-get 'echo "apt-get $*" >>calls'
    machine amd64
    installed ''
}

stand_in() { # program, what it does
    printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"
    chmod +x "bin/$1"
}

machine() { # dpkg's word for it [another that is known]
    stand_in dpkg "case \$1 in --print-architecture) echo $1 ;; --print-foreign-architectures) echo $2 ;; *) echo \"dpkg \$*\" >>calls ;; esac"
}

installed() { # architectures that every package is there for
    stand_in dpkg-query "for a in $1; do echo \"\$a install ok installed\"; done"
}

# What make would do, without doing it, for a compiler that builds for $1.
would_build() { # machine target [VAR=value ...]
    stand_in compiler "echo $1"
    shift
    run --separate-stderr make -n -C "$ROOT" BUILD="$BATS_TEST_TMPDIR/build" CC=compiler OPENCV=0 "${@:2}" "$BATS_TEST_TMPDIR/build/$1"
    echo "$output" | tail -n 5
    echo "$stderr"
}

deps() {
    run --separate-stderr "$ROOT/scripts/install_deps.sh" "$@"
    echo "$output"
    echo "$stderr"
}

arm64() { # cross or test
    cd "$ROOT"
    BUILD=$BATS_TEST_TMPDIR/build run --separate-stderr scripts/arm64.sh "$1" stub-make
    cd "$BATS_TEST_TMPDIR"
    echo "$output"
    echo "$stderr"
    [ "$status" -eq 1 ]
}

@test "for another processor than x86-64 make takes the plain C engine" {
    would_build aarch64-linux-gnu dnnl0-opencv0/darknet
    [ "$status" -eq 0 ]
    [[ "$output" == *"cpu_plain.c"* && "$output" != *"cpu_x86_64.c"* ]]
    [[ "$output" != *"-ldnnl"* && "$output" != *"-fopenmp"* && "$output" != *"-mavx"* ]]
    would_build x86_64-linux-gnu dnnl1-opencv0/darknet
    [ "$status" -eq 0 ]
    [[ "$output" == *"cpu_x86_64.c"* && "$output" == *"-ldnnl"* ]]
}

@test "ONEDNN=1 for another processor is told before anything is compiled" {
    would_build aarch64-linux-gnu dnnl1-opencv0/darknet ONEDNN=1
    [ "$status" -eq 2 ]
    [[ "$output" != *"cpu_"* ]]
    [[ "$stderr" == *"compiler builds for aarch64; ONEDNN=0 is the default there"* ]]
}

@test "before a compiler is installed the machine tells what is built" {
    for pair in x86_64:1 aarch64:0 armv7l:0; do
        stand_in uname "echo ${pair%:*}"
        run make -n -C "$ROOT" BUILD="$BATS_TEST_TMPDIR/build" CC=no-compiler demo
        echo "$output"
        [[ "$output" == *"/build/dnnl${pair#*:} scripts/demo.sh"* ]]
    done
}

@test "packages are those of the machine: oneDNN for x86-64, or as ONEDNN says" {
    deps build
    [[ "$output" == *" libdnnl-dev "* && "$output" == *" libpng-dev "* && "$output" == *"libopencv-videoio-dev"* ]]
    machine arm64
    deps build
    [[ "$output" != *"libdnnl-dev"* && "$output" == *" libpng-dev "* && "$output" == *"libopencv-videoio-dev"* ]]
    ONEDNN=1 deps build
    [[ "$output" == *" libdnnl-dev "* ]]
    machine amd64
    ONEDNN=0 deps build
    [[ "$output" != *"libdnnl-dev"* ]]
}

@test "a library for another machine does not stand for the machine's own, nor the other way round" {
    installed "amd64 arm64"
    deps build arm64
    [ "$output" = "" ]
    installed all
    deps build
    [ "$output" = "" ]
    installed arm64
    deps build
    [[ "$output" == *"installing Debian packages (build): build-essential"* ]]
    installed amd64
    deps build
    [ "$output" = "" ]
    deps arm64
    [[ "$output" == *"libpng-dev:arm64"* ]]
    [[ "$output" != *"gcc-aarch64-linux-gnu"* ]]
}

@test "arm64 takes every library of the build but OpenCV's and oneDNN, and makes its architecture known once" {
    OPENCV=0 ONEDNN=0 deps build
    libraries=$(echo "$output" | sed -n 's/^installing Debian packages (build)://p' | tr ' ' '\n' | grep '^lib')
    [ "$(echo "$libraries" | wc -l)" -ge 6 ]
    deps arm64
    for library in $libraries; do
        [[ "$output" == *" $library:arm64"* ]]
    done
    [[ "$output" != *opencv* && "$output" != *avcodec* && "$output" != *dnnl* ]]
    [[ "$(cat calls)" == *"dpkg --add-architecture arm64"*"apt-get "*" update"*"apt-get "*" install "*":arm64"* ]]
    machine amd64 arm64
    rm calls
    deps arm64
    [[ "$(cat calls)" != *"--add-architecture"* ]]
}

@test "nothing is removed for a package, and what apt-get cannot do is told" {
    stand_in apt-get 'case "$*" in *update*) ;; *" --no-remove "*) echo "E: Packages need to be removed" >&2; exit 100 ;; esac'
    deps arm64
    [ "$status" -eq 1 ]
    [[ "$stderr" == *"E: Packages need to be removed"*"install_deps: apt-get install failed"* ]]
}

@test "the step of a cross build that fails is named" {
    stand_in uname 'echo aarch64'
    arm64 cross
    [[ "$stderr" == *"cross-arm64: this step failed: another machine than arm64"* ]]

    stand_in uname 'echo x86_64'
    stand_in apt-get 'exit 100'
    arm64 cross
    [[ "$stderr" == *"cross-arm64: this step failed: cross compiler and arm64 libraries"* ]]

    installed "amd64 arm64"
    stand_in stub-make 'exit 2'
    arm64 cross
    [[ "$stderr" == *"cross-arm64: this step failed: build"* ]]
}

@test "the step of the tests under qemu that fails is named" {
    installed "amd64 arm64"
    stand_in stub-make 'exit 0'
    stand_in mount 'exit 1'
    stand_in update-binfmts 'exit 1'
    arm64 test
    [[ "$stderr" == *"test-arm64: this step failed: binfmt_misc"* ]]

    mkdir -p build/arm64/dnnl0-opencv0
    stand_in ../build/arm64/dnnl0-opencv0/darknet true
    stand_in apt-get 'exit 100'
    arm64 test
    [[ "$stderr" == *"test-arm64: this step failed: Criterion"* ]]

    mkdir -p build/arm64/criterion
    touch build/arm64/criterion/complete
    stand_in stub-make 'case "$*" in *c-test-programs*) exit 2 ;; esac'
    arm64 test
    [[ "$stderr" == *"test-arm64: this step failed: test programs"* ]]

    stand_in stub-make 'case "$*" in *run-c-tests*) exit 2 ;; esac'
    arm64 test
    [[ "$stderr" == *"test-arm64: this step failed: tests"* ]]
}
