# shellcheck shell=bash
# Part of soak.sh: rounds of a training that nothing disturbs and one with the same seed and settings that is killed, in the
# folders calm/ and killed/.

# What a round adds to the command; a random one is drawn.
ways=("" "-set net.ema_alpha=.98" "-set net.adam=1 -set net.learning_rate=.002" "-set net.loader_threads=3"
    "-set net.mixup=1" "-set net.subdivisions=2" "-set net.stages=24:.5,20:.5" "-set net.balanced=1")

train() { # folder flags...
    cd "$1" && program classifier train ../tiny.data ../tiny.cfg -threads 1 -dont_show -set net.max_epochs=16 "${@:2}"
}

# The folder of a run's results: a training that is killed before its first checkpoint begins anew, in another.
run_of() { find "$1/results" -mindepth 1 -maxdepth 1 | sort -V | tail -n 1; } # folder

# The rows of validation, without speed and seconds.
rows() { cut -d, -f 1-8,11 "$(run_of "$1")/log.csv"; } # folder

equals() {
    for name in final best last; do
        cmp {calm,killed}/weights/tiny_$name.weights || return
    done
    cmp <(rows calm) <(rows killed) && cmp "$(run_of calm)/classes.csv" "$(run_of killed)/classes.csv" &&
        cmp "$(run_of calm)/predictions.csv" "$(run_of killed)/predictions.csv"
}

# Half-written files, which the next start should have removed.
left() {
    local files
    files=$(find killed -maxdepth 1 -name '*.tmp' && find killed/weights "$(run_of killed)" -name '*.tmp')
    [ -z "$files" ] || fault "trainings: left behind: $files"
}

# Starts the killed training, or goes on with it, and kills it once; true when it came to its end.
try() { # flags...
    local signal=none resume=
    local -a signals=(KILL TERM INT HUP)
    [ ! -e killed/weights/tiny_last.weights.state ] || resume=-resume
    [ -z "$resume" ] || happened resumes
    # shellcheck disable=SC2086 # a word or none
    (train killed "$@" $resume) >>killed.log 2>&1 &
    pid=$!
    if ! over; then
        pause 0 3000
        signal=${signals[RANDOM % 4]}
        kill "-$signal" $pid 2>/dev/null && happened kills "$signal"
    fi
    wait $pid 2>/dev/null # the shell tells who was killed
    code=$?
    case $code in
    0) return 0 ;;
    129 | 130 | 137 | 143) return 1 ;; # saved and told so, or ended before the program had begun
    *) fault "trainings: exit code $code after $signal: $(tail -n 1 killed.log)" && return 0 ;;
    esac
}

trainings() {
    RANDOM=$SEED
    until over; do
        rm -rf calm killed killed.log
        mkdir calm killed
        # shellcheck disable=SC2206 # words of a way
        local flags=(-seed $((1 + RANDOM)) ${ways[RANDOM % ${#ways[@]}]})
        (train calm "${flags[@]}") >calm.log 2>&1 || fault "trainings: ${flags[*]}: $(tail -n 1 calm.log)"
        until try "${flags[@]}"; do :; done
        happened rounds
        if equals >unequal 2>&1; then
            happened equal
        else
            fault "trainings: ${flags[*]}: $(cat unequal)"
        fi
        left # a run that was killed before its first state is not gone on with, and its folder stays as it was
    done
}
