/* Layer by layer; who only passes its input on has that input's value. */
#include "convert/export.h"

#include <stdio.h>
#include <string.h>

#include "backend/memory.h"
#include "convert/export_context.h"
#include "convert/onnx_graph.h"
#include "image/resample.h"

#define MOST 2000000000.0 /* bytes of a model: protobuf's lengths are 31 bits */

/* ---- names and values ---- */

const char *dk_export_name(dk_export_context *c, const dk_layer *l, const char *what) {
    const char *name = what ? dk_arena_format(c->arena, "%d_%s/%s", l->index, l->type->name, what)
                            : dk_arena_format(c->arena, "%d_%s", l->index, l->type->name);
    c->w->graph.failed = c->w->graph.failed || !name;
    return name ? name : "";
}

dk_status dk_export_read(dk_export_context *c, const float *from, size_t n, float **out, dk_error *err) {
    *out = dk_arena_alloc(c->arena, n * sizeof **out);
    if (!*out) {
        return dk_no_memory(err, n * sizeof **out, "the weights of a layer");
    }
    return dk_span_read(c->net->backend, *out, from, n, err);
}

void dk_export_node(dk_export_context *c, const char *op, const char *x, const char *y) {
    dk_onnx_begin(c->w, op, y);
    dk_onnx_in(c->w, x);
    dk_onnx_out(c->w, y);
    dk_onnx_end(c->w);
}

const char *dk_export_planes(dk_export_context *c, const dk_layer *l, int i) {
    dk_export_value *v = &c->values[l->from[i]];
    const dk_shape s = l->x[i]->shape;
    const int64_t dims[] = {0, s.c, s.h, s.w};
    if (!v->flat) {
        return v->name;
    }
    if (!v->planes) {
        const char *shape = dk_arena_format(c->arena, "%s/shape", v->name);
        v->planes = dk_arena_format(c->arena, "%s/planes", v->name);
        if (!shape || !v->planes) {
            c->w->graph.failed = true;
            return "";
        }
        dk_onnx_int64s(c->w, shape, dims, 4);
        dk_onnx_begin(c->w, "Reshape", v->planes);
        dk_onnx_in(c->w, v->name);
        dk_onnx_in(c->w, shape);
        dk_onnx_out(c->w, v->planes);
        dk_onnx_end(c->w);
    }
    return v->planes;
}

const char *dk_export_flat(dk_export_context *c, const dk_layer *l, int i) {
    const dk_export_value *v = &c->values[l->from[i]];
    if (v->flat) {
        return v->name;
    }
    const char *flat = dk_export_name(c, l, "flat");
    dk_onnx_begin(c->w, "Flatten", flat);
    dk_onnx_in(c->w, v->name);
    dk_onnx_attribute_int(c->w, "axis", 1);
    dk_onnx_out(c->w, flat);
    dk_onnx_end(c->w);
    return flat;
}

/* ---- preprocessing ---- */

/* A node with a number: y = x op v. */
static const char *with_number(dk_export_context *c, const char *op, const char *x, float v, const char *y) {
    const char *number = dk_arena_format(c->arena, "%s/number", y);
    c->w->graph.failed = c->w->graph.failed || !number;
    number = number ? number : "";
    dk_onnx_floats(c->w, number, NULL, 0, &v);
    dk_onnx_begin(c->w, op, y);
    dk_onnx_in(c->w, x);
    dk_onnx_in(c->w, number);
    dk_onnx_out(c->w, y);
    dk_onnx_end(c->w);
    return y;
}

/* Channels as a sum of red, green and blue: channels × 3 weights. */
static const char *mix(dk_export_context *c, const char *x, const float *weights, int channels,
                       const char *y) {
    const int dims[] = {channels, 3, 1, 1}, kernel[] = {1, 1};
    dk_onnx_floats(c->w, "preprocessing/colours", dims, 4, weights);
    dk_onnx_begin(c->w, "Conv", y);
    dk_onnx_in(c->w, x);
    dk_onnx_in(c->w, "preprocessing/colours");
    dk_onnx_attribute_ints(c->w, "kernel_shape", kernel, 2);
    dk_onnx_out(c->w, y);
    dk_onnx_end(c->w);
    return y;
}

/* Luma on every channel, or red and blue in each other's place. */
static const char *mix_colours(dk_export_context *c, const char *x, const dk_input_conf *input,
                               int channels) {
    static const float luma[] = {DK_LUMA_R, DK_LUMA_G, DK_LUMA_B, DK_LUMA_R, DK_LUMA_G,
                                 DK_LUMA_B, DK_LUMA_R, DK_LUMA_G, DK_LUMA_B};
    static const float bgr[] = {0, 0, 1, 0, 1, 0, 1, 0, 0};
    if (channels == 1 || input->grey) {
        return mix(c, x, luma, channels, "preprocessing/grey");
    }
    return input->bgr ? mix(c, x, bgr, channels, "preprocessing/bgr") : x;
}

