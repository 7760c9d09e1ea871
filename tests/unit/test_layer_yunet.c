/* [yunet]: things in planes of numbers, against what its formulas give by hand. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "convert/import.h"
#include "convert/onnx_graph.h"
#include "image/warp.h"
#include "run/model.h"
#include "support/text_net.h"

/* Two classes over 3×2 cells of 4 pixels; planes: classes, x, y, w, h, objectness, landmarks. */
static const char net[] = "[net]\nbatch=1\nheight=8\nwidth=12\nchannels=3\n"
                          "[convolutional]\nfilters=2\nsize=1\nstride=4\nactivation=logistic\n"
                          "[convolutional]\nfilters=4\nsize=1\nactivation=linear\n"
                          "[convolutional]\nfilters=1\nsize=1\nactivation=logistic\n"
                          "[convolutional]\nfilters=10\nsize=1\nactivation=linear\n";
enum { CELLS = 6, PLANES = 17, OBJECT = 6, MARKS = 7 };

typedef struct {
    text_net net;
    const dk_layer *head;
    float y[PLANES * CELLS];
} world;

static void open_world(world *w, const char *head) {
    char text[1024];
    snprintf(text, sizeof text, "%s%s", net, head);
    *w = (world){0};
    text_net_open(&w->net, text, "ref", &(dk_net_build_options){.n = 1});
    w->head = &w->net.net->layers[w->net.net->count - 1];
}

static int find(world *w, dk_found *out, int room) {
    return w->head->type->find(w->head, w->y, .6f, out, room);
}

Test(layer_yunet, a_cell_says_class_box_and_landmarks) {
    world w;
    dk_found f[4];
    open_world(&w, "[yunet]\nlayers=-4,-3,-2,-1\n");
    const dk_findable about = w.head->type->findable(w.head);
    cr_assert(about.classes == 2 && about.marks == DK_MARKS);
    cr_assert_eq(dk_net_outputs(w.net.net), PLANES * CELLS);
    /* column 1, row 1 */
    const float cell[PLANES] = {.1f, .64f, .5f, .25f, logf(3), 0, 1, -1, 2, .5f, 0, 0, 0, 0, 0, 1, 1};
    for (int p = 0; p < PLANES; p++) {
        w.y[p * CELLS + 4] = cell[p];
    }
    cr_assert_eq(find(&w, f, 4), 1);
    cr_expect_eq(f[0].label, 1);
    cr_expect_float_eq(f[0].score, .8, 1e-6); /* √(.64 · 1) */
    const dk_box *b = &f[0].box;              /* centre 6, 5; 12 × 4 */
    cr_expect(fabsf(b->x) < 1e-5f && fabsf(b->y - 3) < 1e-5f, "at %g,%g", (double)b->x, (double)b->y);
    cr_expect(fabsf(b->w - 12) < 1e-5f && fabsf(b->h - 4) < 1e-5f, "%g x %g", (double)b->w, (double)b->h);
    cr_expect_eq(f[0].marks, DK_MARKS);
    const dk_point marks[] = {{0, 12}, {6, 4}, {4, 4}, {4, 4}, {8, 8}};
    for (int k = 0; k < DK_MARKS; k++) {
        cr_expect(f[0].mark[k].x == marks[k].x && f[0].mark[k].y == marks[k].y, "landmark %d", k);
    }
    text_net_close(&w.net);
}

Test(layer_yunet, scores_below_the_least_are_none_and_no_more_are_told_than_there_is_room) {
    world w;
    dk_found f[2 * CELLS + 1];
    open_world(&w, "[yunet]\nlayers=-4,-3,-2\n");
    cr_expect_eq(w.head->type->findable(w.head).marks, 0);
    for (int i = 0; i < CELLS; i++) {
        w.y[i] = .35f; /* √.35 < .6 */
        w.y[CELLS + i] = .37f;
        w.y[OBJECT * CELLS + i] = 1;
    }
    cr_expect_eq(find(&w, f, 2 * CELLS), CELLS);
    cr_expect_eq(f[0].label, 1);
    cr_expect_eq(f[0].marks, 0);
    f[3].label = 77;
    cr_expect_eq(find(&w, f, 3), 3);
    cr_expect_eq(f[3].label, 77);
    cr_expect_eq(find(&w, f, 0), 0);
    text_net_close(&w.net);
}

