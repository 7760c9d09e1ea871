/* One operation in engine memory: plans, buffers, and the copies in and out. */
#include "support/backend_run.h"

#include <stdlib.h>

/* A copy of an input into the engine's own layout: a 1×1 convolution with the unit matrix. */
typedef struct {
    dk_plan *plan;
    dk_tensor plain;
    dk_weights w;
} entry;

struct case_run {
    const backend_case *c;
    dk_backend *be;
    case_options options;
    int inputs;
    entry entries[CASE_INPUTS];
    dk_tensor x[CASE_INPUTS], dx[CASE_INPUTS], y, dy, truth;
    dk_tensor *xs[CASE_INPUTS], *dxs[CASE_INPUTS];
    dk_weights w, dw;
    float *loss;
    uint64_t version; /* of w: each forward brings new values */
    dk_plan *plan;
    void *blocks[64];
    int count;
};

static dk_status block(case_run *r, size_t bytes, void **out, dk_error *err) {
    DK_TRY(r->be->alloc(r->be, bytes, out, err));
    r->blocks[r->count++] = *out;
    return DK_OK;
}

static dk_status tensor(case_run *r, dk_tensor *t, dk_error *err) {
    return block(r, r->be->bytes(r->be, t), &t->data, err);
}

static dk_status bind(case_run *r, dk_plan *plan, dk_error *err) {
    dk_memory m;
    DK_TRY(block(r, plan->kept, &m.kept, err));
    DK_TRY(block(r, plan->packed, &m.packed, err));
    DK_TRY(block(r, plan->scratch, &m.scratch, err));
    return r->be->bind(plan, &m, err);
}

/* Plain values from and to the host. */
static dk_status put(const case_run *r, float *to, values v, dk_error *err) {
    dk_tensor t = {.data = to, .shape = {1, 1, 1, (int)v.count}};
    return v.count > 0 ? r->be->write(r->be, &t, v.at, err) : DK_OK;
}

static dk_status get(const case_run *r, values v, const float *from, dk_error *err) {
    const dk_tensor t = {.data = (void *)from, .shape = {1, 1, 1, (int)v.count}};
    return v.count > 0 ? r->be->read(r->be, v.at, &t, err) : DK_OK;
}

static dk_status open_entry(case_run *r, int i, dk_error *err) {
    entry *e = &r->entries[i];
    const dk_shape shape = r->c->x[i];
    const size_t weights = (size_t)shape.c * (size_t)shape.c;
    dk_tensor *x = &e->plain;
    e->plain.shape = shape;
    DK_TRY(tensor(r, &e->plain, err));
    const dk_plan_desc d = {
        .op = DK_OP_CONV,
        .precision = r->options.precision,
        .x = &x,
        .inputs = 1,
        .y = &r->x[i],
        .u.conv = {.kh = 1, .kw = 1, .stride_y = 1, .stride_x = 1, .dilation = 1, .groups = 1}};
    DK_TRY(r->be->plan(r->be, &d, &e->plan, err));
    DK_TRY(bind(r, e->plan, err));
    DK_TRY(block(r, weights * sizeof(float), (void **)&e->w.weights, err));
    DK_TRY(block(r, (size_t)shape.c * sizeof(float), (void **)&e->w.biases, err));
    values unit = {weights, calloc(weights, sizeof(float))};
    if (unit.at == NULL) {
        return DK_ENOMEM;
    }
    for (int k = 0; k < shape.c; k++) {
        unit.at[k * shape.c + k] = 1;
    }
    const dk_status status = put(r, e->w.weights, unit, err);
    free(unit.at);
    return status == DK_OK ? block(r, e->plan->y_bytes, &r->x[i].data, err) : status;
}

static dk_status open_inputs(case_run *r, dk_error *err) {
    for (int i = 0; i < r->inputs; i++) {
        r->xs[i] = &r->x[i];
        r->dxs[i] = &r->dx[i];
        r->x[i].shape = r->c->x[i];
        if (r->options.own_layout) {
            DK_TRY(open_entry(r, i, err));
        } else {
            DK_TRY(tensor(r, &r->x[i], err));
        }
        r->dx[i] = r->x[i];
        DK_TRY(tensor(r, &r->dx[i], err));
    }
    return DK_OK;
}

static dk_status open_weights(case_run *r, const case_values *v, dk_error *err) {
    float **const w[] = {&r->w.weights, &r->w.biases, &r->w.scales, &r->w.mean, &r->w.variance};
    float **const dw[] = {&r->dw.weights, &r->dw.biases, &r->dw.scales, &r->dw.mean, &r->dw.variance};
    for (int i = 0; i < CASE_WEIGHTS; i++) {
        if (v->w[i].count > 0) {
            DK_TRY(block(r, v->w[i].count * sizeof(float), (void **)w[i], err));
        }
        if (v->dw[i].count > 0) {
            DK_TRY(block(r, v->dw[i].count * sizeof(float), (void **)dw[i], err));
        }
    }
    return DK_OK;
}

