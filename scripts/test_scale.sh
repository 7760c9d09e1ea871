#!/bin/bash
# Several hosts on one machine, and a real Slurm: what a step of a training costs over networks of several rates, and whether a
# job that is queued again ends its training. A host is a network namespace with a name of its own; a switch (bridge) joins
# them, and tbf limits what each may send. No delay is emulated: the way takes microseconds. All share this machine's
# cores, so more ranks than cores are marked "oversubscribed". Needs root; what cannot run here is skipped by name.
# Usage: BIN=build/dnnl1 [RATES='none 10gbit 1gbit 100mbit'] [RANKS='2 4'] [PARTS='hosts slurm'] scripts/test_scale.sh      (make test-scale)
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
BIN=$(realpath "${BIN:?the folder with the built programs}")
folder=$(mktemp -d)
chmod 755 "$folder" # munge wants the ways to its socket open
export DARKNET_MODULES=$BIN OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# shellcheck source=scripts/scale/set.sh
. "$root/scripts/scale/set.sh"
net=dk$$
pids=()

end_all() {
    local pid
    for pid in "${pids[@]}" $(cat "$folder"/slurm/*.pid 2>/dev/null); do
        kill "$pid" 2>/dev/null || true
    done
    for pid in "${pids[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
    for space in $(ip netns list 2>/dev/null | awk -v net="$net" 'index($1, net "-") == 1 { print $1 }'); do
        ip netns del "$space"
    done
    rm -rf "$folder"
}
trap end_all EXIT
trap 'exit 130' INT TERM

skip() { echo "test-scale: skipped $1: $2"; }
fail() { # what; a file that tells more
    echo "test-scale: $1" >&2
    [ -z "${2:-}" ] || tail -n 20 "$2" >&2
    exit 1
}
lacks() { # programs…: the first that is not there
    local program
    for program; do
        command -v "$program" >/dev/null || { echo "$program is not installed (scripts/install_deps.sh scale)" && return; }
    done
    [ -e "$BIN/darknet_mpi.so" ] || echo "darknet_mpi.so was not built (libopenmpi-dev, make MPI=1)"
}

steps=(-threads 1 -set net.early_stop_patience=0 -set net.max_epochs=6)

# ---- hosts ----

make_hosts() { # number
    ip netns add "$net-switch" && ip -n "$net-switch" link add bridge type bridge && ip -n "$net-switch" link set bridge up || return
    for i in $(seq "$1"); do
        ip netns add "$net-$i" && ip link add eth0 netns "$net-$i" type veth peer name "to$i" netns "$net-switch" &&
            ip -n "$net-$i" addr add "10.77.0.$i/24" dev eth0 && ip -n "$net-$i" link set lo up &&
            ip -n "$net-$i" link set eth0 up && ip -n "$net-switch" link set "to$i" master bridge &&
            ip -n "$net-switch" link set "to$i" up || return
    done
}
# What it may send at once is 0.2 ms of the rate, and not less than two packets of 64 KB.
set_rate() { # number of hosts, none|RATE
    local burst=131072
    [ "$2" != 10gbit ] || burst=262144
    for i in $(seq "$1"); do
        tc -n "$net-$i" qdisc del dev eth0 root 2>/dev/null || true
        [ "$2" = none ] || tc -n "$net-$i" qdisc add dev eth0 root tbf rate "$2" burst $burst latency 50ms
    done
}
# mpirun's way to another host, in the place of ssh: HOST COMMAND…
make_agent() {
    cat >agent <<END
#!/bin/sh
host=\$1
shift
exec ip netns exec "\$host" unshare --uts sh -c "hostname \$host && \$*"
END
    chmod +x agent
}
on_hosts() { # number of ranks, command…
    local list=$net-1
    for i in $(seq 2 "$1"); do list=$list,$net-$i; done
    timeout -k 5 300 ./agent "$net-1" exec mpirun -n "$1" --host "$list" --map-by node --bind-to none --mca plm_rsh_agent "$PWD/agent" \
        --mca btl tcp,self --mca btl_tcp_if_include eth0 --mca oob_tcp_if_include eth0 "${@:2}" </dev/null
}

train_on() { # ranks, batch, more: prints of_step
    rm -rf results weights
    on_hosts "$1" "$BIN/darknet" classifier train faces.data net.cfg "${steps[@]}" -set net.batch="$2" "${@:3}" >log 2>&1 ||
        fail "a training of $1 ranks failed" log
    of_step "$2" results/net-1/log.csv
}

# What ranks compute, without their sums: as many trainings as there are ranks at the same time, each with its part of a batch.
train_apart() { # ranks, batch
    local ends=() i
    for i in $(seq "$1"); do
        rm -rf "apart$i"
        "$BIN/darknet" classifier train faces.data net.cfg "${steps[@]}" -set net.batch=$(($2 / $1)) -set data.train="part$1.list" \
            -set data.backup="apart$i" -set data.results="apart$i" >"log$i" 2>&1 &
        ends+=($!)
        pids+=($!)
    done
    for i in "${!ends[@]}"; do wait "${ends[$i]}" || fail "a training alone failed" "log$((i + 1))"; done
    of_step $(($2 / $1)) apart*/net-1/log.csv
    rm -rf apart*
}

row() { # rate, sums, parts, images a rank, apart, sum alone, step least most, ranks
    local gbit=$1 model
    case $1 in none) gbit=0 ;; *gbit) gbit=${1%gbit} ;; *mbit) gbit=$(awk -v m="${1%mbit}" "BEGIN { print m / 1000 }") ;; esac
    model=$(awk -v MODE=step -v ranks="${10}" -v floats=3236039 -v gbit="$gbit" -v compute="$5" -v parts="$3" -v bytes="$([ "$2" = f32 ] && echo 4 || echo 2)" \
        -f "$root/scripts/scale/model.awk")
    awk -v model="$model" -v rate="$1" -v sums="$2" -v parts="$3" -v images="$4" -v apart="$5" -v sum="$6" -v step="$7" -v low="$8" -v high="$9" 'BEGIN {
        hidden = sum > high - low ? sprintf("%.0f %%", 100 * (1 - (step - apart) / sum)) : "-" # of a sum that is lost in the spread nothing is known
        printf "| %s | %s | %d | %d | %.0f | %.0f | %.0f (%.0f–%.0f) | %s | %d (%+.0f %%) |\n", rate, sums, parts, images, apart, sum, step, low, high, hidden, model, 100 * (model / step - 1) }'
}

