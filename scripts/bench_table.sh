#!/bin/sh
# Prints results/bench.json as scripts/bench.sh left it: a table for each number of threads, idle and with a busy core, of medians
# over the runs. Shares are of the peak measured in the same run; ratios above 1 are ours. PyTorch and ONNX Runtime compute in f32.
# Usage: scripts/bench_table.sh [FILE]
set -eu
jq -r '
def left(n): (. + " " * n)[:n];
def right(n): (" " * n + .)[-n:];
def median: map(values) | sort | .[length / 2 | floor];

# A number with n places, or nothing.
def digits(n):
    if . == null then "" else
        pow(10; n) as $p | (. * $p | round) as $r |
        "\($r / $p | floor)" + if n > 0 then "." + ("000" + "\($r % $p)")[-n:] else "" end
    end;
def star(of): if . != "" and any(of[]; .loaded) then . + "*" else . + " " end;
def times(ours; theirs; up):
    if theirs == null then "" else (if up then ours / theirs else theirs / ours end | digits(2)) + "x" end;

def fastest(batch):
    [to_entries[] | select(.key | startswith("predict_ms_per_image_batch\(batch)_")) | .value.median] | min;
def rows:
    {key: "train_96_32", name: "training 96x96 batch 32, images/s", up: true, torch: "torch96"},
    {key: "train_48_32", name: "training 48x48 batch 32, images/s", up: true, torch: "torch48"},
    {key: "predict_96_1", name: "prediction 96x96 batch 1, ms", batch: 1, torch: "torch96", ort: "ort"},
    {key: "predict_96_32", name: "prediction 96x96 batch 32, ms", batch: 32, torch: "torch96"},
    {key: "predict_224_1", name: "prediction 224x224 batch 1, ms"},
    {key: "predict_224_32", name: "prediction 224x224 batch 32, ms"};

def head:
    ("\(.[0].threads) thread\(if .[0].threads == 1 then "" else "s" end)" + if .[0].busy then ", one core busy" else "" end +
        "; peak \([.[].ours.peak_gflops.f32.all] | median | digits(0)) GFLOP/s" +
        ([.[].ours.peak_gflops.bf16.all] | median | if . then ", \(digits(0)) in bf16" else "" end) | left(46)) +
    ("ours " | right(12)) + ("of peak" | right(9)) + ("PyTorch " | right(12)) + ("" | right(8)) + ("ONNX Runtime" | right(14));

# Of the runs of a group.
def line($row; $precision):
    ($row.key + if $precision == "f32" then "" else "_bf16" end) as $key |
    [.[].ours[$key] | values] as $ours |
    [.[][$row.torch // ""] | values] as $torch |
    [.[][$row.ort // ""] | values] as $ort |
    select($ours | length > 0) |
    ([$ours[] | .images_per_s // .ms] | median) as $value |
    ([$torch[] | if $row.up then .train_images_per_s.median else fastest($row.batch) end] | median) as $pytorch |
    ([$ort[].predict_ms_batch1.median] | median) as $onnx |
    (if $row.up then 1 else 3 end) as $n |
    ("\($row.name) \($precision)" | left(46)) + ($value | digits($n) | star($ours) | right(12)) +
        ([$ours[].share] | median | if . then . * 100 | digits(0) + " %" else "" end | right(9)) +
        ($pytorch | digits($n) | star($torch) | right(12)) + (times($value; $pytorch; $row.up) | right(8)) +
        ($onnx | digits($n) | star($ort) | right(14)) + (times($value; $onnx; $row.up) | right(8)) | sub(" +$"; "");

.runs[0].ours as $one |
"\($one.processor), \($one.cores) cores, instructions: \($one.isa)",
(.runs | group_by([.busy, .threads])[] | "", head, (rows as $row | line($row; "f32", "bf16"))),
if any(.. | .loaded?; . == true) then "", "* while other programs kept more than a tenth of a core busy" else empty end
' "${1:-results/bench.json}"
