/* The training loop's keys of [net], and the reading of all floors' tables at once, so that a key is unknown
 * only when nobody has it.
 *
 * Keys of other Darknets come in two kinds. Those that cannot change a classifier's result here are accepted
 * without effect. Those that would change it are accepted only as 0, which is what they are without the key:
 * a run that leaves them out in silence would not be the run that the cfg asks for. */
#include "run/settings.h"

#include <stdio.h>
#include <string.h>

#include "run/task.h"

/* key, why it has no effect here */
#define HARMLESS(X)                                                                                          \
    X(letter_box, "no effect: for detectors; classifiers cut out the centre")                                \
    X(resize_step, "no effect: step of the random sizes of detectors")                                       \
    X(mosaic_bound, "no effect: belongs to mosaic")                                                          \
    X(track, "no effect: sequences of frames, for detectors")                                                \
    X(augment_speed, "no effect: belongs to track")                                                          \
    X(sequential_subdivisions, "no effect: belongs to track")                                                \
    X(seq_scales, "no effect: belongs to time_steps above 1")                                                \
    X(equidistant_point, "no effect: belongs to the label rejection of detectors")                           \
    X(badlabels_rejection_percentage, "no effect: for detectors")                                            \
    X(num_sigmas_reject_badlabels, "no effect: for detectors")                                               \
    X(contrastive_jit_flip, "no effect: belongs to contrastive")                                             \
    X(contrastive_color, "no effect: belongs to contrastive")                                                \
    X(dynamic_minibatch, "no effect: belongs to the random sizes of detectors")                              \
    X(max_chart_loss, "no effect: the chart scales itself")                                                  \
    X(show_receptive_field, "no effect: only prints")                                                        \
    X(optimized_memory, "no effect: memory is planned before it is allocated")                               \
    X(workspace_size_limit_MB, "no effect: memory of cuDNN")                                                 \
    X(use_cuda_graph, "no effect: CUDA only")                                                                \
    X(loss_scale, "no effect: half-precision training on GPUs")                                              \
    X(try_fix_nan, "no effect: a loss that is no number ends the run")

/* key, what it would do, what does something like it (or "") */
#define ONLY_ZERO(X)                                                                                         \
    X(mosaic, "joining four pictures", "; mixup and cutmix join two")                                        \
    X(attention, "attention maps of adversarial training", "")                                               \
    X(adversarial_lr, "adversarial training", "")                                                            \
    X(contrastive, "contrastive training", "")                                                               \
    X(unsupervised, "training without labels", "")                                                           \
    X(weights_reject_freq, "dropping weak weights during training", "")                                      \
    X(max_ratio, "crops as a ratio", "; max_crop gives them in pixels")                                      \
    X(min_ratio, "crops as a ratio", "; min_crop gives them in pixels")                                      \
    X(center, "training on centre crops", "; min_crop and max_crop choose crops")                            \
    X(random, "random network sizes", "; stages changes the size in the course of a run")                    \
    X(clip, "clipping each value of a gradient", "; clip_gradient limits the length of the whole")           \
    X(notruth, "training without labels", "")

/* In the order of dk_precision. */
static const char *const sums[] = {"f32", "bf16", NULL};

#define AT(field) offsetof(dk_train_conf, field)
#define ACCEPTED(key, why) {#key, DK_IGNORED, .help = why},
#define ZERO(key, what, instead) {#key, DK_IGNORED, .help = "only 0: " what instead},

