/* Measuring: one pass of a set through a net. The loss of a picture is what the net's own loss layer says;
 * a net without one is given −log of the truth's score. */
#include "run/evaluate.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* Host memory of one batch. */
typedef struct {
    float *answers; /* n·outputs */
    float *losses;  /* n */
} results;

/* −log p, with p kept away from 0 so that one hopeless answer does not make the mean infinite. */
static double cross_entropy(float p) {
    return -log(fmax((double)p, FLT_MIN));
}

static dk_status measure_batch(dk_net *net, const dk_batch *batch, const dk_dataset *set, const results *r,
                               dk_metrics *metrics, dk_on_answer on_answer, void *user, dk_error *err) {
    const bool has_loss = net->loss != NULL && batch->truth != NULL;
    DK_TRY(dk_net_forward(net, batch->pixels, batch->truth, 0, err));
    DK_TRY(dk_net_answers(net, r->answers, err));
    if (has_loss) {
        DK_TRY(dk_net_losses(net, r->losses, err));
    }
    for (int i = 0; i < batch->count; i++) {
        const float *scores = r->answers + (size_t)i * dk_net_outputs(net);
        const int truth = set->samples[batch->picture[i]].label;
        if (truth >= 0) {
            const double loss = has_loss ? (double)r->losses[i] : cross_entropy(scores[truth]);
            dk_metrics_add(metrics, scores, truth, loss);
        }
        if (on_answer != NULL) {
            DK_TRY(on_answer(user, batch->picture[i], truth, scores, err));
        }
    }
    return DK_OK;
}

static dk_status measure(dk_net *net, dk_loader *loader, const dk_dataset *set, const results *r,
                         dk_metrics *metrics, dk_on_answer on_answer, void *user, dk_error *err) {
    DK_TRY(dk_loader_rewind(loader, err));
    for (;;) {
        dk_batch batch = {0};
        DK_TRY(dk_loader_next(loader, &batch, err));
        if (batch.count == 0) {
            break;
        }
        DK_TRY(measure_batch(net, &batch, set, r, metrics, on_answer, user, err));
    }
    metrics->skipped = dk_loader_skipped(loader);
    return DK_OK;
}

dk_status dk_evaluate_set(dk_net *net, dk_loader *loader, const dk_dataset *set, dk_metrics *metrics,
                          dk_on_answer on_answer, void *user, dk_error *err) {
    const size_t n = (size_t)net->options.n;
    const size_t values = n * dk_net_outputs(net);
    const results r = {malloc(values * sizeof(float)), malloc(n * sizeof(float))};
    dk_metrics_reset(metrics);
    const dk_status status = r.answers != NULL && r.losses != NULL
                                 ? measure(net, loader, set, &r, metrics, on_answer, user, err)
                                 : dk_no_memory(err, values * sizeof(float), "the answers of a batch");
    free(r.answers);
    free(r.losses);
    return status;
}

dk_status dk_data_fits(const dk_data *data, const dk_net *net, dk_error *err) {
    if (dk_net_outputs(net) != (size_t)data->conf.classes) {
        return dk_fail(err, DK_ESHAPE,
                       "%s has classes=%d, but the network of %s has %zu outputs; they must be equal",
                       data->path, data->conf.classes, net->cfg->path, dk_net_outputs(net));
    }
    return DK_OK;
}
