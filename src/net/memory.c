/* Adds up what a net needs, allocates it in a few blocks, and tells everybody where their part is.
 *   edges      the input, truths, losses of each picture
 *   outputs    every layer's output; when predicting, outputs that are not alive together share memory
 *   kept       what plans keep from forward to backward          packed     repacked weights
 *   scratch    what one plan needs while it runs                 gradients  dy by their lives, then dx
 * written aside parameters and flat gradients are blocks of their own */
#include "net/memory.h"

#include <stdint.h>

#include "net/heads.h"

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
            step->aside[i].data =
                (void *)(uintptr_t)dk_piece(&offset, v->bytes); /* until the block is there */
            l->dx[i] = &step->aside[i];
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
        m->back[i].runs =
            l->train && !l->alias && v->trained && (dk_layer_has_loss(l) || v->gradient_from >= 0);
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

/* The pieces of the plans and of the edges, one after the other. Walked twice: to count the bytes, then to bind them to
 * the blocks. */
static dk_status walk_plans(dk_net *net, bool bind, dk_error *err) {
    dk_net_memory *m = net->memory;
    dk_net_bytes *b = &net->bytes;
    b->kept = b->packed = 0;
    for (int i = 0; i < net->count; i++) {
        for (int k = 0; k < net->layers[i].plan_count; k++) {
            dk_plan *p = net->layers[i].plans[k];
            const size_t kept = dk_piece(&b->kept, p->kept), packed = dk_piece(&b->packed, p->packed);
            b->scratch = p->scratch > b->scratch ? p->scratch : b->scratch;
            if (bind) {
                const dk_memory memory = {dk_piece_at(m->kept, kept), dk_piece_at(m->packed, packed),
                                          m->scratch};
                DK_TRY(net->backend->bind(p, &memory, err));
            }
        }
    }
    return DK_OK;
}

/* Returns the bytes; nothing is bound while there is no block. */
static size_t walk_edges(dk_net *net) {
    dk_net_memory *m = net->memory;
    size_t total = 0;
    const size_t input = dk_piece(&total, dk_shape_count(net->input.shape) * sizeof(float));
    net->input.data = m->values[0].y.data = dk_piece_at(m->edges, input);
    for (int i = 0; i < net->truth_count; i++) {
        const size_t truth = dk_piece(&total, dk_shape_count(net->truths[i].shape) * sizeof(float));
        net->truths[i].data = dk_piece_at(m->edges, truth);
    }
    for (int i = 0; i < net->loss_count; i++) {
        dk_layer *l = net->losses[i].layer;
        const size_t loss = dk_piece(&total, (size_t)net->options.n * sizeof(float));
        l->loss = dk_piece_at(m->edges, loss);
        l->scale = 1.0f / (float)(net->options.n * net->conf.subdivisions * dk_net_world(net));
    }
    return total;
}

size_t dk_net_bytes_sum(const dk_net_bytes *b) {
    return b->parameters + b->outputs + b->kept + b->packed + b->scratch + b->gradients + b->optimiser;
}

const char *dk_net_where(const dk_net *net) {
    return net->backend->room != NULL ? " on the device" : "";
}

static dk_status check_limit(const dk_net *net, dk_error *err) {
    const dk_net_bytes *b = &net->bytes;
    const size_t total = dk_net_bytes_sum(b);
    const size_t limit = net->options.max_memory;
    if (limit > 0 && total > limit) {
        return dk_fail(
            err, DK_ENOMEM,
            "%s: the network needs %.1f MB (parameters %.1f, outputs %.1f, gradients %.1f, other "
            "%.1f), more than "
            "the %.1f MB allowed%s; try a smaller batch, more subdivisions, or a larger -max_memory",
            net->cfg->path, (double)total / 1e6, (double)b->parameters / 1e6,
            (double)(b->outputs + b->kept) / 1e6, (double)(b->gradients + b->optimiser) / 1e6,
            (double)(b->packed + b->scratch) / 1e6, (double)limit / 1e6, dk_net_where(net));
    }
    return DK_OK;
}

/* ---- binding ---- */

static void bind_values(dk_net *net, const dk_life *outputs, const dk_life *gradients, size_t aside) {
    dk_net_memory *m = net->memory;
    for (int i = 1; i <= net->count; i++) {
        m->values[i].y.data = dk_piece_at(m->outputs, outputs[i].at);
        m->values[i].dy.data = gradients ? dk_piece_at(m->gradients, gradients[i].at) : NULL;
    }
    for (int i = 0; i < net->count; i++) {
        for (int k = 0; m->back[i].runs && k < net->layers[i].inputs; k++) {
            if (m->back[i].into[k]) {
                m->back[i].aside[k].data =
                    dk_piece_at(m->gradients, aside + (size_t)(uintptr_t)m->back[i].aside[k].data);
            }
        }
    }
}

static void bind_params(dk_net *net) {
    for (int i = 0; i < net->count; i++) {
        for (int k = 0; k < net->layers[i].param_count; k++) {
            const dk_param *p = &net->layers[i].params[k];
            *p->slot = net->params->values + p->offset;
        }
    }
}

static dk_status block(dk_net *net, size_t bytes, void **out, dk_error *err) {
    return bytes > 0 ? net->backend->alloc(net->backend, bytes, out, err) : DK_OK;
}

static dk_status allocate_blocks(dk_net *net, size_t edges, size_t outputs, size_t gradients, dk_error *err) {
    dk_net_memory *m = net->memory;
    const size_t flat = net->trained * sizeof(float);
    if (!net->params->values) {
        DK_TRY(block(net, net->bytes.parameters, (void **)&net->params->values, err));
    }
    DK_TRY(block(net, edges, &m->edges, err));
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
    const size_t flat = net->trained * sizeof(float), edges = walk_edges(net);
    const size_t rows = dk_net_heads_bytes(net);
    DK_TRY(walk_plans(net, false, err));
    net->bytes.parameters = net->params->count * sizeof(float);
    net->bytes.outputs = output_bytes + edges + rows;
    net->bytes.gradients =
        gradient_bytes + net->memory->aside_bytes + flat * (net->conf.subdivisions > 1 ? 2 : 1);
    net->bytes.optimiser =
        flat * (size_t)net->options.optimiser_floats + net->bytes.parameters * (size_t)net->options.copies;
    DK_TRY(check_limit(net, err));
    net->memory->rows = rows > 0 ? dk_arena_alloc(net->arena, rows) : NULL;
    if (rows > 0 && !net->memory->rows) {
        return dk_no_memory(err, rows, "the rows of several heads");
    }
    DK_TRY(allocate_blocks(net, edges, output_bytes, gradient_bytes + net->memory->aside_bytes, err));
    (void)walk_edges(net);
    bind_values(net, outputs, gradients, gradient_bytes);
    bind_params(net);
    return walk_plans(net, true, err);
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
