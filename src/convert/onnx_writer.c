/* A field is a key (number·8 + wire type) and a value: protobuf.h. Messages are made inside out: each in a buffer, then
 * into the one around it with its length. */
#include "convert/onnx_writer.h"

#include <string.h>

#include "darknet.h"

enum { VARINT = 0, BYTES = 2, FIXED32 = 5 };

enum {
    MODEL_IR = 1,
    MODEL_PRODUCER = 2,
    MODEL_PRODUCER_VERSION = 3,
    MODEL_GRAPH = 7,
    MODEL_OPSET = 8,
    MODEL_NOTE = 14
};
enum { OPSET_VERSION = 2, NOTE_KEY = 1, NOTE_VALUE = 2, IR_VERSION = 7 };
enum { GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_CONSTANT = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_OP = 4, NODE_ATTRIBUTE = 5 };
enum {
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_F = 2,
    ATTRIBUTE_I = 3,
    ATTRIBUTE_S = 4,
    ATTRIBUTE_INTS = 8,
    ATTRIBUTE_TYPE = 20
};
enum { TYPE_FLOAT = 1, TYPE_INT = 2, TYPE_STRING = 3, TYPE_INTS = 7 };
enum { TENSOR_DIMS = 1, TENSOR_TYPE = 2, TENSOR_NAME = 8, TENSOR_RAW = 9, FLOAT32 = 1, INT64 = 7 };
enum {
    INFO_NAME = 1,
    INFO_TYPE = 2,
    TYPE_TENSOR = 1,
    ELEMENT = 1,
    SHAPE = 2,
    SHAPE_DIM = 1,
    DIM_VALUE = 1,
    DIM_NAME = 2
};

/* ---- fields ---- */

static void varint(dk_buffer *b, uint64_t v) {
    uint8_t bytes[10];
    size_t n = 0;
    do {
        bytes[n++] = (uint8_t)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));
        v >>= 7;
    } while (v > 0);
    dk_buffer_put(b, bytes, n);
}

static void put_int(dk_buffer *b, int field, int64_t v) {
    varint(b, (uint64_t)field << 3 | VARINT);
    varint(b, (uint64_t)v);
}

/* The bytes follow. */
static void put_size(dk_buffer *b, int field, size_t size) {
    varint(b, (uint64_t)field << 3 | BYTES);
    varint(b, size);
}

static void put_bytes(dk_buffer *b, int field, const void *bytes, size_t size) {
    put_size(b, field, size);
    if (size > 0) {
        dk_buffer_put(b, bytes, size);
    }
}

static void put_text(dk_buffer *b, int field, const char *text) {
    put_bytes(b, field, text, strlen(text));
}

static void put_float(dk_buffer *b, int field, float v) {
    varint(b, (uint64_t)field << 3 | FIXED32);
    dk_buffer_put(b, &v, sizeof v);
}

/* Empties the inner one. */
static void put_message(dk_buffer *b, int field, dk_buffer *inner) {
    b->failed = b->failed || inner->failed;
    put_bytes(b, field, inner->text, inner->size);
    dk_buffer_free(inner);
    *inner = (dk_buffer){0};
}

/* ---- nodes ---- */

void dk_onnx_begin(dk_onnx_writer *w, const char *op, const char *name) {
    put_text(&w->node, NODE_NAME, name);
    put_text(&w->node, NODE_OP, op);
    w->nodes++;
}

void dk_onnx_in(dk_onnx_writer *w, const char *value) {
    put_text(&w->node, NODE_INPUT, value);
}

void dk_onnx_out(dk_onnx_writer *w, const char *value) {
    put_text(&w->node, NODE_OUTPUT, value);
}

static void put_attribute(dk_onnx_writer *w, dk_buffer *a, const char *name, int type) {
    put_text(a, ATTRIBUTE_NAME, name);
    put_int(a, ATTRIBUTE_TYPE, type);
    put_message(&w->node, NODE_ATTRIBUTE, a);
}

void dk_onnx_attribute_int(dk_onnx_writer *w, const char *name, int64_t v) {
    dk_buffer a = {0};
    put_int(&a, ATTRIBUTE_I, v);
    put_attribute(w, &a, name, TYPE_INT);
}

void dk_onnx_attribute_float(dk_onnx_writer *w, const char *name, float v) {
    dk_buffer a = {0};
    put_float(&a, ATTRIBUTE_F, v);
    put_attribute(w, &a, name, TYPE_FLOAT);
}

void dk_onnx_attribute_text(dk_onnx_writer *w, const char *name, const char *v) {
    dk_buffer a = {0};
    put_text(&a, ATTRIBUTE_S, v);
    put_attribute(w, &a, name, TYPE_STRING);
}

