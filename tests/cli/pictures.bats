#!/usr/bin/env bats
# Pictures of every kind, read by what they hold: compared pixel by pixel with what the formats' own tools make of them.
load setup

pixels() { "$BIN/tests/tools/pixels" "$@"; }

# 120x90 with noise, so that files of it are long enough to be cut; as PPM, PGM and PNG.
setup() {
    set -o pipefail
    cd "$BATS_TEST_TMPDIR" || return 1
    convert -seed 5 -size 120x90 plasma:red-blue -depth 8 PPM:s.ppm
    convert s.ppm -colorspace gray -depth 8 PGM:g.pgm
    pnmtopng -quiet s.ppm >s.png
}

# Where the last of these bytes stand.
place_of() { # pattern file
    LC_ALL=C grep -obUaP "$1" "$2" | tail -n 1 | cut -d: -f1
}

# Ours of the file is the PNM.
same() { # file pnm
    pixels "$1" >ours.pnm || return 1
    cmp ours.pnm "$2" || { echo "$1 is not $2"; return 1; }
}

# Each cut that is read has the pixels of the whole file, and so has djpeg's; where djpeg's are others it is an error.
# Without its end mark (the last two bytes) a file is whole.
cut_like_djpeg() { # file.jpg bytes
    djpeg "$1" >whole.pnm
    same "$1" whole.pnm
    pixels -cuts "$2" "$1" >cuts
    local size cut hash first
    size=$(stat -c %s "$1")
    first=$(sed -n 's/^0 //p' cuts)
    while read -r cut hash; do
        head -c $((size - cut)) "$1" | djpeg >theirs.pnm 2>/dev/null || true
        if cmp -s theirs.pnm whole.pnm; then
            [ "$cut" -gt 2 ] || [ "$hash" = "$first" ] || { echo "$1 without $cut: $hash"; return 1; }
        else
            [ "$hash" = error ] || { echo "$1 without $cut is read"; return 1; }
        fi
        [ "$hash" = error ] || [ "$hash" = "$first" ] || { echo "$1 without $cut has other pixels"; return 1; }
    done <cuts
    [ "$(wc -l <cuts)" -eq "$2" ]
    [ "$(grep -vc error cuts)" -ge 3 ]
    [ "$(grep -c error cuts)" -ge "$(($2 / 2))" ]
}

@test "a JPEG cut anywhere: read when no pixel is missing, else an error" {
    cjpeg -quality 85 -sample 2x2 s.ppm >baseline.jpg
    cut_like_djpeg baseline.jpg 200
    cjpeg -quality 85 -progressive -restart 2 s.ppm >progressive.jpg
    cut_like_djpeg progressive.jpg 200
}

@test "a JPEG cut anywhere: restarts, scans of their own, grey" {
    cjpeg -quality 85 -restart 1 s.ppm >restart.jpg
    cut_like_djpeg restart.jpg 40
    printf '0;\n1;\n2;\n' >scans
    cjpeg -quality 85 -scans scans s.ppm >scans.jpg
    cut_like_djpeg scans.jpg 40
    cjpeg -quality 85 -grayscale -progressive g.pgm >grey.jpg
    cut_like_djpeg grey.jpg 40
}

@test "a JPEG that ends before its last scan is an error, one that says so by its end mark is not" {
    printf '0;\n1;\n2;\n' >scans
    cjpeg -quality 85 -scans scans s.ppm >scans.jpg
    cjpeg -quality 85 -progressive s.ppm >progressive.jpg
    for file in scans.jpg progressive.jpg; do
        head -c "$(place_of '\xFF\xDA' $file)" $file >cut.jpg
        run --separate-stderr pixels cut.jpg
        fails_with 1 "cut.jpg: JPEG ends early (not all of its scans are there)"
    done
    printf '\377\331' | cat cut.jpg - >coarse.jpg
    djpeg coarse.jpg >theirs.pnm
    same coarse.jpg theirs.pnm
}

@test "a PNG cut anywhere, as pngtopnm has it" {
    pixels -cuts 80 s.png >cuts
    size=$(stat -c %s s.png)
    first=$(sed -n 's/^0 //p' cuts)
    while read -r cut hash; do
        head -c $((size - cut)) s.png | pngtopnm >theirs.pnm 2>/dev/null || true
        if cmp -s theirs.pnm s.ppm; then wanted=$first; else wanted=error; fi
        [ "$hash" = "$wanted" ] || { echo "without $cut: $hash"; false; }
    done <cuts
    grep -q error cuts
}

