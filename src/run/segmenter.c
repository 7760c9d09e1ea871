/* The task `segmenter`: a class for each pixel. Validation compares at the mask's own size: of the pixels that count,
 * with confusion[t][a] of them of truth t answered a,
 *   IoU(c) = hit(c) / (support(c) + answered(c) − hit(c)), mean IoU over the classes that occur, pixel accuracy = Σ hit / Σ.
 * Training compares cells of the answer. What a validation has shown of each class is left as classes.csv: its F1, which for
 * pixels is Dice's coefficient. */
#include <stdlib.h>
#include <string.h>

#include "data/truth_planes.h"
#include "run/class_log.h"
#include "run/predictions.h"
#include "run/segments.h"
#include "run/task.h"

typedef struct {
    dk_task_place place;
    double loss;
    long images;
    dk_metrics pixels; /* those that count and that the network saw, of the last validation */
    const char *const *names;
    bool told; /* that classes.csv could not be written */
} work;

/* All keys are those of every task. */
static const dk_opt opts[] = {{0}};

enum { LOSS, MEAN_IOU, ACCURACY };
static const dk_figure_kind figures[] = {
    [LOSS] = {"loss", "train_loss", "val_loss", -1, false},
    [MEAN_IOU] = {"mean IoU", NULL, "val_mean_iou", 1, true},
    [ACCURACY] = {"pixel accuracy", "train_pixel_accuracy", "val_pixel_accuracy", 1, true},
    {0},
};

/* Of one class. */
enum { IOU = DK_FIGURE_MAIN, RECALL, PIXELS };
static const dk_figure_kind of_class[] = {
    [LOSS] = {"loss", NULL, NULL, -1, false},
    [IOU] = {"IoU", NULL, "iou", 1, true},
    [RECALL] = {"recall", NULL, "recall", 1, true},
    [PIXELS] = {"pixels", NULL, "pixels", 1, true}, /* share of those that count */
    {0},
};

enum { HITS }; /* sums of a tally: shares of right cells, over pictures */

static dk_status settle(dk_settings *s, const dk_section *net, const dk_log *log, dk_error *err) {
    (void)log, (void)err;
    s->input.fit = dk_section_get(net, "fit") != NULL ? s->input.fit : DK_FIT_STRETCH;
    return DK_OK;
}

static dk_status fits(const dk_data *data, const dk_net *net, dk_error *err) {
    const dk_shape out = dk_net_truth_shape(net);
    DK_TRY(dk_net_one_answer(net, err));
    if (out.c != data->conf.classes) {
        return dk_fail(err, DK_ESHAPE,
                       "%s has classes=%d, but the network of %s answers %d planes; they must be equal",
                       data->path, data->conf.classes, net->cfg->path, out.c);
    }
    for (int i = 0; i < net->loss_count; i++) {
        const dk_section *const s = net->losses[i].layer->section;
        const char *const spatial = dk_section_get(s, "spatial");
        if (net->losses[i].layer->type->judges || spatial == NULL || strcmp(spatial, "1") != 0) {
            return dk_section_fail_as(
                DK_ESHAPE, s, "spatial", err,
                "a network of masks ends in [softmax] with spatial=1: classes at each pixel");
        }
    }
    return DK_OK;
}

static dk_status open(void *self, const dk_task_place *place, dk_error *err) {
    work *const w = self;
    w->place = *place;
    DK_TRY(dk_predictions_names(&w->names, place->data, err));
    return dk_metrics_open(&w->pixels, place->data->conf.classes, 1, place->arena, err);
}

/* ---- training ---- */

/* The class of a cell with the largest value; −1: none is above 0. */
static int class_of(const float *planes, int classes, size_t cells, size_t cell) {
    int best = -1;
    float most = 0;
    for (int k = 0; k < classes; k++) {
        const float value = planes[(size_t)k * cells + cell];
        best = value > most ? k : best;
        most = value > most ? value : most;
    }
    return best;
}

/* Of each cell that counts; its planes add up to its weight. */
static void teach(const void *self, const float *answers, float share, const dk_batch *batch, float *target) {
    const int classes = ((const work *)self)->pixels.classes;
    const size_t cells = batch->floats / (size_t)classes;
    for (size_t i = 0; i < (size_t)batch->count * cells; i++) {
        const size_t first = i / cells * batch->floats + i % cells;
        float weight = 0;
        for (int k = 0; k < classes; k++) {
            weight += target[first + (size_t)k * cells];
        }
        for (int k = 0; k < classes; k++) {
            const size_t at = first + (size_t)k * cells;
            const float answer = answers[at] * weight;
            dk_truth_blend(share, &answer, 1, &target[at]);
        }
    }
}

