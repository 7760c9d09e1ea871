/* What a state holds: who the run is (same_run.h), where it leaves its files, how far it is, and its numbers:
 * parameters, the solver's moments, averages. The order of pictures, augmentation, dropout and the rate follow
 * from seed and step. Bit for bit the run goes on with equal engine and threads. */
#include "run/resume.h"

#include <string.h>

#include "backend/memory.h"
#include "base/clock.h"
#include "run/same_run.h"
#include "run/state_check.h"

static void walk_tally(dk_state *s, dk_tally *tally) {
    dk_state_double(s, &tally->loss);
    for (int i = 0; i < DK_TALLY_SUMS; i++) {
        dk_state_double(s, &tally->sums[i]);
    }
    dk_state_long(s, &tally->images);
}

static void walk_early_stop(dk_state *s, dk_early_stop *e) {
    dk_state_double(s, &e->best);
    dk_state_double(s, &e->mark);
    dk_state_int(s, &e->best_epoch);
    dk_state_int(s, &e->progress_epoch);
    dk_state_int(s, &e->waiting);
}

/* Time goes on, too: seconds since the run began, without those between stop and resume. */
static void walk_clock(dk_state *s, dk_trainer *t) {
    double spent = dk_clock_now() - t->began;
    dk_state_double(s, &spent);
    dk_state_double(s, &t->learning);
    dk_state_double(s, &t->validating);
    dk_state_double(s, &t->epoch_learning);
    t->began = dk_clock_now() - spent;
}

static void walk_progress(dk_state *s, dk_trainer *t) {
    long seen = (long)t->model.seen;
    double rate = (double)t->rate;
    dk_state_text(s, &t->folder.path, t->arena);
    dk_state_bool(s, &t->checkpoints.written[DK_CHECKPOINT_BEST]);
    dk_state_long(s, &t->step);
    dk_state_long(s, &t->ended);
    dk_state_int(s, &t->epoch);
    dk_state_int(s, &t->validated);
    dk_state_double(s, &rate);
    dk_state_long(s, &seen);
    walk_tally(s, &t->epoch_tally);
    dk_state_double(s, &t->reached);
    walk_early_stop(s, &t->early);
    walk_clock(s, t);
    t->rate = (float)rate;
    t->model.seen = (uint64_t)seen;
}

/* A span of engine memory, through host memory. */
static dk_status walk_span(dk_state *s, dk_backend *be, float *values, size_t count, dk_error *err) {
    enum { CHUNK = 4096 };
    float host[CHUNK];
    for (size_t i = 0; i < count; i += CHUNK) {
        const size_t n = count - i < CHUNK ? count - i : CHUNK;
        if (!s->reads) {
            DK_TRY(dk_span_read(be, host, values + i, n, err));
        }
        dk_state_bytes(s, host, n * sizeof *host);
        if (s->reads) {
            DK_TRY(dk_span_write(be, values + i, host, n, err));
        }
    }
    return DK_OK;
}

static dk_status walk_params(dk_state *s, dk_backend *be, dk_params *params, dk_error *err) {
    params->version += s->reads ? 1 : 0;
    return walk_span(s, be, params->values, params->count, err);
}

static dk_status walk_numbers(dk_state *s, dk_trainer *t, dk_error *err) {
    dk_backend *be = t->model.backend;
    const dk_solver_state solver = dk_solver_state_of(t->solver);
    DK_TRY(walk_params(s, be, t->model.net->params, err));
    dk_state_long(s, solver.t);
    for (int i = 0; i < solver.layers; i++) {
        dk_state_long(s, &solver.moved[i]);
    }
    DK_TRY(walk_span(s, be, solver.m, solver.count, err));
    if (solver.v != NULL) {
        DK_TRY(walk_span(s, be, solver.v, solver.count, err));
    }
    if (t->ema != NULL) {
        dk_state_long(s, &t->ema->t);
        DK_TRY(walk_params(s, be, t->ema->params, err));
    }
    return DK_OK;
}

#define RANKS " as %d ranks"

static dk_status identify(dk_run_identity *id, const dk_trainer *t, dk_error *err) {
    const dk_teachers *const teachers = &t->teachers;
    DK_TRY(dk_run_identity_of(id, t->model.cfg, t->data, t->train, t->valid, t->arena, err));
    if (teachers->count > 0) {
        DK_TRY(dk_run_identity_add(id, teachers->files, teachers->file_count, t->arena, err));
    }
    id->seed = (long)t->model.seed;
    id->task = t->task->name;
    const dk_precision precision = t->model.net->context.precision;
    dk_buffer engine = {0};
    dk_buffer_add(&engine, "%s", t->model.backend->name);
    if (precision != DK_F32) {
        dk_buffer_add(&engine, " in %s", dk_precision_name(precision));
    }
    if (t->joined.comm->world > 1) {
        dk_buffer_add(&engine, RANKS, t->joined.comm->world);
    }
    id->backend = engine.failed ? NULL : dk_arena_text(t->arena, engine.text);
    dk_buffer_free(&engine);
    if (id->backend == NULL) {
        return dk_no_memory(err, 0, "the identity of the run");
    }
    id->threads = t->model.backend->threads;
    return DK_OK;
}

static dk_status write_fields(dk_state *s, dk_trainer *t, dk_error *err) {
    dk_run_identity_walk(&t->identity, s, t->arena);
    walk_progress(s, t);
    DK_TRY(walk_numbers(s, t, err));
    return dk_state_close(s, err);
}

dk_status dk_trainer_save_last(dk_trainer *t, dk_error *err) {
    dk_state state;
    if (t->identity.count == 0) {
        DK_TRY(identify(&t->identity, t, err));
    }
    DK_TRY(dk_checkpoint_save(&t->checkpoints, DK_CHECKPOINT_LAST, t->model.net, dk_trainer_seen(t), err));
    if (!dk_joined_leads(t)) {
        return DK_OK;
    }
    DK_TRY(dk_state_write(&state, t->state_path, err));
    const dk_status status = write_fields(&state, t, err);
    dk_state_abandon(&state);
    return status;
}

static dk_status read_fields(dk_state *s, dk_trainer *t, dk_error *err) {
    dk_run_identity was = {0};
    dk_run_identity_walk(&was, s, t->arena);
    if (!s->failed) {
        DK_TRY(identify(&t->identity, t, err));
        DK_TRY(dk_run_identity_compare(&t->identity, &was, t->state_path, &t->options->log, err));
    }
    walk_progress(s, t);
    DK_TRY(walk_numbers(s, t, err));
    DK_TRY(dk_state_close(s, err));
    return dk_state_check(t, err);
}

dk_status dk_trainer_restore(dk_trainer *t, dk_error *err) {
    dk_state state;
    DK_TRY(dk_state_read(&state, t->state_path, err));
    const dk_status status = read_fields(&state, t, err);
    dk_state_abandon(&state);
    return status;
}

int dk_trainer_begun_threads(const dk_trainer *t) {
    dk_state state;
    dk_run_identity was = {0};
    if (dk_state_read(&state, t->state_path, NULL) != DK_OK) {
        return 0;
    }
    dk_run_identity_walk(&was, &state, t->arena);
    const bool ranks =
        !state.failed && strstr(was.backend, " ranks") != NULL; /* those of one are a share of the cores */
    const bool sane = !state.failed && !ranks && was.threads > 0 && was.threads <= DK_THREADS_MOST;
    dk_state_abandon(&state);
    return sane ? was.threads : 0;
}
