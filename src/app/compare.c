/* `compare`: validation accuracy and loss of several runs over epochs, in one picture. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/command.h"
#include "app/say.h"
#include "plot/lines.h"
#include "run/results.h"

/* Runs, and their curves over the epochs 1 … points. */
typedef struct {
    dk_results runs[DK_LINES_MOST];
    const char *names[DK_LINES_MOST];
    int count, points;
    double *epochs, *accuracy, *loss; /* points; [run·points + i] */
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
    bool validated = false;
    for (int i = 0; i < r->count; i++) {
        validated |= isfinite(r->rows[i].val_loss);
    }
    if (!validated) {
        return dk_fail(err, DK_EDATA, "%s: the run was never validated; there is nothing to compare", folder);
    }
    const int last = (int)r->rows[r->count - 1].epoch;
    w->points = last > w->points ? last : w->points;
    return DK_OK;
}

static dk_status fill_curves(work *w, dk_arena *arena, dk_error *err) {
    const size_t points = (size_t)w->points, cells = points * (size_t)w->count;
    w->epochs = dk_arena_alloc(arena, points * sizeof *w->epochs);
    w->accuracy = dk_arena_alloc(arena, cells * sizeof *w->accuracy);
    w->loss = dk_arena_alloc(arena, cells * sizeof *w->loss);
    if (w->epochs == NULL || w->accuracy == NULL || w->loss == NULL) {
        return dk_no_memory(err, cells * sizeof *w->loss, "the curves of the runs");
    }
    for (size_t i = 0; i < points; i++) {
        w->epochs[i] = (double)i + 1;
    }
    for (size_t i = 0; i < cells; i++) {
        w->accuracy[i] = w->loss[i] = NAN;
    }
    for (int k = 0; k < w->count; k++) {
        for (int i = 0; i < w->runs[k].count; i++) {
            const dk_log_row *const row = &w->runs[k].rows[i];
            const size_t at = (size_t)k * points + (size_t)row->epoch - 1;
            w->accuracy[at] = 100 * row->val_accuracy;
            w->loss[at] = row->val_loss;
        }
    }
    return DK_OK;
}

static dk_status compare(const dk_call *call, work *w, dk_error *err) {
    const char *const out = call->flags.out ? call->flags.out : "compare.png";
    if (call->count > DK_LINES_MOST) {
        return dk_fail(err, DK_EUSAGE, "%d runs; at most %d can be told apart in one picture", call->count,
                       DK_LINES_MOST);
    }
    for (int i = 0; i < call->count; i++) {
        DK_TRY(read_run(w, call->args[i], err));
    }
    name_runs(w);
    DK_TRY(fill_curves(w, call->arena, err));
    const dk_lines lines = {
        .title = "Runs compared",
        .subtitle = "validation after each epoch; at the right the last values",
        .names = w->names,
        .count = w->count,
        .points = w->points,
        .epochs = w->epochs,
        .panels = {{"accuracy (%)", "%.2f %%", true, w->accuracy}, {"loss", "%.4f", false, w->loss}},
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

static const char *const flags[] = {"out", NULL};

const dk_command dk_command_compare = {
    .name = "compare",
    .args = "RUN RUN ...",
    .help = "draw validation accuracy and loss of several runs into compare.png",
    .more = "Each RUN is a folder that `classifier train` has left, as results/mobilenet-1.\n",
    .min = 2,
    .max = -1,
    .flags = flags,
    .run = run,
};
