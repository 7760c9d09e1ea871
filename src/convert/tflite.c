/* From the file's tables to tensors and operators. Fields are numbered as schema.fbs of TensorFlow Lite lists
 * them. */
#include "convert/tflite.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "convert/operators.h"

enum { VERSION = 3, NAME_ROOM = 120 };

enum { MODEL_VERSION = 0, MODEL_CODES = 1, MODEL_GRAPHS = 2, MODEL_BUFFERS = 4 };
enum { CODE_OLD = 0, CODE_NEW = 3 }; /* codes above 127 are in the new field only; the larger one counts */
enum { GRAPH_TENSORS = 0, GRAPH_INPUTS = 1, GRAPH_OPERATORS = 3 };
enum { TENSOR_SHAPE = 0, TENSOR_TYPE = 1, TENSOR_BUFFER = 2, TENSOR_NAME = 3, TENSOR_QUANTIZATION = 4 };
enum { QUANTIZATION_SCALE = 2, QUANTIZATION_ZERO = 3, QUANTIZATION_AXIS = 6 };
enum { BUFFER_DATA = 0 };
enum { OPERATOR_CODE = 0, OPERATOR_INPUTS = 1, OPERATOR_OUTPUTS = 2, OPERATOR_OPTIONS = 4 };

static dk_status broken(const dk_tflite *m, dk_error *err, const char *what, int index, const char *why) {
    return dk_fail(err, DK_EFORMAT, "%s: %s %d %s; the file is broken", m->path, what, index, why);
}

/* More of something than any classifier has. */
static dk_status too_many(const dk_tflite *m, dk_error *err, const char *whose, size_t count,
                          const char *what, int most) {
    return dk_fail(err, DK_EUNSUPPORTED, "%s: %s has %zu %s; at most %d are read", m->path, whose, count,
                   what, most);
}

/* ---- tensors ---- */

/* Fused tensors have several names, joined by ';': the first is taken. */
static dk_status read_name(const dk_tflite *m, const dk_fb_table *t, dk_tflite_tensor *out, dk_error *err) {
    dk_fb_vector text;
    DK_TRY(dk_fb_list(t, TENSOR_NAME, 1, &text, err));
    size_t n = 0;
    while (n < text.count && n < NAME_ROOM && dk_fb_int_at(&text, n) != ';') {
        n++;
    }
    char *name = dk_arena_alloc(m->arena, n + 1);
    if (!name) {
        return dk_no_memory(err, n + 1, "the name of a tensor");
    }
    for (size_t i = 0; i < n; i++) {
        const int64_t c = dk_fb_int_at(&text, i);
        name[i] = (char)(c > ' ' && c <= '~' ? c : '_');
    }
    out->name = name;
    return DK_OK;
}

static dk_status read_dims(const dk_tflite *m, const dk_fb_table *t, dk_tflite_tensor *out, dk_error *err) {
    dk_fb_vector dims;
    double count = 1;
    DK_TRY(dk_fb_list(t, TENSOR_SHAPE, 4, &dims, err));
    if (dims.count > DK_TFLITE_RANK) {
        return broken(m, err, "tensor", out->index, "has more than 8 dimensions");
    }
    out->rank = (int)dims.count;
    for (int i = 0; i < out->rank; i++) {
        const int64_t n = dk_fb_int_at(&dims, (size_t)i);
        count *= (double)n;
        if (n < 0 || count > INT_MAX) {
            return broken(m, err, "tensor", out->index, "has a negative or absurdly large dimension");
        }
        out->dims[i] = (int)n;
    }
    return DK_OK;
}

static size_t type_bytes(int type) {
    switch (type) {
    case DK_TFLITE_INT64:
        return 8;
    case DK_TFLITE_FLOAT32:
    case DK_TFLITE_INT32:
        return 4;
    case DK_TFLITE_FLOAT16:
        return 2;
    case DK_TFLITE_UINT8:
    case DK_TFLITE_INT8:
        return 1;
    default:
        return 0; /* types that are not read */
    }
}

