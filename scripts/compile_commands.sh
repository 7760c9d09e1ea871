#!/bin/sh
# Prints compile_commands.json. Usage: scripts/compile_commands.sh 'COMPILER FLAGS' SOURCE.c ...
set -eu
flags=$(printf '%s' "$1" | sed 's/\\/\\\\/g; s/"/\\"/g')
shift
comma=
echo '['
for source in "$@"; do
    printf '%s  {"directory": "%s", "file": "%s", "command": "%s -c %s"}' "$comma" "$PWD" "$source" "$flags" "$source"
    comma=',
'
done
printf '\n]\n'