Test(layer_yunet, what_is_no_share_counts_as_the_nearest_one) {
    world w;
    dk_found f[CELLS];
    open_world(&w, "[yunet]\nlayers=-4,-3,-2,-1\n");
    w.y[0] = 9;
    w.y[OBJECT * CELLS] = .49f;
    w.y[1] = -9;
    w.y[OBJECT * CELLS + 1] = -9; /* their product is no score */
    cr_assert_eq(find(&w, f, CELLS), 1);
    cr_expect_float_eq(f[0].score, .7, 1e-6);
    text_net_close(&w.net);
}

/* Every head that no layer reads answers; one that is read does not. */
Test(layer_yunet, several_answer_one_after_the_other) {
    world w;
    open_world(&w, "[yunet]\nlayers=0,1,2\n[yunet]\nlayers=0,1,2,3\n");
    cr_expect_eq(w.net.net->answer_count, 2);
    cr_expect_eq(dk_net_outputs(w.net.net), (7 + 17) * CELLS);
    text_net_close(&w.net);
    open_world(&w, "[yunet]\nlayers=0,1,2\n[avgpool]\n");
    cr_expect_eq(w.net.net->answer_count, 1);
    cr_expect_eq(dk_net_outputs(w.net.net), 7);
    text_net_close(&w.net);
}

/* ---- YuNet itself, where the folder of models is there ---- */

#define MODELS "../shared/onnx/"

/* The boxes of one picture, 320×320, after thinning. */
static int find_faces(dk_found *out, int room) {
    dk_error err = {0};
    dk_onnx *onnx = NULL;
    dk_graph *graph = NULL;
    dk_import import;
    dk_model model = {0};
    dk_image *image = NULL;
    static float pixels[3 * 320 * 320], answers[16 * 2100];
    const dk_model_options options = {.cfg = "cfg/yunet.cfg", .threads = 1, .build.n = 1};
    cr_assert_eq(dk_onnx_load(&onnx, MODELS "yunet_n320.onnx", &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_onnx_graph(&graph, onnx, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_model_open(&model, &options, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_import_match(&import, model.net, graph, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_import_fill(&import, model.net, graph, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_image_load(&image, MODELS "solvay_320.png", &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_image_input(image, &model.settings.input, 3, 320, 320, pixels, &err), DK_OK);
    cr_assert_eq(dk_net_forward(model.net, pixels, NULL, 0, &err), DK_OK, "%s", err.text);
    cr_assert_eq(dk_net_outputs(model.net), sizeof answers / sizeof *answers);
    cr_assert_eq(dk_net_answers(model.net, answers, &err), DK_OK, "%s", err.text);
    const float *y = answers;
    int count = 0;
    for (int i = 0; i < model.net->answer_count; i++) {
        const dk_layer *l = model.net->answers[i];
        count += l->type->find(l, y, .6f, out + count, room - count);
        y += dk_shape_each(l->y->shape);
    }
    dk_image_free(image);
    dk_model_close(&model);
    dk_onnx_close(onnx);
    return dk_box_thin(out, count, .3f);
}

Test(layer_yunet, yunet_finds_the_boxes_that_it_must) {
    enum { ROOM = 1000 };
    static dk_found found[ROOM];
    dk_csv *csv = NULL;
    dk_error err = {0};
    if (!dk_path_exists(MODELS "yunet.expected.csv")) {
        cr_skip_test("no " MODELS "yunet.expected.csv");
    }
    cr_assert_eq(dk_csv_read(&csv, MODELS "yunet.expected.csv", &err), DK_OK, "%s", err.text);
    cr_assert_eq(find_faces(found, ROOM), csv->rows);
    for (int i = 0; i < csv->rows; i++) {
        const dk_box *b = &found[i].box;
        const float got[] = {found[i].score, b->x, b->y, b->w, b->h};
        for (int k = 0; k < 5; k++) {
            double wanted = 0;
            cr_assert_eq(dk_csv_number(csv, i, k, -1000, 1000, false, &wanted, &err), DK_OK);
            cr_expect_float_eq(got[k], wanted, k == 0 ? 1e-4 : .005, "face %d, column %d: %g", i, k,
                               (double)got[k]);
        }
        cr_expect(found[i].mark[0].x < found[i].mark[1].x && found[i].mark[0].y < found[i].mark[3].y,
                  "eyes from left to right, above the mouth");
    }
    dk_csv_close(csv);
}
