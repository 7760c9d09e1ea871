/* Making a training run ready. Everything that can be wrong with what the user gave is found here, before the
 * first step and before anything is written. */
#include "run/trainer.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "data/classes.h"
#include "run/feed.h"
#include "run/memory.h"
#include "run/phase.h"
#include "run/resume.h"
#include "run/threads.h"

const dk_settings *dk_trainer_settings(const dk_trainer *t) {
    return &t->model.settings;
}

long dk_trainer_batch(const dk_trainer *t) {
    return t->model.settings.net.batch;
}

uint64_t dk_trainer_seen(const dk_trainer *t) {
    return t->model.seen + (uint64_t)(t->step * dk_trainer_batch(t));
}

const dk_net *dk_trainer_outcome(const dk_trainer *t) {
    return t->ema != NULL ? t->valid_net : t->model.net;
}

/* <cfg> of results/<cfg>-<number> and <cfg>_best.weights, and where the state is. */
static dk_status name_base(dk_trainer *t, dk_error *err) {
    const size_t room = strlen(t->options->cfg_path) + 1;
    char *base = dk_arena_alloc(t->arena, room);
    if (base == NULL) {
        return dk_no_memory(err, room, "the run's name");
    }
    dk_path_stem(t->options->cfg_path, base, room);
    t->base = base;
    t->state_path = dk_checkpoint_state(t->data->conf.backup, base, t->arena);
    return t->state_path != NULL ? DK_OK : dk_no_memory(err, room, "the path of the state");
}

/* Steps to do: max_batches, or what max_epochs take; with both, what ends first. */
static dk_status count_steps(dk_trainer *t, dk_error *err) {
    const dk_settings *s = dk_trainer_settings(t);
    const long batch = dk_trainer_batch(t);
    const long count = t->train->count;
    const long by_epochs = (count * s->train.max_epochs + batch - 1) / batch;
    const long by_batches = s->solver.max_batches;
    if (by_epochs == 0 && by_batches == 0) {
        return dk_section_fail(&t->model.cfg->sections[0], "max_batches", err,
                               "neither max_epochs nor max_batches says how long to train; for example "
                               "max_epochs=40");
    }
    t->steps = by_epochs == 0 || (by_batches > 0 && by_batches < by_epochs) ? by_batches : by_epochs;
    const long epochs = (t->steps * batch + count - 1) / count;
    t->epochs = epochs < INT_MAX ? (int)epochs : INT_MAX;
    if (s->train.max_epochs > 0 && t->epochs > s->train.max_epochs) {
        t->epochs = s->train.max_epochs;
    }
    return DK_OK;
}

/* The weights to begin with: those of the command, else the pretrained ones of the data set; NULL: random values. */
static dk_status choose_start(dk_trainer *t, dk_error *err) {
    const dk_run_options *o = t->options;
    const char *pretrained = t->data->conf.pretrained;
    t->start = o->resume ? NULL : o->weights;
    if (o->resume || o->weights != NULL || pretrained == NULL || strcmp(pretrained, "none") == 0) {
        return DK_OK;
    }
    const char *path = dk_share_find(pretrained, t->arena);
    if (path == NULL) {
        return dk_no_memory(err, strlen(pretrained), "the path of the weights");
    }
    if (dk_path_exists(path)) {
        t->start = path;
        dk_note(&o->log, "starting from %s (pretrained= of %s)", path, t->data->path);
    } else {
        dk_note(&o->log,
                "starting from random weights: there is no %s (pretrained= of %s); `darknet help import` "
                "tells how to "
                "make it",
                pretrained, t->data->path);
    }
    return DK_OK;
}

/* Pretrained weights of the data set may be those of another network: then the message tells the way out. */
static dk_status explain_start(const dk_trainer *t, dk_status status, dk_error *err) {
    if (status == DK_OK || t->start == NULL || t->options->weights != NULL) {
        return status;
    }
    return dk_error_prefix(
        err, status, "%s names pretrained weights (-set data.pretrained=none starts without)", t->data->path);
}

/* What -fresh_classifier keeps must come from somewhere. */
static dk_status check_fresh(const dk_trainer *t, dk_error *err) {
    const dk_run_options *o = t->options;
    if (o->fresh_classifier && o->resume) {
        return dk_fail(err, DK_EUSAGE,
                       "-resume goes on with the run's own classifier; leave -fresh_classifier out");
    }
    if (o->fresh_classifier && t->start == NULL) {
        return dk_fail(err, DK_EUSAGE,
                       "-fresh_classifier keeps the other layers of WEIGHTS, but no weights are given");
    }
    return DK_OK;
}

