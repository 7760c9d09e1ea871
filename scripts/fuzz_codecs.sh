#!/bin/sh
# Builds Debian's libpng and libjpeg-turbo with what libFuzzer and the sanitizers put in, so that fuzzing sees their code,
# too. Usage: scripts/fuzz_codecs.sh FOLDER        (leaves FOLDER/libpng.a and FOLDER/libjpeg.a)
# The sources come from the registry that apt uses, through lists of our own: /etc/apt stays as it is.
set -eu
scripts/install_deps.sh fuzz
mkdir -p "$1/lists/partial" "$1/cache/archives/partial"
cd "$1"
folder=$PWD
flags="-O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=alignment"
log=$folder/build.log
: >"$log"

step() { # what is said when it fails; the command
    what=$1
    shift
    if ! "$@" >>"$log" 2>&1; then
        tail -n 15 "$log" >&2
        echo "fuzz_codecs: $what failed; all that was said is in $log" >&2
        exit 1
    fi
}

# shellcheck disable=SC2016 # a word of apt's
site=$(apt-get indextargets --format '$(SITE)' 'Identifier: Packages' | grep debian | head -n 1)
suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
echo "deb-src ${site:-http://deb.debian.org/debian} $suite main" >sources.list
set -- -o "Dir::Etc::sourcelist=$folder/sources.list" -o Dir::Etc::sourceparts=- \
    -o "Dir::State::lists=$folder/lists" -o "Dir::Cache=$folder/cache"
rm -rf libpng1.6-* libjpeg-turbo-*
step "fetching the sources" apt-get "$@" update
step "fetching the sources" apt-get "$@" source libpng1.6 libjpeg-turbo

build_png() (
    cd "$folder"/libpng1.6-*/
    ./configure --disable-shared --disable-tools --disable-hardware-optimizations CC=clang CFLAGS="$flags"
    make -j"$(nproc)" libpng16.la
    cp .libs/libpng16.a "$folder/libpng.a"
)

build_jpeg() (
    cd "$folder"/libjpeg-turbo-*/
    cmake -B out -DENABLE_SHARED=0 -DWITH_SIMD=0 -DWITH_TURBOJPEG=0 -DCMAKE_C_COMPILER=clang -DCMAKE_C_FLAGS="$flags"
    make -C out -j"$(nproc)" jpeg-static
    cp out/libjpeg.a "$folder/libjpeg.a"
)

step "building libpng" build_png
step "building libjpeg" build_jpeg
echo "$folder: $(echo libpng1.6-* libjpeg-turbo-*[0-9])"
