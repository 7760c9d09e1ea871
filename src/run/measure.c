/* A row of a batch holds the views of one picture, one after the other. */
#include "run/measure.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Host memory of one batch of n views. */
typedef struct {
    float *answers;         /* n·outputs */
    float *losses;          /* n */
    float *truths;          /* n·floats; none with one view */
    size_t outputs, floats; /* of the net's answers, of the truth that it compares with */
} room;

/* The truth of each view is that of its picture. */
static const float *spread_truth(const dk_pass *p, const dk_batch *batch, const room *r) {
    if (p->views == 1) {
        return batch->truth;
    }
    for (size_t i = 0; i < (size_t)p->net->options.n; i++) {
        memcpy(r->truths + i * batch->floats, batch->truth + i / (size_t)p->views * batch->floats,
               batch->floats * sizeof(float));
    }
    return r->truths;
}

/* Answers and loss of a picture are numbers; else the message names picture and weights. */
static dk_status check_answer(const dk_pass *p, const dk_answer *a, size_t outputs, dk_error *err) {
    dk_error why = {0};
    dk_status status = dk_net_check_answers(p->net, a->answers, outputs * (size_t)p->views, &why);
    if (status == DK_OK && a->loss != NULL && !isfinite(*a->loss)) {
        status = dk_fail(&why, DK_EDIVERGED, "%s: the loss is %s", dk_net_name(p->net),
                         isnan(*a->loss) ? "NaN" : "infinite");
    }
    return status == DK_OK ? DK_OK
                           : dk_fail(err, status, "%s (%s)", why.text, p->set->samples[a->picture].path);
}

/* Answers and losses of a batch, into r. */
static dk_status run_batch(const dk_pass *p, const dk_batch *batch, const room *r, dk_error *err) {
    const bool has_loss = r->floats > 0 && batch->truth != NULL;
    assert(!has_loss || batch->floats == r->floats);
    DK_TRY(dk_net_forward(p->net, batch->pixels, has_loss ? spread_truth(p, batch, r) : NULL, 0, err));
    DK_TRY(dk_net_answers(p->net, r->answers, err));
    return has_loss ? dk_net_losses(p->net, r->losses, err) : DK_OK;
}

static dk_status tell(const dk_pass *p, const dk_answer *answer, const room *r, dk_error *err) {
    DK_TRY(check_answer(p, answer, r->outputs, err));
    return p->told(p->user, answer, err);
}

/* Picture i of a batch. */
static dk_answer answer_of(const dk_pass *p, const dk_batch *batch, const room *r, int i) {
    const bool has_loss = r->floats > 0 && batch->truth != NULL;
    const size_t view = (size_t)i * (size_t)p->views;
    return (dk_answer){.net = p->net,
                       .picture = batch->picture[i],
                       .truth = batch->truth != NULL ? batch->truth + (size_t)i * batch->floats : NULL,
                       .answers = r->answers + view * r->outputs,
                       .loss = has_loss ? &r->losses[view] : NULL};
}

static dk_status measure_batch(const dk_pass *p, const dk_batch *batch, const room *r, dk_error *err) {
    DK_TRY(run_batch(p, batch, r, err));
    for (int i = 0; i < batch->count; i++) {
        const dk_answer answer = answer_of(p, batch, r, i);
        DK_TRY(tell(p, &answer, r, err));
    }
    return DK_OK;
}

static dk_status measure(const dk_pass *p, const room *r, dk_error *err) {
    DK_TRY(dk_stream_rewind(p->loader, err));
    for (;;) {
        dk_batch batch = {0};
        DK_TRY(dk_stream_next(p->loader, &batch, err));
        if (batch.count == 0) {
            return DK_OK;
        }
        DK_TRY(measure_batch(p, &batch, r, err));
    }
}

/* ---- several ranks ---- */

/* What ranks send of a picture: floats, of which the first tells whether there is one; then its truth and answers, and its
 * loss. Its number stands in two of them, each of which a float holds. */
enum { THERE, HIGH, LOW, HEAD, DIGIT = 1 << 16 };
typedef struct {
    const dk_pass *pass;
    const room *room;
    size_t floats, answers, row; /* of a truth, of answers, of all */
    float *mine, *all;           /* rows of this rank's batch; of those of all, on rank 0 */
} exchange;

static void pack(const exchange *x, const dk_answer *a, float *row) {
    row[THERE] = 1;
    const int high = a->picture / DIGIT, low = a->picture % DIGIT;
    row[HIGH] = (float)high;
    row[LOW] = (float)low;
    if (a->truth != NULL) {
        memcpy(row + HEAD, a->truth, x->floats * sizeof *row);
    }
    memcpy(row + HEAD + x->floats, a->answers, x->answers * sizeof *row);
    row[HEAD + x->floats + x->answers] = a->loss != NULL ? *a->loss : 0;
}

