/* Names in any script are drawn with letters that some font has, in their reading order; where none has them, boxes are drawn
 * and the package is told, once. Each test is a process of its own, so each can have fonts of its own. */
#include "plot/letters.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "plot/bgr.h"
#include "plot/canvas.h"
#include "support/temp.h"

#define DEJAVU "/usr/share/fonts/truetype/dejavu"
#define NOTHING "/nothing"
#define CHINESE "/usr/share/fonts/truetype/wqy" /* fonts-wqy-microhei */

enum { W = 400, H = 40, BASE = 28, SIZE = 20 };

static char told[4096]; /* the warnings, a line each */
static int warnings;

static void hear(void *user, int level, const char *text) {
    (void)user;
    warnings += level == 1;
    strncat(told, text, sizeof told - strlen(told) - 2);
    strcat(told, "\n");
}

static dk_fonts fonts;
static dk_letters *letters;

/* Fonts of these folders only. */
static void use_fonts(const char *one, const char *two) {
    char here[256], text[1024];
    temp_enter();
    cr_assert_not_null(getcwd(here, sizeof here));
    snprintf(text, sizeof text,
             "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig><dir>%s</dir>"
             "<dir>%s</dir><cachedir>%s/cache</cachedir><match target=\"pattern\"><edit name=\"family\" "
             "mode=\"append\" binding=\"strong\"><string>DejaVu Sans</string></edit></match></fontconfig>",
             one, two, here);
    temp_write("fonts.conf", text);
    strcat(here, "/fonts.conf"); /* names without a folder are looked for in /etc */
    setenv("FONTCONFIG_FILE", here, 1);
    fonts = (dk_fonts){.log = {.write = hear}};
    dk_error err = {0};
    cr_assert_eq(dk_letters_open(&letters, &fonts, &err), DK_OK, "%s", err.text);
    dk_letters_font(letters, SIZE, false);
    cr_redirect_stderr();
}

/* No library may write to the terminal. */
static void done(void) {
    char said[256] = "";
    fflush(stderr);
    FILE *f = cr_get_redirected_stderr();
    const size_t n = fread(said, 1, sizeof said - 1, f);
    said[n] = 0;
    cr_assert_str_empty(said);
    dk_letters_close(letters);
    temp_leave();
}

typedef struct {
    uint8_t grey[H][W];
    double width;
} drawn;

static void draw_at(drawn *d, const char *text, double x, double align, double room) {
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_A8, W, H);
    cairo_t *cr = cairo_create(s);
    d->width = dk_letters_draw(letters, cr, x, BASE, align, room, text);
    cr_assert_eq(cairo_status(cr), CAIRO_STATUS_SUCCESS);
    cairo_surface_flush(s);
    for (int y = 0; y < H; y++) {
        memcpy(d->grey[y], cairo_image_surface_get_data(s) + y * cairo_image_surface_get_stride(s), W);
    }
    cairo_destroy(cr);
    cairo_surface_destroy(s);
}

static void draw(drawn *d, const char *text) {
    draw_at(d, text, 4, 0, 0);
}

static bool same(const drawn *a, const drawn *b) {
    return memcmp(a->grey, b->grey, sizeof a->grey) == 0;
}

static long ink(const drawn *d, int x0, int x1) {
    long sum = 0;
    for (int y = 0; y < H; y++) {
        for (int x = x0; x < x1; x++) {
            sum += d->grey[y][x];
        }
    }
    return sum;
}

/* ---- letters that a font has ---- */

Test(plot_letters, plain_text_is_what_cairo_draws) {
    static drawn ours, theirs;
    use_fonts(DEJAVU, NOTHING);
    draw(&ours, "happy 87 % Größe, радость: fi AVATAR");
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_A8, W, H);
    cairo_t *cr = cairo_create(s);
    cairo_select_font_face(cr, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr, SIZE);
    cairo_move_to(cr, 4, BASE);
    cairo_show_text(cr, "happy 87 % Größe, радость: fi AVATAR");
    cairo_surface_flush(s);
    for (int y = 0; y < H; y++) {
        memcpy(theirs.grey[y], cairo_image_surface_get_data(s) + y * cairo_image_surface_get_stride(s), W);
    }
    cairo_destroy(cr);
    cairo_surface_destroy(s);
    cr_assert(same(&ours, &theirs));
    cr_assert_eq(warnings, 0, "%s", told);
    done();
}