/* How far the order of pictures in archives may be from that of a folder's. */
static void tell_window(const dk_trainer *t) {
    const int window = t->data->conf.window;
    char count[32], all[32], before[32];
    if (t->train->archive_count > 0 && window > 0 && window < t->train->count) {
        dk_note(&t->options->log,
                "train: %d archives, read one behind the other and shuffled within %s of %s pictures: one "
                "comes at most "
                "%s places before its own (window=0 in %s shuffles all, as those of folders are)",
                t->train->archive_count, dk_text_count(count, window), dk_text_count(all, t->train->count),
                dk_text_count(before, window - 1), t->data->path);
    }
}

static dk_status open_sets(dk_trainer *t, dk_error *err) {
    const dk_run_options *o = t->options;
    const dk_data_conf *c = &t->data->conf;
    DK_TRY(dk_data_open(&t->train, t->data, c->train, t->task->truth, &o->log, err));
    DK_TRY(dk_classes_check(t->train, t->data, "train", c->train, o->strict, &o->log, err));
    tell_window(t);
    if (c->valid != NULL) {
        DK_TRY(dk_data_open(&t->valid, t->data, c->valid, t->task->truth, &o->log, err));
        return dk_classes_check(t->valid, t->data, "valid", c->valid, o->strict, &o->log, err);
    }
    dk_warn(&o->log,
            "%s: no valid= names pictures to validate on, so that there is neither "
            "_best.weights nor an early stop",
            t->data->path);
    return DK_OK;
}

/* Bytes of the nets that are there by now, the one that learns in its largest phase. */
static size_t nets_bytes(const dk_trainer *t) {
    const size_t twin = t->valid_net != NULL ? dk_net_bytes_sum(&t->valid_net->bytes) : 0;
    return t->most_bytes + twin + t->teachers.bytes;
}

static dk_status check_learns(const dk_trainer *t, dk_error *err) {
    const dk_net *net = t->model.net;
    return net->trained > 0 ? DK_OK
                            : dk_fail(err, DK_ESHAPE,
                                      "%s: no layer of the network can learn: it has no weights, or "
                                      "stopbackward=1 in its last layer with weights freezes all of them",
                                      net->cfg->path);
}

/* Pictures are grey or RGB; other networks run, but cannot learn from pictures. */
static dk_status check_channels(const dk_trainer *t, dk_error *err) {
    const int channels = t->model.net->input.shape.c;
    if (channels != 1 && channels != 3) {
        return dk_section_fail(&t->model.cfg->sections[0], "channels", err,
                               "channels=%d; pictures have 1 (grey) or 3 (red green blue)", channels);
    }
    return DK_OK;
}

/* The twin that validates; with averages it is over them, and is there without a validation, too, to save them. It stays
 * within what the largest phase leaves free. */
static dk_status build_twin(dk_trainer *t, int n, dk_error *err) {
    const float alpha = dk_trainer_settings(t)->solver.ema_alpha;
    const dk_net_build_options twin = {.n = n,
                                       .width = dk_trainer_settings(t)->net.width,
                                       .height = dk_trainer_settings(t)->net.height,
                                       .max_memory = dk_memory_rest(t->model.max_memory, nets_bytes(t))};
    if (alpha > 0) {
        DK_TRY(dk_ema_open(&t->ema, t->model.net, alpha, err));
        return dk_net_twin_over(&t->valid_net, t->model.net, t->ema->params, &twin, err);
    }
    return t->valid != NULL ? dk_net_twin(&t->valid_net, t->model.net, &twin, err) : DK_OK;
}

/* The net that learns, its twin, and the solver, within max_memory together. */
static dk_status build_nets(dk_trainer *t, const dk_model_options *o, dk_error *err) {
    const dk_settings *s = dk_trainer_settings(t);
    DK_TRY(explain_start(t, dk_model_build(&t->model, o, err), err));
    DK_TRY(dk_phase_check_all(t, t->model.max_memory, &t->most_bytes, err));
    DK_TRY(t->task->fits(t->data, t->model.net, err));
    DK_TRY(check_channels(t, err));
    DK_TRY(check_learns(t, err));
    DK_TRY(build_twin(t, t->model.net->options.n, err));
    return dk_solver_open(&t->solver, t->model.net, &s->solver, t->steps, t->model.seed, err);
}

/* The host's, beside the nets that are there by now. */
static dk_memory_beside beside_nets(const dk_trainer *t) {
    return dk_memory_beside_nets(t->model.backend, t->model.max_memory, nets_bytes(t));
}

