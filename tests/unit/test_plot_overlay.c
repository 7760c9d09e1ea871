/* What is drawn over frames: in the class's colour where the face is, nowhere else, never outside the frame's rows, with
 * plates where there is room. How it looks is judged by eye. */
#include "plot/overlay.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/canvas.h"

enum { W = 640, H = 480, PAD = 48, STRIDE = 3 * W + PAD, GUARD = 4 * STRIDE, GREY = 150, MARK = 0xa5 };

static uint8_t memory[GUARD + H * STRIDE + GUARD], *const frame = memory + GUARD;
static dk_overlay *overlay;
static dk_error err;

static const char *const names[] = {"angry", "disgust", "fear", "happy", "neutral", "sad", "überrascht"};
static const float scores[] = {.01F, .02F, .03F, .8F, .1F, .02F, .02F};

static void blank(void) {
    memset(memory, MARK, sizeof memory);
    for (int y = 0; y < H; y++) {
        memset(frame + y * STRIDE, GREY, 3 * W);
    }
}

static void setup(void) {
    blank();
    cr_assert_eq(dk_overlay_open(&overlay, NULL, &err), DK_OK, "%s", err.text);
}

static void teardown(void) {
    dk_overlay_close(overlay);
}

TestSuite(plot_overlay, .init = setup, .fini = teardown);

static dk_overlay_look plain(void) {
    return (dk_overlay_look){.names = names, .classes = 7};
}

static void draw(const dk_overlay_face *faces, int count, const dk_overlay_look *look) {
    cr_assert_eq(dk_overlay_draw(overlay, frame, W, H, STRIDE, faces, count, look, &err), DK_OK, "%s",
                 err.text);
}

static const uint8_t *at(int x, int y) {
    return frame + y * STRIDE + 3 * x;
}

static bool changed(int x, int y) {
    const uint8_t *p = at(x, y);
    return p[0] != GREY || p[1] != GREY || p[2] != GREY;
}

static long changed_within(int x0, int y0, int w, int h) {
    long n = 0;
    for (int y = y0; y < y0 + h; y++) {
        for (int x = x0; x < x0 + w; x++) {
            n += changed(x, y);
        }
    }
    return n;
}

static bool has_ink(int x, int y, dk_ink ink) {
    const uint8_t *p = at(x, y);
    return abs(p[0] - (int)lrint(255 * ink.b)) <= 1 && abs(p[1] - (int)lrint(255 * ink.g)) <= 1 &&
           abs(p[2] - (int)lrint(255 * ink.r)) <= 1;
}

static long ink_within(dk_ink ink, int x0, int y0, int w, int h) {
    long n = 0;
    for (int y = y0; y < y0 + h; y++) {
        for (int x = x0; x < x0 + w; x++) {
            n += has_ink(x, y, ink);
        }
    }
    return n;
}

static void nothing_outside(void) {
    for (size_t i = 0; i < GUARD; i++) {
        cr_assert_eq(memory[i], MARK, "before the frame");
        cr_assert_eq(memory[sizeof memory - 1 - i], MARK, "behind the frame");
    }
    for (int y = 0; y < H; y++) {
        for (int i = 3 * W; i < STRIDE; i++) {
            cr_assert_eq(frame[y * STRIDE + i], MARK, "behind row %d", y);
        }
    }
}

Test(plot_overlay, box_and_label_in_the_colour_of_the_class) {
    const dk_overlay_face face = {
        .id = 3, .x = 200, .y = 150, .w = 120, .h = 120, .best = 3, .probability = .8F};
    const dk_overlay_look look = plain();
    draw(&face, 1, &look);
    cr_assert(has_ink(200, 200, dk_ink_class(3)) && has_ink(319, 200, dk_ink_class(3)));
    cr_assert(has_ink(260, 150, dk_ink_class(3)) && has_ink(260, 269, dk_ink_class(3)));
    cr_assert_eq(changed_within(210, 160, 100, 100), 0, "the face itself stays as it is");
    cr_assert_gt(ink_within((dk_ink){1, 1, 1}, 200, 120, 200, 28), 60, "white letters above the box");
    cr_assert_eq(changed_within(0, 0, W, 110) + changed_within(0, 290, W, H - 290), 0);
    nothing_outside();
}

