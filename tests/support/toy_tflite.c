#include "support/toy_tflite.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

enum { MOST = 4096, OUTPUTS = 16, CHANNELS = 4 };

/* ---- weights ---- */

/* One layer with weights: stored numbers, and the real ones that they mean. */
typedef struct {
    int outputs, kh, kw, inputs; /* as the file orders them; depthwise: outputs 1, inputs the channels */
    int stride, relu6, depthwise;
    size_t count;
    int32_t q[MOST], bias_q[OUTPUTS];
    float real[MOST], bias[OUTPUTS];
    float scale[OUTPUTS], bias_scale[OUTPUTS];
    int64_t zero[OUTPUTS], bias_zero[OUTPUTS];
    int scales;
} weights;

static int channels(const weights *w) {
    return w->depthwise ? w->inputs : w->outputs;
}

/* The output channel of value i. */
static int channel(const weights *w, size_t i) {
    return (int)(w->depthwise ? i % (size_t)w->inputs : i / (w->count / (size_t)w->outputs));
}

/* A value that half precision holds: the fraction is cut to 10 bits, what is too small is 0. */
static float halved(float v) {
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    bits &= ~0x1fffU;
    memcpy(&v, &bits, sizeof v);
    return fabsf(v) < 1 / 16384.0F ? 0 : v;
}

static uint16_t half_bits(float v) {
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    const uint32_t sign = bits >> 16 & 0x8000;
    return (uint16_t)(v == 0 ? sign : sign | ((bits >> 23 & 255) - 112) << 10 | (bits >> 13 & 1023));
}

/* Random stored numbers; real = (q − zero)·scale. A float model stores the real ones. */
static void draw(weights *w, int layer, toy_type type, bool half) {
    dk_rng rng = dk_rng_key(71, (uint64_t)layer, (uint64_t)(w->outputs == 1), DK_RNG_TEST);
    w->count = (size_t)(w->outputs * w->kh * w->kw * w->inputs);
    w->scales = type == TOY_INT8 ? channels(w) : 1;
    for (int c = 0; c < OUTPUTS; c++) {
        w->scale[c] = dk_rng_uniform(&rng, .003F, .005F) * (layer == 0 ? 1 : 2);
        w->zero[c] = type == TOY_UINT8 ? 100 + layer : 0;
        w->bias_scale[c] = w->scale[w->scales > 1 ? c : 0] / 64;
        w->bias_q[c] = (int32_t)dk_rng_below(&rng, 8000) - 2000;
        w->bias[c] = (float)w->bias_q[c] * w->bias_scale[w->scales > 1 ? c : 0];
    }
    for (size_t i = 0; i < w->count; i++) {
        const int c = w->scales > 1 ? channel(w, i) : 0;
        w->q[i] = (int32_t)dk_rng_below(&rng, 255) - (type == TOY_UINT8 ? 0 : 127);
        w->real[i] = (float)(w->q[i] - w->zero[c]) * w->scale[c];
        w->real[i] = half ? halved(w->real[i]) : w->real[i];
    }
    for (int c = 0; half && c < OUTPUTS; c++) {
        w->bias[c] = halved(w->bias[c]);
    }
}

static void draw_all(weights w[TOY_WEIGHTED], const toy_model *m) {
    const weights shapes[TOY_WEIGHTED] = {
        {.outputs = CHANNELS, .kh = 3, .kw = 3, .inputs = 3, .stride = 2, .relu6 = 1},
        {.outputs = 1, .kh = 3, .kw = 3, .inputs = CHANNELS, .stride = 1, .relu6 = 1, .depthwise = 1},
        {.outputs = CHANNELS, .kh = 1, .kw = 1, .inputs = CHANNELS, .stride = 1},
        {.outputs = TOY_FEATURES, .kh = 3, .kw = 3, .inputs = CHANNELS, .stride = 2, .relu6 = 1},
        {.outputs = m->classes > 0 ? m->classes : TOY_CLASSES,
         .kh = 1,
         .kw = 1,
         .inputs = TOY_FEATURES,
         .stride = 1}};
    for (int i = 0; i < TOY_WEIGHTED; i++) {
        w[i] = shapes[i];
        draw(&w[i], i, m->type, m->half);
    }
}

/* ---- what it computes ---- */