/* Memory for decoded pictures: what [net] cache allows the ranks of a machine together, but at most half of what the nets leave free. */
static size_t cache_bytes(const dk_trainer *t) {
    const size_t wanted = ((size_t)dk_trainer_settings(t)->train.cache << 20) / (size_t)t->joined.comm->near;
    const dk_memory_beside host = beside_nets(t);
    const size_t free_half = dk_memory_rest(host.limit, host.used) / 2;
    return host.limit != 0 && free_half < wanted ? free_half : wanted;
}

static dk_status open_loaders(dk_trainer *t, dk_error *err) {
    const dk_settings *s = dk_trainer_settings(t);
    const dk_shape in = t->model.net->input.shape, answer = dk_net_truth_shape(t->model.net);
    const long all = (long)t->train->count + (t->valid != NULL ? t->valid->count : 0);
    const size_t cache = cache_bytes(t);
    const dk_comm *const ranks = t->joined.comm;
    const bool own = s->train.loader_threads != (int)DK_AUTO;
    dk_loader_conf conf = {.batch = in.n,
                           .channels = in.c,
                           .height = in.h,
                           .width = in.w,
                           .truth = answer,
                           .input = &s->input,
                           .augment = &s->augment,
                           .augment_width = s->net.width,
                           .shuffle = true,
                           .window = t->data->conf.window,
                           .first = t->step * s->net.subdivisions,
                           .seed = t->model.seed,
                           .samples = t->steps * dk_trainer_batch(t),
                           .threads = own ? s->train.loader_threads : dk_feed_threads(t->model.backend),
                           .cache = cache / (size_t)all * (size_t)t->train->count,
                           .memory = dk_feed_memory(t->model.backend),
                           .max_bad = s->train.max_bad,
                           .rank = ranks->rank,
                           .world = ranks->world};
    const dk_loader_conf plain = conf;
    if (t->task->load != NULL) {
        t->task->load(t->self, &conf);
    }
    DK_TRY(dk_loader_open(&t->train_loader, t->train, &conf, err));
    if (t->valid == NULL) {
        return DK_OK;
    }
    conf = plain;
    conf.augment = NULL;
    conf.height = dk_trainer_settings(t)->net.height;
    conf.width = dk_trainer_settings(t)->net.width;
    conf.truth = dk_net_truth_shape(t->valid_net);
    conf.shuffle = false;
    conf.first = 0;
    conf.cache = cache - plain.cache;
    return dk_loader_open(&t->valid_loader, t->valid, &conf, err);
}

/* Beside the nets that learn and validate; they see what the first phase sees. */
static dk_status open_teachers(dk_trainer *t, dk_error *err) {
    DK_TRY(dk_teachers_open(&t->teachers, &t->model, t->task, t->model.net->options.n,
                            dk_memory_rest(t->model.max_memory, nets_bytes(t)), &t->options->log, err));
    return dk_teachers_reshape(&t->teachers, t->phase.width, t->phase.height, err);
}

static dk_status open_task(dk_trainer *t, dk_error *err) {
    const dk_memory_beside host = beside_nets(t);
    const dk_task_place place = {.section = &t->model.cfg->sections[0],
                                 .settings = dk_trainer_settings(t),
                                 .data = t->data,
                                 .train = t->train,
                                 .valid = t->valid,
                                 .net = t->model.net,
                                 .max_memory = host.limit,
                                 .used = host.used,
                                 .arena = t->arena,
                                 .log = &t->options->log};
    t->validation = dk_figures_none(t->task->figures);
    t->self = dk_arena_alloc(t->arena, t->task->size);
    return t->self != NULL ? t->task->open(t->self, &place, err)
                           : dk_no_memory(err, t->task->size, "the task");
}

/* Host memory of the loop. */
static dk_status open_tables(dk_trainer *t, dk_error *err) {
    const dk_settings *s = dk_trainer_settings(t);
    const size_t n = (size_t)t->model.net->options.n;
    const size_t values = n * dk_net_outputs(t->model.net);
    t->answers = dk_arena_alloc(t->arena, values * sizeof *t->answers);
    t->losses = dk_arena_alloc(t->arena, n * sizeof *t->losses);
    if (t->answers == NULL || t->losses == NULL) {
        return dk_no_memory(err, (values + n) * sizeof(float), "the answers of a batch");
    }
    const dk_figure_kind *metric = &t->task->figures[s->train.early_stop_figure];
    dk_early_stop_begin(&t->early, metric->better, s->train.early_stop_patience,
                        (double)s->train.early_stop_min_delta);
    return DK_OK;
}

