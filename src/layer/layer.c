/* What all layer types share: common options, parameter lists, plans, arguments and the default run of one
 * plan. */
#include "layer/layer.h"

#include <string.h>

#define AT(field) offsetof(dk_layer_common, field)

const dk_opt dk_layer_common_opts[] = {
    {"stopbackward", DK_BOOL, AT(stopbackward), .help = "1: this layer and all before it are frozen"},
    {"freeze_until", DK_INT, AT(freeze_until), .def = 0, .min = 0, .max = 1e6,
     .help = "this layer and all before it are frozen for that many epochs: a new classifier learns first"},
    {"learning_rate", DK_FLOAT, AT(learning_rate), .def = 1, .min = 0, .max = 1e6,
     .help = "multiplies the net's rate"},
    {0},
};

dk_status dk_layer_param(dk_layer *l, const dk_param *param, dk_error *err) {
    if (l->param_count == DK_LAYER_PARAMS) {
        return dk_layer_fail(l, NULL, err,
                             "%s would be one parameter too many: a layer has room for %d (DK_LAYER_PARAMS)",
                             param->name, DK_LAYER_PARAMS);
    }
    l->params[l->param_count++] = *param;
    return DK_OK;
}

dk_status dk_layer_biases(dk_layer *l, int count, dk_error *err) {
    const dk_param biases = {.name = "biases",
                             .count = (size_t)count,
                             .flags = DK_TRAINED,
                             .slot = &l->w.biases,
                             .grad_slot = &l->dw.biases};
    return dk_layer_param(l, &biases, err);
}

dk_status dk_layer_norm_params(dk_layer *l, int channels, dk_error *err) {
    const size_t c = (size_t)channels;
    const dk_param params[] = {
        {.name = "scales",
         .count = c,
         .flags = DK_TRAINED,
         .slot = &l->w.scales,
         .grad_slot = &l->dw.scales,
         .init = 1},
        {.name = "rolling_mean", .count = c, .flags = DK_STATE, .slot = &l->w.mean},
        {.name = "rolling_variance", .count = c, .flags = DK_STATE | DK_POSITIVE, .slot = &l->w.variance}};
    for (size_t i = 0; i < sizeof params / sizeof params[0]; i++) {
        DK_TRY(dk_layer_param(l, &params[i], err));
    }
    return DK_OK;
}

dk_status dk_layer_feed(dk_layer *l, int index, dk_error *err) {
    const bool full = (l->inputs & (l->inputs - 1)) == 0; /* room doubles: it is a power of 2 */
    const size_t room = l->inputs > 0 ? 2 * (size_t)l->inputs : 1;
    int *from = full ? dk_arena_alloc(l->arena, room * sizeof *from) : l->from;
    if (!from) {
        return dk_no_memory(err, room * sizeof *from, "the inputs of a layer");
    }
    if (full && l->inputs > 0) {
        memcpy(from, l->from, (size_t)l->inputs * sizeof *from);
    }
    from[l->inputs++] = index;
    l->from = from;
    return DK_OK;
}

dk_status dk_layer_from(dk_layer *l, const char *key, const dk_ints *list, dk_error *err) {
    if (list->count > DK_LAYER_INPUTS) {
        return dk_layer_fail(l, key, err, "%s names %d layers; at most %d can be taken", key, list->count,
                             DK_LAYER_INPUTS);
    }
    for (int i = 0; i < list->count; i++) {
        const int v = list->v[i];
        const int absolute = v < 0 ? l->index + v : v;
        if (l->index == 0) {
            return dk_layer_fail(l, key, err, "%s=%d is no earlier layer; this is the first", key, v);
        }
        if (absolute < 0 || absolute >= l->index) {
            return dk_layer_fail(l, key, err,
                                 "%s=%d is no earlier layer; here it may be 0..%d, or -%d..-1 counted back",
                                 key, v, l->index - 1, l->index);
        }
        DK_TRY(dk_layer_feed(l, absolute, err));
    }
    return DK_OK;
}

dk_status dk_layer_plan(dk_layer *l, dk_backend *be, dk_plan_desc *desc, dk_error *err) {
    if (l->plan_count == DK_LAYER_PLANS) {
        return dk_layer_fail(l, NULL, err,
                             "wants one operation too many: a layer has room for %d (DK_LAYER_PLANS)",
                             DK_LAYER_PLANS);
    }
    desc->precision = l->context->precision;
    desc->train = l->train;
    desc->wants_dx = l->wants_dx;
    dk_plan_desc *wanted = &l->wanted[l->plan_count];
    *wanted = *desc;
    wanted->x = NULL;
    wanted->y = NULL;
    wanted->inputs = 0;
    desc->x = desc->x ? desc->x : l->x;
    desc->inputs = desc->inputs ? desc->inputs : l->inputs;
    desc->y = desc->y ? desc->y : l->y;
    const dk_status status = be->plan(be, desc, &l->plans[l->plan_count], err);
    if (status != DK_OK) {
        return dk_error_prefix(err, status, "%s:%d: [%s]", l->section->file, l->section->line,
                               l->section->name);
    }
    l->plan_count++;
    return DK_OK;
}

bool dk_layer_has_loss(const dk_layer *l) {
    return l->type->has_loss && l->type->has_loss(l);
}

bool dk_layer_learns(const dk_layer *l) {
    bool trained = false;
    for (int k = 0; l->train && k < l->param_count; k++) {
        trained = trained || (l->params[k].flags & DK_TRAINED) != 0;
    }
    return trained;
}

/* The arguments of a run of this layer, from its fields. */
static dk_args args_of(const dk_layer *l) {
    return (dk_args){
        .x = l->x,
        .y = l->y,
        .dx = l->dx,
        .dy = l->dy,
        .w = &l->w,
        .dw = l->train ? &l->dw : NULL,
        .version = l->version,
        .truth = l->truth,
        .loss = l->loss,
        .scale = l->scale,
        .key = l->key,
        .ranks = l->context->ranks.world > 1 ? &l->context->ranks : NULL,
    };
}

dk_status dk_layer_forward(dk_layer *l, dk_error *err) {
    if (l->type->forward) {
        return l->type->forward(l, err);
    }
    const dk_args args = args_of(l);
    return l->plans[0]->backend->forward(l->plans[0], &args, err);
}

dk_status dk_layer_backward(dk_layer *l, dk_error *err) {
    if (l->type->backward) {
        return l->type->backward(l, err);
    }
    const dk_args args = args_of(l);
    return l->plans[0]->backend->backward(l->plans[0], &args, err);
}
