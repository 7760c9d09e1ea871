/* The task `regressor`: numbers that a picture shows. With errors e = answer − truth over n pictures, for each of the
 * values MAE = Σ|e|/n, RMSE = √(Σe²/n), R² = 1 − Σe²/Σ(t − mean t)²; figures are means over the values, of R² over those
 * that vary at all. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/file.h"
#include "run/task.h"

/* Sums over the pictures of a validation, of one value. */
typedef struct {
    double error, square, truth, truth_square; /* Σ|e|, Σe², Σt, Σt² */
} sums;

typedef struct {
    dk_ints flip_values;
} conf;

typedef struct {
    dk_task_place place;
    const conf *conf;
    int outputs;
    double loss;
    long images;
    sums *sums;    /* outputs */
    dk_buffer csv; /* of values.csv */
    bool told;     /* that it could not be written */
} work;

#define AT(field) offsetof(conf, field)
static const dk_opt opts[] = {
    {"flip_values", DK_INTS, AT(flip_values), .min = -1, .max = 1,
     .help = "what becomes of each value in a mirrored picture (flip=1): 1 it stays, -1 its sign changes: "
             "1,-1,1"},
    {0},
};

enum { LOSS, MAE, RMSE, R2 };
static const dk_figure_kind figures[] = {
    [LOSS] = {"loss", "train_loss", "val_loss", -1, false},
    [MAE] = {"MAE", "train_mae", "val_mae", -1, false},
    [RMSE] = {"RMSE", "train_rmse", "val_rmse", -1, false},
    [R2] = {"R²", NULL, "val_r2", 1, false},
    {0},
};

enum { ERRORS, SQUARES }; /* sums of a tally: over pictures and values */

/* Values do not follow the picture, so pictures stay upright where the cfg does not say otherwise; then it is told. */
static dk_status settle(dk_settings *s, const dk_section *net, const dk_log *log, dk_error *err) {
    const conf *c = s->task;
    s->augment.flip = dk_section_get(net, "flip") != NULL ? s->augment.flip : 0;
    for (int i = 0; i < c->flip_values.count; i++) {
        if (c->flip_values.v[i] == 0) {
            return dk_section_fail(net, "flip_values", err,
                                   "flip_values: a value stays (1) or changes its sign (-1); 0 is neither");
        }
    }
    const bool mirrors = s->augment.flip && c->flip_values.count == 0;
    if (mirrors || s->augment.angle > 0) {
        dk_note(log, "%s: %s%s%s: the values stay as they are in pictures that are %s%s", net->file,
                mirrors ? "flip=1 without flip_values" : "", mirrors && s->augment.angle > 0 ? ", " : "",
                s->augment.angle > 0 ? "angle" : "", mirrors ? "mirrored" : "turned",
                mirrors && s->augment.angle > 0 ? " or turned" : "");
    }
    return DK_OK;
}

static dk_status fits(const dk_data *data, const dk_net *net, dk_error *err) {
    const size_t outputs = dk_net_outputs(net);
    if (data->conf.outputs == 0) {
        return dk_fail(
            err, DK_EDATA,
            "%s: does not say how many numbers belong to a picture; outputs=%zu would fit the network",
            data->path, outputs);
    }
    if (outputs != (size_t)data->conf.outputs) {
        return dk_fail(err, DK_ESHAPE,
                       "%s has outputs=%d, but the network of %s has %zu outputs; they must be equal",
                       data->path, data->conf.outputs, net->cfg->path, outputs);
    }
    for (int i = 0; i < net->loss_count; i++) {
        const dk_layer *l = net->losses[i].layer;
        if (!l->type->judges) {
            return dk_layer_fail(l, NULL, err,
                                 "has the loss of classes; a network of numbers ends in [cost]");
        }
    }
    return DK_OK;
}

static dk_status open(void *self, const dk_task_place *place, dk_error *err) {
    work *const w = self;
    w->place = *place;
    w->conf = place->settings->task;
    w->outputs = place->data->conf.outputs;
    const int flips = w->conf->flip_values.count;
    if (flips > 0 && flips != w->outputs) {
        return dk_section_fail(place->section, "flip_values", err,
                               "%d flip_values for outputs=%d; wanted is one each", flips, w->outputs);
    }
    w->sums = dk_arena_alloc(place->arena, (size_t)w->outputs * sizeof *w->sums);
    return w->sums != NULL ? DK_OK : dk_no_memory(err, (size_t)w->outputs * sizeof *w->sums, "the figures");
}

static void close(void *self) {
    dk_buffer_free(&((work *)self)->csv);
}

/* ---- training ---- */

static void load(const void *self, dk_loader_conf *c) {
    const conf *own = ((const work *)self)->conf;
    c->flip_values = own->flip_values.count > 0 ? own->flip_values.v : NULL;
}