@test "JPEG: bytes that cost no pixel" {
    cjpeg -quality 85 s.ppm >a.jpg
    cjpeg -quality 85 -progressive s.ppm >p.jpg
    for file in a.jpg p.jpg; do
        djpeg $file >whole.pnm
        size=$(stat -c %s $file)
        { head -c $((size - 2)) $file; head -c 245 /dev/zero | tr '\0' x; printf '\377\331'; } >stray.jpg
        same stray.jpg whole.pnm
        { cat $file; echo "behind the end"; cat $file; } >behind.jpg
        same behind.jpg whole.pnm
        { head -c $((size - 2)) $file; printf 'no end\377\304\0\7mark\377\332\0\1'; } >rest.jpg
        same rest.jpg whole.pnm
        { head -c 2 $file; printf 'stray'; tail -c +3 $file; } >front.jpg
        same front.jpg whole.pnm
        { head -c 11 $file; printf '\7'; tail -c +13 $file; } >version.jpg
        same version.jpg whole.pnm
    done
}

@test "JPEG: CMYK as djpeg shows it, with and without Adobe's mark" {
    convert s.ppm -colorspace cmyk -quality 90 cmyk.jpg
    djpeg cmyk.jpg >theirs.pnm
    same cmyk.jpg theirs.pnm
    mark=$(place_of '\xFF\xEE\0\x0EAdobe' cmyk.jpg)
    { head -c "$mark" cmyk.jpg; tail -c +$((mark + 17)) cmyk.jpg; } >plain.jpg
    djpeg plain.jpg >theirs.pnm
    same plain.jpg theirs.pnm
}

@test "JPEG: a thousand scans that hold nothing are refused at once" {
    convert -size 64x64 xc:gray64 PGM:flat.pgm
    cjpeg -grayscale -progressive flat.pgm >one.jpg
    at=$(place_of '\xFF\xDA' one.jpg)
    size=$(stat -c %s one.jpg)
    tail -c +$((at + 1)) one.jpg | head -c $((size - at - 2)) >scan # the last one, again and again
    for _ in $(seq 10); do
        cat scan scan >scans
        mv scans scan
    done
    { head -c "$at" one.jpg; cat scan; printf '\377\331'; } >many.jpg
    run --separate-stderr pixels many.jpg
    fails_with 1 "JPEG asks for too much work (10"
}

@test "PNG: more packed data than pixels, broken side chunks" {
    # a header that says fewer rows than are packed
    convert -size 8x8 plasma: -depth 8 PNG24:a.png
    pixels a.png | tail -c 192 | head -c 120 >five.rows
    printf 'IHDR\0\0\0\10\0\0\0\5\10\2\0\0\0' >header
    gzip -c header | tail -c 8 | head -c 4 >crc # gzip's checksum is PNG's, the other way round
    { head -c 12 a.png; cat header; for i in 4 3 2 1; do head -c $i crc | tail -c 1; done
        tail -c +34 a.png; } >short.png
    pixels short.png | tail -c 120 | cmp - five.rows
    # a text with a wrong checksum
    { head -c 33 a.png; printf '\0\0\0\5tEXta\0abcabcd'; tail -c +34 a.png; } >text.png
    pixels text.png | cmp - <(pixels a.png)
}

@test "WebP as dwebp shows it: lossy, lossless, alpha over black, the first frame" {
    cwebp -quiet -q 80 s.png -o lossy.webp
    dwebp -quiet lossy.webp -ppm -o theirs.pnm
    same lossy.webp theirs.pnm
    cwebp -quiet -lossless s.png -o lossless.webp
    same lossless.webp s.ppm
    convert s.ppm \( -size 120x90 gradient: -depth 8 \) -alpha off -compose CopyOpacity -composite PNG32:alpha.png
    cwebp -quiet -lossless -exact alpha.png -o alpha.webp
    pixels alpha.png >alpha.pnm
    same alpha.webp alpha.pnm
    img2webp -lossless alpha.png -d 100 s.png -o film.webp >/dev/null 2>&1
    same film.webp alpha.pnm
    [ "$(pixels -cuts 200 lossy.webp | grep -vc error)" -eq 1 ]
}

@test "GIF as giftopnm shows it: interlaced, small frames, transparent, the first frame" {
    convert s.ppm -colors 60 +dither PPM:q.ppm
    convert q.ppm q.gif
    same q.gif q.ppm
    giftopnm q.gif | cmp - q.ppm
    convert q.ppm -interlace gif i.gif
    same i.gif q.ppm
    convert q.ppm \( q.ppm -negate \) film.gif
    same film.gif q.ppm
    convert q.gif -repage 150x100+7+9 small.gif
    convert -size 150x100 xc:black q.ppm -geometry +7+9 -composite -depth 8 PPM:small.ppm
    same small.gif small.ppm
    convert q.gif -repage 20x20+0+0 large.gif
    same large.gif q.ppm
    convert -size 4x1 xc:red -fill none -draw 'color 0,0 point' clear.gif
    [ "$(pixels clear.gif | tail -c 12 | od -An -tx1)" = " 00 00 00 ff 00 00 ff 00 00 ff 00 00" ]
    [ "$(pixels -cuts 100 q.gif | grep -vc error)" -le 3 ]
}

