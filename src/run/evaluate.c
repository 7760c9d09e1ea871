/* Measuring: one pass of a set through a net. The loss of a picture is what the net's own loss layer says;
 * a net without one is given −log of the truth's score. A row of a batch holds the views of one picture, one
 * after the other; the first of them is the whole picture. */
#include "run/evaluate.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Host memory of one batch of n views. */
typedef struct {
    float *answers; /* n·outputs */
    float *losses;  /* n */
    float *truths;  /* n·outputs */
    float *mean;    /* outputs */
} results;

/* −log p, with p kept away from 0 so that one hopeless answer does not make the mean infinite. */
static double cross_entropy(float p) {
    return -log(fmax((double)p, FLT_MIN));
}

/* The truth of each view is that of its picture. */
static const float *spread_truth(const dk_evaluation *e, const dk_batch *batch, const results *r) {
    const size_t outputs = dk_net_outputs(e->net), views = (size_t)e->tta->count;
    if (batch->truth == NULL || views == 1) {
        return batch->truth;
    }
    for (size_t i = 0; i < (size_t)e->net->options.n; i++) {
        memcpy(r->truths + i * outputs, batch->truth + i / views * outputs, outputs * sizeof(float));
    }
    return r->truths;
}

static dk_status tell(dk_on_answer told, void *user, int picture, int truth, const float *scores,
                      dk_error *err) {
    return told == NULL ? DK_OK : told(user, picture, truth, scores, err);
}

/* Answers and loss of a picture are numbers; else the message names picture and weights. */
static dk_status check_picture(const dk_evaluation *e, int picture, const float *answers, const float *loss,
                               dk_error *err) {
    const size_t outputs = dk_net_outputs(e->net);
    dk_error why = {0};
    dk_status status = dk_net_check_answers(e->net, answers, outputs * (size_t)e->tta->count, &why);
    if (status == DK_OK && loss != NULL && !isfinite(*loss)) {
        status = dk_fail(&why, DK_EDIVERGED, "%s: the loss is %s", dk_net_name(e->net),
                         isnan(*loss) ? "NaN" : "infinite");
    }
    return status == DK_OK ? DK_OK : dk_fail(err, status, "%s (%s)", why.text, e->set->samples[picture].path);
}

/* answers: of the picture's views; loss: of the first, when the net tells one. */
static dk_status count_picture(const dk_evaluation *e, int picture, const float *answers, const float *loss,
                               float *mean, dk_error *err) {
    const int truth = e->set->samples[picture].label;
    DK_TRY(check_picture(e, picture, answers, loss, err));
    if (truth >= 0) {
        dk_metrics_add(e->single, answers, truth,
                       loss != NULL ? (double)*loss : cross_entropy(answers[truth]));
    }
    DK_TRY(tell(e->on_single, e->user, picture, truth, answers, err));
    if (e->averaged == NULL && e->on_averaged == NULL) {
        return DK_OK;
    }
    dk_tta_average(e->tta, answers, dk_net_outputs(e->net), mean);
    if (truth >= 0 && e->averaged != NULL) {
        dk_metrics_add(e->averaged, mean, truth, cross_entropy(mean[truth]));
    }
    return tell(e->on_averaged, e->user, picture, truth, mean, err);
}

static dk_status measure_batch(const dk_evaluation *e, const dk_batch *batch, const results *r,
                               dk_error *err) {
    const size_t views = (size_t)e->tta->count, outputs = dk_net_outputs(e->net);
    const float *truth = spread_truth(e, batch, r);
    const bool has_loss = e->net->loss != NULL && truth != NULL;
    DK_TRY(dk_net_forward(e->net, batch->pixels, truth, 0, err));
    DK_TRY(dk_net_answers(e->net, r->answers, err));
    if (has_loss) {
        DK_TRY(dk_net_losses(e->net, r->losses, err));
    }
    for (int i = 0; i < batch->count; i++) {
        const size_t row = (size_t)i * views;
        DK_TRY(count_picture(e, batch->picture[i], r->answers + row * outputs,
                             has_loss ? &r->losses[row] : NULL, r->mean, err));
    }
    return DK_OK;
}

static dk_status measure(const dk_evaluation *e, const results *r, dk_error *err) {
    DK_TRY(dk_loader_rewind(e->loader, err));
    for (;;) {
        dk_batch batch = {0};
        DK_TRY(dk_loader_next(e->loader, &batch, err));
        if (batch.count == 0) {
            break;
        }
        DK_TRY(measure_batch(e, &batch, r, err));
    }
    e->single->skipped = dk_loader_skipped(e->loader);
    if (e->averaged != NULL) {
        e->averaged->skipped = e->single->skipped;
    }
    return DK_OK;
}

dk_status dk_evaluate_views(const dk_evaluation *e, dk_error *err) {
    const size_t n = (size_t)e->net->options.n, outputs = dk_net_outputs(e->net);
    assert(n % (size_t)e->tta->count == 0);
    float *const room = malloc((n * (2 * outputs + 1) + outputs) * sizeof *room);
    if (room == NULL) {
        return dk_no_memory(err, n * (2 * outputs + 1) * sizeof *room, "the answers of a batch");
    }
    const results r = {.answers = room,
                       .truths = room + n * outputs,
                       .losses = room + 2 * n * outputs,
                       .mean = room + n * (2 * outputs + 1)};
    dk_metrics_reset(e->single);
    if (e->averaged != NULL) {
        dk_metrics_reset(e->averaged);
    }
    const dk_status status = measure(e, &r, err);
    free(room);
    return status;
}

dk_status dk_evaluate_set(dk_net *net, dk_loader *loader, const dk_dataset *set, dk_metrics *metrics,
                          dk_on_answer on_answer, void *user, dk_error *err) {
    const dk_evaluation e = {.net = net,
                             .loader = loader,
                             .set = set,
                             .tta = &dk_tta_none,
                             .single = metrics,
                             .on_single = on_answer,
                             .user = user};
    return dk_evaluate_views(&e, err);
}

dk_status dk_data_fits(const dk_data *data, const dk_net *net, dk_error *err) {
    if (dk_net_outputs(net) != (size_t)data->conf.classes) {
        return dk_fail(err, DK_ESHAPE,
                       "%s has classes=%d, but the network of %s has %zu outputs; they must be equal",
                       data->path, data->conf.classes, net->cfg->path, dk_net_outputs(net));
    }
    return DK_OK;
}
