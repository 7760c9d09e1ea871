/* What all layer types share: common options, parameter lists, plans, arguments and the default run of one
 * plan. */
#include "layer/layer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#define AT(field) offsetof(dk_layer_common, field)

const dk_opt dk_layer_common_opts[] = {
    {"stopbackward", DK_BOOL, AT(stopbackward), .help = "1: this layer and all before it are frozen"},
    {"freeze_until", DK_INT, AT(freeze_until), .def = 0, .min = 0, .max = 1e6,
     .help = "this layer and all before it are frozen for that many epochs: a new classifier learns first"},
    {"learning_rate", DK_FLOAT, AT(learning_rate), .def = 1, .min = 0, .max = 1e6,
     .help = "multiplies the net's rate"},
    {0},
};

dk_param *dk_layer_param(dk_layer *l, const char *name, size_t count, int flags, float **slot,
                         float **grad_slot) {
    assert(l->param_count < DK_LAYER_PARAMS);
    dk_param *p = &l->params[l->param_count++];
    *p = (dk_param){.name = name, .count = count, .flags = flags, .slot = slot, .grad_slot = grad_slot};
    return p;
}

void dk_layer_norm_params(dk_layer *l, int channels) {
    const size_t c = (size_t)channels;
    dk_layer_param(l, "scales", c, DK_TRAINED, &l->w.scales, &l->dw.scales)->init = 1;
    dk_layer_param(l, "rolling_mean", c, DK_STATE, &l->w.mean, NULL);
    dk_layer_param(l, "rolling_variance", c, DK_STATE | DK_POSITIVE, &l->w.variance, NULL);
}

dk_status dk_layer_fail(const dk_layer *l, const char *key, dk_error *err, const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    dk_section_fail(l->section, key, err, "%s", text);
    if (err) {
        err->status = DK_ESHAPE;
    }
    return DK_ESHAPE;
}

dk_status dk_layer_feed(dk_layer *l, int index, dk_error *err) {
    int *from = dk_arena_alloc(l->arena, (size_t)(l->inputs + 1) * sizeof *from);
    if (!from) {
        return dk_no_memory(err, (size_t)(l->inputs + 1) * sizeof *from, "the inputs of a layer");
    }
    for (int i = 0; i < l->inputs; i++) {
        from[i] = l->from[i];
    }
    from[l->inputs++] = index;
    l->from = from;
    return DK_OK;
}

dk_status dk_layer_from(dk_layer *l, const char *key, const dk_ints *list, dk_error *err) {
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
    assert(l->plan_count < DK_LAYER_PLANS);
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

dk_args dk_layer_args(const dk_layer *l) {
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
    };
}

dk_status dk_layer_forward(dk_layer *l, dk_error *err) {
    if (l->type->forward) {
        return l->type->forward(l, err);
    }
    const dk_args args = dk_layer_args(l);
    return l->plans[0]->backend->forward(l->plans[0], &args, err);
}

dk_status dk_layer_backward(dk_layer *l, dk_error *err) {
    if (l->type->backward) {
        return l->type->backward(l, err);
    }
    const dk_args args = dk_layer_args(l);
    return l->plans[0]->backend->backward(l->plans[0], &args, err);
}
