#!/bin/sh
# Installs the Debian packages that are missing; says what it does, and does nothing when all are there.
# Usage: scripts/install_deps.sh [build] [test] [lint]        (default: build)
set -eu

build_packages() {
    echo build-essential  # gcc, make, ar and the C library's headers
    echo pkg-config       # tells where cairo's and pango's headers are
    echo libdnnl-dev      # oneDNN: the fast engine
    echo libjpeg-dev      # reading pictures
    echo libpng-dev       # reading and writing pictures
    echo libwebp-dev libgif-dev libtiff-dev # reading pictures of other kinds
    echo libunistring-dev # labels whose letters have two spellings
    echo libcairo2-dev    # chart.png, and the faces of the demo
    echo libpango1.0-dev  # names in any script on charts and frames; opened when one needs it
    echo libcjson-dev     # reads the JSON beside weights
    if [ "${OPENCV:-1}" != 0 ]; then # as for make: OPENCV=0 builds all but the demo
        echo libopencv-videoio-dev   # cameras
        echo libopencv-objdetect-dev # the cascade that finds faces
        echo libopencv-highgui-dev   # the window
        echo opencv-data             # haarcascade_frontalface_alt2.xml
        echo libavformat-dev libavcodec-dev libswscale-dev # the films that the demo reads and writes
    fi
}

test_packages() {
    echo libcriterion-dev # the C tests
    echo bats             # tests of the program
    echo zip unzip        # FER2013 from a zip
    echo jq               # checks the JSON that the program prints
    echo darknet          # the original (2018), which must read our weights
    echo xvfb xdotool     # a display without a screen, and keys pressed in its window
    echo imagemagick      # looks at what stands in it; makes pictures of all kinds
    echo libjpeg-turbo-progs netpbm webp libtiff-tools # what our decoders are compared with
    echo libimage-exiftool-perl # writes which way is up
    echo ffmpeg           # films as others make them, and what ours hold; bitmaps
    echo fonts-dejavu-core fonts-wqy-microhei # names in Latin, Arabic, Hebrew; in Chinese
}

lint_packages() {
    echo clang-format     # one layout for all code
    echo clang-tidy       # common mistakes
    echo shellcheck       # the same for scripts
}

installed() {
    [ "$(dpkg-query -W -f='${Status}' "$1" 2>/dev/null)" = "install ok installed" ]
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "install_deps: neither root nor sudo; please run as root: $*" >&2
        exit 1
    fi
}

wanted=
for group in "${@:-build}"; do
    case $group in
    build | test | lint) wanted="$wanted $("${group}_packages")" ;;
    *)
        echo "install_deps: no group '$group'; there are: build test lint" >&2
        exit 2
        ;;
    esac
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "install_deps: this is no Debian; please see to the equivalents of: $(echo "$wanted" | tr "\n" " ")" >&2
    exit 0
fi

missing=
for package in $wanted; do
    installed "$package" || missing="$missing $package"
done
if [ -n "$missing" ]; then
    echo "installing Debian packages:$missing"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update -qq
    # shellcheck disable=SC2086 # a list of words
    as_root apt-get install -y -qq --no-install-recommends $missing
fi