static dk_status read_data(const dk_tflite *m, const dk_fb_table *t, const dk_fb_vector *buffers,
                           dk_tflite_tensor *out, dk_error *err) {
    int64_t buffer = 0;
    dk_fb_table table_of;
    dk_fb_vector data;
    DK_TRY(dk_fb_int(t, TENSOR_BUFFER, 4, 0, &buffer, err));
    if (buffer < 0 || (size_t)buffer >= buffers->count) {
        return broken(m, err, "tensor", out->index, "names a buffer that is not there");
    }
    DK_TRY(dk_fb_item(buffers, (size_t)buffer, &table_of, err));
    DK_TRY(dk_fb_list(&table_of, BUFFER_DATA, 1, &data, err));
    if (data.count == 0) {
        return DK_OK;
    }
    out->data = m->fb.bytes + data.at;
    out->bytes = data.count;
    const size_t wanted = dk_tflite_count(out) * type_bytes(out->type);
    if (wanted > 0 && out->bytes != wanted) {
        return dk_fail(err, DK_EFORMAT,
                       "%s: tensor %d '%s' has %zu bytes where its dims want %zu; the file is broken",
                       m->path, out->index, out->name, out->bytes, wanted);
    }
    return DK_OK;
}

static dk_status read_quantization(const dk_fb_table *t, dk_tflite_tensor *out, dk_error *err) {
    dk_fb_table q;
    bool there = false;
    int64_t axis = 0;
    out->scale = out->zero = (dk_fb_vector){0};
    DK_TRY(dk_fb_has(t, TENSOR_QUANTIZATION, &there, err));
    if (!there) {
        return DK_OK;
    }
    DK_TRY(dk_fb_sub(t, TENSOR_QUANTIZATION, "quantization", &q, err));
    DK_TRY(dk_fb_list(&q, QUANTIZATION_SCALE, sizeof(float), &out->scale, err));
    DK_TRY(dk_fb_list(&q, QUANTIZATION_ZERO, sizeof(int64_t), &out->zero, err));
    DK_TRY(dk_fb_int(&q, QUANTIZATION_AXIS, 4, 0, &axis, err));
    out->axis = (int)axis;
    return DK_OK;
}

static dk_status read_tensors(dk_tflite *m, const dk_fb_table *graph, const dk_fb_vector *buffers,
                              dk_error *err) {
    dk_fb_vector list;
    dk_fb_table t;
    DK_TRY(dk_fb_list(graph, GRAPH_TENSORS, 4, &list, err));
    if (list.count > DK_TFLITE_TENSORS) {
        return too_many(m, err, "the graph", list.count, "tensors", DK_TFLITE_TENSORS);
    }
    m->tensors = dk_arena_alloc(m->arena, list.count * sizeof *m->tensors);
    if (!m->tensors) {
        return dk_no_memory(err, list.count * sizeof *m->tensors, "the tensors of a model");
    }
    m->tensor_count = (int)list.count;
    for (int i = 0; i < m->tensor_count; i++) {
        dk_tflite_tensor *out = &m->tensors[i];
        int64_t type = 0;
        *out = (dk_tflite_tensor){.index = i};
        DK_TRY(dk_fb_item(&list, (size_t)i, &t, err));
        DK_TRY(dk_fb_int(&t, TENSOR_TYPE, 1, 0, &type, err));
        out->type = (int)type;
        DK_TRY(read_name(m, &t, out, err));
        DK_TRY(read_dims(m, &t, out, err));
        DK_TRY(read_quantization(&t, out, err));
        DK_TRY(read_data(m, &t, buffers, out, err));
    }
    return DK_OK;
}

/* ---- operators ---- */

/* A number of an operator's options that may be absent, or not be an option of this operator at all (−1). */
static dk_status option(const dk_fb_table *options, int field, size_t bytes, int absent, int *out,
                        dk_error *err) {
    int64_t v = absent;
    if (options && field >= 0) {
        DK_TRY(dk_fb_int(options, field, bytes, absent, &v, err));
    }
    *out = (int)v;
    return DK_OK;
}

/* Strides and windows have the schema's default 0, which no real file has. */
static dk_status read_options(const dk_fb_table *t, const dk_tflite_known *k, dk_tflite_op *out,
                              dk_error *err) {
    dk_fb_table found;
    bool there = false;
    DK_TRY(dk_fb_has(t, OPERATOR_OPTIONS, &there, err));
    if (there) {
        DK_TRY(dk_fb_sub(t, OPERATOR_OPTIONS, "options", &found, err));
    }
    const dk_fb_table *o = there ? &found : NULL;
    DK_TRY(option(o, k->padding, 1, DK_TFLITE_PAD_SAME, &out->padding, err));
    DK_TRY(option(o, k->stride_w, 4, 0, &out->stride_w, err));
    DK_TRY(option(o, k->stride_h, 4, 0, &out->stride_h, err));
    DK_TRY(option(o, k->dilation_w, 4, 1, &out->dilation_w, err));
    DK_TRY(option(o, k->dilation_h, 4, 1, &out->dilation_h, err));
    DK_TRY(option(o, k->window_w, 4, 0, &out->window_w, err));
    DK_TRY(option(o, k->window_h, 4, 0, &out->window_h, err));
    DK_TRY(option(o, k->act, 1, 0, &out->act, err));
    out->beta = 1;
    return o && k->beta >= 0 ? dk_fb_float(o, k->beta, 0, &out->beta, err) : DK_OK;
}