Test(plot_overlay, notes_and_faces_without_a_label_are_grey) {
    dk_overlay_face face = {.id = 1, .x = 200, .y = 150, .w = 120, .h = 120, .best = 3, .note = "too small"};
    const dk_overlay_look look = plain();
    draw(&face, 1, &look);
    cr_assert_eq(ink_within(dk_ink_class(3), 0, 0, W, H), 0);
    blank();
    face = (dk_overlay_face){.x = 200, .y = 150, .w = 120, .h = 120, .best = -1};
    draw(&face, 1, &look);
    cr_assert(changed(200, 200));
    cr_assert_eq(changed_within(0, 0, W, 140), 0, "no id, no label: no plate");
}

Test(plot_overlay, bars_have_the_length_of_their_scores) {
    const dk_overlay_face face = {
        .id = 1, .x = 100, .y = 150, .w = 120, .h = 120, .best = 3, .probability = .8F, .scores = scores};
    dk_overlay_look look = plain();
    look.bars = true;
    draw(&face, 1, &look);
    const long happy = ink_within(dk_ink_class(3), 224, 140, 200, 160);
    const long neutral = ink_within(dk_ink_class(4), 224, 140, 200, 160);
    cr_assert_gt(happy, 200, "to the right of the face");
    cr_assert_float_eq((double)happy / (double)neutral, 8, 1.5, "%ld to %ld", happy, neutral);
}

/* A face at the right border, another at its left: the chart of the first goes where it hides neither. */
Test(plot_overlay, bars_stand_beside_the_other_faces) {
    const dk_overlay_face two[] = {
        {.id = 1, .x = 500, .y = 150, .w = 130, .h = 130, .best = 3, .scores = scores},
        {.id = 2, .x = 360, .y = 150, .w = 130, .h = 130, .best = 5}};
    dk_overlay_look look = plain();
    look.bars = true;
    draw(two, 2, &look);
    cr_assert_eq(changed_within(510, 160, 110, 110), 0);
    cr_assert_eq(changed_within(370, 160, 110, 110), 0);
    cr_assert_gt(ink_within(dk_ink_class(4), 0, 0, W, H), 10, "the chart is there");
}

/* Thirty faces side by side leave no room: charts that would hide others are left out. */
Test(plot_overlay, bars_are_left_out_of_a_crowd) {
    dk_overlay_face crowd[30];
    for (int i = 0; i < 30; i++) {
        crowd[i] = (dk_overlay_face){.id = i + 1,
                                     .x = (float)(i % 10 * 64),
                                     .y = (float)(i / 10 * 160),
                                     .w = 62,
                                     .h = 158,
                                     .best = 0,
                                     .scores = scores};
    }
    dk_overlay_look look = plain();
    look.bars = true;
    draw(crowd, 30, &look);
    cr_assert_eq(ink_within(dk_ink_class(3), 0, 0, W, H), 0);
}

/* People close together: charts have their place where no name is, or none. */
Test(plot_overlay, bars_hide_no_label) {
    static const float places[][2] = {{28, 40},  {36, 100},  {120, 90}, {250, 30},
                                      {307, 80}, {375, 120}, {560, 60}};
    enum { PEOPLE = sizeof places / sizeof *places };
    dk_overlay_face people[PEOPLE];
    static uint8_t labels[H * STRIDE];
    dk_overlay_look look = plain();
    for (int i = 0; i < PEOPLE; i++) {
        people[i] = (dk_overlay_face){.id = i + 1,
                                      .x = places[i][0],
                                      .y = places[i][1],
                                      .w = 62,
                                      .h = 62,
                                      .best = i % 7,
                                      .probability = .4F,
                                      .scores = scores};
    }
    draw(people, PEOPLE, &look);
    memcpy(labels, frame, sizeof labels);
    blank();
    look.bars = true;
    draw(people, PEOPLE, &look);
    cr_expect_gt(ink_within(dk_ink_class(4), 0, 0, W, H), 10, "there are charts");
    long letters = 0, hidden = 0;
    for (size_t i = 0; i < sizeof labels; i++) {
        letters += labels[i] == 255;
        hidden += labels[i] == 255 && frame[i] != 255;
    }
    cr_expect_gt(letters, 500);
    cr_expect_leq(20 * hidden, letters, "%ld of %ld", hidden, letters);
}

