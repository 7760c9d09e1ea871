/* Adds up what a net needs, allocates it in a few blocks, and tells everybody where their part is.
 *   edges      the input, the truth, the loss of each picture
 *   outputs    every layer's output; when predicting, outputs that are not alive together share memory
 *   kept       what plans keep from forward to backward          packed     repacked weights
 *   scratch    what one plan needs while it runs                 gradients  dy by their lives, then dx
 * written aside parameters and flat gradients are blocks of their own */
#include "net/memory.h"

#include <stdint.h>

static size_t aligned(size_t bytes) {
    return (bytes + 63) / 64 * 64;
}

static void *at(void *block, size_t offset) {
    return block ? (char *)block + offset : NULL;
}

/* ---- who writes which gradient ---- */

/* Layer l runs backward: its inputs' gradients go straight into dy for the first writer, aside for all
 * others. */
static dk_status plan_step(dk_net *net, dk_layer *l, dk_error *err) {
    dk_net_memory *m = net->memory;
    dk_back_step *step = &m->back[l->index];
    const size_t n = (size_t)l->inputs;
    step->into = dk_arena_alloc(net->arena, n * sizeof(void *));
    step->aside = dk_arena_alloc(net->arena, n * sizeof *step->aside);
    if (!step->into || !step->aside) {
        return dk_no_memory(err, n * sizeof *step->aside, "the gradients of a layer");
    }
    size_t offset = 0;
    for (int i = 0; i < l->inputs; i++) {
        dk_value *v = &m->values[l->from[i] < 0 ? 0 : m->value_of[l->from[i]]];
        if (!v->trained) {
            continue;
        }
        if (v->gradient_from < 0) {
            v->gradient_from = l->index;
            l->dx[i] = &v->dy;
        } else {
            step->into[i] = &v->dy;
            step->aside[i] = v->dy;
            step->aside[i].data = (void *)(uintptr_t)offset; /* an offset until the block is there */
            l->dx[i] = &step->aside[i];
            offset += aligned(v->bytes);
        }
    }
    m->aside_bytes = offset > m->aside_bytes ? offset : m->aside_bytes;
    return DK_OK;
}

dk_status dk_net_plan_backward(dk_net *net, dk_error *err) {
    dk_net_memory *m = net->memory;
    for (int i = 0; i <= net->count; i++) {
        dk_value *v = &m->values[i];
        const int plans = i > 0 ? net->layers[i - 1].plan_count : 0;
        v->gradient_from = -1;
        v->dy.shape = v->y.shape;
        v->dy.layout = v->y.layout;
        v->bytes = plans > 0 ? net->layers[i - 1].plans[plans - 1]->y_bytes : 0;
    }
    m->values[0].bytes = dk_shape_count(m->values[0].y.shape) * sizeof(float);
    for (int i = net->count - 1; net->options.train && i >= 0; i--) {
        dk_layer *l = &net->layers[i];
        const dk_value *v = &m->values[m->value_of[i]];
        m->back[i].runs = l->train && !l->alias && v->trained && (l == net->loss || v->gradient_from >= 0);
        if (m->back[i].runs) {
            DK_TRY(plan_step(net, l, err));
        }
    }
    return DK_OK;
}

/* ---- how much, and where ---- */

/* Lives of outputs (forward: step = layer) or of their gradients (backward: step = −layer). */
static dk_status place(dk_net *net, bool gradients, dk_life **out, size_t *total, dk_error *err) {
    const dk_net_memory *m = net->memory;
    const bool share = gradients || !(net->options.train || net->options.keep_outputs);
    dk_life *lives = dk_arena_alloc(net->arena, (size_t)(net->count + 1) * sizeof *lives);
    if (!lives) {
        return dk_no_memory(err, (size_t)net->count * sizeof *lives, "the memory plan");
    }
    for (int i = 1; i <= net->count; i++) {
        const dk_value *v = &m->values[i];
        if (gradients) {
            lives[i] = (dk_life){
                .bytes = v->gradient_from >= 0 ? v->bytes : 0, .first = -v->gradient_from, .last = 1 - i};
        } else {
            lives[i] = (dk_life){
                .bytes = v->bytes, .first = share ? i - 1 : 0, .last = share ? v->last : net->count};
        }
    }
    *total = dk_lives_place(lives, net->count + 1, net->arena);
    if (*total == SIZE_MAX) {
        return dk_no_memory(err, (size_t)net->count * sizeof *lives, "the memory plan");
    }
    *out = lives;
    return DK_OK;
}

static void count_plans(dk_net *net) {
    for (int i = 0; i < net->count; i++) {
        const dk_layer *l = &net->layers[i];
        for (int k = 0; k < l->plan_count; k++) {
            const dk_plan *p = l->plans[k];
            net->bytes.kept += aligned(p->kept);
            net->bytes.packed += aligned(p->packed);
            net->bytes.scratch = p->scratch > net->bytes.scratch ? p->scratch : net->bytes.scratch;
        }
    }
}

static size_t edge_bytes(const dk_net *net) {
    const size_t truth = net->loss ? dk_shape_count(net->loss->y->shape) : 0;
    return aligned(dk_shape_count(net->input.shape) * sizeof(float)) + aligned(truth * sizeof(float)) +
           aligned((size_t)net->input.shape.n * sizeof(float));
}

