/* [net] as a whole: every floor's keys are read at once, and mistakes are told with their line. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "run/task.h"

static dk_error err;

static dk_status read_settings(const char *keys, dk_settings *out) {
    char text[1024];
    dk_cfg *cfg = NULL;
    snprintf(text, sizeof text, "[net]\nwidth=8\nheight=8\nchannels=3\n%s\n[softmax]\n", keys);
    err = (dk_error){0};
    cr_assert_eq(dk_cfg_parse(&cfg, text, strlen(text), "a.cfg", DK_CFG_SECTIONS, &err), DK_OK, "%s",
                 err.text);
    const dk_status status = dk_settings_read(out, cfg, &dk_task_classifier, &err);
    dk_cfg_close(cfg);
    return status;
}

static void expect_error(const char *keys, const char *const *words) {
    dk_settings s;
    cr_expect_eq(read_settings(keys, &s), DK_EPARSE, "%s: %s", keys, err.text);
    for (; *words != NULL; words++) {
        cr_expect(strstr(err.text, *words) != NULL, "'%s' is not in: %s", *words, err.text);
    }
}
#define ERROR(keys, ...) expect_error(keys, (const char *const[]){__VA_ARGS__, NULL})

Test(run_settings, defaults) {
    dk_settings s;
    cr_assert_eq(read_settings("", &s), DK_OK, "%s", err.text);
    cr_expect(s.train.max_epochs == 0 && s.train.valid_every == 1 && s.train.seed == 1);
    cr_expect_eq(s.train.early_stop_figure, DK_FIGURE_LOSS);
    cr_expect(fabsf(s.train.max_bad - .01f) < 1e-7f);
    cr_expect_eq(s.train.loader_threads, (int)DK_AUTO);
}

Test(run_settings, keys_of_all_floors) {
    dk_settings s;
    cr_assert_eq(
        read_settings("batch=4\nsubdivisions=2\ninput_mean=.5\nangle=7\nmomentum=.5\nmax_epochs=3\n"
                      "early_stop_metric=val_accuracy\nearly_stop_patience=4\nmax_bad=2.5 %\nmosaic=0",
                      &s),
        DK_OK, "%s", err.text);
    cr_expect(s.net.batch == 4 && s.net.subdivisions == 2 && s.train.max_epochs == 3);
    cr_expect(s.input.input_mean == .5f && s.augment.angle == 7 && s.solver.momentum == .5f);
    cr_expect_eq(s.train.early_stop_figure, DK_FIGURE_MAIN);
    cr_expect(fabsf(s.train.max_bad - .025f) < 1e-7f);
}

Test(run_settings, harmless_keys_are_accepted) {
    dk_settings s;
    cr_expect_eq(read_settings("letter_box=1\nmax_chart_loss=8.5\ntry_fix_nan=1\nresize_step=32", &s), DK_OK,
                 "%s", err.text);
}

Test(run_settings, mistakes) {
    ERROR("mosaic=1", "a.cfg:5", "mosaic=1", "not supported", "0");
    ERROR("ema_alpha=1", "a.cfg:5", "ema_alpha", "range");
    ERROR("clip=1", "a.cfg:5", "clip", "not supported");
    ERROR("max_epoch=3", "a.cfg:5", "max_epoch", "max_epochs");
    ERROR("max_bad=many", "a.cfg:5", "max_bad=many", "percent");
    ERROR("max_bad=101%", "a.cfg:5", "0..100");
    ERROR("max_bad=%", "max_bad");
    ERROR("early_stop_metric=loss", "a.cfg:5", "val_loss", "val_accuracy");
    ERROR("label_smooth_eps=1", "label_smooth_eps");
    ERROR("valid_every=0", "valid_every");
    ERROR("seed=0", "seed");
    ERROR("task=clasifier", "a.cfg:5", "task=clasifier", "classifier, which may be meant");
}

Test(run_settings, no_key_is_in_two_tables) {
    const dk_opt *const tables[] = {dk_net_opts,    dk_input_opts, dk_augment_opts,
                                    dk_solver_opts, dk_train_opts, dk_task_classifier.opts};
    const int count = (int)(sizeof tables / sizeof tables[0]);
    for (int i = 0; i < count; i++) {
        for (const dk_opt *a = tables[i]; a->key != NULL; a++) {
            for (int j = i; j < count; j++) {
                for (const dk_opt *b = j == i ? a + 1 : tables[j]; b->key != NULL; b++) {
                    cr_expect_str_neq(a->key, b->key);
                }
            }
            cr_expect(a->help != NULL && a->help[0] != '\0', "%s has no help", a->key);
        }
    }
}
