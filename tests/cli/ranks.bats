#!/usr/bin/env bats
# Trainings of several ranks: threads of one program (-ranks), processes of a real mpirun, and what ends them.
load setup

# mpirun in a container: as root, and more ranks than cores.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1

train() { timeout -k 5 60 "$DARKNET" classifier train colours.data colours.cfg -threads 1 "$@"; }
needs_mpi() {
    command -v mpirun >/dev/null || skip "mpirun is not installed (openmpi-bin)"
    [ -e "$BIN/darknet_mpi.so" ] || skip "darknet_mpi.so was not built (libopenmpi-dev, make MPI=1)"
    ! is_sanitised || skip "Open MPI under a sanitizer"
}
train2() { timeout -k 5 60 mpirun -n 2 "$DARKNET" classifier train colours.data colours.cfg -threads 1 "$@" </dev/null; }

# A network with normalisation and dropout.
deep_cfg() { # more keys of [net]
    sed -i '/^\[connected\]/,$d; s/^width=.*/width=8/; s/^height=.*/height=8/; s/^learning_rate=.*/learning_rate=.05/' colours.cfg
    {
        printf '%s\n' "$@"
        printf '[convolutional]\nbatch_normalize=1\nfilters=8\nsize=3\npad=1\nactivation=leaky\n[dropout]\nprobability=.3\n'
        printf '[avgpool]\n[connected]\noutput=3\nactivation=linear\n[softmax]\n'
    } >>colours.cfg
}

@test "mpirun -n 2 and -ranks 2 leave the same weights, bit by bit, and the files of one run" {
    needs_mpi
    deep_cfg sync_bn=1
    for sums in f32 bf16; do
        rm -rf weights results threads results-of-threads
        train -ranks 2 -set net.sum_gradients=$sums
        mv weights threads
        mv results results-of-threads
        train2 -set net.sum_gradients=$sums
        for kind in best last final; do
            cmp threads/colours_$kind.weights weights/colours_$kind.weights
        done
        [ "$(ls results)" = colours-1 ]
        cmp results-of-threads/colours-1/predictions.csv results/colours-1/predictions.csv
        diff <(cut -d, -f1-8 results-of-threads/colours-1/log.csv) <(cut -d, -f1-8 results/colours-1/log.csv)
    done
}

# Starts a run of two ranks in the background, and waits until it has ended two epochs: $pid, and $kids of the ranks.
start_two() {
    rm -rf weights results
    mpirun -n 2 "$DARKNET" classifier train colours.data colours.cfg -threads 1 "$@" </dev/null >log 2>&1 &
    pid=$!
    wait_for has_lines results/colours-1/log.csv 3
    mapfile -t kids < <(pgrep -P $pid | sort -n)
    [ "${#kids[@]}" -eq 2 ]
}

# Within ten seconds.
is_over() {
    for _ in $(seq 200); do
        has_gone "$pid" && break
        sleep .05
    done
    has_gone "$pid"
    rc=0
    wait "$pid" || rc=$?
    tr '\r' '\n' <log | grep -v '^.\[K' | tail -n 30
}

@test "kill -9 of a rank, Ctrl-C, SIGTERM: all end with one message; -resume ends as a run that was never stopped" {
    needs_mpi
    deep_cfg
    sed -i 's/^width=.*/width=16/; s/^height=.*/height=16/; s/^filters=.*/filters=16/' colours.cfg
    for _ in $(seq 20); do find train -name '*.png' | sort; done >many.list # longer epochs beside what a checkpoint takes
    sed -i 's/^train=.*/train=many.list/; /^labels=/d' colours.data
    local set=(-set net.max_epochs=5 -set net.ema_alpha=.9)
    train2 "${set[@]}" >/dev/null
    mv weights whole
    mv results whole-results

    start_two "${set[@]}"
    kill -KILL "${kids[1]}"
    is_over
    [ "$rc" -ne 0 ]
    [ "$(grep -c 'rank 1 (process .*) is gone: it was killed, or it has crashed; the run ends, and -resume goes on' log)" -eq 1 ]
    [ "$(grep -c 'is gone' log)" -eq 1 ]
    train2 "${set[@]}" -resume >/dev/null
    cmp whole/colours_final.weights weights/colours_final.weights

    start_two "${set[@]}"
    kill -INT "$pid" # what a terminal sends to mpirun, which ends the ranks
    is_over
    [ "$rc" -ne 0 ]
    train2 "${set[@]}" -resume >/dev/null
    cmp whole/colours_final.weights weights/colours_final.weights

    start_two "${set[@]}"
    kill -TERM "${kids[1]}" # any rank may be told
    is_over
    [ "$rc" -eq 130 ]
    [ "$(grep -c 'stopped after step .* -resume goes on' log)" -eq 1 ]
    train2 "${set[@]}" -resume >/dev/null
    for kind in best last final; do
        cmp whole/colours_$kind.weights weights/colours_$kind.weights
    done
    diff <(cut -d, -f1-8,11 whole-results/colours-1/log.csv) <(cut -d, -f1-8,11 results/colours-1/log.csv)
}