/* Rows × columns × channels. */
typedef struct {
    int h, w, c;
    float v[MOST];
} map;

static int before(int in, int out, int stride, int window) {
    const int total = (out - 1) * stride + window - in;
    return total > 0 ? total / 2 : 0;
}

static void convolve(map *y, const map *x, const weights *w) {
    *y = (map){
        .h = (x->h + w->stride - 1) / w->stride, .w = (x->w + w->stride - 1) / w->stride, .c = channels(w)};
    const int top = before(x->h, y->h, w->stride, w->kh), left = before(x->w, y->w, w->stride, w->kw);
    for (int i = 0; i < y->h * y->w * y->c; i++) {
        const int c = i % y->c, column = i / y->c % y->w, row = i / y->c / y->w;
        double sum = (double)w->bias[c];
        for (int k = 0; k < w->kh * w->kw * w->inputs; k++) {
            const int in = k % w->inputs, kx = k / w->inputs % w->kw, ky = k / w->inputs / w->kw;
            const int sy = row * w->stride + ky - top, sx = column * w->stride + kx - left;
            const bool inside = sy >= 0 && sx >= 0 && sy < x->h && sx < x->w;
            if (inside && (!w->depthwise || in == c)) {
                const int at = (w->depthwise ? 0 : c * w->kh * w->kw * w->inputs) + k;
                sum += (double)x->v[(sy * x->w + sx) * x->c + in] * (double)w->real[at];
            }
        }
        y->v[i] = (float)(w->relu6 ? fmin(fmax(sum, 0), 6) : sum);
    }
}

void toy_tflite_run(const toy_model *m, const float *pixels, float *features, float *scores) {
    static weights w[TOY_WEIGHTED];
    static map x, a, b, c;
    draw_all(w, m);
    x = (map){.h = TOY_H, .w = TOY_W, .c = 3};
    for (int i = 0; i < TOY_H * TOY_W * 3; i++) {
        x.v[i] = pixels[i % 3 * TOY_H * TOY_W + i / 3];
    }
    convolve(&a, &x, &w[0]);
    convolve(&b, &a, &w[1]);
    convolve(&c, &b, &w[2]);
    for (int i = 0; i < c.h * c.w * c.c; i++) {
        c.v[i] += a.v[i];
    }
    convolve(&a, &c, &w[3]);
    b = (map){.h = 1, .w = 1, .c = a.c};
    for (int i = 0; i < a.h * a.w * a.c; i++) {
        b.v[i % a.c] += a.v[i] / (float)(a.h * a.w);
    }
    memcpy(features, b.v, TOY_FEATURES * sizeof *features);
    convolve(&a, &b, &w[4]);
    double sum = 0;
    for (int i = 0; i < a.c; i++) {
        sum += exp((double)a.v[i]);
    }
    for (int i = 0; scores && i < a.c; i++) {
        scores[i] = (float)(exp((double)a.v[i]) / sum);
    }
}

/* ---- the file ---- */

enum { TYPE_FLOAT32 = 0, TYPE_FLOAT16 = 1, TYPE_INT32 = 2, TYPE_UINT8 = 3, TYPE_INT8 = 9 };
enum { ADD, CONV, DEPTHWISE, DENSE, RESHAPE, SOFTMAX, MEAN, DEQUANTIZE, RELU6, CODES, PAD = CODES, BAD };
static const int codes[CODES] = {0, 3, 4, 9, 22, 25, 40, 6, 21};

typedef struct {
    flat *f;
    size_t tensors, buffers, operators; /* places of their vectors' offsets */
    int tensor_count, op_count;
} file;

#define OFFSET                                                                                               \
    { FLAT_OFFSET, 0 }

