# shellcheck shell=bash disable=SC2154 # variables of who includes it: BIN, root, folder
# What test_scale.sh and bench_scale.sh train, and how they read its times.

# Drawn faces with all classes in each part; an epoch of train.list is four steps of 32.
make_set() { # pictures
    cd "$folder" || return
    "$BIN/faces" -seed 11 -count "$1" -size 96 -grey faces >/dev/null
    find "$PWD/faces" -name "*.png" | awk -F/ "{ print \$NF, \$0 }" | sort | cut -d" " -f2 >all.list
    head -n 128 all.list >train.list
    tail -n 8 all.list >valid.list
    cp "$root/data/emotion.names" names
    printf 'classes=7\ntrain=train.list\nvalid=valid.list\nnames=names\n' >faces.data
    cp "$root/cfg/mobilenetv1.cfg" net.cfg
}

# Milliseconds of a step: median, least and most over the epochs behind the first. log.csv says images/s, without
# validations and checkpoints.
of_step() { # batch, log.csv…
    awk -F, -v batch="$1" 'FNR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
        FNR > 2 { print 1000 * batch / $at["images_per_second"] }' "${@:2}" | sort -n |
        awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)], v[1], v[NR] }'
}
