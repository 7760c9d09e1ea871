#include "run/measuring.h"

static dk_status open_set(dk_measuring *m, const dk_measuring_options *o, dk_error *err) {
    const char *const *key = (const char *const *)((const char *)&m->data->conf + o->source_at);
    m->source = o->source != NULL ? o->source : *key;
    DK_TRY(dk_data_open(&m->set, m->data, m->source, o->truth, err));
    dk_unread_warn(&m->set->unread, m->source, &o->open.log);
    return DK_OK;
}

static dk_status open_model(dk_measuring *m, const dk_measuring_options *o, dk_error *err) {
    dk_model_options options = o->open;
    DK_TRY(dk_model_read(&m->own, &options, err));
    const int batch = m->own.settings.net.batch / m->own.settings.net.subdivisions;
    options.build.n = batch < m->view_count ? m->view_count : batch / m->view_count * m->view_count;
    m->model = &m->own;
    return dk_model_build(&m->own, &options, err);
}

dk_status dk_measuring_open(dk_measuring *m, const dk_measuring_options *o, dk_error *err) {
    *m = (dk_measuring){
        .model = o->model, .views = o->views, .view_count = o->view_count > 0 ? o->view_count : 1};
    DK_TRY(dk_data_load(&m->data, o->data, o->set_data, err));
    dk_data_tell(m->data, &o->open.log);
    if (m->model == NULL) {
        DK_TRY(open_model(m, o, err));
    }
    DK_TRY(o->task->fits(m->data, m->model->net, err));
    return open_set(m, o, err);
}

dk_status dk_measuring_start(dk_measuring *m, int threads, float max_bad, dk_error *err) {
    const dk_shape in = m->model->net->input.shape;
    const dk_settings *s = &m->model->settings;
    const dk_loader_conf conf = {.batch = in.n / m->view_count,
                                 .channels = in.c,
                                 .height = in.h,
                                 .width = in.w,
                                 .input = &s->input,
                                 .views = m->views,
                                 .view_count = m->view_count,
                                 .truth = dk_net_truth_shape(m->model->net),
                                 .seed = m->model->seed,
                                 .threads = threads,
                                 .max_bad = max_bad < 0 ? s->train.max_bad : max_bad};
    return dk_loader_open(&m->stream, m->set, &conf, err);
}

void dk_measuring_close(dk_measuring *m) {
    dk_stream_close(m->stream);
    dk_dataset_close(m->set);
    dk_model_close(&m->own);
    dk_data_close(m->data);
    *m = (dk_measuring){0};
}
