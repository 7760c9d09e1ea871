#!/bin/sh
# Runs one libFuzzer program on a copy of its saved inputs. Usage: scripts/fuzz.sh PROGRAM [SECONDS]
# Some programs go to a folder of their own, so that all paths are absolute. What is found is left beside the program.
set -eu
folder=$(cd "$(dirname "$1")" && pwd)
name=$(basename "$1")
saved=$PWD/tests/fuzz/corpus/${name#fuzz_}
grown=$folder/corpus/${name#fuzz_}
mkdir -p "$grown"
[ ! -d "$saved" ] || cp -n "$saved"/* "$grown"/ 2>/dev/null || true
"$folder/$name" -max_total_time="${2:-20}" -rss_limit_mb=2048 -artifact_prefix="$folder/$name-" "$grown"