measure_hosts() { # ranks
    local ranks=$1 rate sums parts apart measured cores
    cores=$(nproc)
    echo
    echo "$ranks ranks on $ranks hosts, a thread each, on $cores cores$([ "$ranks" -le "$cores" ] || echo ", oversubscribed"); load of the machine before: $(cut -d' ' -f1 /proc/loadavg)"
    echo
    echo "| may send | sums | parts | images a rank | compute, ms | sum alone, ms | step, ms (least–most of 5) | hidden | model, ms |"
    echo "|---|---|---|---|---|---|---|---|---|"
    head -n $((128 / ranks)) train.list >"part$ranks.list"
    read -r apart _ < <(train_apart "$ranks" 32)
    for rate in ${RATES:-none 10gbit 1gbit 100mbit}; do
        set_rate "$ranks" "$rate"
        on_hosts "$ranks" "$BIN/tests/scale/sums" -rounds 5 3236039 >sums 2>log || fail "the sums failed" log
        for sums in f32 bf16; do
            read -r -a measured < <(train_on "$ranks" 32 -set net.sum_gradients=$sums)
            row "$rate" $sums 1 $((32 / ranks)) "$apart" "$(awk -v k=$sums '$1 == k { print $3 }' sums)" "${measured[@]}" "$ranks"
        done
        parts=2
        read -r -a measured < <(train_on "$ranks" $((32 * parts)) -set net.subdivisions=$parts)
        row "$rate" f32 $parts $((32 * parts / ranks)) "$(awk -v a="$apart" -v p=$parts 'BEGIN { print a * p }')" "$(awk '$1 == "f32" { print $3 }' sums)" "${measured[@]}" "$ranks"
    done
}