/* Five rows of nine people, shoulder to shoulder: the usual labels would lie on faces. */
Test(plot_overlay, labels_of_a_crowd_are_all_there_and_hide_no_face) {
    enum { ROW = 9, ROWS = 5, SIDE = 40 };
    dk_overlay_face crowd[ROW * ROWS];
    const dk_overlay_look look = plain();
    for (int i = 0; i < ROW * ROWS; i++) {
        crowd[i] = (dk_overlay_face){.x = (float)(10 + i % ROW * 68 + i / ROW % 2 * 20),
                                     .y = (float)(30 + i / ROW * 70),
                                     .w = SIDE,
                                     .h = SIDE,
                                     .best = 4,
                                     .probability = .8F};
    }
    draw(crowd, ROW * ROWS, &look);
    long letters = 0;
    for (int i = 0; i < ROW * ROWS; i++) {
        const int x = (int)crowd[i].x, y = (int)crowd[i].y;
        cr_assert_eq(changed_within(x + 4, y + 4, SIDE - 8, SIDE - 8), 0, "face %d", i);
        const long own = ink_within((dk_ink){1, 1, 1}, x - 4, y - 20, 76, SIDE + 40);
        cr_expect_gt(own, 15, "label of face %d", i);
        letters += own;
    }
    blank();
    draw(crowd, 1, &look);
    const long alone = ink_within((dk_ink){1, 1, 1}, 0, 0, W, H);
    cr_expect_lt(letters, alone * ROW * ROWS, "smaller than one alone");
    nothing_outside();
}

Test(plot_overlay, boxes_beyond_the_edges_write_nothing_outside) {
    static const float far[][4] = {{-60, -60, 150, 150},  {600, 440, 200, 200},       {-300, 100, 200, 200},
                                   {700, 500, 50, 50},    {-1000, -1000, 3000, 3000}, {NAN, 10, 50, 50},
                                   {1e30F, 0, 1e30F, 50}, {320, 240, 0, 0},           {630, -40, 40, 600}};
    dk_overlay_look look = plain();
    look.bars = look.pixelate = true;
    look.status = "29.8 fps";
    look.notice =
        "a notice that is much longer than the frame is wide; a notice that is much longer than the frame "
        "is wide; a notice that is much longer than the frame is wide";
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
        const dk_overlay_face face = {.id = 1000000 + (int)i,
                                      .x = far[i][0],
                                      .y = far[i][1],
                                      .w = far[i][2],
                                      .h = far[i][3],
                                      .best = 6,
                                      .probability = 7,
                                      .scores = scores};
        draw(&face, 1, &look);
        nothing_outside();
    }
}

Test(plot_overlay, any_bytes_are_names) {
    const char *const odd[] = {
        "\xff\xfe",   "\xe4",
        "χαρούμενος", "",
        "счастье",    "a name that is much longer than there is room for in any chart or label of this frame",
        "\n"};
    dk_overlay_look look = plain();
    look.names = odd;
    look.bars = true;
    for (int k = 0; k < 7; k++) {
        const dk_overlay_face face = {
            .id = k, .x = 200, .y = 150, .w = 120, .h = 120, .best = k, .scores = scores};
        blank();
        draw(&face, 1, &look);
        cr_assert(has_ink(200, 200, dk_ink_class(k)));
    }
    cr_assert_gt(ink_within((dk_ink){1, 1, 1}, 200, 120, 200, 28), 5, "and the last is still drawn");
}

Test(plot_overlay, pixelated_faces_keep_no_detail) {
    const dk_overlay_face face = {.id = 1, .x = 240, .y = 150, .w = 120, .h = 120, .best = 3};
    dk_overlay_look look = plain();
    look.pixelate = true;
    for (int y = 0; y < H; y++) { /* stripes of one pixel: the finest detail */
        for (int x = 0; x < W; x++) {
            memset(frame + y * STRIDE + 3 * x, x % 2 ? 250 : 50, 3);
        }
    }
    draw(&face, 1, &look);
    for (int y = 160; y < 260; y++) {
        for (int x = 250; x < 350; x++) {
            cr_assert_eq(*at(x, y), GREY, "at %d, %d", x, y);
        }
    }
    cr_assert(has_ink(240, 200, dk_ink_class(3)), "the box is drawn upon it");
    cr_assert_eq(*at(100, 200), 50, "elsewhere nothing is touched");
    cr_assert_eq(*at(101, 200), 250);
}