const dk_opt dk_train_opts[] = {
    {"max_epochs", DK_INT, AT(max_epochs), .def = 0, .min = 0, .max = 1e6,
     .help = "times that training goes through its pictures; 0: by max_batches. With both, what ends first"},
    {"valid_every", DK_INT, AT(valid_every), .def = 1, .min = 1, .max = 1e6,
     .help = "epochs between validations"},
    {"stages", DK_TEXT, AT(stages_text),
     .help = "size of the input by shares of the run, SIZE:SHARE each: 64:.2,96:.65,112:.15 (default: the "
             "network's "
             "width all along); crops scale along, validation keeps the network's size"},
    {"early_stop_patience", DK_INT, AT(early_stop_patience), .def = 0, .min = 0, .max = 1e6,
     .help = "validations without progress that end the run; 0: none do"},
    {"early_stop_metric", DK_TEXT, AT(early_stop_metric), .text = "val_loss",
     .help = "what progress and _best.weights are measured by: a column of log.csv that a validation fills"},
    {"early_stop_min_delta", DK_FLOAT, AT(early_stop_min_delta), .def = 0, .min = 0, .max = 1e6,
     .help = "how much better counts as progress"},
    {"target_accuracy", DK_FLOAT, AT(target_accuracy), .def = 0, .min = 0, .max = 1,
     .help = "validation accuracy whose time is told when the run reaches it: .7; 0: none"},
    {"max_bad", DK_TEXT, AT(max_bad_text), .text = "1%",
     .help = "unreadable pictures that are tolerated, in percent of the set: 1 or 1%"},
    {"cache", DK_INT, AT(cache), .def = 1024, .min = 0, .max = 1 << 20,
     .help = "memory for decoded pictures, in MB; 0: decode them anew every time"},
    {"loader_threads", DK_INT, AT(loader_threads), .def = DK_AUTO, .min = 1, .max = 256,
     .help = "threads that decode and augment (default: 1; beside an engine that leaves the cores alone, all "
             "but one)"},
    {"teacher", DK_TEXT, AT(teacher),
     .help = "frozen networks whose answers to the same pictures are part of the target, their mean: "
             "CFG:WEIGHTS,CFG:WEIGHTS"},
    {"teacher_share", DK_FLOAT, AT(teacher_share), .def = .5, .min = 0, .max = 1,
     .help = "share of the target that is the teachers'; 0: they are not asked"},
    {"teacher_temperature", DK_FLOAT, AT(teacher_temperature), .def = 1, .min = .01, .max = 100,
     .help = "softens the teachers' probabilities: above 1 smaller ones count more (classifiers)"},
    {"sum_gradients", DK_CHOICE, AT(sum_gradients), .def = DK_F32, .names = sums,
     .help = "what ranks sum their gradients in; bf16 halves what goes over a network, and rounds"},
    {"seed", DK_INT, AT(seed), .def = 1, .min = 1, .max = 2147483647,
     .help = "of initial values, order and augmentation: equal seeds give equal runs"},
    {"task", DK_TEXT, AT(task_name),
     .help = "what the network is for: the first word of its commands; without it any"},
    HARMLESS(ACCEPTED) ONLY_ZERO(ZERO){0},
};

/* Keys that are accepted as 0 only. */
static dk_status check_zeros(const dk_section *s, dk_error *err) {
#define ROW(key, what, instead) {#key, instead},
    static const struct { const char *key, *instead; } rows[] = {ONLY_ZERO(ROW)};
#undef ROW
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *text = dk_section_get(s, rows[i].key);
        double value = 0;
        if (text != NULL && !(dk_text_float(text, &value) && value == 0)) {
            return dk_section_fail(s, rows[i].key, err,
                                   "%s=%s is not supported; remove the line, or set it to 0%s", rows[i].key,
                                   text, rows[i].instead);
        }
    }
    return DK_OK;
}

/* "1" or "1%" → .01 */
static dk_status read_max_bad(dk_train_conf *conf, const dk_section *s, dk_error *err) {
    char number[32];
    double percent = 0;
    size_t n = strlen(conf->max_bad_text);
    n -= n > 0 && conf->max_bad_text[n - 1] == '%';
    if (n >= sizeof number) {
        n = 0;
    }
    memcpy(number, conf->max_bad_text, n);
    number[n] = '\0';
    if (!dk_text_float(dk_text_trim(number), &percent) || percent < 0 || percent > 100) {
        return dk_section_fail(s, "max_bad", err,
                               "max_bad=%s is not a percentage 0..100; for example max_bad=1%%",
                               conf->max_bad_text);
    }
    conf->max_bad = (float)(percent / 100);
    return DK_OK;
}

/* The names of tasks or of what they measure, for messages. */
static const char *list_figures(const dk_task *task, char *out, size_t room) {
    size_t n = 0;
    for (const dk_figure_kind *k = task->figures; k->name != NULL; k++) {
        if (k->valid != NULL && n < room) {
            n += (size_t)snprintf(out + n, room - n, "%s%s", n > 0 ? ", " : "", k->valid);
        }
    }
    return out;
}

