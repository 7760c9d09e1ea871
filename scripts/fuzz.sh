#!/bin/sh
# Runs one libFuzzer program on a copy of its saved inputs. Usage: scripts/fuzz.sh PROGRAM [SECONDS]
set -eu
program=$1
name=$(basename "$program")
saved=tests/fuzz/corpus/${name#fuzz_}
grown=$(dirname "$program")/corpus/${name#fuzz_}
mkdir -p "$grown"
[ ! -d "$saved" ] || cp -n "$saved"/* "$grown"/ 2>/dev/null || true
"$program" -max_total_time="${2:-20}" -rss_limit_mb=2048 -artifact_prefix="$(dirname "$program")/" "$grown"