/* (pixel/255 − mean)·scale, of colours mixed as the network wants them: image/warp.h. */
static dk_status write_input(dk_export_context *c, const dk_input_conf *input, dk_error *err) {
    const dk_shape s = c->net->input.shape;
    const bool pictures = s.c == 1 || s.c == 3;
    const int dims[] = {-1, c->options->plain ? s.c : 3, s.h, s.w};
    const char *x = "input";
    if (!pictures && !c->options->plain) {
        return dk_fail(err, DK_EUNSUPPORTED,
                       "%s: the network takes %d channels, which no picture has: -no_preprocess",
                       c->net->cfg->path, s.c);
    }
    dk_onnx_model_input(c->w, x, dims, 4);
    if (!c->options->plain) {
        x = mix_colours(c, x, input, s.c);
        x = with_number(c, "Div", x, 255, "preprocessing/share");
        x = input->input_mean != 0 ? with_number(c, "Sub", x, input->input_mean, "preprocessing/centred") : x;
        x = input->input_scale != 1 ? with_number(c, "Mul", x, input->input_scale, "preprocessing/scaled")
                                    : x;
    }
    c->values[-1] = (dk_export_value){.name = x};
    return DK_OK;
}

/* What `import` needs to know of it. */
static void write_notes(dk_export_context *c, const dk_input_conf *input) {
    dk_buffer names = {0};
    char number[32];
    dk_onnx_write_note(c->w, DK_ONNX_NETWORK_INPUT, c->values[-1].name);
    snprintf(number, sizeof number, "%.9g", (double)input->input_mean);
    dk_onnx_write_note(c->w, DK_ONNX_INPUT_MEAN, number);
    snprintf(number, sizeof number, "%.9g", (double)input->input_scale);
    dk_onnx_write_note(c->w, DK_ONNX_INPUT_SCALE, number);
    dk_onnx_write_note(c->w, DK_ONNX_GREY, input->grey ? "1" : "0");
    dk_onnx_write_note(c->w, DK_ONNX_BGR, input->bgr ? "1" : "0");
    for (int i = 0; i < c->options->count; i++) {
        dk_buffer_add(&names, "%s%s", i > 0 ? "\n" : "", c->options->names[i]);
    }
    if (c->options->count > 0) {
        c->w->graph.failed = c->w->graph.failed || names.failed;
        dk_onnx_write_note(c->w, "names", names.failed ? "" : names.text);
    }
    dk_buffer_free(&names);
}

/* ---- layers ---- */

static dk_status write_layer(dk_export_context *c, const dk_layer *l, dk_error *err) {
    if (l->alias || l->type->judges) {
        c->values[l->index] = c->values[l->from[0]];
        return DK_OK;
    }
    const dk_export_write write = l->plan_count == 1 ? dk_export_writers[l->wanted[0].op] : NULL;
    if (!write) {
        return dk_section_fail_as(
            DK_EUNSUPPORTED, l->section, NULL, err,
            "is a layer that is not written as ONNX; docs/onnx.md lists those that are");
    }
    c->values[l->index] = (dk_export_value){.name = dk_export_name(c, l, NULL)};
    return write(c, l, err);
}

/* The picture itself as an answer wants a node, too. */
static void write_answers(dk_export_context *c) {
    for (int i = 0; i < c->net->answer_count; i++) {
        const dk_layer *l = c->net->answers[i];
        dk_export_value *v = &c->values[l->index];
        if (v->name == c->values[-1].name) {
            v->name = dk_export_name(c, l, NULL);
            dk_export_node(c, "Identity", c->values[-1].name, v->name);
        }
        const dk_shape s = l->y->shape;
        const int dims[] = {-1, s.c, s.h, s.w};
        dk_onnx_model_output(c->w, v->name, dims, v->flat ? 2 : 4);
    }
}

static dk_status write_net(dk_export_context *c, const dk_input_conf *input, dk_buffer *out, dk_error *err) {
    DK_TRY(write_input(c, input, err));
    for (int i = 0; i < c->net->count; i++) {
        DK_TRY(write_layer(c, &c->net->layers[i], err));
    }
    write_answers(c);
    write_notes(c, input);
    return dk_onnx_writer_model(c->w, dk_path_name(c->net->cfg->path), out, err);
}

dk_status dk_export_onnx(const dk_net *net, const dk_input_conf *input, const dk_export_options *options,
                         dk_buffer *out, dk_error *err) {
    dk_onnx_writer w = {0};
    dk_arena *arena = dk_arena_open();
    dk_export_value *values = arena ? dk_arena_alloc(arena, ((size_t)net->count + 1) * sizeof *values) : NULL;
    *out = (dk_buffer){0};
    if (!values) {
        dk_arena_close(arena);
        return dk_no_memory(err, (size_t)net->count * sizeof *values, "the values of a model");
    }
    if ((double)net->params->count * sizeof(float) > MOST) {
        dk_arena_close(arena);
        return dk_fail(err, DK_EUNSUPPORTED, "%s: has %zu parameters; an ONNX file holds 2 GB",
                       net->cfg->path, net->params->count);
    }
    dk_export_context c = {net, options, &w, arena, values + 1};
    const dk_status status = write_net(&c, input, out, err);
    dk_onnx_writer_free(&w);
    dk_arena_close(arena);
    if (status != DK_OK) {
        dk_buffer_free(out);
    }
    return status;
}