/* The names of checkpoints. A resumed run goes back to where it was. */
static dk_status open_checkpoints(dk_trainer *t, dk_error *err) {
    const dk_run_options *o = t->options;
    DK_TRY((dk_joined_leads(t) ? dk_checkpoints_open : dk_checkpoints_follow)(
        &t->checkpoints, t->data->conf.backup, t->base, t->arena, &o->log, err));
    if (!o->resume) {
        return DK_OK;
    }
    if (o->weights != NULL) {
        dk_note(&o->log, "%s is not used: -resume takes the weights from %s", o->weights, t->state_path);
    }
    DK_TRY(dk_trainer_restore(t, err));
    DK_TRY(dk_phase_enter(t, err));
    t->checkpoints.written[DK_CHECKPOINT_LAST] = true;
    const int threads = t->model.backend->threads;
    dk_note(&o->log, "%s goes on after step %ld of %ld, on %d thread%s", t->folder.path, t->step, t->steps,
            threads, threads == 1 ? "" : "s");
    return DK_OK;
}

/* Is there something to go on with, where that is asked? */
static void settle_resume(dk_trainer *t) {
    t->own.resume = t->own.resume || (t->own.resume_if_any && dk_path_exists(t->state_path));
}

dk_status dk_trainer_open(dk_trainer *t, const dk_run_options *options, dk_error *err) {
    const dk_load load = dk_load_look();
    *t = (dk_trainer){.options = &t->own,
                      .own = *options,
                      .joined = {.comm = options->comm != NULL ? options->comm : &t->alone},
                      .opened = dk_clock_now(),
                      .saves = options->save != NULL ? atomic_load(options->save) : 0,
                      .task = options->task != NULL ? options->task : dk_tasks[0],
                      .arena = dk_arena_open(),
                      .began = dk_clock_now()};
    dk_comm_alone(&t->alone);
    if (t->arena == NULL) {
        return dk_no_memory(err, 0, "the run");
    }
    if (options->data_path == NULL || options->cfg_path == NULL) {
        return dk_fail(err, DK_EUSAGE, "training needs a .data file and a cfg");
    }
    DK_TRY(dk_data_load(&t->data, options->data_path, options->set_data, &options->log, err));
    DK_TRY(name_base(t, err));
    settle_resume(t);
    DK_TRY(choose_start(t, err));
    DK_TRY(check_fresh(t, err));
    dk_model_options model = {.cfg = options->cfg_path,
                              .weights = t->start,
                              .partial = true,
                              .fresh_classifier = options->fresh_classifier,
                              .task = t->task,
                              .set = options->set_net,
                              .backend = options->backend,
                              .seed = options->seed,
                              .build = {.train = true, .max_memory = options->max_memory},
                              .log = options->log};
    DK_TRY(dk_model_read(&t->model, &model, err));
    DK_TRY(dk_joined_check_batch(t, err));
    DK_TRY(open_sets(t, err));
    DK_TRY(count_steps(t, err));
    model.threads = dk_trainer_threads(t, &load);
    model.build.optimiser_floats = dk_solver_floats(&t->model.settings.solver);
    model.build.copies = t->model.settings.solver.ema_alpha > 0 ? 1 : 0;
    t->phase = dk_phase_at(t, 0);
    dk_phase_options(&t->phase, &model.build);
    dk_joined_options(t, &model.build);
    DK_TRY(build_nets(t, &model, err));
    DK_TRY(dk_joined_open(t, err));
    t->model.seen = options->clear ? 0 : t->model.seen;
    DK_TRY(open_teachers(t, err));
    DK_TRY(open_task(t, err));
    DK_TRY(open_tables(t, err));
    DK_TRY(open_checkpoints(t, err));
    DK_TRY(open_loaders(t, err));
    return dk_joined_leads(t) ? dk_trainer_open_files(t, err) : DK_OK;
}

void dk_trainer_close(dk_trainer *t) {
    dk_checkpoints_close(&t->checkpoints);
    dk_csv_log_close(&t->csv);
    if (t->self != NULL && t->task->close != NULL) {
        t->task->close(t->self);
    }
    dk_stream_close(t->train_loader);
    dk_stream_close(t->valid_loader);
    dk_teachers_close(&t->teachers);
    dk_solver_close(t->solver);
    dk_net_free(t->valid_net);
    dk_ema_close(t->ema);
    dk_model_close(&t->model);
    dk_dataset_close(t->train);
    dk_dataset_close(t->valid);
    dk_data_close(t->data);
    dk_arena_close(t->arena);
    *t = (dk_trainer){0};
}

int dk_trainer_skipped(const dk_trainer *t) {
    const int train = t->train_loader != NULL ? dk_stream_skipped(t->train_loader) : 0;
    return train + (t->valid_loader != NULL ? dk_stream_skipped(t->valid_loader) : 0);
}
