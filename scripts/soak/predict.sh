# shellcheck shell=bash
# Part of soak.sh: one predict whose stdin is a pipe. Pictures are of every kind that is read, and one of eleven cannot be.

answers() { grep -c ': Predicted in ' predict.out; }

# Drawn faces in all kinds of files: the paths in good; broken ones: those in bad.
pictures() {
    mkdir pictures
    for kind in png jpg webp gif tif bmp; do
        find "$PWD/faces/validation" -name '*.png' | sort | head -n 8 | while read -r path; do
            to=pictures/$(basename "$path" .png).$kind
            convert "$path" "$to" && echo "$to"
        done
    done >good
    : >pictures/empty.png
    head -c 300 "$(grep jpg good | head -n 1)" >pictures/cut.jpg
    printf '%s\n' pictures/{empty.png,cut.jpg,missing.png} >bad
}

name() { program classifier predict tiny.data tiny.cfg weights/tiny_final.weights -t 7 -threads 1 "$@"; }

# Lines of answers, without times, that are not those that a process of its own gives to the same picture.
unlike() {
    sed 's/ Predicted in .*//' first.out - <predict.out | awk -v pictures="$(wc -l <good)" '
        function compare() { if (++n > pictures) unlike += text != first[path]; else first[path] = text; text = "" }
        /:$/ { if (path != "") compare(); path = $0; next }
        { text = text $0 "\n" }
        END { compare(); print unlike + 0 }'
}

# Writes the pictures that are due by now, spread evenly over the minutes.
feed() {
    local fed=0 due
    while ((fed < PREDICTIONS)); do
        due=$((PREDICTIONS * SECONDS / (60 * MINUTES)))
        ((due <= PREDICTIONS)) || due=$PREDICTIONS
        for (( ; fed < due; fed++)); do
            ((fed % 10)) || echo "${bad[RANDOM % ${#bad[@]}]}"
            echo "${good[RANDOM % ${#good[@]}]}"
        done
        sleep 1
    done
}

predict() {
    RANDOM=$((SEED + 2))
    pictures
    mapfile -t good <good
    mapfile -t bad <bad
    (name "${good[@]}") >first.out 2>predict.err || fault "predict: $(tail -n 1 predict.err)"
    mkfifo paths
    (name <paths) >predict.out 2>predict.err &
    pid=$!
    echo $pid >predict.pid
    feed >paths
    wait $pid
    code=$?
    local told="$((PREDICTIONS / 10)) of $((PREDICTIONS + PREDICTIONS / 10)) pictures could not be read"
    grep -q "$told" predict.err || fault "predict: exit code $code, not '$told': $(tail -n 1 predict.err)"
}
