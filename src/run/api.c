/* The networks of include/darknet.h: open, ask, measure. A public dk_net is the net of a predictor, which goes with it.
 * Training is api_train.c; pictures are image/'s, status names base/'s. */
#include <limits.h>

#include "data/truth.h"
#include "net/weights.h"
#include "run/evaluate.h"
#include "run/feed.h"
#include "run/measuring.h"
#include "run/predict.h"

/* ---- networks ---- */
typedef struct {
    dk_net net; /* first: every net that dk_net_open gives is one of these */
    dk_predictor *predictor;
} public_net;

static dk_predictor *predictor_of(const dk_net *net) {
    return ((const public_net *)net)->predictor;
}

dk_status dk_net_open(dk_net **out, const dk_net_options *options, dk_error *err) {
    const dk_model_options model = {
        .cfg = options->cfg,
        .weights = options->weights,
        .backend = options->backend,
        .precision = options->precision,
        .threads = options->threads,
        .seed = options->seed,
        .build = {.n = options->batch, .max_memory = options->max_memory, .size = sizeof(public_net)},
        .log = options->log};
    dk_predictor *p = NULL;
    *out = NULL;
    if (options->batch < 0 || options->threads < 0) {
        return dk_fail(err, DK_EUSAGE, "batch=%d and threads=%d must not be negative", options->batch,
                       options->threads);
    }
    DK_TRY(dk_predictor_open(&p, &model, 0, 1, err));
    *out = p->model.net;
    ((public_net *)*out)->predictor = p;
    return DK_OK;
}

void dk_net_close(dk_net *net) {
    if (net != NULL) {
        dk_predictor_close(predictor_of(net));
    }
}

dk_status dk_net_save(const dk_net *net, const char *path, dk_error *err) {
    return dk_weights_save(net, path, predictor_of(net)->model.seen, -1, err);
}

void dk_net_describe(const dk_net *net, dk_net_info *info) {
    const dk_shape in = net->input.shape;
    *info = (dk_net_info){.width = in.w,
                          .height = in.h,
                          .channels = in.c,
                          .batch = in.n,
                          .outputs = dk_net_outputs(net),
                          .layers = (size_t)net->count,
                          .bytes = dk_net_bytes_sum(&net->bytes),
                          .backend = net->backend->name,
                          .precision = dk_precision_name(net->context.precision)};
    for (int i = 0; i < net->count; i++) {
        const dk_layer *l = &net->layers[i];
        info->macs += l->macs;
        for (int k = 0; k < l->param_count; k++) {
            info->parameters += l->params[k].count;
        }
    }
}

/* ---- predicting ---- */
dk_status dk_predict(dk_net *net, const dk_image *image, float *scores, size_t room, dk_error *err) {
    return dk_predict_batch(net, &image, 1, scores, room, err);
}

dk_status dk_predict_batch(dk_net *net, const dk_image *const *images, size_t count, float *scores,
                           size_t room, dk_error *err) {
    const size_t outputs = dk_net_outputs(net);
    if (room / outputs < count) {
        return dk_fail(err, DK_EUSAGE, "scores has room for %zu values; %zu pictures of %zu outputs need %zu",
                       room, count, outputs, count * outputs);
    }
    if (count > INT_MAX) {
        return dk_fail(err, DK_EUSAGE, "%zu pictures at once; at most %d are possible", count, INT_MAX);
    }
    return dk_predictor_run(predictor_of(net), images, (int)count, scores, err);
}

/* ---- measuring ---- */
static dk_status measure(dk_measuring *m, dk_scores *out, dk_arena *arena, dk_error *err) {
    dk_metrics metrics;
    DK_TRY(dk_measuring_start(m, err));
    DK_TRY(dk_metrics_open(&metrics, m->data->conf.classes, m->data->conf.top, arena, err));
    const dk_status status = dk_evaluate_set(m->model->net, m->stream, m->set, &metrics, NULL, NULL, err);
    *out = (dk_scores){.images = (size_t)metrics.images,
                       .skipped = (size_t)metrics.skipped,
                       .loss = dk_metrics_loss(&metrics),
                       .top1 = dk_metrics_top1(&metrics),
                       .topk = dk_metrics_topk(&metrics),
                       .macro_f1 = dk_metrics_macro_f1(&metrics)};
    return status;
}

dk_status dk_evaluate(dk_net *net, const char *data, const char *list, dk_scores *out, dk_error *err) {
    const dk_measuring_options options = {.data = data,
                                          .model = &predictor_of(net)->model,
                                          .open = {.task = &dk_task_classifier},
                                          .source = list,
                                          .source_at = offsetof(dk_data_conf, valid),
                                          .truth = &dk_truth_class,
                                          .threads = dk_feed_threads(predictor_of(net)->model.backend)};
    dk_measuring m = {0};
    dk_arena *arena = dk_arena_open();
    *out = (dk_scores){0};
    dk_status status =
        arena != NULL ? dk_measuring_open(&m, &options, err) : dk_no_memory(err, 0, "the scores");
    if (status == DK_OK) {
        status = measure(&m, out, arena, err);
    }
    dk_measuring_close(&m);
    dk_arena_close(arena);
    return status;
}