Test(plot_letters, each_name_has_letters_of_its_own) {
    static const char *const names[] = {"سعيد",     "حزين",       "שמח",       "עצוב",
                                        "ბედნიერი", "سعيد happy", "cafe\u0301"};
    enum { NAMES = sizeof names / sizeof *names };
    static drawn pictures[NAMES];
    use_fonts(DEJAVU, NOTHING);
    for (int i = 0; i < NAMES; i++) {
        draw(&pictures[i], names[i]);
        cr_expect_gt(ink(&pictures[i], 4, 4 + (int)pictures[i].width + 1), 3000, "%s", names[i]);
        for (int k = 0; k < i; k++) {
            cr_expect(!same(&pictures[i], &pictures[k]), "%s is drawn as %s", names[i], names[k]);
        }
    }
    cr_assert_eq(warnings, 0, "%s", told);
    done();
}

Test(plot_letters, another_font_steps_in) {
    static drawn happy, sad;
    if (access(CHINESE, R_OK) != 0) {
        cr_skip_test("no Chinese font: fonts-wqy-microhei");
    }
    use_fonts(DEJAVU, CHINESE);
    draw(&happy, "开心");
    draw(&sad, "难过");
    cr_assert_eq(warnings, 0, "%s", told);
    cr_assert(!same(&happy, &sad));
    cr_assert_float_eq(happy.width, 2 * SIZE, 4, "two square letters are %g wide", happy.width);
    done();
}

/* What is read last stands at the left. */
Test(plot_letters, from_right_to_left) {
    static drawn d, last;
    use_fonts(DEJAVU, NOTHING);
    draw(&d, "שי");
    draw(&last, "י");
    for (int y = 0; y < H; y++) {
        cr_assert_eq(memcmp(d.grey[y], last.grey[y], 4 + (size_t)last.width), 0, "row %d", y);
    }
    cr_assert_gt(d.width, 2 * last.width);
    draw_at(&d, "שמח", 300, 1, 0);
    cr_assert_eq(ink(&d, 302, W), 0, "aligned at its right end all the same");
    cr_assert_gt(ink(&d, 300 - (int)d.width, 300), 3000);
    done();
}

Test(plot_letters, arabic_is_joined) {
    static drawn name, letter;
    use_fonts(DEJAVU, NOTHING);
    draw(&name, "سسسس");
    draw(&letter, "س");
    cr_assert_lt(name.width, 4 * letter.width - 8, "%g to %g: inner letters lack their tails", name.width,
                 letter.width);
    done();
}

/* "#1 NAME 87 %" keeps its order around a name from right to left: its number is at the left. */
Test(plot_letters, a_sentence_keeps_its_order) {
    static drawn arabic, alone;
    use_fonts(DEJAVU, NOTHING);
    draw(&arabic, DK_LEFT_TO_RIGHT "#1 " DK_OWN_ORDER("سعيد") " 87 %");
    draw(&alone, DK_LEFT_TO_RIGHT "#1 " DK_OWN_ORDER("ש"));
    for (int y = 0; y < H; y++) {
        cr_assert_eq(memcmp(arabic.grey[y], alone.grey[y], 34), 0, "row %d", y);
    }
    draw(&arabic, DK_LEFT_TO_RIGHT "#1 " DK_OWN_ORDER("AVATAR") " 87 %");
    draw(&alone, "#1 AVATAR 87 %");
    cr_assert(same(&arabic, &alone), "the marks themselves are not drawn");
    done();
}

/* ---- letters that no font has ---- */

Test(plot_letters, a_missing_script_is_told_once_with_its_package) {
    static const struct {
        const char *name, *script, *package;
    } rows[] = {{"开心", "Chinese", "fonts-wqy-microhei"},
                {"うれしい", "Japanese", "fonts-noto-cjk"},
                {"행복", "Korean", "fonts-noto-cjk"},
                {"खुश", "Devanagari", "fonts-noto-core"},
                {"ดีใจ", "Thai", "fonts-noto-core"},
                {"বাংলা", "Bengali", "fonts-noto-core"},
                {"🧑‍🔬", "emoji", "fonts-noto-color-emoji"},
                {"\uE000", "U+E000", ""}};
    static drawn d;
    use_fonts(DEJAVU, NOTHING);
    for (int i = 0; i < (int)(sizeof rows / sizeof *rows); i++) {
        told[0] = 0;
        draw(&d, rows[i].name);
        cr_expect_eq(warnings, i + 1, "%s: %s", rows[i].name, told);
        cr_expect(strstr(told, rows[i].script) != NULL && strstr(told, rows[i].package) != NULL, "%s: %s",
                  rows[i].name, told);
        draw(&d, rows[i].name);
        cr_expect_eq(warnings, i + 1, "%s is told again", rows[i].name);
        cr_expect_gt(ink(&d, 0, W), 1000, "boxes");
    }
    draw(&d, "难过 and 快乐");
    cr_expect_eq(warnings, (int)(sizeof rows / sizeof *rows), "other characters of the same script: %s",
                 told);
    done();
}