@test "-time_limit ends with a checkpoint and exit code 3, SIGUSR1 leaves a checkpoint and goes on: alone and in two ranks" {
    run --separate-stderr train -set net.max_epochs=100000 -time_limit .01
    fails_with 3 "the limit of time: stopped after step "
    grep -q '^ended=limit of time$' results/colours-1/run.txt
    train -set net.max_epochs=100000 -time_limit .01 -resume >/dev/null 2>log || rc=$?
    [ "$rc" -eq 3 ]
    grep -q 'colours-1 goes on after step' log
    needs_mpi
    start_two -set net.max_epochs=100000 -time_limit .05
    kill -USR1 "$pid"
    wait_for grep -q 'saved after step' log
    is_over
    [ "$rc" -eq 3 ]
    [ "$(grep -c 'the limit of time: stopped after step' log)" -eq 1 ]
}

@test "-resume_if_any begins where there is nothing to go on from, and goes on where there is" {
    run -1 --separate-stderr train -resume
    train -resume_if_any -set net.max_epochs=2 >/dev/null 2>log
    ! grep -q 'goes on' log
    train -resume_if_any -ranks 2 -set net.max_epochs=2 >/dev/null 2>log
    grep -q 'goes on after step' log
    [ "$(ls results)" = colours-1 ]
    run --separate-stderr train -resume_if_any -set net.max_epochs=3
    fails_with 1 "max_epochs was 2 in the run of"
}

@test "ranks that were started otherwise are named with the file" {
    needs_mpi
    mkdir other
    sed 's/^learning_rate=.*/learning_rate=.25/' colours.cfg >other/colours.cfg
    both() { # arguments of rank 1 in the place of colours.data colours.cfg, and its program
        run --separate-stderr timeout -k 5 30 mpirun -n 1 "$DARKNET" classifier train colours.data colours.cfg -threads 1 \
            : -n 1 "${3:-$DARKNET}" classifier train "$1" "$2" -threads 1 </dev/null
    }
    both colours.data other/colours.cfg
    fails_with 1 "rank 1 has another cfg than rank 0 (colours.cfg); all ranks of a run are started alike"
    find train valid -name '*.png' | sort >all.list
    sed 's/^train=.*/train=all.list/' colours.data >other.data
    both other.data colours.cfg
    fails_with 1 "rank 1 has another .data file than rank 0 (colours.data)"
    cp -r train valid colours.names other/
    rm other/train/red/1.png
    (cd other && cp ../colours.data .)
    run --separate-stderr timeout -k 5 30 mpirun -n 1 "$DARKNET" classifier train colours.data colours.cfg -threads 1 \
        : -n 1 --wdir "$PWD/other" "$DARKNET" classifier train colours.data ../colours.cfg -threads 1 </dev/null
    fails_with 1 "rank 1 has other training pictures than rank 0 (train)"
    cp "$DARKNET" "$BIN/darknet_mpi.so" .
    echo >>darknet
    both colours.data colours.cfg ./darknet
    fails_with 1 "rank 1 has another program than rank 0 (/proc/self/exe)"
    [ ! -e weights/colours_last.weights ]
}

@test "a batch that ranks cannot share, -ranks under mpirun, srun without PMI" {
    run --separate-stderr train -ranks 3
    fails_with 1 "colours.cfg:4: [net] batch=4 cannot be shared by 3 ranks in subdivisions=1: it must be a multiple of 3, such as 3"
    SLURM_STEP_NUM_TASKS=4 run --separate-stderr train
    fails_with 1 "srun started 4 tasks that cannot find each other: it was run without PMI"
    SLURM_STEP_NUM_TASKS=1 SLURM_JOB_ID=7 train >/dev/null
    needs_mpi
    run --separate-stderr train2 -ranks 2
    [ "$status" -ne 0 ]
    [[ "$stderr" == *"-ranks 2 in one of several ranks of mpirun"* ]]
    cp "$DARKNET" .
    run --separate-stderr timeout -k 5 60 mpirun -n 2 ./darknet classifier train colours.data colours.cfg
    [ "$status" -ne 0 ]
    [[ "$stderr" == *"wants the module darknet_mpi.so"*"Open MPI"* ]]
}

@test "a full disk on rank 0 ends all ranks, and the last checkpoint is whole" {
    mkdir disk
    mount -t tmpfs -o size=1M none disk 2>/dev/null || skip "only root can mount a small disk"
    deep_cfg
    for how in threads processes; do
        rm -rf disk/* results
        if [ $how = threads ]; then
            "$DARKNET" classifier train colours.data colours.cfg -threads 1 -ranks 2 -set data.backup=disk/weights \
                -set net.max_epochs=100000 >log 2>&1 &
            pid=$!
            wait_for has_lines results/colours-1/log.csv 3
        elif command -v mpirun >/dev/null && [ -e "$BIN/darknet_mpi.so" ] && ! is_sanitised; then
            start_two -set data.backup=disk/weights -set net.max_epochs=100000
        else
            continue
        fi
        dd if=/dev/zero of=disk/filler bs=1k 2>/dev/null || true
        is_over
        [ "$rc" -eq 1 ]
        [ "$(grep -c "cannot write 'disk/weights/colours_" log)" -eq 1 ]
        rm disk/filler
        darknet classifier valid colours.data colours.cfg disk/weights/colours_last.weights >/dev/null
        [ -z "$(find disk -name '*.tmp')" ]
    done
}

teardown() {
    [ -z "${pid:-}" ] || kill -KILL "$pid" 2>/dev/null || true
    umount disk 2>/dev/null || true
}
