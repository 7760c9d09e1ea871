/* cfg text → settings → engine → net → weights. */
#include "run/model.h"

#include <string.h>

#include "base/file.h"
#include "net/weights.h"
#include "run/memory.h"
#include "run/task.h"

/* One "key=value" of -set into the cfg's first section. */
static dk_status set_key(dk_cfg *cfg, const char *pair, dk_arena *arena, dk_error *err) {
    const char *equals = strchr(pair, '=');
    if (equals == NULL || equals == pair) {
        return dk_fail(err, DK_EUSAGE, "-set net.%s: is not key=value; try -set net.batch=32", pair);
    }
    const char *key = dk_arena_text_n(arena, pair, (size_t)(equals - pair));
    if (key == NULL) {
        return dk_no_memory(err, strlen(pair), "a key");
    }
    return dk_cfg_set(cfg, key, equals + 1, err);
}

static dk_status open_cfg(dk_model *m, const dk_model_options *o, dk_error *err) {
    if (o->cfg_text != NULL) {
        return dk_cfg_parse(&m->cfg, o->cfg_text, strlen(o->cfg_text), o->cfg, DK_CFG_SECTIONS, err);
    }
    const char *path = m->arena != NULL ? dk_share_find(o->cfg, m->arena) : NULL;
    if (path == NULL) {
        return dk_no_memory(err, strlen(o->cfg), "the path of the cfg");
    }
    return dk_cfg_load(&m->cfg, path, DK_CFG_SECTIONS, err);
}

dk_status dk_model_read(dk_model *m, const dk_model_options *o, dk_error *err) {
    *m = (dk_model){.arena = dk_arena_open()};
    if (o->cfg == NULL) {
        return dk_fail(err, DK_EUSAGE,
                       "no cfg is given; a network is described by a file such as cfg/mobilenet.cfg");
    }
    DK_TRY(open_cfg(m, o, err));
    for (int i = 0; o->set != NULL && o->set[i] != NULL; i++) {
        DK_TRY(set_key(m->cfg, o->set[i], m->arena, err));
    }
    if (o->precision != NULL) {
        DK_TRY(dk_cfg_set(m->cfg, "precision", o->precision, err));
    }
    DK_TRY(dk_settings_read(&m->settings, m->cfg, o->task, err));
    if (o->task != NULL) {
        dk_settings_tell_idle(m->cfg, o->task, &o->log);
        if (o->task->settle != NULL) {
            DK_TRY(o->task->settle(&m->settings, &m->cfg->sections[0], &o->log, err));
        }
    }
    m->seed = o->seed != 0 ? o->seed : (uint64_t)m->settings.train.seed;
    return DK_OK;
}

/* What a file that ended before layer `first` means: a start when training, else not enough. */
static dk_status report_partial(const dk_model *m, const dk_model_options *o, int first, dk_error *err) {
    const dk_layer *l = &m->net->layers[first];
    if (!o->partial) {
        return dk_fail(err, DK_EFORMAT,
                       "%s: ends before layer %d [%s] (%s:%d), so that the network is not complete; partial "
                       "weights are a start for training only",
                       o->weights, l->index, l->type->name, l->section->file, l->section->line);
    }
    dk_note(&o->log, "%s ends before layer %d [%s] (%s:%d): this layer and those after it start fresh",
            o->weights, l->index, l->type->name, l->section->file, l->section->line);
    return DK_OK;
}

/* All layers but the classifier. */
static dk_status load_features(dk_model *m, const dk_model_options *o, const char *path, dk_error *err) {
    dk_weights_info info = {0};
    const int first = dk_weights_classifier(m->net);
    DK_TRY(dk_weights_load_features(m->net, path, &info, err));
    m->seen = info.seen;
    if (info.loaded < first) {
        DK_TRY(report_partial(m, o, info.loaded, err));
    } else if (first < m->net->count) {
        const dk_layer *l = &m->net->layers[first];
        dk_note(&o->log, "%s: all but its classifier is kept: layer %d [%s] (%s:%d) starts fresh", o->weights,
                l->index, l->type->name, l->section->file, l->section->line);
    }
    return dk_net_init(m->net, info.loaded, m->seed, err);
}

static dk_status load_weights(dk_model *m, const dk_model_options *o, dk_error *err) {
    dk_weights_info info = {0};
    const char *path = dk_share_find(o->weights, m->arena);
    if (path == NULL) {
        return dk_no_memory(err, strlen(o->weights), "the path of the weights");
    }
    if (o->fresh_classifier) {
        return load_features(m, o, path, err);
    }
    DK_TRY(dk_weights_load(m->net, path, &info, err));
    m->seen = info.seen;
    if (info.loaded == m->net->count) {
        return DK_OK;
    }
    DK_TRY(report_partial(m, o, info.loaded, err));
    return dk_net_init(m->net, info.loaded, m->seed, err);
}

dk_status dk_model_build(dk_model *m, const dk_model_options *o, dk_error *err) {
    dk_net_build_options build = o->build;
    build.seed = m->seed;
    build.blank = o->weights != NULL; /* those that the file lacks are filled afterwards */
    DK_TRY(dk_backend_open(&m->backend, o->backend, o->threads, err));
    m->max_memory = build.max_memory = dk_memory_limit(m->backend, o->build.max_memory);
    DK_TRY(dk_net_build(&m->net, m->cfg, &m->settings.net, m->backend, &build, err));
    return o->weights != NULL ? load_weights(m, o, err) : DK_OK;
}

dk_status dk_model_open(dk_model *m, const dk_model_options *o, dk_error *err) {
    DK_TRY(dk_model_read(m, o, err));
    return dk_model_build(m, o, err);
}

void dk_model_close(dk_model *m) {
    dk_net_free(m->net);
    dk_backend_close(m->backend);
    dk_cfg_close(m->cfg);
    dk_arena_close(m->arena);
    *m = (dk_model){0};
}