static dk_answer unpack(const exchange *x, const float *row) {
    return (dk_answer){.net = x->pass->net,
                       .picture = (int)row[HIGH] * DIGIT + (int)row[LOW],
                       .truth = x->floats > 0 ? row + HEAD : NULL,
                       .answers = row + HEAD + x->floats,
                       .loss =
                           x->room->floats > 0 && x->floats > 0 ? row + HEAD + x->floats + x->answers : NULL};
}

/* The next batch of this rank, packed; *some: there is one. */
static dk_status fill(exchange *x, bool *some, dk_error *err) {
    dk_batch batch = {0};
    DK_TRY(dk_stream_next(x->pass->loader, &batch, err));
    memset(x->mine, 0, (size_t)x->pass->net->options.n / (size_t)x->pass->views * x->row * sizeof *x->mine);
    *some = batch.count > 0;
    DK_TRY(*some ? run_batch(x->pass, &batch, x->room, err) : DK_OK);
    for (int i = 0; i < batch.count; i++) {
        const dk_answer answer = answer_of(x->pass, &batch, x->room, i);
        pack(x, &answer, x->mine + (size_t)i * x->row);
    }
    return DK_OK;
}

/* Picture i of rank r was number i·world + r of the batches of all. */
static dk_status tell_all(const exchange *x, dk_error *err) {
    const size_t rows = (size_t)x->pass->net->options.n / (size_t)x->pass->views;
    const size_t world = (size_t)x->pass->comm->world;
    for (size_t k = 0; k < rows * world; k++) {
        const float *const row = x->all + (k % world * rows + k / world) * x->row;
        if (row[THERE] != 0) {
            const dk_answer answer = unpack(x, row);
            DK_TRY(tell(x->pass, &answer, x->room, err));
        }
    }
    return DK_OK;
}

/* Rounds: a batch of each rank, as long as any has one; what fails is agreed on before the next. */
static dk_status measure_rounds(exchange *x, dk_error *err) {
    dk_comm *const c = x->pass->comm;
    const size_t bytes = (size_t)x->pass->net->options.n / (size_t)x->pass->views * x->row * sizeof *x->mine;
    dk_status status = dk_stream_rewind(x->pass->loader, err);
    for (;;) {
        bool some = false;
        status = status == DK_OK ? fill(x, &some, err) : status;
        DK_TRY(dk_comm_agree(c, status, err));
        double batches = some;
        DK_TRY(c->kind->total(c, &batches, 1, err));
        if (batches == 0) {
            return DK_OK;
        }
        DK_TRY(c->kind->gather(c, 0, x->mine, bytes, x->all, err));
        status = x->all != NULL ? tell_all(x, err) : DK_OK;
    }
}

static dk_status measure_together(const dk_pass *p, const room *r, dk_error *err) {
    const bool has_truth = p->set->truth.kind != NULL;
    exchange x = {.pass = p,
                  .room = r,
                  .floats = has_truth ? dk_net_truth(p->net) : 0,
                  .answers = r->outputs * (size_t)p->views};
    x.row = HEAD + x.floats + x.answers + 1;
    const size_t rows = (size_t)p->net->options.n / (size_t)p->views, world = (size_t)p->comm->world;
    const size_t floats = rows * x.row * (p->comm->rank == 0 ? world + 1 : 1);
    x.mine = malloc(floats * sizeof *x.mine);
    const dk_status status = dk_comm_agree(
        p->comm,
        x.mine != NULL ? DK_OK : dk_no_memory(err, floats * sizeof *x.mine, "the answers of all ranks"), err);
    x.all = x.mine != NULL && p->comm->rank == 0 ? x.mine + rows * x.row : NULL;
    const dk_status measured = status == DK_OK && x.mine != NULL ? measure_rounds(&x, err) : status;
    free(x.mine);
    return measured;
}

dk_status dk_measure(const dk_pass *p, dk_error *err) {
    const size_t n = (size_t)p->net->options.n, outputs = dk_net_outputs(p->net);
    const size_t truths = p->views > 1 ? dk_net_truth(p->net) : 0;
    assert(n % (size_t)p->views == 0);
    float *const values = malloc(n * (outputs + truths + 1) * sizeof *values);
    if (values == NULL) {
        return dk_no_memory(err, n * (outputs + truths + 1) * sizeof *values, "the answers of a batch");
    }
    const room r = {.answers = values,
                    .losses = values + n * outputs,
                    .truths = values + n * (outputs + 1),
                    .outputs = outputs,
                    .floats = dk_net_truth(p->net)};
    const bool together = p->comm != NULL && p->comm->world > 1;
    const dk_status status = (together ? measure_together : measure)(p, &r, err);
    free(values);
    return status;
}