static dk_status check_limit(const dk_net *net, dk_error *err) {
    const dk_net_bytes *b = &net->bytes;
    const size_t total =
        b->parameters + b->outputs + b->kept + b->packed + b->scratch + b->gradients + b->optimiser;
    const size_t limit = net->options.max_memory;
    if (limit > 0 && total > limit) {
        return dk_fail(err, DK_ENOMEM,
                       "%s: the network needs %.1f MB (parameters %.1f, outputs %.1f, gradients %.1f, other "
                       "%.1f), more than "
                       "the %.1f MB allowed; try a smaller batch, more subdivisions, or a larger -max_memory",
                       net->cfg->path, (double)total / 1e6, (double)b->parameters / 1e6,
                       (double)(b->outputs + b->kept) / 1e6, (double)(b->gradients + b->optimiser) / 1e6,
                       (double)(b->packed + b->scratch) / 1e6, (double)limit / 1e6);
    }
    return DK_OK;
}

/* ---- binding ---- */

static void bind_edges(dk_net *net) {
    dk_net_memory *m = net->memory;
    size_t offset = aligned(dk_shape_count(net->input.shape) * sizeof(float));
    net->input.data = m->values[0].y.data = m->edges;
    if (net->loss) {
        net->truth = (dk_tensor){.data = at(m->edges, offset), .shape = net->loss->y->shape};
        offset += aligned(dk_shape_count(net->truth.shape) * sizeof(float));
        net->loss->loss = at(m->edges, offset);
        net->loss->scale = 1.0f / (float)(net->options.n * net->conf.subdivisions);
    }
}

static void bind_values(dk_net *net, const dk_life *outputs, const dk_life *gradients, size_t aside) {
    dk_net_memory *m = net->memory;
    for (int i = 1; i <= net->count; i++) {
        m->values[i].y.data = at(m->outputs, outputs[i].at);
        m->values[i].dy.data = gradients ? at(m->gradients, gradients[i].at) : NULL;
    }
    for (int i = 0; i < net->count; i++) {
        for (int k = 0; m->back[i].runs && k < net->layers[i].inputs; k++) {
            if (m->back[i].into[k]) {
                m->back[i].aside[k].data =
                    at(m->gradients, aside + (size_t)(uintptr_t)m->back[i].aside[k].data);
            }
        }
    }
}

static dk_status bind_plans(dk_net *net, dk_error *err) {
    dk_net_memory *m = net->memory;
    size_t kept = 0, packed = 0;
    for (int i = 0; i < net->count; i++) {
        dk_layer *l = &net->layers[i];
        for (int k = 0; k < l->plan_count; k++) {
            const dk_memory memory = {at(m->kept, kept), at(m->packed, packed), m->scratch};
            DK_TRY(net->backend->bind(l->plans[k], &memory, err));
            kept += aligned(l->plans[k]->kept);
            packed += aligned(l->plans[k]->packed);
        }
        for (int k = 0; k < l->param_count; k++) {
            *l->params[k].slot = net->params->values + l->params[k].offset;
        }
    }
    return DK_OK;
}

static dk_status block(dk_net *net, size_t bytes, void **out, dk_error *err) {
    return bytes > 0 ? net->backend->alloc(net->backend, bytes, out, err) : DK_OK;
}

static dk_status allocate_blocks(dk_net *net, size_t outputs, size_t gradients, dk_error *err) {
    dk_net_memory *m = net->memory;
    const size_t flat = net->trained * sizeof(float);
    if (!net->params->values) {
        DK_TRY(block(net, net->bytes.parameters, (void **)&net->params->values, err));
    }
    DK_TRY(block(net, edge_bytes(net), &m->edges, err));
    DK_TRY(block(net, outputs, &m->outputs, err));
    DK_TRY(block(net, net->bytes.kept, &m->kept, err));
    DK_TRY(block(net, net->bytes.packed, &m->packed, err));
    DK_TRY(block(net, net->bytes.scratch, &m->scratch, err));
    DK_TRY(block(net, gradients, &m->gradients, err));
    DK_TRY(block(net, flat, (void **)&net->grads, err));
    return net->conf.subdivisions > 1 ? block(net, flat, (void **)&net->part, err) : DK_OK;
}

dk_status dk_net_allocate(dk_net *net, dk_error *err) {
    dk_life *outputs = NULL, *gradients = NULL;
    size_t output_bytes = 0, gradient_bytes = 0;
    DK_TRY(place(net, false, &outputs, &output_bytes, err));
    if (net->options.train) {
        DK_TRY(place(net, true, &gradients, &gradient_bytes, err));
    }
    const size_t flat = net->trained * sizeof(float);
    count_plans(net);
    net->bytes.parameters = net->params->count * sizeof(float);
    net->bytes.outputs = output_bytes + edge_bytes(net);
    net->bytes.gradients =
        gradient_bytes + net->memory->aside_bytes + flat * (net->conf.subdivisions > 1 ? 2 : 1);
    net->bytes.optimiser =
        flat * (size_t)net->options.optimiser_floats + net->bytes.parameters * (size_t)net->options.copies;
    DK_TRY(check_limit(net, err));
    DK_TRY(allocate_blocks(net, output_bytes, gradient_bytes + net->memory->aside_bytes, err));
    bind_edges(net);
    bind_values(net, outputs, gradients, gradient_bytes);
    return bind_plans(net, err);
}

void dk_net_release(dk_net *net) {
    const dk_net_memory *m = net->memory;
    if (!m) {
        return;
    }
    void *const blocks[] = {m->outputs,   m->kept,  m->packed,  m->scratch,
                            m->gradients, m->edges, net->grads, net->part};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        if (blocks[i]) {
            net->backend->free(net->backend, blocks[i]);
        }
    }
}
