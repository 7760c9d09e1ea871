/* Gradients are summed in buckets, from the end of the flat gradient to its beginning, as backward goes: the sum of one is on
 * its way while the next layers compute.
 *
 * Rolling statistics are averaged after every step, not only before they are read: a mean of rolling means is the rolling
 * mean of means, they are few beside the gradients, and so all ranks hold equal parameters at every step. A state needs
 * them once, whichever step it is of and however many ranks go on with it. */
#include "run/joined.h"

#include <stdlib.h>

#include "backend/memory.h"
#include "base/clock.h"
#include "run/resume.h"
#include "run/trainer.h"

enum { BUCKET = 1 << 20 }; /* floats of a sum */

bool dk_joined_leads(const dk_trainer *t) {
    return t->joined.comm->rank == 0;
}

dk_status dk_joined_check_batch(const dk_trainer *t, dk_error *err) {
    const dk_net_conf *const c = &t->model.settings.net;
    const int world = t->joined.comm->world, parts = world * c->subdivisions;
    if (c->batch % parts == 0) {
        return DK_OK;
    }
    const int below = c->batch / parts * parts;
    return dk_section_fail(
        &t->model.cfg->sections[0], "batch", err,
        "batch=%d cannot be shared by %d ranks in subdivisions=%d: it must be a multiple of "
        "%d, such as %d",
        c->batch, world, c->subdivisions, parts, below > 0 ? below : parts);
}

/* ---- what the net calls ---- */

/* Statistics of the whole batch. A failure shows when the step ends. */
static void total(void *user, double *values, size_t n) {
    dk_joined *const j = user;
    dk_error err = {0};
    if (j->broken.status == DK_OK && j->comm->kind->total(j->comm, values, n, &err) != DK_OK) {
        j->broken = err;
    }
}

/* Gradients from `from` on are final. */
static void ready(void *user, size_t from) {
    dk_joined *const j = user;
    dk_status status = j->broken.status;
    while (status == DK_OK && j->left > 0 && (from == 0 || j->left >= from + BUCKET)) {
        const size_t n = j->left < BUCKET ? j->left : BUCKET;
        j->left -= n;
        status = j->comm->kind->begin(j->comm, j->grads + j->left, n, j->bf16, &j->broken);
    }
    if (status == DK_OK) {
        (void)j->comm->kind->look(j->comm, &j->broken);
    }
}

static bool is_synced(const dk_trainer *t) {
    return t->joined.comm->world > 1 && t->model.settings.net.sync_bn;
}

void dk_joined_options(dk_trainer *t, dk_net_build_options *options) {
    const dk_comm *const c = t->joined.comm;
    if (c->world > 1) {
        options->ranks = (dk_ranked){
            .rank = c->rank, .world = c->world, .total = is_synced(t) ? total : NULL, .user = &t->joined};
        options->ready = ready;
    }
}

/* ---- a step ---- */

/* Copies the rolling statistics to (`read`) or from the host. */
static dk_status copy_statistics(dk_trainer *t, bool read, dk_error *err) {
    dk_backend *const be = t->model.backend;
    const dk_net *const net = t->model.net;
    float *at = t->joined.statistics;
    for (int i = 0; i < net->count; i++) {
        for (int k = 0; k < net->layers[i].param_count; k++) {
            const dk_param *const p = &net->layers[i].params[k];
            if (p->flags & DK_STATE) {
                DK_TRY(read ? dk_span_read(be, at, *p->slot, p->count, err)
                            : dk_span_write(be, *p->slot, at, p->count, err));
                at += p->count;
            }
        }
    }
    return DK_OK;
}

dk_status dk_joined_open(dk_trainer *t, dk_error *err) {
    dk_joined *const j = &t->joined;
    const dk_net *const net = t->model.net;
    if (j->comm->world > 1 && t->model.backend->room != NULL) {
        return dk_fail(
            err, DK_EUNSUPPORTED,
            "engine %s has memory of its own, and ranks sum gradients that lie in the host's; choose another "
            "-backend, or train without ranks",
            t->model.backend->name);
    }
    for (int i = 0; j->comm->world > 1 && i < net->count; i++) {
        for (int k = 0; k < net->layers[i].param_count; k++) {
            j->count += net->layers[i].params[k].flags & DK_STATE ? net->layers[i].params[k].count : 0;
        }
    }
    j->statistics = dk_arena_alloc(t->arena, j->count * sizeof(float));
    j->left = j->trained = net->trained;
    j->bf16 = t->model.settings.train.sum_gradients == DK_BF16;
    return j->statistics != NULL ? DK_OK : dk_no_memory(err, j->count * sizeof(float), "the statistics");
}

dk_status dk_joined_part(dk_trainer *t, dk_status status, dk_error *err) {
    t->joined.grads = t->model.net->grads;
    return is_synced(t) ? dk_comm_agree(t->joined.comm, status, err) : status;
}

