/* Films as they come out of the encoders, read back by libavformat: sizes, times, colours, bars, and what is tried where
 * an encoder is missing. */
#include <criterion/criterion.h>
#include <libavformat/avformat.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "live/film.h"
#include "support/temp.h"
#include "vision/av/film.h"
#include "vision/module.h"

const dk_vision_table dk_vision_module = {0}; /* here films are no module's */

TestSuite(av_film, .init = temp_enter, .fini = temp_leave);

typedef struct {
    enum AVCodecID codec;
    int w, h, frames, keys, light; /* light: frames that are at 5,5 */
    double fps, seconds;
    AVFrame *last;
} seen;

enum { LIGHT = 190 }; /* of 235 */

static int luma(const seen *v, int x, int y) {
    return v->last->data[0][y * v->last->linesize[0] + x];
}

static seen look_at(const char *path) {
    char name[64];
    AVFormatContext *file = NULL;
    snprintf(name, sizeof name, "file:%s", path);
    cr_assert_geq(avformat_open_input(&file, name, NULL, NULL), 0, "%s", path);
    cr_assert_geq(avformat_find_stream_info(file, NULL), 0);
    cr_assert_eq(file->nb_streams, 1);
    const AVStream *s = file->streams[0];
    AVCodecContext *c = avcodec_alloc_context3(avcodec_find_decoder(s->codecpar->codec_id));
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    seen v = {.codec = s->codecpar->codec_id,
              .w = s->codecpar->width,
              .h = s->codecpar->height,
              .fps = av_q2d(s->avg_frame_rate),
              .seconds = (double)file->duration / AV_TIME_BASE,
              .last = av_frame_alloc()};
    avcodec_parameters_to_context(c, s->codecpar);
    c->thread_count = 1;
    cr_assert_geq(avcodec_open2(c, NULL, NULL), 0);
    for (bool more = true; more;) {
        more = av_read_frame(file, packet) >= 0;
        v.keys += more && (packet->flags & AV_PKT_FLAG_KEY) != 0;
        cr_assert_geq(avcodec_send_packet(c, more ? packet : NULL), 0);
        while (avcodec_receive_frame(c, frame) >= 0) {
            av_frame_unref(v.last);
            av_frame_move_ref(v.last, frame);
            v.frames++;
            v.light += luma(&v, 5, 5) > LIGHT;
        }
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
    av_frame_free(&frame);
    avcodec_free_context(&c);
    avformat_close_input(&file);
    return v;
}

/* One colour. */
static dk_frame frame_of(int w, int h, int b, int g, int r) {
    dk_frame f = {0};
    cr_assert_eq(dk_frame_fit(&f, w, h, NULL), DK_OK);
    for (int i = 0; i < w * h; i++) {
        f.bgr[3 * i] = (uint8_t)b;
        f.bgr[3 * i + 1] = (uint8_t)g;
        f.bgr[3 * i + 2] = (uint8_t)r;
    }
    return f;
}

static void write_film(const char *path, const dk_film_conf *conf, const dk_encoder_kind *kinds,
                       const dk_frame *frame, dk_codec *codec) {
    dk_error err = {0};
    dk_film *film = NULL;
    cr_assert_eq(dk_film_open_with(&film, path, conf, kinds, codec, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_film_write(film, frame, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_film_repeat(film, 4, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_film_close(film, &err), DK_OK, "%s", err.text);
}

Test(av_film, each_encoder_that_is_here_gives_whole_films) {
    static const char *const names[] = {
        [DK_CODEC_H264] = "film.mp4", [DK_CODEC_MPEG4] = "film.avi", [DK_CODEC_VP9] = "film.webm"};
    dk_frame frame = frame_of(320, 240, 200, 30, 30);
    for (const dk_encoder_kind *kind = dk_encoder_kinds; kind->name != NULL; kind++) {
        const dk_encoder_kind alone[] = {*kind, {0}};
        if (avcodec_find_encoder_by_name(kind->name) == NULL) {
            continue;
        }
        const char *path = names[kind->codec];
        const dk_film_conf conf = {dk_container_of(path), 320, 240, {25, 1}};
        dk_codec codec = DK_CODEC_NONE;
        write_film(path, &conf, alone, &frame, &codec);
        cr_expect_eq(codec, kind->codec);
        seen v = look_at(path);
        cr_expect(v.w == 320 && v.h == 240 && v.frames == 5, "%s", kind->name);
        cr_expect_float_eq(v.seconds, .2, .01, "%s", kind->name);
        av_frame_free(&v.last);
    }
    dk_frame_free(&frame);
}

Test(av_film, the_next_encoder_is_tried_where_one_is_missing_or_does_not_open) {
    const dk_encoder_kind kinds[] = {{"no_such_encoder", DK_CODEC_H264, "", 0},
                                     {"libx264", DK_CODEC_H264, "no key and value", 0},
                                     {"mpeg4", DK_CODEC_MPEG4, "flags=+qscale,global_quality=354", 0},
                                     {0}};
    dk_frame frame = frame_of(64, 64, 9, 9, 9);
    dk_codec codec = DK_CODEC_NONE;
    const dk_film_conf conf = {dk_container_of("film.mp4"), 64, 64, {120000, 1001}};
    write_film("film.mp4", &conf, kinds, &frame, &codec);
    cr_expect_eq(codec, DK_CODEC_MPEG4);
    seen v = look_at("film.mp4");
    cr_expect(v.codec == AV_CODEC_ID_MPEG4 && v.frames == 5);
    av_frame_free(&v.last);

    dk_error err = {0};
    dk_film *film = NULL;
    const dk_film_conf webm = {dk_container_of("film.webm"), 64, 64, {25, 1}};
    cr_expect_eq(dk_film_open_with(&film, "film.webm", &webm, kinds, &codec, &err), DK_EUNSUPPORTED);
    cr_expect(film == NULL && strstr(err.text, "does not encode VP9") != NULL, "%s", err.text);
    dk_frame_free(&frame);
}

static int chroma(const seen *v, int plane, int x, int y) {
    return v->last->data[plane][y / 2 * v->last->linesize[plane] + x / 2];
}

/* Y' = 16 + 219 (Kr R + (1 − Kr − Kb) G + Kb B), Cb = 128 + 224 (B − Y) / (2 (1 − Kb)), Cr likewise. */
static void expect_colour(const seen *v, int x, int y, int b, int g, int r, double kr, double kb) {
    const double light = (kr * r + (1 - kr - kb) * g + kb * b) / 255;
    const double blue = (b / 255. - light) / (2 * (1 - kb)), red = (r / 255. - light) / (2 * (1 - kr));
    cr_expect_float_eq(luma(v, x, y), 16 + 219 * light, 3, "luma at %d,%d: %d", x, y, luma(v, x, y));
    cr_expect_float_eq(chroma(v, 1, x, y), 128 + 224 * blue, 3, "blue at %d,%d", x, y);
    cr_expect_float_eq(chroma(v, 2, x, y), 128 + 224 * red, 3, "red at %d,%d", x, y);
}

static void expect_black(const seen *v, int x, int y) {
    expect_colour(v, x, y, 0, 0, 0, .299, .114);
}

Test(av_film, colours_are_those_of_the_matrix_that_the_film_names) {
    const int sizes[][2] = {{320, 240}, {1280, 720}};
    for (int i = 0; i < 2; i++) {
        const bool hd = i == 1;
        dk_frame frame = frame_of(sizes[i][0], sizes[i][1], 40, 90, 220);
        const dk_film_conf conf = {dk_container_of("film.mp4"), frame.w, frame.h, {25, 1}};
        dk_codec codec = DK_CODEC_NONE;
        write_film("film.mp4", &conf, dk_encoder_kinds, &frame, &codec);
        seen v = look_at("film.mp4");
        if (codec == DK_CODEC_H264) {
            cr_expect_eq(v.last->colorspace, hd ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M);
            cr_expect_eq(v.last->color_range, AVCOL_RANGE_MPEG);
            expect_colour(&v, 100, 100, 40, 90, 220, hd ? .2126 : .299, hd ? .0722 : .114);
        }
        av_frame_free(&v.last);
        dk_frame_free(&frame);
    }
}

Test(av_film, a_side_that_is_odd_gets_its_edge_once_more) {
    dk_frame frame = frame_of(33, 41, 200, 200, 200);
    for (int y = 0; y < 41; y++) {
        for (int x = 24; x < 33; x++) { /* the right edge is dark */
            memset(frame.bgr + 3 * (33 * y + x), 60, 3);
        }
    }
    const dk_film_conf conf = {dk_container_of("film.mp4"), 34, 42, {25, 1}};
    dk_codec codec = DK_CODEC_NONE;
    write_film("film.mp4", &conf, dk_encoder_kinds, &frame, &codec);
    seen v = look_at("film.mp4");
    for (int y = 0; y < 42; y++) {
        expect_colour(&v, 33, y, 60, 60, 60, .299, .114);
        expect_colour(&v, 10, y, 200, 200, 200, .299, .114);
    }
    av_frame_free(&v.last);
    dk_frame_free(&frame);
}

/* A frame of w×h in a film of 320×240 lies at x, y with the width and height of `wide` and `high`. */
static void expect_place(int w, int h, int x, int y, int wide, int high) {
    dk_frame frame = frame_of(w, h, 200, 200, 200);
    const dk_film_conf conf = {dk_container_of("film.mp4"), 320, 240, {1, 1}};
    dk_codec codec = DK_CODEC_NONE;
    write_film("film.mp4", &conf, dk_encoder_kinds, &frame, &codec);
    seen v = look_at("film.mp4");
    const int right = x + wide - 1, low = y + high - 1, middle_x = x + wide / 2, middle_y = y + high / 2;
    if (wide > 2) {
        expect_colour(&v, x + 2, middle_y, 200, 200, 200, .299, .114);
        expect_colour(&v, right - 2, middle_y, 200, 200, 200, .299, .114);
    }
    expect_colour(&v, middle_x, y + 2, 200, 200, 200, .299, .114);
    expect_colour(&v, middle_x, low - 2, 200, 200, 200, .299, .114);
    if (x > 0) {
        expect_black(&v, x - 4, middle_y);
        expect_black(&v, right + 4, middle_y);
        expect_black(&v, 0, 0);
        expect_black(&v, 319, 239);
    }
    if (y > 0) {
        expect_black(&v, middle_x, y - 4);
        expect_black(&v, middle_x, low + 4);
    }
    av_frame_free(&v.last);
    dk_frame_free(&frame);
}

Test(av_film, frames_of_another_shape_keep_it_between_bars) {
    expect_place(160, 240, 80, 0, 160, 240);
    expect_place(640, 480, 0, 0, 320, 240); /* the shape, not the size */
    expect_place(161, 240, 78, 0, 162, 240);
    expect_place(320, 100, 0, 70, 320, 100);
    expect_place(3200, 300, 0, 104, 320, 30);
    expect_place(30, 60, 100, 0, 120, 240);
    expect_place(20, 240, 150, 0, 20, 240);
    expect_place(1, 200, 158, 0, 2, 240); /* no thinner */
}

Test(av_film, sizes_are_those_of_the_largest_within_bounds) {
    const dk_frame some[] = {{.w = 321, .h = 241}, {.w = 100, .h = 400}};
    int w = 0, h = 0;
    dk_film_size(some, 1, &w, &h);
    cr_expect(w == 322 && h == 242, "%dx%d", w, h);
    dk_film_size(some, 2, &w, &h);
    cr_expect(w == 322 && h == 400, "%dx%d", w, h);
    dk_film_size(&(dk_frame){.w = 3, .h = 5}, 1, &w, &h);
    cr_expect(w == 16 && h == 16, "%dx%d", w, h);
    dk_film_size(&(dk_frame){.w = 3840, .h = 2160}, 1, &w, &h);
    cr_expect(w == 3840 && h == 2160, "%dx%d", w, h);
    dk_film_size(&(dk_frame){.w = 6000, .h = 4000}, 1, &w, &h);
    cr_expect(w * h <= 4096 * 2304 + 2 * (w + h) && fabs(w / (double)h - 1.5) < .002, "%dx%d", w, h);
    dk_film_size(&(dk_frame){.w = 50000, .h = 10}, 1, &w, &h);
    cr_expect(w == 8190 && h == 16, "%dx%d", w, h);
}

/* ---- the recorder ---- */

/* Frames at such times (seconds), the first white and the others darker and darker, into film.mp4. */
static dk_recorder record(dk_source_info source, const double *times, int count) {
    dk_error err = {0};
    dk_recorder r;
    cr_assert_eq(dk_recorder_open(&r, "film.mp4", &source, &err), DK_OK, "%s", err.text);
    for (int i = 0; i < count; i++) {
        const int grey = 250 - 200 * i / count;
        dk_frame frame = frame_of(32, 32, grey, grey, grey);
        frame.time = times[i];
        cr_assert_eq(dk_recorder_frame(&r, &frame, &err), DK_OK, "%s", err.text);
        dk_frame_free(&frame);
    }
    cr_assert_eq(dk_recorder_close(&r, &err), DK_OK, "%s", err.text);
    return r;
}

static void expect_film(double fps, int frames, double seconds) {
    seen v = look_at("film.mp4");
    cr_expect_eq(v.frames, frames, "%d frames", v.frames);
    cr_expect_float_eq(v.fps, fps, .01, "%g frames a second", v.fps);
    cr_expect_float_eq(v.seconds, seconds, .01, "%g s", v.seconds);
    cr_expect_geq(v.keys, (int)(seconds / 2), "%d places to wind to", v.keys);
    av_frame_free(&v.last);
}

Test(av_film, a_film_lasts_as_long_as_what_it_shows) {
    double times[300];
    for (int i = 0; i < 300; i++) {
        times[i] = 7 + i * 1001 / 30000.; /* it need not begin at 0 */
    }
    record((dk_source_info){.fps = 29.97}, times, 300);
    expect_film(29.97, 300, 10.01);
    record((dk_source_info){.fps = 29.97}, times, 1);
    expect_film(29.97, 1, .0334);
}

/* Of a lecture with 10 frames a second and a slide of 3 s the announced mean is 4: 10 frames, 30 that show the last one, 10. */
Test(av_film, what_stays_is_repeated_and_then_the_new_one_comes) {
    double times[20];
    for (int i = 0; i < 20; i++) {
        times[i] = .1 * i + (i >= 10 ? 3 : 0);
    }
    const dk_recorder r = record((dk_source_info){.fps = 4}, times, 20);
    cr_expect_eq(r.written, 50);
    expect_film(10, 50, 5);
    record((dk_source_info){.fps = 10}, (const double[]){0, 2}, 2); /* a frame of 2 s, one of a tenth */
    seen v = look_at("film.mp4");
    cr_expect(v.frames == 21 && v.light == 20, "%d of %d frames show the first", v.light, v.frames);
    av_frame_free(&v.last);
}

Test(av_film, the_last_frame_of_a_time_lapse_stays_as_long_as_the_others) {
    record((dk_source_info){.fps = .5}, (const double[]){0, 2, 4}, 3);
    expect_film(1, 6, 6);
}

Test(av_film, more_frames_than_a_rate_has_places_for_are_left_out) {
    double times[200];
    for (int i = 0; i < 200; i++) {
        times[i] = .001 * i;
    }
    const dk_recorder r = record((dk_source_info){.fps = 1000}, times, 200);
    cr_expect_leq(r.written, 13, "%ld frames", r.written);
    expect_film(60, (int)r.written, (double)r.written / 60);
}

Test(av_film, a_failure_leaves_the_old_film_and_nothing_beside_it) {
    dk_error err = {0};
    dk_recorder r;
    temp_write("film.mp4", "kept");
    cr_assert_eq(dk_recorder_open(&r, "film.mp4", &(dk_source_info){.fps = 25}, &err), DK_OK);
    cr_assert_eq(dk_recorder_close(&r, &err), DK_OK); /* no frame came */
    char *text = temp_read("film.mp4");
    cr_expect_str_eq(text, "kept");
    free(text);

    cr_assert_eq(dk_recorder_open(&r, "gone.mp4", &(dk_source_info){.fps = 25}, &err), DK_OK);
    dk_frame frame = frame_of(32, 32, 9, 9, 9);
    for (int i = 0; i < 50; i++) { /* it has begun */
        frame.time = .04 * i;
        cr_expect_eq(dk_recorder_frame(&r, &frame, &err), DK_OK, "%s", err.text);
    }
    cr_expect_eq(remove(r.file.aside), 0); /* by somebody else */
    cr_expect_eq(dk_recorder_close(&r, &err), DK_EIO);
    cr_expect(strstr(err.text, "cannot write 'gone.mp4'") != NULL, "%s", err.text);
    cr_expect_not(dk_path_exists("gone.mp4"));
    dk_frame_free(&frame);
}

Test(av_film, a_disk_that_is_full_is_told_when_it_happens) {
    dk_error err = {0};
    dk_recorder r;
    signal(SIGXFSZ, SIG_IGN);
    temp_write("film.mp4", "kept");
    cr_assert_eq(dk_recorder_open(&r, "film.mp4", &(dk_source_info){.fps = 25}, &err), DK_OK);
    dk_frame frame = frame_of(64, 64, 0, 0, 0);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){20000, RLIM_INFINITY}), 0);
    dk_status status = DK_OK;
    for (int i = 0; i < 500 && status == DK_OK; i++) {
        for (size_t k = 0; k < frame.room; k++) { /* what cannot be packed */
            frame.bgr[k] = (uint8_t)((k + 1) * (size_t)(i + 1) * 2654435761U >> 13);
        }
        frame.time = .04 * i;
        status = dk_recorder_frame(&r, &frame, &err);
    }
    cr_expect_eq(status, DK_EIO);
    cr_expect_str_eq(err.text, "cannot write 'film.mp4': File too large");
    cr_expect_eq(dk_recorder_close(&r, &err), DK_EIO);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
    char *text = temp_read("film.mp4");
    cr_expect_str_eq(text, "kept");
    free(text);
    dk_frame_free(&frame);
}