/* Data may be NULL, scales 0. */
static int add_tensor(file *out, const char *name, int type, const int *dims, int rank, const void *data,
                      size_t bytes, const float *scale, const int64_t *zero, int scales, int axis) {
    const int index = out->tensor_count++;
    const flat_field fields[] = {OFFSET, {1, type}, {4, data ? index : 0}, OFFSET, OFFSET};
    const size_t t = flat_table(out->f, out->tensors + 4 * (size_t)index, fields, scales > 0 ? 5 : 4);
    flat_vector(out->f, flat_at(out->f, t, 0), dims, (size_t)rank, 4);
    flat_vector(out->f, flat_at(out->f, t, 3), name, strlen(name), 1);
    if (scales > 0) {
        const flat_field q[] = {{0, 0}, {0, 0}, OFFSET, OFFSET, {0, 0}, {0, 0}, {4, axis}};
        const size_t at = flat_table(out->f, flat_at(out->f, t, 4), q, 7);
        flat_vector(out->f, flat_at(out->f, at, 2), scale, (size_t)scales, 4);
        flat_vector(out->f, flat_at(out->f, at, 3), zero, (size_t)scales, 8);
    }
    const flat_field buffer[] = {OFFSET};
    const size_t b = flat_table(out->f, out->buffers + 4 * (size_t)index, buffer, data ? 1 : 0);
    if (data) {
        flat_vector(out->f, flat_at(out->f, b, 0), data, bytes, 1);
    }
    return index;
}

/* An output of an operator: its dims are told only where a reader looks at them. */
static int add_output(file *out, const char *name, int h, int w, int c) {
    const int dims[] = {1, h, w, c};
    return add_tensor(out, name, TYPE_FLOAT32, dims, h > 0 ? 4 : 0, NULL, 0, NULL, NULL, 0, 0);
}

static void add_op(file *out, int code, const int *inputs, int count, int output, const flat_field *options,
                   int option_count) {
    const flat_field fields[] = {{4, code}, OFFSET, OFFSET, {1, 1}, OFFSET};
    const size_t t = flat_table(out->f, out->operators + 4 * (size_t)out->op_count++, fields, 5);
    flat_vector(out->f, flat_at(out->f, t, 1), inputs, (size_t)count, 4);
    flat_vector(out->f, flat_at(out->f, t, 2), &output, 1, 4);
    flat_table(out->f, flat_at(out->f, t, 4), options, option_count);
}

static const flat_field none[] = {{1, 0}};

/* float16 values, and the float32 tensor that DEQUANTIZE makes of them. */
static int add_half(file *out, const char *name, const int *dims, int rank, const float *values,
                    size_t count) {
    uint16_t bits[MOST];
    for (size_t i = 0; i < count; i++) {
        bits[i] = half_bits(values[i]);
    }
    const int from = add_tensor(out, name, TYPE_FLOAT16, dims, rank, bits, 2 * count, NULL, NULL, 0, 0);
    const int to = add_tensor(out, "whole", TYPE_FLOAT32, dims, rank, NULL, 0, NULL, NULL, 0, 0);
    add_op(out, DEQUANTIZE, &from, 1, to, none, 1);
    return to;
}

static int add_weights(file *out, const weights *w, const char *name, const toy_model *m, int rank) {
    static const int types[] = {TYPE_FLOAT32, TYPE_UINT8, TYPE_INT8};
    uint8_t bytes[MOST];
    const int dims[] = {w->outputs, w->kh, w->kw, w->inputs}, flat_dims[] = {w->outputs, w->inputs};
    const bool whole = m->type == TOY_FLOAT32;
    if (m->half) {
        return add_half(out, name, rank == 2 ? flat_dims : dims, rank, w->real, w->count);
    }
    for (size_t i = 0; i < w->count; i++) {
        bytes[i] = (uint8_t)w->q[i];
    }
    const bool lies = m->weights_type > 0 && out->tensor_count == 1; /* the picture is tensor 0 */
    return add_tensor(out, name, lies ? m->weights_type : types[m->type], rank == 2 ? flat_dims : dims, rank,
                      whole ? (const void *)w->real : bytes, w->count * (whole ? sizeof(float) : 1), w->scale,
                      w->zero, whole ? 0 : w->scales, w->depthwise ? 3 : 0);
}

static int add_biases(file *out, const weights *w, const toy_model *m) {
    const int dims[] = {channels(w)};
    const bool whole = m->type == TOY_FLOAT32;
    if (m->half) {
        return add_half(out, "bias", dims, 1, w->bias, (size_t)channels(w));
    }
    return add_tensor(out, "bias", whole ? TYPE_FLOAT32 : TYPE_INT32, dims, 1,
                      whole ? (const void *)w->bias : w->bias_q, (size_t)channels(w) * 4, w->bias_scale,
                      w->bias_zero, whole ? 0 : w->scales, 0);
}