Test(plot_letters, without_any_font_ascii_is_left) {
    static drawn d;
    use_fonts(NOTHING, NOTHING);
    draw(&d, "happy");
    cr_expect_gt(ink(&d, 0, W), 1000);
    draw(&d, "开心 \xff");
    cr_expect_gt(ink(&d, 0, W), 300);
    cr_expect_eq(warnings, 1, "%s", told);
    cr_expect(strstr(told, "fonts-dejavu-core"), "%s", told);
    draw_at(&d, "a name that is far too long for its room", 4, 0, 80);
    cr_expect(d.width > 40 && d.width <= 80, "%g", d.width);
    done();
}

Test(plot_letters, scripts) {
    cr_expect_str_eq(dk_script_of(0x5f00)->script, "Chinese");
    cr_expect_str_eq(dk_script_of(0x1f600)->package, "fonts-noto-color-emoji");
    cr_expect_null(dk_script_of(0xe000));
    dk_fonts_miss(NULL, 0x5f00); /* nobody listens */
    dk_fonts_bare(NULL, "why", "package");
}

/* ---- any bytes, any length ---- */

Test(plot_letters, what_is_no_text_is_replaced) {
    static const char *const pairs[][2] = {{"a\xff\xc3 b", "a\uFFFD\uFFFD b"},
                                           {"开\xe5\xbc", "开\uFFFD\uFFFD"},
                                           {"a\nb\tc\x7f", "a b c "},
                                           {"سعيد\u2028\xc2\x85!", "سعيد  !"}};
    static drawn bad, good;
    use_fonts(DEJAVU, NOTHING);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        draw(&bad, pairs[i][0]);
        draw(&good, pairs[i][1]);
        cr_expect(same(&bad, &good), "pair %zu", i);
    }
    done();
}

/* A flag is two characters that are read as one (here, without such a font, two boxes): half of it is never left over. */
Test(plot_letters, long_names_are_cut_between_characters) {
    static drawn d, whole;
    char name[200] = "", cut[220];
    use_fonts(DEJAVU, NOTHING);
    for (int i = 0; i < 20; i++) {
        strcat(name, "\U0001F1E9\U0001F1EA");
    }
    for (double room = 70; room < 300; room += 7) {
        int kept = -1;
        draw_at(&d, name, 4, 0, room);
        cr_assert_leq(d.width, room);
        for (int k = 0; k < 20 && kept < 0; k++) {
            snprintf(cut, sizeof cut, "%.*s…", 8 * k, name);
            draw(&whole, cut);
            kept = same(&d, &whole) ? k : -1;
        }
        cr_assert_geq(kept, 0, "in %g pixels", room);
        snprintf(cut, sizeof cut, "%.*s…", 8 * (kept + 1), name);
        draw(&whole, cut);
        cr_assert_gt(whole.width, room, "another one has room");
    }
    draw_at(&d, "سعيد جدا جدا جدا", 4, 0, 60);
    cr_assert(d.width > 40 && d.width <= 60);
    draw_at(&d, "سعيد", 4, 0, 2);
    draw_at(&whole, "…", 4, 0, 0);
    cr_assert_eq(ink(&d, 0, W), ink(&whole, 0, W), "nothing but the mark of a cut");
    done();
}

Test(plot_letters, texts_longer_than_any_line) {
    static char name[1 << 16];
    static drawn d;
    use_fonts(DEJAVU, NOTHING);
    for (size_t i = 0; i < sizeof name - 2; i++) {
        name[i] = "ש"[i % 2];
    }
    draw_at(&d, name, 4, 0, 200);
    cr_assert(d.width > 150 && d.width <= 200, "%g", d.width);
    draw(&d, name);
    memset(name, 0xff, sizeof name - 1);
    draw_at(&d, name, 4, 0, 200);
    done();
}

/* ---- over frames ---- */

/* Premultiplied pixels: nothing, red, half covered by blue. */
Test(plot_letters, pictures_keep_their_colours_over_frames) {
    const uint32_t pixels[3] = {0, 0xffff0000, 0x80000080};
    uint8_t frame[3 * 5];
    memset(frame, 100, sizeof frame);
    const dk_bgr f = {frame, 5, 1, sizeof frame};
    const dk_picture p = {(const uint8_t *)pixels, 3, 1, sizeof pixels};
    dk_bgr_picture(&f, 1, 0, &p);
    const uint8_t wanted[15] = {100, 100, 100, 100, 100, 100, 0, 0, 255, 178, 50, 50, 100, 100, 100};
    for (int i = 0; i < 15; i++) {
        cr_assert_float_eq(frame[i], wanted[i], 1.5, "byte %d: %d", i, frame[i]);
    }
    dk_bgr_picture(&f, -2, 0, &p); /* cut at the edges */
    dk_bgr_picture(&f, 4, 0, &p);
}
