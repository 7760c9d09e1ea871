/* The heads of a net: which layers answer and which count a loss, and the rows of the host that hold what all of them
 * are given and say. With one head a row is what the engine has; rows of several go through host memory, a part at a
 * time. */
#include "net/heads.h"

#include <string.h>

#include "backend/memory.h"
#include "net/memory.h"

/* ---- which there are ---- */

/* The last layer, what a judge compares, what counts a loss itself, and what finds things that no layer reads. */
static bool is_answer(const dk_net *net, const dk_layer *l) {
    const dk_net_memory *m = net->memory;
    const bool finds = l->type->find != NULL && m->values[m->value_of[l->index]].last == l->index;
    return !l->type->judges && (l->ends || finds || dk_layer_has_loss(l));
}

static dk_shape truth_shape(const dk_layer *l) {
    return l->type->truth ? (dk_shape){l->y->shape.n, (int)l->type->truth(l), 1, 1} : l->y->shape;
}

/* The next part of a row; or an earlier one, where losses of this type share theirs. */
static const dk_tensor *truth_of(dk_net *net, const dk_layer *l) {
    const dk_shape shape = truth_shape(l);
    for (int i = 0; l->type->one_truth && i < net->loss_count; i++) {
        const dk_net_loss *before = &net->losses[i];
        if (before->layer->type == l->type && dk_shape_each(before->truth->shape) == dk_shape_each(shape)) {
            return before->truth;
        }
    }
    dk_tensor *own = &net->truths[net->truth_count++];
    own->shape = shape;
    return own;
}

dk_status dk_net_find_heads(dk_net *net, dk_error *err) {
    dk_net_memory *m = net->memory;
    size_t heads = 0;
    for (int i = 0; i < net->count; i++) {
        heads += is_answer(net, &net->layers[i]) || dk_layer_has_loss(&net->layers[i]);
    }
    net->answers = dk_arena_alloc(net->arena, heads * sizeof(dk_layer *));
    net->losses = dk_arena_alloc(net->arena, heads * sizeof *net->losses);
    net->truths = dk_arena_alloc(net->arena, heads * sizeof *net->truths);
    if (!net->answers || !net->losses || !net->truths) {
        return dk_no_memory(err, heads * sizeof *net->truths, "the heads");
    }
    for (int i = 0; i < net->count; i++) {
        dk_layer *l = &net->layers[i];
        if (is_answer(net, l)) {
            net->answers[net->answer_count++] = l;
            m->values[m->value_of[i]].last = net->count; /* it is read after the last layer */
        }
        if (dk_layer_has_loss(l)) {
            const dk_tensor *truth = truth_of(net, l);
            net->losses[net->loss_count++] = (dk_net_loss){l, truth};
        }
    }
    return DK_OK;
}

size_t dk_net_truth(const dk_net *net) {
    size_t floats = 0;
    for (int i = 0; i < net->truth_count; i++) {
        floats += dk_shape_each(net->truths[i].shape);
    }
    return floats;
}

size_t dk_net_outputs(const dk_net *net) {
    size_t floats = 0;
    for (int i = 0; i < net->answer_count; i++) {
        floats += dk_shape_each(net->answers[i]->y->shape);
    }
    return floats;
}

dk_status dk_net_one_answer(const dk_net *net, dk_error *err) {
    return net->answer_count == 1
               ? DK_OK
               : dk_layer_fail(net->answers[0], NULL, err,
                               "is one of %d answers of the network; this task wants a network of one",
                               net->answer_count);
}

/* ---- rows of the host ---- */

size_t dk_net_heads_bytes(const dk_net *net) {
    const bool several = net->answer_count > 1 || net->loss_count > 1;
    size_t most = 0;
    for (int i = 0; several && i < net->truth_count; i++) {
        const size_t count = dk_shape_count(net->truths[i].shape);
        most = count > most ? count : most;
    }
    for (int i = 0; several && i < net->answer_count; i++) {
        const size_t count = dk_shape_count(net->answers[i]->y->shape);
        most = count > most ? count : most;
    }
    return most * sizeof(float);
}

dk_status dk_net_take_truth(dk_net *net, const float *truth, dk_error *err) {
    const size_t all = dk_net_truth(net), n = (size_t)net->options.n;
    float *const rows = net->memory->rows;
    size_t at = 0;
    for (int i = 0; i < net->loss_count; i++) {
        net->losses[i].layer->truth = truth ? net->losses[i].truth : NULL;
    }
    for (int k = 0; truth && k < net->truth_count; k++) {
        const size_t each = dk_shape_each(net->truths[k].shape);
        for (size_t i = 0; rows && i < n; i++) {
            memcpy(rows + i * each, truth + i * all + at, each * sizeof *rows);
        }
        DK_TRY(net->backend->write(net->backend, &net->truths[k], rows ? rows : truth, err));
        at += each;
    }
    return DK_OK;
}

bool dk_net_compared(const dk_net *net) {
    return net->loss_count > 0 && net->losses[0].layer->truth != NULL;
}

dk_status dk_net_answers(dk_net *net, float *out, dk_error *err) {
    const size_t all = dk_net_outputs(net), n = (size_t)net->options.n;
    float *const rows = net->memory->rows;
    size_t at = 0;
    for (int k = 0; k < net->answer_count; k++) {
        const dk_tensor *y = net->answers[k]->y;
        const size_t each = dk_shape_each(y->shape);
        DK_TRY(net->backend->read(net->backend, rows ? rows : out, y, err));
        for (size_t i = 0; rows && i < n; i++) {
            memcpy(out + i * all + at, rows + i * each, each * sizeof *rows);
        }
        at += each;
    }
    return DK_OK;
}

dk_status dk_net_losses(dk_net *net, float *out, dk_error *err) {
    const size_t n = (size_t)net->options.n;
    float *const rows = net->memory->rows;
    if (!dk_net_compared(net)) {
        return dk_fail(
            err, DK_EUSAGE,
            "%s: there is no loss: the network ends in no [softmax] or [cost], or no truth was given",
            net->cfg->path);
    }
    for (int k = 0; k < net->loss_count; k++) {
        DK_TRY(dk_span_read(net->backend, k > 0 ? rows : out, net->losses[k].layer->loss, n, err));
        for (size_t i = 0; k > 0 && i < n; i++) {
            out[i] += rows[i];
        }
    }
    return DK_OK;
}