/* Zeros around a tensor of h × w × c cells; pads: begin and end of each dimension. Returns the padded one. */
static int add_pad(file *out, int input, const int pads[8], int h, int w, int c, const toy_model *m) {
    const int dims[] = {4, 2}, one[] = {1};
    const int amounts =
        add_tensor(out, "pads", TYPE_INT32, dims, 2, pads, 8 * sizeof *pads, NULL, NULL, 0, 0);
    const int value = m->pad == 60 ? add_tensor(out, "value", TYPE_FLOAT32, one, 1, &m->pad_value,
                                                sizeof(float), NULL, NULL, 0, 0)
                                   : -1;
    const int inputs[] = {input, amounts, value};
    const int padded = add_output(out, "padded", h + pads[2] + pads[3], w + pads[4] + pads[5], c);
    add_op(out, PAD, inputs, m->pad == 60 ? 3 : 2, padded, none, 1);
    return padded;
}

/* What SAME would be. */
static int add_same_pad(file *out, const weights *w, int input, int rows, int columns, const toy_model *m) {
    const int h = (rows + w->stride - 1) / w->stride, wide = (columns + w->stride - 1) / w->stride;
    const int tall = (h - 1) * w->stride + w->kh - rows, across = (wide - 1) * w->stride + w->kw - columns;
    const int same[8] = {0, 0, tall / 2, tall - tall / 2, across / 2, across - across / 2, 0, 0};
    bool other = false;
    for (int i = 0; i < 8; i++) {
        other = other || m->pads[i] != 0;
    }
    return add_pad(out, input, other && input == 0 ? m->pads : same, rows, columns, w->inputs, m);
}

/* An operator with weights: returns its output. h, ww: rows and columns of its input, or 0. */
static int add_weighted(file *out, const weights *w, int code, const char *name, int input, int h, int ww,
                        const toy_model *m) {
    const bool padded = m->pad > 0 && w->stride > 1;
    const int act = w->relu6 && !m->apart ? 3 : 0;
    const flat_field conv[] = {{1, padded}, {4, w->stride}, {4, w->stride}, {1, act}};
    const flat_field depthwise[] = {{0, 0}, {4, w->stride}, {4, w->stride}, {4, 1}, {1, act}};
    const int kernel = add_weights(out, w, name, m, code == DENSE ? 2 : 4), biases = add_biases(out, w, m);
    const int inputs[] = {padded ? add_same_pad(out, w, input, h, ww, m) : input, kernel, biases};
    const int output = add_output(out, name, code == CONV ? 3 : 0, 2, channels(w));
    add_op(out, code == DEPTHWISE && m->bad_operator > 0 ? BAD : code, inputs, 3, output,
           code == CONV ? conv : depthwise,
           code == CONV        ? 4
           : code == DEPTHWISE ? 5
                               : 0);
    if (!w->relu6 || !m->apart) {
        return output;
    }
    const int cut = add_output(out, "cut", code == CONV ? 3 : 0, 2, channels(w));
    add_op(out, RELU6, &output, 1, cut, none, 1);
    return cut;
}

static void add_ops(file *out, const weights *w, const toy_model *m) {
    const flat_field beta[] = {{4, 0x3f800000}}; /* 1.0f */
    const int picture[] = {1, TOY_H, TOY_W, 3};
    const float scale = 2 / 255.0F;
    const int64_t zero = 128;
    const int quantised = m->type != TOY_FLOAT32;
    const int x = add_tensor(out, "picture", quantised ? TYPE_UINT8 : TYPE_FLOAT32, picture, 4, NULL, 0,
                             &scale, &zero, quantised, 0);
    const int first = add_weighted(out, &w[0], CONV, "first", x, TOY_H, TOY_W, m);
    const int deep = add_weighted(out, &w[1], DEPTHWISE, "deep", first, 0, 0, m);
    const int narrow = add_weighted(out, &w[2], CONV, "narrow;a second name", deep, 0, 0, m);
    const int rows = (TOY_H + 1) / 2, columns = (TOY_W + 1) / 2, nothing[8] = {0, 0, 1, 0, 0, 0, 0, 0};
    const int left = m->pad_feeds ? add_pad(out, narrow, nothing, rows, columns, CHANNELS, m) : narrow;
    const int two[] = {left, m->bad_feed ? deep : first};
    const int sum = add_output(out, "sum", m->pad ? rows : 0, columns, CHANNELS);
    add_op(out, ADD, two, 2, sum, none, 1);
    int last = add_weighted(out, &w[3], CONV, "last", sum, rows, columns, m);
    if (!m->no_pool) {
        const int mean = add_output(out, "mean", 1, 1, w[3].outputs);
        add_op(out, MEAN, &last, 1, mean, none, 1);
        last = mean;
    }
    if (m->headless) {
        return;
    }
    int head = add_weighted(out, &w[4], m->conv_head ? CONV : DENSE, "head", last, 0, 0, m);
    if (m->conv_head) {
        const int turned = add_output(out, "turned", 0, 0, 0);
        add_op(out, RESHAPE, &head, 1, turned, none, 1);
        head = turned;
    }
    add_op(out, SOFTMAX, &head, 1, add_output(out, "scores", 0, 0, 0), beta, 1);
}