/* early_stop_metric is a figure of the task; without a task of any. */
static dk_status find_metric(dk_train_conf *conf, const dk_section *s, const dk_task *task, dk_error *err) {
    char list[256] = "";
    conf->early_stop_figure = -1;
    for (const dk_task *const *t = dk_tasks; *t != NULL && conf->early_stop_figure < 0; t++) {
        if (task == NULL || *t == task) {
            conf->early_stop_figure = dk_figures_find((*t)->figures, conf->early_stop_metric);
        }
    }
    if (conf->early_stop_figure >= 0) {
        return DK_OK;
    }
    const dk_task *const told = task != NULL ? task : &dk_task_classifier;
    return dk_section_fail(s, "early_stop_metric", err,
                           "early_stop_metric=%s is nothing that a %s measures; there are %s",
                           conf->early_stop_metric, told->name, list_figures(told, list, sizeof list));
}

/* A cfg may say what it is for. */
static dk_status check_task(const dk_train_conf *conf, const dk_section *s, const dk_task *task,
                            dk_error *err) {
    const char *names[DK_SETTINGS_TASKS + 1] = {NULL};
    for (int i = 0; dk_tasks[i] != NULL; i++) {
        names[i] = dk_tasks[i]->name;
    }
    if (conf->task_name == NULL) {
        return DK_OK;
    }
    if (dk_task_find(conf->task_name) == NULL) {
        const char *const near = dk_text_closest(conf->task_name, names);
        return dk_section_fail(s, "task", err, "task=%s is unknown; there is %s%s", conf->task_name,
                               near != NULL ? near : names[0], near != NULL ? ", which may be meant" : "");
    }
    if (task != NULL && strcmp(task->name, conf->task_name) != 0) {
        return dk_section_fail(s, "task", err, "task=%s: this network is for `%s` commands, not for `%s`",
                               conf->task_name, conf->task_name, task->name);
    }
    return DK_OK;
}

/* The conf of every task, so that all their keys are known and looked at; *own is this one's. */
static dk_status add_tasks(dk_opt_table *tables, void **own, const dk_task *task, dk_arena *arena,
                           dk_error *err) {
    for (int i = 0; dk_tasks[i] != NULL; i++) {
        void *const conf = dk_arena_alloc(arena, dk_tasks[i]->conf_size);
        if (conf == NULL) {
            return dk_no_memory(err, dk_tasks[i]->conf_size, "the settings");
        }
        tables[i] = (dk_opt_table){dk_tasks[i]->opts, conf};
        *own = dk_tasks[i] == task ? conf : *own;
    }
    return DK_OK;
}

dk_status dk_settings_read(dk_settings *out, const dk_cfg *cfg, const dk_task *task, dk_error *err) {
    enum { OURS = 5 };
    const dk_section *s = &cfg->sections[0];
    dk_opt_table tables[OURS + DK_SETTINGS_TASKS] = {
        {dk_net_opts, &out->net},       {dk_input_opts, &out->input}, {dk_augment_opts, &out->augment},
        {dk_solver_opts, &out->solver}, {dk_train_opts, &out->train},
    };
    int count = OURS;
    *out = (dk_settings){0};
    DK_TRY(add_tasks(tables + OURS, &out->task, task, cfg->arena, err));
    while (tables[count].opts != NULL) {
        count++;
    }
    DK_TRY(dk_opt_read(s, tables, count, cfg->arena, err));
    DK_TRY(dk_net_conf_check(s, &out->net, err));
    DK_TRY(dk_augment_check(s, &out->augment, out->net.width, out->net.height, err));
    DK_TRY(dk_solver_conf_check(s, &out->solver, err));
    DK_TRY(check_zeros(s, err));
    DK_TRY(dk_stages_read(&out->train.stages, out->train.stages_text, s, err));
    DK_TRY(check_task(&out->train, s, task, err));
    DK_TRY(find_metric(&out->train, s, task, err));
    return read_max_bad(&out->train, s, err);
}

static bool has_key(const dk_opt *opts, const char *key) {
    for (; opts->key != NULL; opts++) {
        if (strcmp(opts->key, key) == 0) {
            return true;
        }
    }
    return false;
}

void dk_settings_tell_idle(const dk_cfg *cfg, const dk_task *task, const dk_log *log) {
    const dk_section *s = &cfg->sections[0];
    for (const dk_task *const *t = dk_tasks; *t != NULL; t++) {
        for (const dk_opt *o = (*t)->opts; *t != task && o->key != NULL; o++) {
            if (dk_section_get(s, o->key) != NULL && !has_key(task->opts, o->key)) {
                dk_note(log, "%s: %s does nothing for a %s: it is a key of a %s", cfg->path, o->key,
                        task->name, (*t)->name);
            }
        }
    }
}