hosts() {
    local why most=2 ranks
    why=$(lacks ip tc mpirun unshare)
    [ -z "$why" ] || { skip hosts "$why" && return; }
    for ranks in ${RANKS:-2 4}; do most=$((ranks > most ? ranks : most)); done
    make_hosts "$most" 2>why || { skip hosts "no network namespaces here: $(tail -n 1 why)" && return; }
    make_agent
    for ranks in ${RANKS:-2 4}; do
        measure_hosts "$ranks"
    done
}

# ---- Slurm: controller, one node, and munge, with files and ports of their own ----

start_slurm() {
    local here=$folder/slurm port=$((20000 + 2 * ($$ % 5000))) name
    name=$(hostname -s)
    mkdir -p "$here/state" "$here/spool"
    dd if=/dev/urandom of="$here/key" bs=1024 count=1 2>/dev/null
    chmod 400 "$here/key"
    munged --force --key-file="$here/key" --socket="$here/munge.socket" --pid-file="$here/munged.pid" --log-file="$here/munged.log" \
        --seed-file="$here/seed" || fail "munged did not start" "$here/munged.log"
    cat >"$here/slurm.conf" <<END
ClusterName=scale
SlurmctldHost=$name(127.0.0.1)
SlurmUser=root
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
# A job that is queued again waits until what its first run was let in with has expired: 120 s by default.
AuthInfo=socket=$here/munge.socket,cred_expire=5
StateSaveLocation=$here/state
SlurmdSpoolDir=$here/spool
SlurmctldPidFile=$here/slurmctld.pid
SlurmdPidFile=$here/slurmd.pid
SlurmctldLogFile=$here/slurmctld.log
SlurmdLogFile=$here/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=2,bf_interval=2
MpiDefault=none
NodeName=$name NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$name Default=YES MaxTime=INFINITE State=UP
END
    export SLURM_CONF=$here/slurm.conf
    slurmctld -D >"$here/ctl.out" 2>&1 &
    pids+=($!)
    slurmd -D >"$here/d.out" 2>&1 &
    pids+=($!)
    for _ in $(seq 150); do
        [ "$(sinfo -h -o %t 2>/dev/null)" != idle ] || return 0
        sleep .2
    done
    tail -n 5 "$here/slurmd.log" >&2
    fail "Slurm's node did not become idle" "$here/slurmctld.log"
}

# Five seconds a run: the training does not end in the first.
slurm() {
    local why job state=
    why=$(lacks slurmctld slurmd munged sbatch mpirun)
    [ -z "$why" ] || { skip slurm "$why" && return; }
    [ "$(nproc)" -ge 2 ] || { skip slurm "a job of two tasks wants two cores" && return; }
    start_slurm
    rm -rf results weights
    job=$(DARKNET=$BIN/darknet MINUTES=.08 sbatch --parsable --output=job.log "$root/examples/slurm.sbatch" faces.data net.cfg -threads 1 \
        -set net.batch=32 -set net.early_stop_patience=0 -set net.max_epochs=3)
    for _ in $(seq 360); do
        state=$(scontrol -o show job "$job" 2>/dev/null | sed -n 's/.* JobState=\([A-Z]*\) .*/\1/p')
        case $state in COMPLETED | FAILED | TIMEOUT | CANCELLED | NODE_FAIL) break ;; esac
        sleep .5
    done
    echo
    echo "Slurm $(sinfo --version | cut -d' ' -f2): job $job is $state, restarts: $(scontrol -o show job "$job" | sed -n 's/.* Restarts=\([0-9]*\) .*/\1/p'); it said:"
    tr "\r" "\n" <job.log | sed "s|^.\[K||" | grep -E "limit of time: |goes on after|requeue|REQUEUE|error" || true
    [ "$state" = COMPLETED ] || fail "the job is $state" job.log
    [ -e weights/net_final.weights ] || [ -e backup/net_final.weights ] || fail "the job left no weights" job.log
    grep -q 'the limit of time: stopped' job.log || fail "the job was not paused: this machine is too fast for the test" job.log
    grep -q 'goes on after step' job.log || fail "the job did not resume" job.log
}

[ "$(id -u)" -eq 0 ] || { skip all "namespaces and Slurm's daemons want root" && exit 0; }
make_set 400
for part in ${PARTS:-hosts slurm}; do
    "$part"
done
