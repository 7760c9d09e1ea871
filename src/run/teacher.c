#include "run/teacher.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "run/calibrate.h"
#include "run/memory.h"

/* "CFG:WEIGHTS" apart, at the last colon. */
static dk_status split(const char *item, const dk_section *s, const char **cfg, const char **weights,
                       dk_arena *arena, dk_error *err) {
    const char *const colon = strrchr(item, ':');
    if (colon == NULL || colon == item || colon[1] == '\0') {
        return dk_section_fail(s, "teacher", err,
                               "teacher: '%s' is not CFG:WEIGHTS; try cfg/large.cfg:weights/large.weights",
                               item);
    }
    *cfg = dk_arena_text_n(arena, item, (size_t)(colon - item));
    *weights = colon + 1;
    return *cfg != NULL ? DK_OK : dk_no_memory(err, strlen(item), "the name of a teacher");
}

/* What it is shown and what it answers must be what the other learns from. */
static dk_status check(const dk_teacher *t, const dk_model *student, const dk_section *s, dk_error *err) {
    const dk_net_conf *a = &t->model.settings.net, *b = &student->settings.net;
    const dk_input_conf *x = &t->model.settings.input, *y = &student->settings.input;
    const size_t answers = dk_net_outputs(t->model.net), wanted = dk_net_outputs(student->net);
    const char *const path = t->model.cfg->path;
    if (answers != wanted) {
        return dk_section_fail(s, "teacher", err,
                               "teacher %s answers %zu values, but the network that learns %zu; "
                               "they must be equal",
                               path, answers, wanted);
    }
    if (a->width != b->width || a->height != b->height || a->channels != b->channels) {
        return dk_section_fail(s, "teacher", err,
                               "teacher %s looks at %dx%dx%d, but the network that learns at %dx%dx%d; "
                               "they must be equal",
                               path, a->width, a->height, a->channels, b->width, b->height, b->channels);
    }
    if (x->input_mean != y->input_mean || x->input_scale != y->input_scale || x->grey != y->grey ||
        x->bgr != y->bgr || x->fit != y->fit) {
        return dk_section_fail(s, "teacher", err,
                               "teacher %s has another input_mean, input_scale, grey, bgr or fit than the "
                               "network that learns; both see the same numbers",
                               path);
    }
    return DK_OK;
}

/* Of a file as `written` in the key. */
static dk_status note_file(dk_teachers *t, const char *written, const dk_model *student, dk_error *err) {
    dk_pair *const pair = &t->files[t->file_count++];
    const char *const path = dk_share_find(written, student->arena);
    uint64_t hash = 0;
    DK_TRY(path != NULL ? dk_hash_file(&hash, path, 0, err) : dk_no_memory(err, 0, "the name of a teacher"));
    *pair = *dk_section_find(&student->cfg->sections[0], "teacher");
    pair->key = dk_arena_format(student->arena, "teacher %s", written);
    pair->value = dk_arena_format(student->arena, "a file of hash %016" PRIx64, hash);
    return pair->key != NULL && pair->value != NULL ? DK_OK : dk_no_memory(err, 0, "the name of a teacher");
}

static dk_status open_one(dk_teachers *t, const char *item, const dk_model *student, size_t max_memory,
                          const dk_log *log, dk_error *err) {
    const dk_section *s = &student->cfg->sections[0];
    dk_teacher *const one = &t->teachers[t->count];
    dk_model_options options = {.task = t->task,
                                .backend = student->backend->name,
                                .threads = student->backend->threads,
                                .build = {.n = student->net->options.n},
                                .log = *log};
    DK_TRY(split(item, s, &options.cfg, &options.weights, student->arena, err));
    options.build.max_memory = dk_memory_rest(max_memory, t->bytes);
    t->count++;
    const dk_status status = dk_model_open(&one->model, &options, err);
    if (status != DK_OK) {
        return dk_error_prefix(err, status, "%s:%d: [net] teacher", s->file, s->line);
    }
    one->net = one->model.net;
    t->bytes += dk_net_bytes_sum(&one->net->bytes);
    DK_TRY(check(one, student, s, err));
    DK_TRY(note_file(t, options.cfg, student, err));
    return note_file(t, options.weights, student, err);
}

static int count_items(const char *list) {
    int count = 1;
    for (; *list != '\0'; list++) {
        count += *list == ',';
    }
    return count;
}

