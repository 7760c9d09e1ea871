/* A row of a batch holds the views of one picture, one after the other. */
#include "run/measure.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Host memory of one batch of n views. */
typedef struct {
    float *answers;         /* n·outputs */
    float *losses;          /* n */
    float *truths;          /* n·floats; none with one view */
    size_t outputs, floats; /* of the net's answers, of the truth that it compares with */
} room;

/* The truth of each view is that of its picture. */
static const float *spread_truth(const dk_pass *p, const dk_batch *batch, const room *r) {
    if (p->views == 1) {
        return batch->truth;
    }
    for (size_t i = 0; i < (size_t)p->net->options.n; i++) {
        memcpy(r->truths + i * batch->floats, batch->truth + i / (size_t)p->views * batch->floats,
               batch->floats * sizeof(float));
    }
    return r->truths;
}

/* Answers and loss of a picture are numbers; else the message names picture and weights. */
static dk_status check_answer(const dk_pass *p, const dk_answer *a, size_t outputs, dk_error *err) {
    dk_error why = {0};
    dk_status status = dk_net_check_answers(p->net, a->answers, outputs * (size_t)p->views, &why);
    if (status == DK_OK && a->loss != NULL && !isfinite(*a->loss)) {
        status = dk_fail(&why, DK_EDIVERGED, "%s: the loss is %s", dk_net_name(p->net),
                         isnan(*a->loss) ? "NaN" : "infinite");
    }
    return status == DK_OK ? DK_OK
                           : dk_fail(err, status, "%s (%s)", why.text, p->set->samples[a->picture].path);
}

static dk_status measure_batch(const dk_pass *p, const dk_batch *batch, const room *r, dk_error *err) {
    const bool has_loss = r->floats > 0 && batch->truth != NULL;
    assert(!has_loss || batch->floats == r->floats);
    const float *truth = has_loss ? spread_truth(p, batch, r) : NULL;
    DK_TRY(dk_net_forward(p->net, batch->pixels, truth, 0, err));
    DK_TRY(dk_net_answers(p->net, r->answers, err));
    if (has_loss) {
        DK_TRY(dk_net_losses(p->net, r->losses, err));
    }
    for (int i = 0; i < batch->count; i++) {
        const size_t view = (size_t)i * (size_t)p->views;
        const dk_answer answer = {.net = p->net,
                                  .picture = batch->picture[i],
                                  .truth =
                                      batch->truth != NULL ? batch->truth + (size_t)i * batch->floats : NULL,
                                  .answers = r->answers + view * r->outputs,
                                  .loss = has_loss ? &r->losses[view] : NULL};
        DK_TRY(check_answer(p, &answer, r->outputs, err));
        DK_TRY(p->told(p->user, &answer, err));
    }
    return DK_OK;
}

static dk_status measure(const dk_pass *p, const room *r, dk_error *err) {
    DK_TRY(dk_stream_rewind(p->loader, err));
    for (;;) {
        dk_batch batch = {0};
        DK_TRY(dk_stream_next(p->loader, &batch, err));
        if (batch.count == 0) {
            return DK_OK;
        }
        DK_TRY(measure_batch(p, &batch, r, err));
    }
}

dk_status dk_measure(const dk_pass *p, dk_error *err) {
    const size_t n = (size_t)p->net->options.n, outputs = dk_net_outputs(p->net);
    const size_t truths = p->views > 1 ? dk_net_truth(p->net) : 0;
    assert(n % (size_t)p->views == 0);
    float *const values = malloc(n * (outputs + truths + 1) * sizeof *values);
    if (values == NULL) {
        return dk_no_memory(err, n * (outputs + truths + 1) * sizeof *values, "the answers of a batch");
    }
    const room r = {.answers = values,
                    .losses = values + n * outputs,
                    .truths = values + n * (outputs + 1),
                    .outputs = outputs,
                    .floats = dk_net_truth(p->net)};
    const dk_status status = measure(p, &r, err);
    free(values);
    return status;
}