@test "TIFF: every packing, tiles, planes, byte orders, depths, pages" {
    for packing in none lzw zip rle zstd; do
        convert s.ppm -compress $packing a.tif
        same a.tif s.ppm
    done
    convert s.ppm -compress none a.tif
    for way in "-t -w 32 -l 16" "-p separate" "-r 1 -c lzw:2" "-c packbits -f lsb2msb" -8 "-c zip:2 -B"; do
        # shellcheck disable=SC2086 # words
        tiffcp $way a.tif b.tif
        same b.tif s.ppm
    done
    convert s.ppm -endian msb -depth 16 b.tif
    same b.tif s.ppm
    convert g.pgm b.tif
    same b.tif g.pgm
    convert g.pgm -depth 16 b.tif
    same b.tif g.pgm
    convert s.ppm \( s.ppm -negate \) -compress lzw b.tif
    same b.tif s.ppm
    convert s.ppm -monochrome -compress group4 b.tif # 0 is white
    tifftopnm -quiet b.tif | pamdepth 255 >theirs.pnm 2>/dev/null
    same b.tif theirs.pnm
    convert s.ppm -colors 64 +dither -type palette b.tif
    tifftopnm -quiet b.tif >theirs.pnm
    same b.tif theirs.pnm
    convert s.ppm -colorspace cmyk -depth 8 -compress lzw b.tif
    pixels b.tif >ours.pnm
    [ "$(compare -metric PAE ours.pnm s.ppm null: 2>&1 | sed 's/ .*//')" -le 771 ] # 3 of 255
    convert s.ppm -compress jpeg -quality 90 b.tif
    convert b.tif PPM:theirs.pnm
    same b.tif theirs.pnm
}

@test "TIFF: cut files and those that are no pictures are errors, without a word on stderr beside" {
    convert s.ppm -compress lzw a.tif
    head -c 5000 a.tif >cut.tif
    run --separate-stderr pixels cut.tif
    fails_with 1 "cut.tif: TIFF ends early"
    [ "$(echo "$stderr" | wc -l)" -eq 1 ]
    tiffcp -c none a.tif raw.tif
    tiffset -s 50706 1 4 0 0 raw.tif 2>/dev/null || tiffset -s 262 32803 raw.tif
    run --separate-stderr pixels raw.tif
    fails_with 1 "camera's raw picture"
}

@test "BMP: palettes, masks, run lengths, OS/2, rows from above, alpha" {
    for colours in 2 16 256; do
        convert s.ppm -colors $colours +dither -type palette -compress none BMP3:a.bmp
        bmptopnm -quiet a.bmp >theirs.pnm
        convert theirs.pnm PPM:theirs.ppm
        same a.bmp theirs.ppm
    done
    convert s.ppm -colors 200 +dither -type palette -compress rle BMP3:a.bmp
    convert a.bmp PPM:theirs.ppm
    same a.bmp theirs.ppm
    for version in BMP2 BMP3 BMP; do
        convert s.ppm -type truecolor $version:a.bmp
        same a.bmp s.ppm
    done
    ppmtobmp -os2 -quiet s.ppm >a.bmp
    same a.bmp s.ppm
    ffmpeg -v error -i s.png -pix_fmt bgra 32.bmp
    same 32.bmp s.ppm
    convert s.ppm -flip -type truecolor BMP3:a.bmp
    { head -c 22 a.bmp; printf '\246\377\377\377'; tail -c +27 a.bmp; } >above.bmp # 90 rows from above
    same above.bmp s.ppm
    convert s.ppm -define bmp:subtype=rgb565 565.bmp
    pixels 565.bmp >ours.pnm
    convert 565.bmp PPM:theirs.ppm
    [ "$(compare -metric PAE ours.pnm theirs.ppm null: 2>&1 | sed 's/ .*//')" -le 257 ]
    convert s.ppm \( -size 120x90 gradient: -depth 8 \) -alpha off -compose CopyOpacity -composite PNG32:alpha.png
    pixels alpha.png >alpha.pnm
    convert alpha.png a.bmp
    same a.bmp alpha.pnm
}

@test "which way is up: JPEG, PNG, WebP and TIFF say it alike" {
    convert s.ppm -quality 95 a.jpg
    cwebp -quiet -lossless s.png -o a.webp
    convert s.ppm -compress lzw a.tif
    cp s.png a.png
    convert s.ppm -rotate 90 PPM:turned.ppm
    for file in a.jpg a.png a.webp a.tif; do
        exiftool -q -overwrite_original -n -Orientation=6 $file
    done
    same a.png turned.ppm
    same a.webp turned.ppm
    same a.tif turned.ppm
    pixels a.jpg >ours.pnm
    sed -n 2p ours.pnm | grep -qax '90 120'
}