static dk_status open_all(dk_teachers *t, const char *list, const dk_model *student, size_t max_memory,
                          const dk_log *log, dk_error *err) {
    const size_t count = (size_t)count_items(list);
    char *rest = dk_arena_text(student->arena, list);
    t->teachers = dk_arena_alloc(student->arena, count * sizeof *t->teachers);
    t->files = dk_arena_alloc(student->arena, 2 * count * sizeof *t->files);
    if (rest == NULL || t->teachers == NULL || t->files == NULL) {
        return dk_no_memory(err, count * sizeof *t->teachers, "the teachers");
    }
    for (char *item = strsep(&rest, ","); item != NULL; item = strsep(&rest, ",")) {
        DK_TRY(open_one(t, dk_text_trim(item), student, max_memory, log, err));
    }
    return DK_OK;
}

dk_status dk_teachers_open(dk_teachers *t, const dk_model *student, const dk_task *task, int n,
                           size_t max_memory, const dk_log *log, dk_error *err) {
    const dk_train_conf *c = &student->settings.train;
    const dk_section *s = &student->cfg->sections[0];
    *t = (dk_teachers){.task = task, .share = c->teacher_share, .temperature = c->teacher_temperature};
    if (c->teacher == NULL || c->teacher_share == 0) {
        return DK_OK;
    }
    if (c->teacher_temperature != 1 && !task->softens) {
        return dk_section_fail(s, "teacher_temperature", err,
                               "teacher_temperature is for probabilities of classes; a %s has none",
                               task->name);
    }
    DK_TRY(open_all(t, c->teacher, student, max_memory, log, err));
    t->values = (size_t)n * dk_net_outputs(student->net);
    t->answers = malloc(3 * t->values * sizeof *t->answers);
    if (t->answers == NULL) {
        return dk_no_memory(err, 3 * t->values * sizeof *t->answers, "the answers of teachers");
    }
    t->mean = t->answers + t->values;
    t->target = t->mean + t->values;
    return DK_OK;
}

void dk_teachers_close(dk_teachers *t) {
    for (int i = 0; i < t->count; i++) {
        dk_teacher *const one = &t->teachers[i];
        if (one->net != one->model.net) {
            dk_net_free(one->net);
        }
        dk_model_close(&one->model);
    }
    free(t->answers);
    *t = (dk_teachers){0};
}

dk_status dk_teachers_reshape(dk_teachers *t, int width, int height, dk_error *err) {
    for (int i = 0; i < t->count; i++) {
        dk_teacher *const one = &t->teachers[i];
        dk_net_build_options options = one->model.net->options;
        dk_net *twin = NULL;
        const dk_shape in = one->net->input.shape;
        if (in.w == width && in.h == height) {
            continue;
        }
        options.width = width;
        options.height = height;
        DK_TRY(dk_net_twin(&twin, one->model.net, &options, err));
        if (one->net != one->model.net) {
            dk_net_free(one->net);
        }
        one->net = twin;
    }
    return DK_OK;
}

dk_status dk_teachers_mix(dk_teachers *t, const void *self, const dk_batch *batch, const float **target,
                          dk_error *err) {
    if (t->count == 0) {
        return DK_OK;
    }
    memset(t->mean, 0, t->values * sizeof *t->mean);
    for (int i = 0; i < t->count; i++) {
        dk_net *const net = t->teachers[i].net;
        DK_TRY(dk_net_forward(net, batch->pixels, NULL, 0, err));
        DK_TRY(dk_net_answers(net, t->answers, err));
        const size_t outputs = dk_net_outputs(net), told = (size_t)batch->count * outputs;
        DK_TRY(dk_net_check_answers(net, t->answers, told, err));
        for (size_t k = 0; k < told && t->temperature != 1; k += outputs) {
            dk_temperature_apply(t->answers + k, (int)outputs, (double)t->temperature);
        }
        for (size_t k = 0; k < told; k++) {
            t->mean[k] += t->answers[k] / (float)t->count;
        }
    }
    memcpy(t->target, *target, t->values * sizeof *t->target);
    if (t->task->teach != NULL) {
        t->task->teach(self, t->mean, t->share, batch, t->target);
    } else {
        dk_truth_blend(t->share, t->mean, (size_t)batch->count * batch->floats, t->target);
    }
    *target = t->target;
    return DK_OK;
}
