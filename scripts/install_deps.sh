#!/bin/sh
# Installs the Debian packages that are missing: says which, a line a group, and does nothing when all are there. What apt
# says goes into a file, whose end is shown when something fails.
# Usage: scripts/install_deps.sh [build] [test] [lint] [arm64] [qemu] [fuzz] [scale]        (default: build)
# Nothing that is installed is removed or made older for it: then it fails.
set -eu

# As for make, whose default is 0 on other processors than x86-64: there is no fast engine for them.
machine=$(dpkg --print-architecture 2>/dev/null || uname -m)
case $machine in
amd64 | x86_64) ONEDNN=${ONEDNN:-1} ;;
*) ONEDNN=${ONEDNN:-0} ;;
esac

build_packages() {
    echo build-essential  # gcc, make, ar and the C library's headers
    echo pkg-config       # tells where cairo's and pango's headers are
    if [ "$ONEDNN" != 0 ]; then
        echo libdnnl-dev  # oneDNN: the fast engine
    fi
    echo libjpeg-dev      # reading pictures
    echo libpng-dev       # reading and writing pictures
    echo zlib1g-dev       # CRC-32 of files in archives
    echo libwebp-dev libgif-dev libtiff-dev # reading pictures of other kinds
    echo libunistring-dev # labels whose letters have two spellings
    echo libcairo2-dev    # chart.png, and the faces of the demo
    echo libpango1.0-dev  # names in any script on charts and frames; opened when one needs it
    echo libcjson-dev     # reads the JSON beside weights
    if [ "${HTTP:-1}" != 0 ]; then # as for make
        echo libmicrohttpd-dev # pages in the browser (-http), with GnuTLS
    fi
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
    [ "${OPENCV:-1}" = 0 ] || echo libopencv-dnn-dev # reads the ONNX models that we write
    echo zip unzip        # FER2013 from a zip
    echo jq               # checks the JSON that the program prints
    echo darknet          # the original (2018), which must read our weights
    echo xvfb xdotool     # a display without a screen, and keys pressed in its window
    echo imagemagick      # looks at what stands in it; makes pictures of all kinds
    echo libjpeg-turbo-progs netpbm webp libtiff-tools # what our decoders are compared with
    echo libimage-exiftool-perl # writes which way is up
    echo ffmpeg           # films as others make them, and what ours hold; bitmaps
    echo curl openssl wrk # what asks the server of -http, certificates for it, many who ask at once
    echo chromium chromium-driver # the browser that its pages are looked at in
    echo openmpi-bin libopenmpi-dev # several ranks by mpirun, and the module that they open
    echo fonts-dejavu-core fonts-wqy-microhei # names in Latin, Arabic, Hebrew; in Chinese
}

lint_packages() {
    echo clang-format     # one layout for all code
    echo clang-tidy       # common mistakes
    echo shellcheck       # the same for scripts
}

# What programs for arm64 are built with on another machine: the libraries of `build`, for it.
arm64_packages() {
    echo gcc-aarch64-linux-gnu # Debian's cross compiler
    ONEDNN=0 OPENCV=0 build_packages | tr " " "\n" | sed -n "s/^lib.*/&:arm64/p"
}

# Criterion for arm64 cannot be installed beside the machine's own; `make test-arm64` unpacks it aside.
qemu_packages() {
    echo libgit2-1.5:arm64 libffi8:arm64 # what Criterion needs
    echo qemu-user-static binfmt-support # runs programs of another processor
}

# What `make fuzz` compiles with, and what builds the decoders it looks into.
fuzz_packages() {
    echo clang
    echo cmake dpkg-dev # libjpeg-turbo and libpng from Debian's sources
}

# What `make test-scale` wants beside the tests: networks of its own, and a queue.
scale_packages() {
    echo openmpi-bin     # mpirun
    echo iproute2        # network namespaces, and rates
    echo slurm-wlm munge # the queue, and what its parts trust each other by
}

# Is NAME, or NAME:ARCHITECTURE, there? A name alone is the machine's own, also where others lie beside it.
installed() {
    case $1 in
    *:*) architecture=${1#*:} ;;
    *) architecture=$machine ;;
    esac
    dpkg-query -W -f='${Architecture} ${Status}\n' "${1%:*}" 2>/dev/null |
        grep -qE "^($architecture|all) install ok installed\$"
}

wanted=
for group in "${@:-build}"; do
    case $group in
    build | test | lint | arm64 | qemu | fuzz | scale) wanted="$wanted $("${group}_packages")" ;;
    *)
        echo "install_deps: no group '$group'; there are: build test lint arm64 qemu fuzz scale" >&2
        exit 2
        ;;
    esac
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "install_deps: this is no Debian; please see to the equivalents of: $(echo "$wanted" | tr "\n" " ")" >&2
    exit 0
fi

log='' sudo=''
begin() { # before the first package
    if [ "$(id -u)" -ne 0 ]; then
        sudo=sudo
        if ! command -v sudo >/dev/null; then
            echo "install_deps: neither root nor sudo; please run as root:" \
                "apt-get install --no-install-recommends$missing" >&2
            exit 1
        fi
    fi
    log=$(mktemp "${TMPDIR:-/tmp}/darknet-packages-XXXXXX.log")
    apt update
}

apt() {
    echo "== apt-get $*" >>"$log"
    if ! $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" >>"$log" 2>&1; then
        tail -n 15 "$log" >&2
        echo "install_deps: apt-get $1 failed; all that it said is in $log" >&2
        exit 1
    fi
}

know_arm64() {
    if ! dpkg --print-foreign-architectures | grep -qx arm64; then
        $sudo dpkg --add-architecture arm64
        apt update
    fi
}

for group in "${@:-build}"; do
    missing=
    for package in $("${group}_packages"); do
        installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || continue
    echo "installing Debian packages ($group):$missing"
    [ -n "$log" ] || begin
    case $missing in *:arm64*) know_arm64 ;; esac
    # shellcheck disable=SC2086 # a list of words
    apt install -y --no-install-recommends --no-remove $missing
done
[ -z "$log" ] || rm -f "$log"