static void learn(void *self, const dk_batch *batch, const float *answers, const float *losses,
                  dk_tally *tally) {
    const int outputs = ((const work *)self)->outputs;
    for (int i = 0; i < batch->count; i++) {
        for (int k = 0; k < outputs; k++) {
            const ptrdiff_t at = (ptrdiff_t)i * outputs + k;
            const double e = (double)answers[at] - (double)batch->truth[at];
            tally->sums[ERRORS] += fabs(e) / outputs;
            tally->sums[SQUARES] += e * e / outputs;
        }
        tally->loss += (double)losses[i];
    }
}

static void learnt(const dk_tally *tally, dk_figures *f) {
    const double n = tally->images > 0 ? (double)tally->images : 1;
    f->value[MAE] = tally->sums[ERRORS] / n;
    f->value[RMSE] = sqrt(tally->sums[SQUARES] / n);
}

/* ---- validation ---- */

static void begin(void *self) {
    work *const w = self;
    const dk_data *data = w->place.data;
    memset(w->sums, 0, (size_t)w->outputs * sizeof *w->sums);
    w->loss = 0;
    w->images = 0;
    w->csv.size = 0;
    dk_buffer_add(&w->csv, "path");
    for (int half = 0; half < 2; half++) {
        for (int k = 0; k < w->outputs; k++) {
            dk_buffer_add(&w->csv, ",%s ", half == 0 ? "truth of" : "answer for");
            dk_csv_put(&w->csv, data->names[k]);
        }
    }
    dk_buffer_add(&w->csv, "\n");
}

static void add_row(work *w, const dk_answer *a) {
    dk_csv_put(&w->csv, w->place.valid->samples[a->picture].path);
    for (int k = 0; k < 2 * w->outputs; k++) {
        const float value = k < w->outputs ? a->truth[k] : a->answers[k - w->outputs];
        dk_buffer_add(&w->csv, ",%.7g", (double)value);
    }
    dk_buffer_add(&w->csv, "\n");
}

static dk_status answer(void *self, const dk_answer *a, dk_error *err) {
    work *const w = self;
    double square = 0;
    for (int k = 0; k < w->outputs; k++) {
        const double t = (double)a->truth[k], e = (double)a->answers[k] - t;
        sums *const s = &w->sums[k];
        s->error += fabs(e);
        s->square += e * e;
        s->truth += t;
        s->truth_square += t * t;
        square += e * e;
    }
    w->loss += a->loss != NULL ? (double)*a->loss : square;
    w->images++;
    add_row(w, a);
    return w->csv.failed ? dk_no_memory(err, w->csv.size, "the answers of a validation") : DK_OK;
}

/* NaN where the truth does not vary. */
static double r_squared(const sums *s, double n) {
    const double spread = s->truth_square - s->truth * s->truth / n;
    return spread > 1e-12 * s->truth_square ? 1 - s->square / spread : NAN;
}

static bool part(const void *self, int i, const char **name, dk_figures *f) {
    const work *const w = self;
    const double n = w->images > 0 ? (double)w->images : 1;
    if (i >= w->outputs) {
        return false;
    }
    *name = w->place.data->names[i];
    *f = dk_figures_none(figures);
    f->value[MAE] = w->sums[i].error / n;
    f->value[RMSE] = sqrt(w->sums[i].square / n);
    f->value[R2] = r_squared(&w->sums[i], n);
    return true;
}

static void measured(const void *self, dk_figures *f) {
    const work *const w = self;
    const double n = w->images > 0 ? (double)w->images : 1;
    double error = 0, square = 0, explained = 0;
    int varying = 0;
    for (int k = 0; k < w->outputs; k++) {
        const double r2 = r_squared(&w->sums[k], n);
        error += w->sums[k].error;
        square += w->sums[k].square;
        explained += isfinite(r2) ? r2 : 0;
        varying += isfinite(r2);
    }
    f->value[LOSS] = w->loss / n;
    f->value[MAE] = error / (n * w->outputs);
    f->value[RMSE] = sqrt(square / (n * w->outputs));
    f->value[R2] = varying > 0 ? explained / varying : NAN;
}

static dk_status save(const work *w, const char *folder, dk_error *err) {
    char *path = NULL;
    DK_TRY(dk_path_join(&path, folder, "values.csv", err));
    const dk_status status = dk_file_write(path, w->csv.text, w->csv.size, err);
    free(path);
    return status;
}

/* values.csv: every truth and answer of the validation. */
static void leave(void *self, const char *folder, int epoch) {
    work *const w = self;
    dk_error why = {0};
    (void)epoch;
    dk_pass_over(w->place.log, &w->told, save(w, folder, &why), &why);
}

const dk_task dk_task_regressor = {
    .name = "regressor",
    .truth = &dk_truth_values,
    .figures = figures,
    .opts = opts,
    .conf_size = sizeof(conf),
    .size = sizeof(work),
    .settle = settle,
    .fits = fits,
    .open = open,
    .close = close,
    .load = load,
    .learn = learn,
    .learnt = learnt,
    .begin = begin,
    .answer = answer,
    .measured = measured,
    .parts = "value",
    .parts_list = "values",
    .part = part,
    .leave = leave,
};
