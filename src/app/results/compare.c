/* `compare`: validation loss and the figure beside it of several runs of one task over epochs, in one picture. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/say.h"
#include "plot/lines.h"
#include "run/results.h"

typedef struct {
    const char *out;
} flags;

static const dk_flag own[] = {
    {"out", DK_FLAG_FILE, offsetof(flags, out), .value = "FILE",
     .help = "where the picture goes (compare.png)"},
    {0},
};
static const dk_flag_table tables[] = {{.rows = own}, {0}};

/* Runs, and their curves over the epochs that any of them has: numbers of a file do not say how much memory is wanted. */
typedef struct {
    dk_results runs[DK_LINES_MOST];
    const char *names[DK_LINES_MOST];
    int count, points;
    double *epochs, *main, *loss; /* points, ascending; [run·points + i] */
} work;

/* Runs of one name are told apart by their folders. */
static void name_runs(work *w) {
    for (int i = 0; i < w->count; i++) {
        w->names[i] = w->runs[i].name;
        for (int j = 0; j < w->count; j++) {
            const bool alike = j != i && strcmp(w->runs[i].name, w->runs[j].name) == 0;
            w->names[i] = alike ? w->runs[i].folder : w->names[i];
        }
    }
}

static dk_status read_run(work *w, const char *folder, dk_error *err) {
    dk_results *const r = &w->runs[w->count++];
    DK_TRY(dk_results_read(r, folder, err));
    if (r->task != w->runs[0].task) {
        return dk_fail(err, DK_EDATA,
                       "%s is a run of a %s, and %s of a %s; only runs of one kind can be compared", folder,
                       r->task->name, w->runs[0].folder, w->runs[0].task->name);
    }
    bool validated = false;
    for (int i = 0; i < r->count; i++) {
        validated |= isfinite(r->rows[i].valid.value[DK_FIGURE_LOSS]);
    }
    if (!validated) {
        return dk_fail(err, DK_EDATA, "%s: the run was never validated; there is nothing to compare", folder);
    }
    w->points += r->count; /* at most: most epochs are those of other runs, too */
    return DK_OK;
}

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The epochs of all runs, each once. */
static void fill_epochs(work *w) {
    int count = 0, kept = 0;
    for (int k = 0; k < w->count; k++) {
        for (int i = 0; i < w->runs[k].count; i++) {
            w->epochs[count++] = w->runs[k].rows[i].epoch;
        }
    }
    qsort(w->epochs, (size_t)count, sizeof *w->epochs, by_value);
    for (int i = 0; i < count; i++) {
        if (kept == 0 || w->epochs[kept - 1] < w->epochs[i]) {
            w->epochs[kept++] = w->epochs[i];
        }
    }
    w->points = kept;
}

static dk_status fill_curves(work *w, dk_arena *arena, dk_error *err) {
    assert(w->runs[0].task != NULL);
    const size_t most = (size_t)w->points, cells = most * (size_t)w->count;
    w->epochs = dk_arena_alloc(arena, most * sizeof *w->epochs);
    w->main = dk_arena_alloc(arena, cells * sizeof *w->main);
    w->loss = dk_arena_alloc(arena, cells * sizeof *w->loss);
    if (w->epochs == NULL || w->main == NULL || w->loss == NULL) {
        return dk_no_memory(err, cells * sizeof *w->loss, "the curves of the runs");
    }
    fill_epochs(w);
    for (size_t i = 0; i < cells; i++) {
        w->main[i] = w->loss[i] = NAN;
    }
    const double scale = w->runs[0].task->figures[DK_FIGURE_MAIN].share ? 100 : 1;
    for (int k = 0; k < w->count; k++) {
        const size_t begin = (size_t)k * (size_t)w->points;
        for (int i = 0, at = 0; i < w->runs[k].count; i++) {
            const dk_log_row *const row = &w->runs[k].rows[i];
            while (w->epochs[at] < row->epoch) {
                at++;
            }
            w->main[begin + (size_t)at] = scale * row->valid.value[DK_FIGURE_MAIN];
            w->loss[begin + (size_t)at] = row->valid.value[DK_FIGURE_LOSS];
        }
    }
    return DK_OK;
}

static dk_status compare(const dk_call *call, work *w, dk_error *err) {
    const flags *const f = call->flags;
    const char *const out = f->out ? f->out : "compare.png";
    if (call->count > DK_LINES_MOST) {
        return dk_fail(err, DK_EUSAGE, "%d runs; at most %d can be told apart in one picture", call->count,
                       DK_LINES_MOST);
    }
    for (int i = 0; i < call->count; i++) {
        DK_TRY(read_run(w, call->args[i], err));
    }
    name_runs(w);
    DK_TRY(fill_curves(w, call->arena, err));
    assert(w->runs[0].task != NULL);
    const dk_figure_kind *const main = &w->runs[0].task->figures[DK_FIGURE_MAIN];
    char name[80];
    snprintf(name, sizeof name, main->share ? "%s (%%)" : "%s", main->name);
    const dk_lines lines = {.title = "Runs compared",
                            .subtitle = "validation after each epoch; at the right the last values",
                            .names = w->names,
                            .count = w->count,
                            .points = w->points,
                            .epochs = w->epochs,
                            .panels = {{name, main->share ? "%.2f %%" : "%.4f", main->share, w->main},
                                       {"loss", "%.4f", false, w->loss}},
                            .panel_count = 2};
    dk_fonts fonts = {.log = call->log};
    DK_TRY(dk_lines_save(&lines, &fonts, out, err));
    dk_say("%s\n", out);
    return DK_OK;
}

static dk_status run(const dk_call *call, dk_error *err) {
    work *const w = calloc(1, sizeof *w);
    const dk_status status = w != NULL ? compare(call, w, err) : dk_no_memory(err, sizeof *w, "the runs");
    for (int i = 0; w != NULL && i < w->count; i++) {
        dk_results_close(&w->runs[i]);
    }
    free(w);
    return status;
}

const dk_action dk_action_compare = {
    .name = "compare",
    .args = "RUN RUN ...",
    .help = "draw validation accuracy and loss of several runs into compare.png",
    .more = "Each RUN is a folder that `classifier train` has left, as results/mobilenet-1.\n",
    .min = 2,
    .max = -1,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
