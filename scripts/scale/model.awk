# What a step costs with N ranks, as docs/scaling.md describes it. Milliseconds, but as named.
#   awk -f model.awk -v MODE=step -v ranks=2 -v floats=3236039 -v gbit=10 -v compute=170 [-v bytes=2] [-v parts=2]
#   awk -f model.awk -v MODE=table
# Constants (-v …): copy, nanoseconds a byte that a thread needs to hand it to TCP; latency, milliseconds of a message; window,
# the part of a step's computing in which sums can be on their way; speed, pictures of MobileNet/s of a rank; speed53, of darknet53.

function rounds(n,    r) {
    for (r = 0; 2 ^ r < n; r++) { }
    return r
}

# Rabenseifner: each byte is sent 2 (N − 1)/N times, by a wire of gbit (0: no limit; a twentieth is headers) or a thread that copies, whichever is slower.
function sum(ranks, floats, bytes, gbit, copy,    slowest) {
    slowest = gbit > 0 && 8.4 / gbit > copy ? 8.4 / gbit : copy
    return 2 * (ranks - 1) / ranks * floats * bytes * slowest / 1e6 + 2 * rounds(ranks) * latency * buckets(floats)
}

function buckets(floats) {
    return int((floats + 2 ^ 20 - 1) / 2 ^ 20)
}

# What does not fit into the window, of the last part, is waited for, and the last bucket always; three small messages for all say how it went.
function step(compute, all, ranks, floats,    last) {
    last = all / buckets(floats)
    return compute + (all - window * compute / parts > last ? all - window * compute / parts : last) + 3 * rounds(ranks) * latency
}

function line(name, floats, compute, gbit, copy,    n, cells) {
    for (n = 8; n <= 512; n *= 8) {
        cells = cells sprintf(" %.0f %% |", 100 * compute / step(compute, sum(n, floats, 4, gbit, copy), n, floats))
    }
    printf "| %s | %s |%s\n", name, gbit, cells
}

BEGIN {
    if (copy == "") copy = 1.3
    if (latency == "") latency = .02
    if (window == "") window = .3
    if (speed == "") speed = 120
    if (speed53 == "") speed53 = 1.35
    if (bytes == "") bytes = 4
    if (parts == "") parts = 1
    if (MODE == "step") {
        printf "%.0f\n", step(compute, sum(ranks, floats, bytes, gbit, copy), ranks, floats)
        exit
    }
    print "| ranks that compute as | Gbit/s | 8 | 64 | 512 |\n|---|---|---|---|---|"
    for (gbit = 25; gbit <= 100; gbit *= 4) {
        line("a thread here, MobileNet 96", 3236039, 32000 / speed, gbit, copy)
        line("a thread here, darknet53", 41645640, 32000 / speed53, gbit, copy)
        line("100 threads, MobileNet 96", 3236039, 320 / speed, gbit, copy)
        line("100 threads, darknet53", 41645640, 320 / speed53, gbit, copy)
        line("the same without copies, MobileNet 96", 3236039, 320 / speed, gbit, 0)
        line("the same without copies, darknet53", 41645640, 320 / speed53, gbit, 0)
    }
    line("a P100, ResNet-101 (batch 64, 0.49 s)", 44549160, 490, 25, 0)
    line("a P100, VGG-16 (batch 64, 0.43 s)", 138357544, 430, 25, 0)
}
