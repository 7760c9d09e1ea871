#!/bin/sh
# Builds the program for arm64 on another Debian machine, with Debian's cross compiler and its libraries (multiarch), and
# runs the C tests of it under qemu, which needs root: binfmt_misc starts qemu, because Criterion's programs start themselves.
# A step that fails is named. Usage: scripts/arm64.sh cross|test MAKE      (make cross-arm64, make test-arm64)
# shellcheck disable=SC2317 # the steps are called through step
set -u
case ${1:-} in
cross | test) target=$1-arm64 make=${2:-make} ;;
*)
    echo "usage: scripts/arm64.sh cross|test MAKE" >&2
    exit 2
    ;;
esac
build=${BUILD:-build}/arm64
program=$build/dnnl0-opencv0/darknet
case $build in /*) criterion=$build/criterion ;; *) criterion=$PWD/$build/criterion ;; esac
libraries=$criterion/usr/lib/aarch64-linux-gnu

step() { # name command...
    name=$1
    shift
    echo "== $name"
    "$@" && return
    echo "$target: this step failed: $name" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

another_machine() {
    [ "$(uname -m)" != aarch64 ] || {
        echo "this machine is an arm64 one: \`make\` and \`make test\` do it" >&2
        return 1
    }
}

cross_make() { # target...
    case ${MAKEFLAGS:-} in *jobserver*) jobs= ;; *) jobs=-j$(nproc) ;; esac
    # shellcheck disable=SC2086 # no word or one
    $make --no-print-directory $jobs BUILD="$build" CC=aarch64-linux-gnu-gcc AR=aarch64-linux-gnu-ar \
        PKG_CONFIG=aarch64-linux-gnu-pkg-config ONEDNN=0 OPENCV=0 "$@"
}

# Debian mounts and registers it at a start of the machine, which a container does not see.
register() {
    "$program" version >/dev/null 2>&1 && return
    if [ ! -e /proc/sys/fs/binfmt_misc/register ]; then
        as_root mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc || return
    fi
    as_root update-binfmts --import qemu-aarch64 && "$program" version
}

download() {
    (cd "$criterion" && apt-get download -q libcriterion-dev:arm64 libcriterion3:arm64 libnanomsg5:arm64)
}

# libnanomsg5 cannot be installed for two machines at once, so Criterion is not installed but unpacked.
unpack_criterion() {
    [ ! -e "$criterion/complete" ] || return 0
    rm -rf "$criterion" && mkdir -p "$criterion" || return
    download || { as_root apt-get update -qq && download; } || return
    for package in "$criterion"/*.deb; do
        dpkg -x "$package" "$criterion" || return
    done
    : >"$criterion/complete"
}

# The run-time path is one of the old kind, which holds for what Criterion itself needs, too.
test_programs() {
    CPPFLAGS="-isystem $criterion/usr/include" \
        LDFLAGS="-L$libraries -Wl,--disable-new-dtags,-rpath,$libraries,-rpath-link,$libraries" \
        cross_make c-test-programs
}

step "another machine than arm64" another_machine
step "cross compiler and arm64 libraries" scripts/install_deps.sh arm64
step "build" cross_make "$program"
if [ "$target" = cross-arm64 ]; then
    echo "$program is a program for arm64"
    exit
fi
step "qemu" scripts/install_deps.sh qemu
step "binfmt_misc" register
step "Criterion" unpack_criterion
step "test programs" test_programs
step "tests" cross_make run-c-tests