static dk_status read_links(const dk_tflite *m, const dk_tflite_op *op, const dk_fb_table *t, int field,
                            dk_fb_vector *list, dk_error *err) {
    DK_TRY(dk_fb_list(t, field, 4, list, err));
    if (list->count > DK_TFLITE_LINKS) {
        char whose[64];
        snprintf(whose, sizeof whose, "operator %d %s", op->index, op->name);
        return too_many(m, err, whose, list->count, field == OPERATOR_INPUTS ? "inputs" : "outputs",
                        DK_TFLITE_LINKS);
    }
    for (size_t i = 0; i < list->count; i++) {
        const int64_t tensor = dk_fb_int_at(list, i);
        if (tensor < -1 || tensor >= m->tensor_count) {
            return broken(m, err, "operator", op->index, "names a tensor that is not there");
        }
    }
    return DK_OK;
}

static dk_status read_operator(const dk_tflite *m, const dk_fb_table *t, const dk_fb_vector *codes,
                               dk_tflite_op *out, dk_error *err) {
    dk_fb_table code;
    int64_t index = 0, old = 0, new = 0;
    DK_TRY(dk_fb_int(t, OPERATOR_CODE, 4, 0, &index, err));
    if (index < 0 || (size_t)index >= codes->count) {
        return broken(m, err, "operator", out->index, "has a code that is not there");
    }
    DK_TRY(dk_fb_item(codes, (size_t)index, &code, err));
    DK_TRY(dk_fb_int(&code, CODE_OLD, 1, 0, &old, err));
    DK_TRY(dk_fb_int(&code, CODE_NEW, 4, 0, &new, err));
    const dk_tflite_known *k = dk_tflite_known_of((int)(new > old ? new : old));
    out->kind = k->kind;
    out->name = k->name;
    out->mirrors = k->mirrors;
    DK_TRY(read_links(m, out, t, OPERATOR_INPUTS, &out->inputs, err));
    DK_TRY(read_links(m, out, t, OPERATOR_OUTPUTS, &out->outputs, err));
    DK_TRY(read_options(t, k, out, err));
    out->act = k->kind == DK_TFLITE_ACT ? k->does : out->act;
    return DK_OK;
}

static dk_status read_operators(dk_tflite *m, const dk_fb_table *graph, const dk_fb_vector *codes,
                                dk_error *err) {
    dk_fb_vector list;
    dk_fb_table t;
    DK_TRY(dk_fb_list(graph, GRAPH_OPERATORS, 4, &list, err));
    if (list.count > DK_TFLITE_OPERATORS) {
        return too_many(m, err, "the graph", list.count, "operators", DK_TFLITE_OPERATORS);
    }
    m->ops = dk_arena_alloc(m->arena, list.count * sizeof *m->ops);
    if (!m->ops) {
        return dk_no_memory(err, list.count * sizeof *m->ops, "the operators of a model");
    }
    m->op_count = (int)list.count;
    for (int i = 0; i < m->op_count; i++) {
        m->ops[i] = (dk_tflite_op){.index = i};
        DK_TRY(dk_fb_item(&list, (size_t)i, &t, err));
        DK_TRY(read_operator(m, &t, codes, &m->ops[i], err));
    }
    return DK_OK;
}

/* ---- the model ---- */