/* Sums gradients and averages statistics, those of a rank that has failed, too, for the others are in the middle of it. */
static dk_status sum_all(dk_trainer *t, dk_error *err) {
    dk_joined *const j = &t->joined;
    j->grads = t->model.net->grads;
    ready(j, 0);
    j->left = j->trained;
    if (j->broken.status != DK_OK) {
        return dk_fail(err, j->broken.status, "%s", j->broken.text);
    }
    DK_TRY(copy_statistics(t, true, err));
    DK_TRY(j->comm->kind->begin(j->comm, j->statistics, j->count, false, err));
    DK_TRY(j->comm->kind->finish(j->comm, err));
    for (size_t i = 0; i < j->count; i++) {
        j->statistics[i] /= (float)j->comm->world;
    }
    return copy_statistics(t, false, err);
}

/* How a rank ends its part of a step. */
typedef struct {
    dk_status status;
    dk_tally tally;
} outcome;

/* The tally of all ranks, added up in their order, unless one has failed. */
static dk_status add_tallies(dk_trainer *t, dk_status status, dk_error *err) {
    dk_comm *const c = t->joined.comm;
    const outcome mine = {status, t->step_tally};
    outcome *const all = calloc((size_t)c->world, sizeof *all);
    if (all == NULL) {
        return dk_no_memory(err, (size_t)c->world * sizeof *all, "the ranks");
    }
    dk_error why = {0};
    const dk_status gathered = c->kind->gather(c, -1, &mine, sizeof mine, all, status == DK_OK ? err : &why);
    bool good = true;
    t->step_tally = (dk_tally){0};
    for (int r = 0; gathered == DK_OK && r < c->world; r++) {
        dk_tally_add(&t->step_tally, &all[r].tally);
        good = good && all[r].status == DK_OK;
    }
    free(all);
    DK_TRY(gathered);
    return good ? DK_OK : dk_comm_agree(c, status, err);
}

dk_status dk_joined_step(dk_trainer *t, dk_status status, dk_error *err) {
    dk_comm *const c = t->joined.comm;
    if (c->world == 1 || (status != DK_OK && (c->agreed || is_synced(t)))) {
        return status;
    }
    dk_error why = {0};
    DK_TRY(sum_all(t, status == DK_OK ? err : &why));
    return add_tallies(t, status, err);
}

dk_status dk_joined_figures(dk_trainer *t, dk_status measured, dk_error *err) {
    dk_comm *const c = t->joined.comm;
    return measured == DK_OK ? c->kind->share(c, 0, t->validation.value, sizeof t->validation.value, err)
                             : DK_OK;
}

/* ---- wishes ---- */

dk_status dk_joined_wish(const dk_trainer *t) {
    const dk_run_options *const o = t->options;
    if (t->stop || (o->stop != NULL && atomic_load(o->stop) != 0)) {
        return DK_ESTOPPED;
    }
    return o->time_limit > 0 && dk_clock_now() - t->opened >= o->time_limit ? DK_EPAUSED : DK_OK;
}

static dk_status save_now(dk_trainer *t, dk_error *err) {
    dk_status status = DK_OK;
    if (dk_joined_leads(t)) {
        status = dk_trainer_save_last(t, err);
    }
    DK_TRY(dk_comm_agree(t->joined.comm, status, err));
    dk_note(&t->options->log, "saved after step %ld of %ld: %s", t->step, t->steps,
            t->checkpoints.path[DK_CHECKPOINT_LAST]);
    return DK_OK;
}

/* What this rank is told to do. */
typedef struct {
    int stop, pause, save;
} wish;

static dk_status gather_wishes(dk_comm *c, wish *w, dk_error *err) {
    wish *const all = calloc((size_t)c->world, sizeof *all);
    if (all == NULL) {
        return dk_no_memory(err, (size_t)c->world * sizeof *all, "the ranks");
    }
    const dk_status status = c->kind->gather(c, -1, w, sizeof *w, all, err);
    for (int r = 0; status == DK_OK && r < c->world; r++) {
        w->stop |= all[r].stop;
        w->pause |= all[r].pause;
        w->save |= all[r].save;
    }
    free(all);
    return status;
}

dk_status dk_joined_wishes(dk_trainer *t, dk_error *err) {
    const atomic_int *const save = t->options->save;
    const int saves = save != NULL ? atomic_load(save) : 0;
    const dk_status own = dk_joined_wish(t);
    wish w = {own == DK_ESTOPPED, own == DK_EPAUSED, saves != t->saves};
    DK_TRY(gather_wishes(t->joined.comm, &w, err));
    t->saves = saves;
    if (w.stop || w.pause) {
        t->joined.comm->agreed = true;
        return dk_fail(err, w.stop ? DK_ESTOPPED : DK_EPAUSED, "stopped");
    }
    return w.save ? save_now(t, err) : DK_OK;
}
