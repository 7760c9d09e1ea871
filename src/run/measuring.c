#include "run/measuring.h"

#include "run/feed.h"

static dk_status open_set(dk_measuring *m, dk_error *err) {
    const dk_measuring_options *const o = &m->options;
    const char *const *key = (const char *const *)((const char *)&m->data->conf + o->source_at);
    m->source = o->source != NULL ? o->source : *key;
    return dk_data_open(&m->set, m->data, m->source, o->truth, &o->open.log, err);
}

static dk_status open_model(dk_measuring *m, dk_error *err) {
    dk_model_options *const o = &m->options.open;
    const int views = m->options.view_count;
    m->model = &m->own;
    DK_TRY(dk_model_read(&m->own, o, err));
    const int batch = m->own.settings.net.batch / m->own.settings.net.subdivisions;
    o->build.n = batch < views ? views : batch / views * views;
    return m->options.unbuilt ? DK_OK : dk_model_build(&m->own, o, err);
}

dk_status dk_measuring_open(dk_measuring *m, const dk_measuring_options *o, dk_error *err) {
    *m = (dk_measuring){.options = *o, .model = o->model};
    m->options.view_count = o->view_count > 0 ? o->view_count : 1;
    DK_TRY(dk_data_load(&m->data, o->data, o->set_data, &o->open.log, err));
    DK_TRY(m->model == NULL ? open_model(m, err) : DK_OK);
    if (m->model->net != NULL && o->open.task != NULL) {
        DK_TRY(o->open.task->fits(m->data, m->model->net, err));
    }
    return open_set(m, err);
}

dk_status dk_measuring_start(dk_measuring *m, dk_error *err) {
    const dk_measuring_options *const o = &m->options;
    const dk_shape in = m->model->net->input.shape;
    const dk_settings *s = &m->model->settings;
    const dk_loader_conf conf = {.batch = in.n / o->view_count,
                                 .channels = in.c,
                                 .height = in.h,
                                 .width = in.w,
                                 .input = &s->input,
                                 .views = o->views,
                                 .view_count = o->view_count,
                                 .shuffle = o->round,
                                 .truth = dk_net_truth_shape(m->model->net),
                                 .seed = m->model->seed,
                                 .threads = o->threads,
                                 .memory = dk_feed_memory(m->model->backend),
                                 .max_bad = o->max_bad > 0 ? o->max_bad : s->train.max_bad};
    return dk_loader_open(&m->stream, m->set, &conf, err);
}

void dk_measuring_close(dk_measuring *m) {
    dk_stream_close(m->stream);
    dk_dataset_close(m->set);
    dk_model_close(&m->own);
    dk_data_close(m->data);
    *m = (dk_measuring){0};
}