static dk_status read_model(dk_tflite *m, dk_error *err) {
    dk_fb_table root, graph;
    dk_fb_vector codes, graphs, buffers, inputs;
    int64_t version = 0;
    DK_TRY(dk_fb_root(&m->fb, DK_TFLITE_MARK, &root, err));
    DK_TRY(dk_fb_int(&root, MODEL_VERSION, 4, 0, &version, err));
    if (version != VERSION) {
        return dk_fail(err, DK_EUNSUPPORTED,
                       "%s: is a TensorFlow-Lite model of version %lld; %d is read here", m->path,
                       (long long)version, VERSION);
    }
    DK_TRY(dk_fb_list(&root, MODEL_CODES, 4, &codes, err));
    DK_TRY(dk_fb_list(&root, MODEL_GRAPHS, 4, &graphs, err));
    DK_TRY(dk_fb_list(&root, MODEL_BUFFERS, 4, &buffers, err));
    if (graphs.count == 0) {
        return dk_fail(err, DK_EFORMAT, "%s: there is no graph in this model", m->path);
    }
    DK_TRY(dk_fb_item(&graphs, 0, &graph, err));
    DK_TRY(read_tensors(m, &graph, &buffers, err));
    DK_TRY(read_operators(m, &graph, &codes, err));
    DK_TRY(dk_fb_list(&graph, GRAPH_INPUTS, 4, &inputs, err));
    const int64_t input = inputs.count == 1 ? dk_fb_int_at(&inputs, 0) : -1;
    if (input < 0 || input >= m->tensor_count) {
        return dk_fail(err, DK_EFORMAT, "%s: has %zu inputs; a classifier of pictures has one", m->path,
                       inputs.count);
    }
    m->input = (int)input;
    return DK_OK;
}

/* owned: the same bytes, when the model shall free them (it does so only when it is opened). */
static dk_status open_model(dk_tflite **out, const uint8_t *bytes, size_t size, uint8_t *owned,
                            const char *path, dk_error *err) {
    *out = NULL;
    dk_arena *arena = dk_arena_open();
    dk_tflite *m = arena ? dk_arena_alloc(arena, sizeof *m) : NULL;
    const char *kept = m ? dk_arena_text(arena, path) : NULL;
    if (!kept) {
        dk_arena_close(arena);
        return dk_no_memory(err, sizeof *m, "a model");
    }
    *m = (dk_tflite){.arena = arena, .path = kept, .fb = {kept, bytes, size}, .owned = owned};
    const dk_status status = read_model(m, err);
    if (status != DK_OK) {
        dk_arena_close(arena);
        return status;
    }
    *out = m;
    return DK_OK;
}

dk_status dk_tflite_parse(dk_tflite **out, const uint8_t *bytes, size_t size, const char *path,
                          dk_error *err) {
    return open_model(out, bytes, size, NULL, path, err);
}

/* What is no model, or larger than any can be, is not read whole. */
static dk_status check_file(const char *path, dk_error *err) {
    uint8_t head[DK_FB_HEAD];
    size_t size = 0;
    DK_TRY(dk_file_look(path, head, sizeof head, &size, err));
    const dk_fb beginning = {path, head, size < sizeof head ? size : sizeof head};
    if (size > DK_FB_MOST) {
        char have[32], most[32];
        return dk_fail(err, DK_EFORMAT, "%s: has %s bytes; a TensorFlow-Lite model has at most %s", path,
                       dk_text_count(have, (long long)size), dk_text_count(most, DK_FB_MOST));
    }
    return dk_fb_check(&beginning, DK_TFLITE_MARK, err);
}

dk_status dk_tflite_load(dk_tflite **out, const char *path, dk_error *err) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    *out = NULL;
    DK_TRY(check_file(path, err));
    DK_TRY(dk_file_read(path, DK_FB_MOST, &bytes, &size, err));
    const dk_status status = open_model(out, bytes, size, bytes, path, err);
    if (status != DK_OK) {
        free(bytes);
    }
    return status;
}

void dk_tflite_close(dk_tflite *m) {
    if (!m) {
        return;
    }
    free(m->owned);
    dk_arena_close(m->arena); /* m itself lives there */
}

static const dk_tflite_tensor *tensor_of(const dk_tflite *m, const dk_fb_vector *list, int i) {
    const int64_t t = (size_t)i < list->count ? dk_fb_int_at(list, (size_t)i) : -1;
    return t < 0 ? NULL : &m->tensors[t];
}

const dk_tflite_tensor *dk_tflite_input(const dk_tflite *m, const dk_tflite_op *op, int i) {
    return tensor_of(m, &op->inputs, i);
}

const dk_tflite_tensor *dk_tflite_output(const dk_tflite *m, const dk_tflite_op *op, int i) {
    return tensor_of(m, &op->outputs, i);
}
