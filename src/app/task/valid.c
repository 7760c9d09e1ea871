/* `TASK valid` for tasks without a report of their own: the figures of a network on a list or folder, of the whole and of
 * each of its parts. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "app/json.h"
#include "app/say.h"
#include "app/setup.h"
#include "run/measuring.h"
#include "run/memory.h"
#include "run/task.h"

typedef struct {
    int json;
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const dk_flag_table tables[] = {{.rows = dk_flags_json, .at = AT(json)},
                                       {.rows = dk_flags_seed, .at = AT(model)},
                                       {.rows = dk_flags_task, .at = AT(model)},
                                       {0}};

typedef struct {
    const dk_call *call;
    const dk_task *task;
    void *self; /* the task's */
    dk_measuring m;
    dk_figures figures;
} work;

static dk_status add(void *user, const dk_answer *answer, dk_error *err) {
    const work *w = user;
    return w->task->answer(w->self, answer, err);
}

static dk_status measure(work *w, dk_error *err) {
    const dk_call *call = w->call;
    const flags *f = call->flags;
    dk_measuring_options options = dk_setup_measuring(call, &f->model, offsetof(dk_data_conf, valid));
    options.truth = w->task->truth;
    DK_TRY(dk_measuring_open(&w->m, &options, err));
    DK_TRY(dk_measuring_start(&w->m, err));
    const dk_model *const m = w->m.model;
    const dk_memory_beside host =
        dk_memory_beside_nets(m->backend, m->max_memory, dk_net_bytes_sum(&m->net->bytes));
    const dk_task_place place = {.section = &w->m.model->cfg->sections[0],
                                 .settings = &w->m.model->settings,
                                 .data = w->m.data,
                                 .valid = w->m.set,
                                 .net = w->m.model->net,
                                 .max_memory = host.limit,
                                 .used = host.used,
                                 .arena = call->arena,
                                 .log = &call->log};
    const dk_pass pass = {
        .net = w->m.model->net, .loader = w->m.stream, .set = w->m.set, .views = 1, .told = add, .user = w};
    DK_TRY(w->task->open(w->self, &place, err));
    w->task->begin(w->self);
    DK_TRY(dk_measure(&pass, err));
    w->figures = dk_figures_none(w->task->figures);
    w->task->measured(w->self, &w->figures);
    return DK_OK;
}

/* ---- what is said ---- */

/* "val_mae" → "mae". */
static const char *key_of(const dk_figure_kind *kind) {
    static const char before[] = "val_";
    return strncmp(kind->valid, before, sizeof before - 1) == 0 ? kind->valid + sizeof before - 1
                                                                : kind->valid;
}

static void add_figures(dk_json *j, const dk_figures *f) {
    for (int i = 0; i < f->count; i++) {
        if (f->kinds[i].valid != NULL && isfinite(f->value[i])) {
            dk_json_float(j, key_of(&f->kinds[i]), f->value[i], DK_JSON_FLOAT);
        }
    }
}

static dk_status print_json(const work *w, dk_error *err) {
    assert(w->m.set != NULL);
    dk_buffer text = {0};
    dk_json j = {.out = &text, .lines = true};
    const char *name = NULL;
    dk_figures f;
    const int skipped = dk_stream_skipped(w->m.stream);
    dk_json_open(&j, NULL, '{');
    dk_json_int(&j, "images", w->m.set->count - skipped);
    dk_json_int(&j, "skipped", skipped);
    add_figures(&j, &w->figures);
    dk_json_open(&j, w->task->parts_list, '[');
    for (int i = 0; w->task->part(w->self, i, &name, &f); i++) {
        dk_json_open(&j, NULL, '{');
        dk_json_text(&j, "name", name);
        add_figures(&j, &f);
        dk_json_close(&j, '}');
    }
    dk_json_close(&j, ']');
    dk_json_close(&j, '}');
    const dk_status status = dk_json_print(&text, err);
    dk_buffer_free(&text);
    return status;
}

/* A table of the parts: the columns that any of them has. */
static void print_parts(const work *w) {
    const char *name = NULL;
    char text[32];
    dk_figures f;
    for (int i = 0; w->task->part(w->self, i, &name, &f); i++) {
        if (i == 0) {
            dk_say("\n%-24s", w->task->parts);
            for (int k = DK_FIGURE_LOSS + 1; k < f.count; k++) {
                dk_say("  %14s", f.kinds[k].name);
            }
            dk_say("\n");
        }
        dk_say("%-24.24s", name);
        for (int k = DK_FIGURE_LOSS + 1; k < f.count; k++) {
            dk_say("  %14s", dk_figure_text(text, &f.kinds[k], f.value[k], 2));
        }
        dk_say("\n");
    }
}

static void print_text(const work *w) {
    assert(w->m.set != NULL);
    char text[32];
    const int skipped = dk_stream_skipped(w->m.stream);
    dk_say("%d images, %d skipped\n", w->m.set->count - skipped, skipped);
    for (int i = 0; i < w->figures.count; i++) {
        dk_say("%s: %s\n", w->figures.kinds[i].name,
               dk_figure_text(text, &w->figures.kinds[i], w->figures.value[i], 2));
    }
    print_parts(w);
}

static dk_status run(const dk_call *call, dk_error *err) {
    const dk_task *task = call->task;
    work w = {.call = call, .task = task, .self = dk_arena_alloc(call->arena, task->size)};
    const flags *f = call->flags;
    dk_status status = w.self != NULL ? measure(&w, err) : dk_no_memory(err, task->size, "the figures");
    if (status == DK_OK && f->json) {
        status = print_json(&w, err);
    } else if (status == DK_OK) {
        print_text(&w);
    }
    if (w.self != NULL && task->close != NULL) {
        task->close(w.self);
    }
    dk_measuring_close(&w.m);
    return status;
}

const dk_action dk_action_valid_any = {
    .name = "valid",
    .args = "DATA CFG WEIGHTS [LIST_OR_FOLDER]",
    .help = "measure a network on the `valid` pictures of DATA, or on others",
    .more = "-json prints one object: images, skipped, the figures of log.csv without val_, and the same of "
            "each part.\n",
    .min = 3,
    .max = 4,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
