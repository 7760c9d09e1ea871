#!/bin/sh
# Copies what was built under $DESTDIR$PREFIX. Run by `make install`.
# MODULES: those that were built, if any.
set -eu
PREFIX=${PREFIX:-/usr/local}
to=${DESTDIR:-}$PREFIX
version=$(sed -n 's/^#define DK_VERSION "\(.*\)"/\1/p' include/darknet.h)

install -d "$to/bin" "$to/lib/pkgconfig" "$to/include" "$to/share/man/man1" \
    "$to/share/bash-completion/completions" "$to/share/zsh/site-functions" \
    "$to/share/darknet/cfg" "$to/share/darknet/data" "$to/share/darknet/weights"
install -m 755 darknet "$to/bin/darknet"
for module in ${MODULES:-}; do
    install -d "$to/lib/darknet"
    install -m 755 "$module" "$to/lib/darknet/$module"
done
install -m 644 include/darknet.h "$to/include/darknet.h"
install -m 644 libdarknet.a "$to/lib/libdarknet.a"
install -m 755 libdarknet.so "$to/lib/libdarknet.so.$version"
ln -sf "libdarknet.so.$version" "$to/lib/libdarknet.so.0"
ln -sf libdarknet.so.0 "$to/lib/libdarknet.so"
install -m 644 docs/darknet.1 "$to/share/man/man1/darknet.1"
./darknet help -complete bash >"$to/share/bash-completion/completions/darknet"
./darknet help -complete zsh >"$to/share/zsh/site-functions/_darknet"
install -m 644 cfg/* "$to/share/darknet/cfg/"
find data -maxdepth 1 -type f -exec install -m 644 {} "$to/share/darknet/data/" \;
# Only weights that are part of the project, not the checkpoints of a run.
for file in $(git ls-files weights 2>/dev/null | grep '\.weights$'); do
    install -m 644 "$file" "$to/share/darknet/weights/"
done
cat >"$to/lib/pkgconfig/darknet.pc" <<END
prefix=$PREFIX
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: darknet
Description: trains image classifiers and asks them
Version: $version
Libs: -L\${libdir} -ldarknet
Libs.private: ${LIBS:-}
Cflags: -I\${includedir}
END
if [ -z "${DESTDIR:-}" ] && [ "$(id -u)" -eq 0 ]; then
    ldconfig
fi
echo "installed darknet $version under $to"