void toy_tflite_write(flat *f, const toy_model *m) {
    static weights w[TOY_WEIGHTED];
    const int input = 0;
    const int head = m->headless ? 0 : m->conv_head ? 2 : 1, pool = !m->no_pool;
    const int weighted = head > 0 ? 5 : 4, acts = m->apart ? 3 : 0;
    const int pads = (m->pad ? 2 : 0) + (m->pad_feeds ? 1 : 0), per_pad = m->pad == 60 ? 3 : 2;
    const int more_tensors = (m->half ? 2 * weighted : 0) + acts + pads * per_pad;
    const int more_ops = (m->half ? 2 * weighted : 0) + acts + pads;
    const int tensors = 14 + pool + (head > 0 ? 3 + head : 0) + more_tensors;
    const int ops = 5 + pool + (head > 0 ? 1 + head : 0) + more_ops;
    const flat_field root[] = {{4, 3}, OFFSET, OFFSET, {0, 0}, OFFSET};
    const flat_field graph[] = {OFFSET, OFFSET, {0, 0}, OFFSET};
    draw_all(w, m);
    flat_begin(f, "TFL3");
    const size_t r = flat_table(f, 0, root, 5);
    const size_t list = flat_offsets(f, flat_at(f, r, 1), BAD + 1);
    for (int i = 0; i <= BAD; i++) {
        const flat_field code[] = {{1, i < CODES ? codes[i] : i == PAD ? m->pad : m->bad_operator}};
        flat_table(f, list + 4 * (size_t)i, code, 1);
    }
    const size_t g = flat_table(f, flat_offsets(f, flat_at(f, r, 2), 1), graph, 4);
    file out = {.f = f,
                .tensors = flat_offsets(f, flat_at(f, g, 0), (size_t)tensors),
                .buffers = flat_offsets(f, flat_at(f, r, 4), (size_t)tensors),
                .operators = flat_offsets(f, flat_at(f, g, 3), (size_t)ops)};
    flat_vector(f, flat_at(f, g, 1), &input, 1, 4);
    add_ops(&out, w, m);
    if (out.tensor_count != tensors || out.op_count != ops) {
        abort();
    }
}

void toy_tflite_cfg(char *out, size_t room, int norm, int channels_, int classes) {
    snprintf(out, room,
             "[net]\nheight=%d\nwidth=%d\nchannels=%d\ninput_mean=.5\ninput_scale=2\n"
             "[conv]\nbatch_normalize=%d\nfilters=4\nsize=3\nstride=2\npad=same\nactivation=relu6\n"
             "[conv]\nbatch_normalize=%d\nfilters=4\ngroups=4\nsize=3\npad=same\nactivation=relu6\n"
             "[conv]\nbatch_normalize=%d\nfilters=4\npad=same\nactivation=linear\n"
             "[shortcut]\nfrom=-3\n"
             "[conv]\nbatch_normalize=%d\nfilters=6\nsize=3\nstride=2\npad=same\nactivation=relu6\n"
             "[avgpool]\n[dropout]\n[connected]\noutput=%d\nactivation=linear\n[softmax]\n",
             TOY_H, TOY_W, channels_, norm, norm, norm, norm, classes);
}
