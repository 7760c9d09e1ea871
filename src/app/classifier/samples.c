/* `classifier samples`: what a network is trained on, as a sheet of labelled pictures: as the files hold them, or
 * with -augmented as the network gets them, its input planes turned back into pixels. The order is that of the
 * first epoch, so that both sheets of one seed show the same pictures in the same places. */
#include <stdlib.h>

#include "app/results/samples_sheet.h"
#include "app/say.h"
#include "app/setup.h"
#include "base/file.h"
#include "base/log.h"
#include "data/order.h"
#include "image/shrink.h"

typedef struct {
    int augmented, count;
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const dk_flag own[] = {
    {"augmented", DK_FLAG_SWITCH, AT(augmented), .help = "as the augmentation makes them"},
    {"count", DK_FLAG_INT, AT(count), .def = 40, .min = 1, .max = DK_SAMPLES_MOST, .value = "N",
     .help = "pictures to draw"},
    {0},
};
static const dk_flag_table tables[] = {
    {.rows = own}, {.rows = dk_flags_seed, .at = AT(model)}, {.rows = dk_flags_set, .at = AT(model)}, {0}};

typedef struct {
    const dk_call *call;
    const flags *flags;
    dk_measuring m; /* of a model that is only read */
    dk_order order;
    dk_samples samples;
} work;

/* Pictures as they are; those that cannot be read are told and passed over. */
static dk_status add_files(work *w, int wanted, dk_error *err) {
    DK_TRY(dk_order_open(&w->order, w->m.set->count, true, w->m.own.seed, err));
    for (int i = 0; i < w->m.set->count && w->samples.count < wanted; i++) {
        const dk_sample *const s = &w->m.set->samples[dk_order_at(&w->order, 0, i)];
        dk_image *image = NULL;
        dk_error unread = {0};
        if (dk_image_load_small(&image, s->path, DK_SAMPLES_CELL, &unread) != DK_OK) {
            dk_warn(&w->call->log, "%s", unread.text);
            continue;
        }
        DK_TRY(dk_samples_add(&w->samples, image, w->m.data->names[s->label], err));
    }
    return DK_OK;
}

static const char *title(const work *w) {
    const dk_settings *const s = &w->m.own.settings;
    return w->flags->augmented ? dk_arena_format(w->call->arena, "%s as %s gets them: %dx%d, augmented",
                                                 w->m.data->conf.train, dk_path_name(w->m.own.cfg->path),
                                                 s->net.width, s->net.height)
                               : dk_arena_format(w->call->arena, "%s: %d of %d pictures",
                                                 w->m.data->conf.train, w->samples.count, w->m.set->count);
}

/* Makes the folder of the path, when it names one. */
static dk_status make_folder(const char *path, dk_arena *arena, dk_error *err) {
    const size_t n = (size_t)(dk_path_name(path) - path);
    const char *const folder = dk_arena_text_n(arena, path, n);
    if (folder == NULL) {
        return dk_no_memory(err, n, "a path");
    }
    return n > 0 ? dk_folder_make(folder, err) : DK_OK;
}

static dk_status save(work *w, dk_error *err) {
    const dk_call *const call = w->call;
    const dk_model_flags *const f = &w->flags->model;
    const dk_measuring_options options = {.data = call->args[0],
                                          .set_data = f->set.data,
                                          .open = dk_setup_model(call, f, call->args[1], NULL),
                                          .unbuilt = true,
                                          .source_at = offsetof(dk_data_conf, train),
                                          .truth = call->task->truth};
    DK_TRY(dk_measuring_open(&w->m, &options, err));
    const int wanted = w->flags->count < w->m.set->count ? w->flags->count : w->m.set->count;
    DK_TRY(w->flags->augmented
               ? dk_samples_augmented(&w->samples, w->m.set, (const char *const *)w->m.data->names,
                                      &w->m.own.settings, w->m.own.seed, wanted, err)
               : add_files(w, wanted, err));
    if (w->samples.count == 0) {
        return dk_fail(err, DK_EDATA, "%s: none of the pictures can be read", w->m.data->conf.train);
    }
    const char *const heading = title(w);
    const char *const out = call->count > 2
                                ? call->args[2]
                                : dk_arena_format(call->arena, "%s/samples.png", w->m.data->conf.results);
    if (heading == NULL || out == NULL) {
        return dk_no_memory(err, 0, "a title");
    }
    DK_TRY(make_folder(out, call->arena, err));
    dk_fonts fonts = {.log = call->log};
    DK_TRY(dk_samples_save(&w->samples, heading, &fonts, out, err));
    dk_say("%s\n", out);
    return DK_OK;
}

static dk_status run(const dk_call *call, dk_error *err) {
    work *const w = calloc(1, sizeof *w);
    if (w == NULL) {
        return dk_no_memory(err, sizeof *w, "the samples");
    }
    w->call = call;
    w->flags = call->flags;
    const dk_status status = save(w, err);
    dk_samples_free(&w->samples);
    dk_order_close(&w->order);
    dk_measuring_close(&w->m);
    free(w);
    return status;
}

const dk_action dk_action_samples = {
    .name = "samples",
    .args = "DATA CFG [OUT.png]",
    .help = "draw a sheet of labelled training pictures, or of what the augmentation makes of them",
    .more = "OUT.png is results/samples.png without it. With one -seed both kinds of sheet show the same "
            "pictures.\n",
    .min = 2,
    .max = 3,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};
