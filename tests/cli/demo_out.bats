#!/usr/bin/env bats
# The films that classifier demo writes, looked at with ffprobe and ffmpeg: what browsers want of them, times, shapes, names.
load setup
unset DISPLAY WAYLAND_DISPLAY

setup() {
    set -o pipefail
    case $BIN in *opencv0*) skip "built without OpenCV" ;; esac
    command -v ffprobe >/dev/null || skip "needs ffmpeg (scripts/install_deps.sh test)"
    make_colours "$BATS_TEST_TMPDIR/colours"
    cd "$BATS_TEST_TMPDIR/colours" || return 1
}

demo() { darknet classifier demo colours.data colours.cfg colours.weights -threads 1 -dont_show "$@"; }
moving() { # file size rate seconds
    ffmpeg -v error -f lavfi -i "testsrc2=size=$2:rate=$3:duration=$4" -pix_fmt yuv420p "$1"
}
probe() { # file entries
    ffprobe -v error -select_streams v -show_entries "stream=$2" -of csv=p=0:nk=1 "file:$1"
}
frames() { ffmpeg -v error -i "file:$1" "$2"; }
# Decibels by which the second picture is like the first; ImageMagick says inf of equal ones.
alike() { # a b least
    db=$(compare -metric PSNR "$1" "$2" null: 2>&1 || true)
    echo "$1 $2: $db dB"
    [ "${db%%.*}" = inf ] || [ "${db%%.*}" -ge "$3" ]
}
colour() { # file x y; r g b
    convert "$1" -format "%[fx:int(255*p{$2,$3}.r+.5)] %[fx:int(255*p{$2,$3}.g+.5)] %[fx:int(255*p{$2,$3}.b+.5)]" info:
}
is_near() { # file x y r g b
    read -r r g b <<<"$(colour "$1" "$2" "$3")"
    echo "$1 at $2,$3: $r $g $b, wanted $4 $5 $6"
    for pair in "$r $4" "$g $5" "$b $6"; do
        [ $((${pair% *} - ${pair#* })) -le 6 ]
        [ $((${pair#* } - ${pair% *})) -le 6 ]
    done
}
index_comes_first() { # file
    [ "$(grep -obaE 'moov|mdat' "$1" | sed -n '1s/.*://p')" = moov ]
}

@test "film: H.264, 4:2:0, avc1, the index at the front, every frame once; nothing of encoders on the terminal" {
    moving in.mp4 320x240 25 5
    run --separate-stderr demo in.mp4 -out out.mp4
    [ "$status" -eq 0 ]
    [ "${stderr_lines[0]}" = "saved out.mp4: 125 frames at 25/s, 5.0 s" ]
    [ "${#stderr_lines[@]}" -eq 3 ]
    [ "$(probe out.mp4 codec_name,codec_tag_string,width,height,pix_fmt)" = h264,avc1,320,240,yuv420p ]
    [ "$(probe out.mp4 r_frame_rate,avg_frame_rate,duration,nb_frames)" = 25/1,25/1,5.000000,125 ]
    [ "$(probe out.mp4 color_range,color_space,color_transfer,color_primaries)" = tv,smpte170m,bt709,bt709 ]
    index_comes_first out.mp4
    [ "$(ffprobe -v error -show_entries packet=flags -of csv=p=0 out.mp4 | grep -c K)" -ge 3 ]
    [ -z "$(find . -name '*.tmp*')" ]
}

@test "film: rates are exact" {
    moving in.mp4 64x64 30000/1001 1
    demo in.mp4 -out out.mp4 2>err
    grep -q "30 frames at 29.97/s, 1.0 s" err
    [ "$(probe out.mp4 r_frame_rate,nb_frames)" = 30000/1001,30 ]
    moving slow.avi 64x64 1/2 6
    demo slow.avi -out slow.mp4
    [ "$(probe slow.mp4 r_frame_rate,duration,nb_frames)" = 1/1,6.000000,6 ]
}

@test "film: every ending that is offered, in any case; others are named" {
    moving in.mp4 64x64 10 1
    for want in MP4:h264 mov:h264 mkv:h264 webm:vp9 avi:mpeg4; do
        file=out.${want%:*}
        demo in.mp4 -out "$file"
        [ "$(probe "$file" codec_name,r_frame_rate)" = "${want#*:},10/1" ]
        [ "$(ffprobe -v error -count_frames -show_entries stream=nb_read_frames -of csv=p=0 "$file")" -eq 10 ]
    done
    run --separate-stderr demo in.mp4 -out out.ogv
    fails_with 2 "a film ends in .mp4, .m4v, .mov, .mkv, .webm or .avi"
}

@test "film: its name may be any" {
    for name in 12:30:05.mp4 -b.mp4 '100%d.mp4' file:c.mp4 'ü "e".mp4'; do
        demo valid/red -out "$name" 2>err
        [ "$(wc -l <err)" -eq 3 ] # encoders say nothing
        [ "$(probe "$name" codec_name)" = h264 ]
        [ "$(find . -maxdepth 1 -name '*.mp4' | wc -l)" -eq 1 ]
        rm -- "$name"
    done
}

@test "film: colours are what they were, at any size; odd sides get their edge once more" {
    convert -size 321x241 gradient:'rgb(250,20,20)'-'rgb(20,60,250)' -fill 'rgb(20,200,40)' \
        -draw 'rectangle 200,90 320,150' small.png
    convert small.png -resize 1281x721\! large.png
    for size in small large; do
        demo $size.png -out $size.drawn.png
        demo $size.png -out $size.mp4
        frames $size.mp4 $size.frame.png
        convert $size.frame.png -crop "$(identify -format %wx%h $size.png)+0+0" +repage $size.cut.png
        alike $size.drawn.png $size.cut.png 28
    done
    [ "$(probe small.mp4 width,height,color_space,nb_frames,duration)" = 322,242,smpte170m,1.000000,1 ]
    [ "$(probe large.mp4 width,height,color_space)" = 1282,722,bt709 ]
    is_near small.frame.png 321 120 $(colour small.frame.png 320 120)
    is_near large.frame.png 1281 360 $(colour large.frame.png 1280 360)
    for at in 100,120 160,60 30,170; do # places where nothing is drawn
        is_near small.frame.png ${at%,*} ${at#*,} $(colour small.drawn.png ${at%,*} ${at#*,})
        is_near large.frame.png $((4 * ${at%,*})) $((3 * ${at#*,})) $(colour large.drawn.png $((4 * ${at%,*})) $((3 * ${at#*,})))
    done
}

@test "film: pictures of different shapes stand between black bars, as they are" {
    mkdir shapes
    for size in 320x240 160x240 640x200 48x48; do
        convert -size $size xc:'rgb(90,160,90)' shapes/$size.png
    done
    demo shapes -out out.mp4
    [ "$(probe out.mp4 width,height,nb_frames)" = 640,240,4 ]
    frames out.mp4 f%d.png # in the order of the numbers: 48x48 160x240 320x240 640x200
    is_near f2.png 236 120 0 0 0
    is_near f2.png 250 60 90 160 90
    is_near f2.png 390 60 90 160 90
    is_near f2.png 404 120 0 0 0
    is_near f3.png 156 120 0 0 0
    is_near f3.png 470 120 90 160 90
    is_near f1.png 198 120 0 0 0
    is_near f1.png 424 120 90 160 90
    is_near f4.png 320 16 0 0 0
    is_near f4.png 620 100 90 160 90
    is_near f4.png 320 224 0 0 0
}

@test "film: without an encoder for H.264 it is MPEG-4, and a note says what that means" {
    case $BIN in *address* | *thread*) skip "a sanitizer wants to be loaded first" ;; esac
    gcc -shared -fPIC -x c -o without.so - <<'C'
#include <dlfcn.h>
#include <string.h>
const void *avcodec_find_encoder_by_name(const char *name) {
    void *library = dlopen("libavcodec.so", RTLD_NOW);
    const void *(*find)(const char *) = (const void *(*)(const char *))dlsym(library, "avcodec_find_encoder_by_name");
    return strstr(name, "264") != NULL ? NULL : find(name);
}
C
    run --separate-stderr env LD_PRELOAD="$PWD/without.so" "$DARKNET" classifier demo colours.data colours.cfg \
        colours.weights -threads 1 -dont_show valid/red -out out.mp4
    echo "$stderr"
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"out.mp4 holds MPEG-4, which browsers do not show: libavcodec here has no encoder for H.264"* ]]
    [ "$(probe out.mp4 codec_name,nb_frames)" = mpeg4,4 ]
    index_comes_first out.mp4
}