static void learn(void *self, const dk_batch *batch, const float *answers, const float *losses,
                  dk_tally *tally) {
    const int classes = ((const work *)self)->pixels.classes;
    const size_t each = batch->floats, cells = each / (size_t)classes;
    for (int i = 0; i < batch->count; i++) {
        const float *const truth = batch->truth + (size_t)i * each, *const answer =
                                                                        answers + (size_t)i * each;
        long hits = 0, counted = 0;
        for (size_t cell = 0; cell < cells; cell++) {
            const int label = class_of(truth, classes, cells, cell);
            counted += label >= 0;
            hits += label >= 0 && class_of(answer, classes, cells, cell) == label;
        }
        tally->sums[HITS] += counted > 0 ? (double)hits / (double)counted : 1;
        tally->loss += (double)losses[i];
    }
}

static void learnt(const dk_tally *tally, dk_figures *f) {
    f->value[ACCURACY] = tally->images > 0 ? tally->sums[HITS] / (double)tally->images : 0;
}

/* ---- validation ---- */

static void begin(void *self) {
    work *const w = self;
    dk_metrics_reset(&w->pixels);
    w->loss = 0;
    w->images = 0;
}

static dk_status answer(void *self, const dk_answer *a, dk_error *err) {
    work *const w = self;
    const dk_net *const net = a->net;
    const dk_shape in = net->input.shape;
    uint8_t *mask = NULL;
    int width = 0, height = 0;
    DK_TRY(dk_mask_open(&mask, &width, &height, w->place.valid, a->picture, err));
    const size_t pixels = (size_t)width * (size_t)height;
    uint8_t *const labels = malloc(pixels);
    if (labels == NULL) {
        free(mask);
        return dk_no_memory(err, pixels, "the classes of the pixels");
    }
    const dk_affine map = dk_input_map(&w->place.settings->input, width, height, in.w, in.h);
    dk_segments_label(a->answers, net, &map, width, height, labels);
    for (size_t i = 0; i < pixels; i++) {
        if (mask[i] != DK_MASK_IGNORED && labels[i] != DK_MASK_IGNORED) {
            dk_metrics_count(&w->pixels, mask[i], labels[i]);
        }
    }
    w->loss += a->loss != NULL ? (double)*a->loss : 0;
    w->images++;
    free(labels);
    free(mask);
    return DK_OK;
}

static double share(long part, long whole) {
    return whole > 0 ? (double)part / (double)whole : 0;
}

/* Of a class that occurs. */
static double iou_of(const dk_metrics *m, int k) {
    return share(m->hit[k], m->support[k] + m->answered[k] - m->hit[k]);
}

static long sum(const long *counts, int classes) {
    long all = 0;
    for (int k = 0; k < classes; k++) {
        all += counts[k];
    }
    return all;
}

static void measured(const void *self, dk_figures *f) {
    const work *const w = self;
    const dk_metrics *const m = &w->pixels;
    double iou = 0;
    int occurring = 0;
    for (int k = 0; k < m->classes; k++) {
        iou += m->support[k] > 0 ? iou_of(m, k) : 0;
        occurring += m->support[k] > 0;
    }
    f->value[LOSS] = w->images > 0 ? w->loss / (double)w->images : 0;
    f->value[MEAN_IOU] = occurring > 0 ? iou / occurring : 0;
    f->value[ACCURACY] = share(sum(m->hit, m->classes), sum(m->support, m->classes));
}

static bool part(const void *self, int i, const char **name, dk_figures *f) {
    const work *const w = self;
    const dk_metrics *const m = &w->pixels;
    if (i >= m->classes) {
        return false;
    }
    *name = w->place.data->names[i];
    *f = dk_figures_none(of_class);
    f->value[PIXELS] = share(m->support[i], sum(m->support, m->classes));
    if (m->support[i] > 0) {
        f->value[IOU] = iou_of(m, i);
        f->value[RECALL] = share(m->hit[i], m->support[i]);
    }
    return true;
}

static void leave(void *self, const char *folder, int epoch) {
    work *const w = self;
    dk_error why = {0};
    const dk_status status = dk_class_log_add(folder, w->names, epoch, &w->pixels, &why);
    dk_pass_over(w->place.log, &w->told, status, &why);
}

const dk_task dk_task_segmenter = {
    .name = "segmenter",
    .truth = &dk_truth_planes,
    .figures = figures,
    .opts = opts,
    .size = sizeof(work),
    .settle = settle,
    .fits = fits,
    .open = open,
    .teach = teach,
    .learn = learn,
    .learnt = learnt,
    .begin = begin,
    .answer = answer,
    .measured = measured,
    .parts = "class",
    .parts_list = "classes",
    .part = part,
    .leave = leave,
    .reopen = dk_class_log_resume,
};