static dk_status open_all(case_run *r, dk_error *err) {
    case_values shapes;
    DK_TRY(open_inputs(r, err));
    case_values_open(&shapes, r->c, 0);
    const dk_status status = open_weights(r, &shapes, err);
    case_values_close(&shapes);
    DK_TRY(status);
    r->y.shape = r->truth.shape = r->c->y;
    dk_plan_desc d = r->c->desc;
    d.precision = r->options.precision;
    d.train = r->options.train;
    d.wants_dx = !r->options.without_dx;
    d.x = r->xs;
    d.inputs = r->inputs;
    d.y = &r->y;
    DK_TRY(r->be->plan(r->be, &d, &r->plan, err));
    DK_TRY(bind(r, r->plan, err));
    DK_TRY(block(r, r->plan->y_bytes, &r->y.data, err));
    r->dy = r->y;
    DK_TRY(tensor(r, &r->dy, err));
    DK_TRY(tensor(r, &r->truth, err));
    return block(r, (size_t)r->c->y.n * sizeof(float), (void **)&r->loss, err);
}

dk_status case_open(case_run **out, dk_backend *be, const backend_case *c, const case_options *o,
                    dk_error *err) {
    *out = NULL;
    case_run *r = calloc(1, sizeof *r);
    if (r == NULL) {
        return DK_ENOMEM;
    }
    r->c = c;
    r->be = be;
    r->options = *o;
    r->inputs = c->inputs > 0 ? c->inputs : 1;
    const dk_status status = open_all(r, err);
    if (status != DK_OK) {
        case_close(r);
        return status;
    }
    *out = r;
    return DK_OK;
}

void case_close(case_run *r) {
    if (r == NULL) {
        return;
    }
    if (r->plan != NULL) {
        r->be->plan_free(r->plan);
    }
    for (int i = 0; i < CASE_INPUTS; i++) {
        if (r->entries[i].plan != NULL) {
            r->be->plan_free(r->entries[i].plan);
        }
    }
    for (int i = 0; i < r->count; i++) {
        r->be->free(r->be, r->blocks[i]);
    }
    free(r);
}

const char *case_impl(const case_run *r) {
    return r->plan->impl;
}

static dk_args args_of(case_run *r, const case_values *v) {
    return (dk_args){.x = r->xs,
                     .y = &r->y,
                     .w = &r->w,
                     .version = r->version,
                     .truth = &r->truth,
                     .loss = r->loss,
                     .scale = v->scale,
                     .key = v->key};
}

static dk_status enter(case_run *r, int i, values x, dk_error *err) {
    entry *e = &r->entries[i];
    if (e->plan == NULL) {
        return r->be->write(r->be, &r->x[i], x.at, err);
    }
    dk_tensor *plain = &e->plain;
    DK_TRY(r->be->write(r->be, plain, x.at, err));
    return r->be->forward(e->plan, &(dk_args){.x = &plain, .y = &r->x[i], .w = &e->w, .version = 1}, err);
}

dk_status case_forward(case_run *r, case_values *v, dk_error *err) {
    float *const w[] = {r->w.weights, r->w.biases, r->w.scales, r->w.mean, r->w.variance};
    r->version++;
    for (int i = 0; i < r->inputs; i++) {
        DK_TRY(enter(r, i, v->x[i], err));
    }
    for (int i = 0; i < CASE_WEIGHTS; i++) {
        DK_TRY(put(r, w[i], v->w[i], err));
    }
    DK_TRY(r->be->write(r->be, &r->truth, v->truth.at, err));
    const dk_args a = args_of(r, v);
    DK_TRY(r->be->forward(r->plan, &a, err));
    DK_TRY(r->be->read(r->be, v->y.at, &r->y, err));
    DK_TRY(get(r, v->loss, r->loss, err));
    DK_TRY(get(r, v->rolled[0], r->w.mean, err));
    return get(r, v->rolled[1], r->w.variance, err);
}

dk_status case_backward(case_run *r, case_values *v, dk_error *err) {
    const float *const dw[] = {r->dw.weights, r->dw.biases, r->dw.scales};
    DK_TRY(r->be->write(r->be, &r->dy, v->dy.at, err));
    dk_args a = args_of(r, v);
    a.dy = &r->dy;
    a.dx = r->options.without_dx ? NULL : r->dxs;
    a.dw = r->options.frozen ? NULL : &r->dw;
    DK_TRY(r->be->backward(r->plan, &a, err));
    for (int i = 0; i < r->inputs; i++) {
        DK_TRY(r->be->read(r->be, v->dx[i].at, &r->dx[i], err));
    }
    for (int i = 0; i < 3; i++) {
        DK_TRY(get(r, v->dw[i], dw[i], err));
    }
    return DK_OK;
}