void dk_onnx_attribute_ints(dk_onnx_writer *w, const char *name, const int *v, int count) {
    dk_buffer a = {0};
    for (int i = 0; i < count; i++) {
        put_int(&a, ATTRIBUTE_INTS, v[i]);
    }
    put_attribute(w, &a, name, TYPE_INTS);
}

void dk_onnx_end(dk_onnx_writer *w) {
    put_message(&w->graph, GRAPH_NODE, &w->node);
}

/* ---- constants, inputs, outputs ---- */

/* head and raw bytes as one message, of which the bytes are put at once. */
static void put_tensor(dk_onnx_writer *w, dk_buffer *head, const void *values, size_t bytes) {
    put_size(head, TENSOR_RAW, bytes);
    w->graph.failed = w->graph.failed || head->failed;
    put_size(&w->graph, GRAPH_CONSTANT, head->size + bytes);
    dk_buffer_put(&w->graph, head->text, head->size);
    if (bytes > 0) {
        dk_buffer_put(&w->graph, values, bytes);
    }
    dk_buffer_free(head);
}

void dk_onnx_floats(dk_onnx_writer *w, const char *name, const int *dims, int rank, const float *values) {
    dk_buffer head = {0};
    size_t count = 1;
    for (int i = 0; i < rank; i++) {
        put_int(&head, TENSOR_DIMS, dims[i]);
        count *= (size_t)dims[i];
    }
    put_int(&head, TENSOR_TYPE, FLOAT32);
    put_text(&head, TENSOR_NAME, name);
    put_tensor(w, &head, values, count * sizeof *values);
}

void dk_onnx_int64s(dk_onnx_writer *w, const char *name, const int64_t *values, int count) {
    dk_buffer head = {0};
    put_int(&head, TENSOR_DIMS, count);
    put_int(&head, TENSOR_TYPE, INT64);
    put_text(&head, TENSOR_NAME, name);
    put_tensor(w, &head, values, (size_t)count * sizeof *values);
}

static void put_info(dk_onnx_writer *w, int field, const char *name, const int *dims, int rank) {
    dk_buffer dim = {0}, shape = {0}, tensor = {0}, type = {0}, info = {0};
    for (int i = 0; i < rank; i++) {
        if (dims[i] < 0) {
            put_text(&dim, DIM_NAME, "N");
        } else {
            put_int(&dim, DIM_VALUE, dims[i]);
        }
        put_message(&shape, SHAPE_DIM, &dim);
    }
    put_int(&tensor, ELEMENT, FLOAT32);
    put_message(&tensor, SHAPE, &shape);
    put_message(&type, TYPE_TENSOR, &tensor);
    put_text(&info, INFO_NAME, name);
    put_message(&info, INFO_TYPE, &type);
    put_message(&w->graph, field, &info);
}

void dk_onnx_model_input(dk_onnx_writer *w, const char *name, const int *dims, int rank) {
    put_info(w, GRAPH_INPUT, name, dims, rank);
}

void dk_onnx_model_output(dk_onnx_writer *w, const char *name, const int *dims, int rank) {
    put_info(w, GRAPH_OUTPUT, name, dims, rank);
}

/* ---- the model ---- */

void dk_onnx_write_note(dk_onnx_writer *w, const char *key, const char *value) {
    dk_buffer note = {0};
    put_text(&note, NOTE_KEY, key);
    put_text(&note, NOTE_VALUE, value);
    put_message(&w->notes, MODEL_NOTE, &note);
}

dk_status dk_onnx_writer_model(dk_onnx_writer *w, const char *name, dk_buffer *out, dk_error *err) {
    dk_buffer opset = {0};
    *out = (dk_buffer){0};
    put_text(&w->graph, GRAPH_NAME, name);
    put_int(out, MODEL_IR, IR_VERSION);
    put_text(out, MODEL_PRODUCER, "darknet");
    put_text(out, MODEL_PRODUCER_VERSION, dk_version());
    put_int(&opset, OPSET_VERSION, w->opset ? w->opset : DK_ONNX_WRITER_OPSET);
    put_message(out, MODEL_OPSET, &opset);
    put_message(out, MODEL_GRAPH, &w->graph);
    if (w->notes.size > 0) {
        dk_buffer_put(out, w->notes.text, w->notes.size);
    }
    return out->failed || w->notes.failed ? dk_no_memory(err, out->size, "an ONNX model") : DK_OK;
}

void dk_onnx_writer_free(dk_onnx_writer *w) {
    dk_buffer_free(&w->graph);
    dk_buffer_free(&w->node);
    dk_buffer_free(&w->notes);
    *w = (dk_onnx_writer){0};
}