Test(plot_overlay, of_a_hidden_face_nothing_is_drawn) {
    const dk_overlay_face faces[] = {{.id = 1, .x = 20, .y = 150, .w = 60, .h = 60, .best = 3},
                                     {.x = 240, .y = 150, .w = 120, .h = 120, .best = -1}};
    dk_overlay_look look = plain();
    look.hidden = 1;
    blank();
    draw(faces, 1, &look);
    cr_assert_eq(changed_within(200, 0, W - 200, H), 0, "without pixelation it is left alone");
    look.pixelate = true;
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            memset(frame + y * STRIDE + 3 * x, x % 2 ? 250 : 50, 3);
        }
    }
    draw(faces, 1, &look);
    for (int y = 152; y < 268; y++) {
        for (int x = 240; x < 360; x++) {
            cr_assert_eq(*at(x, y), GREY, "at %d, %d", x, y);
        }
    }
}

Test(plot_overlay, lines_and_the_page_of_keys) {
    static const dk_overlay_key keys[] = {{"q, Esc", "quit"}, {"h", "this page"}, {NULL, NULL}};
    dk_overlay_look look = plain();
    look.status = "29.8 fps";
    draw(NULL, 0, &look);
    cr_assert_gt(changed_within(0, 0, 120, 40), 500);
    cr_assert_eq(changed_within(0, 40, W, H - 40), 0);
    look.notice = "weights/emotion.weights";
    look.keys = keys;
    draw(NULL, 0, &look);
    cr_assert_gt(changed_within(0, H - 40, 300, 40), 500);
    cr_assert(changed(W / 2, H / 2));
    nothing_outside();
}

/* Dark pixels: plates. */
static long plates_of(const uint8_t *bgr, int w, int h, size_t stride) {
    long n = 0;
    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            n += bgr[(size_t)y * stride + 3 * (size_t)x] < 100;
        }
    }
    return n;
}

/* The same proportions at any size. */
/* The line at the foot goes to the side where nobody is, and comes back only for a good reason. */
Test(plot_overlay, lines_hide_no_face) {
    dk_overlay_face left = {.x = 10, .y = 400, .w = 90, .h = 78, .best = -1},
                    right = {.x = 530, .y = 400, .w = 90, .h = 78, .best = -1};
    dk_overlay_look look = plain();
    look.notice = "weights";
    draw(&left, 1, &look);
    cr_expect_gt(changed_within(W / 2, H - 30, W / 2, 30), 100);
    blank();
    draw(NULL, 0, &look);
    cr_expect_gt(changed_within(W / 2, H - 30, W / 2, 30), 100, "it stays");
    blank();
    draw(&right, 1, &look);
    cr_expect_gt(changed_within(0, H - 30, W / 2, 30), 100);
}

Test(plot_overlay, plates_follow_the_frame) {
    static uint8_t large[3 * 1920 * 1080];
    const dk_overlay_face small = {
        .id = 3, .x = 200, .y = 150, .w = 120, .h = 120, .best = 3, .probability = .8F};
    const dk_overlay_face big = {
        .id = 3, .x = 450, .y = 337, .w = 270, .h = 270, .best = 3, .probability = .8F};
    const dk_overlay_look look = plain();
    draw(&small, 1, &look);
    memset(large, GREY, sizeof large);
    cr_assert_eq(dk_overlay_draw(overlay, large, 1920, 1080, 3 * 1920, &big, 1, &look, &err), DK_OK);
    const long after = plates_of(large, 1920, 1080, 3 * 1920), before = plates_of(frame, W, H, STRIDE);
    cr_assert_float_eq((double)after / (double)before, 2.25 * 2.25, .5, "%ld, %ld", after, before);
}

Test(plot_overlay, frames_that_cannot_be_are_refused) {
    const dk_overlay_look look = plain();
    cr_assert_eq(dk_overlay_draw(overlay, frame, 0, H, STRIDE, NULL, 0, &look, &err), DK_EUSAGE);
    cr_assert_eq(dk_overlay_draw(overlay, frame, W, H, 3 * W - 1, NULL, 0, &look, &err), DK_EUSAGE);
    static uint8_t one[3];
    const dk_overlay_face face = {.id = 1, .w = 1, .h = 1, .best = 0, .scores = scores};
    dk_overlay_look all = {
        .names = names, .classes = 7, .bars = true, .pixelate = true, .status = "s", .notice = "n"};
    cr_assert_eq(dk_overlay_draw(overlay, one, 1, 1, 3, &face, 1, &all, &err), DK_OK, "one pixel is a frame");
}
