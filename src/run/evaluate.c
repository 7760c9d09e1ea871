#include "run/evaluate.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* −log p, with p kept away from 0 so that one hopeless answer does not make the mean infinite. */
static double cross_entropy(float p) {
    return -log(fmax((double)p, FLT_MIN));
}

void dk_evaluate_add(dk_metrics *m, const float *scores, int truth, const float *loss) {
    dk_metrics_add(m, scores, truth, loss != NULL ? (double)*loss : cross_entropy(scores[truth]));
}

typedef struct {
    const dk_evaluation *e;
    float *mean; /* of the views of a picture: outputs */
} work;

static dk_status tell(dk_on_scores told, void *user, int picture, int truth, const float *scores,
                      dk_error *err) {
    return told == NULL ? DK_OK : told(user, picture, truth, scores, err);
}

static dk_status count(void *user, const dk_answer *a, dk_error *err) {
    const work *w = user;
    const dk_evaluation *e = w->e;
    const int truth = e->set->samples[a->picture].label;
    if (truth >= 0) {
        dk_evaluate_add(e->single, a->answers, truth, a->loss);
    }
    DK_TRY(tell(e->on_single, e->user, a->picture, truth, a->answers, err));
    if (e->averaged == NULL && e->on_averaged == NULL) {
        return DK_OK;
    }
    dk_tta_average(e->tta, a->answers, dk_net_outputs(e->net), w->mean);
    if (truth >= 0 && e->averaged != NULL) {
        dk_evaluate_add(e->averaged, w->mean, truth, NULL);
    }
    return tell(e->on_averaged, e->user, a->picture, truth, w->mean, err);
}

dk_status dk_evaluate_views(const dk_evaluation *e, dk_error *err) {
    const size_t bytes = dk_net_outputs(e->net) * sizeof(float);
    work w = {.e = e, .mean = malloc(bytes)};
    if (w.mean == NULL) {
        return dk_no_memory(err, bytes, "the mean answer");
    }
    const dk_pass pass = {
        .net = e->net, .loader = e->loader, .set = e->set, .views = e->tta->count, .told = count, .user = &w};
    dk_metrics_reset(e->single);
    if (e->averaged != NULL) {
        dk_metrics_reset(e->averaged);
    }
    const dk_status status = dk_measure(&pass, err);
    free(w.mean);
    e->single->skipped = dk_stream_skipped(e->loader);
    if (e->averaged != NULL) {
        e->averaged->skipped = e->single->skipped;
    }
    return status;
}

dk_status dk_evaluate_set(dk_net *net, dk_stream *loader, const dk_dataset *set, dk_metrics *metrics,
                          dk_on_scores on_scores, void *user, dk_error *err) {
    const dk_evaluation e = {.net = net,
                             .loader = loader,
                             .set = set,
                             .tta = &dk_tta_none,
                             .single = metrics,
                             .on_single = on_scores,
                             .user = user};
    return dk_evaluate_views(&e, err);
}

dk_status dk_data_fits(const dk_data *data, const dk_net *net, dk_error *err) {
    DK_TRY(dk_net_one_answer(net, err));
    if (dk_net_outputs(net) != (size_t)data->conf.classes) {
        return dk_fail(err, DK_ESHAPE,
                       "%s has classes=%d, but the network of %s has %zu outputs; they must be equal",
                       data->path, data->conf.classes, net->cfg->path, dk_net_outputs(net));
    }
    return DK_OK;
}
