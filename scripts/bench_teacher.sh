#!/bin/bash
# Does a student gain from a teacher? A network of half the width sees a third of the drawn faces that the network of
# `make demo` has learned from, and learns from their labels alone or, with equal seeds, from what that network
# answers to the same augmented pictures; five seeds each. Prints validation
# accuracies of the last epoch, their mean and standard deviation.
# Usage: [BIN=build/dnnl1] [SEEDS=5] [THREADS=0] scripts/bench_teacher.sh      (make bench-teacher)
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
BIN=$(realpath "${BIN:-build/dnnl1}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$BIN/faces" -seed 11 -count 1400 -size 48 -grey faces >/dev/null
cp "$root/data/emotion.names" names
printf 'classes=7\ntrain=faces/train\nvalid=faces/validation\nnames=names\n' >faces.data
cp "$root/cfg/faces.cfg" teacher.cfg
find faces/train -name "*.png" | sort | awk "NR % 3 == 1" >few.list
sed "s/^train=.*/train=few.list/" faces.data >few.data
awk -F= '/^(filters|groups)=/ { $2 = $2 / 2; print $1 "=" $2; next } { print }' teacher.cfg >student.cfg

train() { # data, cfg; more
    "$BIN/darknet" classifier train "$1" "$2" -threads "${THREADS:-0}" -set net.early_stop_patience=0 "${@:3}" >log 2>&1 ||
        { cat log >&2 && exit 1; }
}
last() { # the newest run's last validation accuracy, in percent
    local run
    run=$(find results -name "$1-*" | sort -t- -k2n | tail -1)
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } END { printf "%.2f", 100 * $at["val_accuracy"] }' "$run/log.csv"
}

train faces.data teacher.cfg -set net.max_epochs=60
mv weights/teacher_final.weights teacher.weights
echo "teacher (60 epochs): $(last teacher) %"
printf '%-6s %10s %10s\n' seed alone taught
for seed in $(seq "${SEEDS:-5}"); do
    train few.data student.cfg -seed "$seed" -set net.max_epochs=60 -set net.batch=32
    alone=$(last student)
    train few.data student.cfg -seed "$seed" -set net.max_epochs=60 -set net.batch=32 \
        -set net.teacher=teacher.cfg:teacher.weights -set net.teacher_share=1
    taught=$(last student)
    printf '%-6s %10s %10s\n' "$seed" "$alone" "$taught" | tee -a table
done
awk '{ for (i = 2; i <= 3; i++) { s[i] += $i; q[i] += $i * $i } n++ }
    END { for (i = 2; i <= 3; i++) { m[i] = s[i] / n; d[i] = n > 1 ? sqrt((q[i] - n * m[i] * m[i]) / (n - 1)) : 0 }
        printf "%-6s %6.2f±%.2f %6.2f±%.2f\n", "mean", m[2], d[2], m[3], d[3] }' table
