/* An ONNX model (https://onnx.ai/onnx/repo-docs/IR.html) as values and nodes: what one file says, checked and with names,
 * but without any meaning for a network. */
#ifndef DK_CONVERT_ONNX_H
#define DK_CONVERT_ONNX_H

#include "base/arena.h"
#include "convert/protobuf.h"

/* Bounds far above any network for pictures, but for the opsets: those in which operators mean what they mean here. */
enum {
    DK_ONNX_RANK = 8,
    DK_ONNX_NODES = 10000,
    DK_ONNX_LINKS = 64,
    DK_ONNX_VALUES = 100000,
    DK_ONNX_OPSET_FIRST = 7,
    DK_ONNX_OPSET_LAST = 21,
    DK_ONNX_MOST = INT32_MAX, /* bytes of a file */
    DK_ONNX_UNKNOWN = -1      /* a dim that has a name, or none, instead of a number */
};

/* Types of values that are read; the numbers are those of the file. */
typedef enum { DK_ONNX_FLOAT32 = 1, DK_ONNX_INT32 = 6, DK_ONNX_INT64 = 7, DK_ONNX_FLOAT16 = 10 } dk_onnx_type;

typedef struct {
    const char *name; /* printable, cut where it is very long */
    dk_pb exact;      /* as the file has it */
    int index, type;
    int rank, dims[DK_ONNX_RANK]; /* of inputs and constants; rank −1: not told */
    bool constant;                /* its values stand in the file: */
    bool listed;                  /* in an attribute's list instead of a tensor */
    dk_pb holder;                 /* the message that has them */
    bool answers;                 /* an output of the graph */
    int node;                     /* the one that gives it, or −1 */
} dk_onnx_value;

typedef struct {
    const char *op;     /* "Conv", printable */
    const char *name;   /* its own, or NULL */
    const char *domain; /* NULL: ONNX itself */
    int index;
    int *inputs, *outputs; /* values; −1: left out */
    int input_count, output_count;
    dk_pb message; /* for its attributes */
} dk_onnx_node;

typedef struct {
    dk_arena *arena;
    const char *path;
    dk_pb file;
    uint8_t *owned; /* the bytes when they were read here */
    int opset;
    dk_onnx_value *values;
    dk_onnx_node *nodes;
    int value_count, node_count;
    int input, input_count; /* the value of the picture */
    int *table;             /* names to values, −1: free */
    size_t table_size;      /* a power of two */
} dk_onnx;

/* Reads a file. Errors: what dk_file_read finds; DK_EFORMAT: no such model, lengths beyond the file, values that are
 * given twice or by no earlier node (a cycle), as many numbers as dims do not want; DK_EUNSUPPORTED: another opset,
 * values in other files, sparse ones, several inputs, more of anything than the bounds above. */
DK_CHECKED dk_status dk_onnx_load(dk_onnx **out, const char *path, dk_error *err);
/* The same from `size` bytes, which must live as long as the model. */
DK_CHECKED dk_status dk_onnx_parse(dk_onnx **out, const uint8_t *bytes, size_t size, const char *path,
                                   dk_error *err);
void dk_onnx_close(dk_onnx *model); /* accepts NULL */

/* Value i of a node, or NULL when it is left out. */
const dk_onnx_value *dk_onnx_input(const dk_onnx *m, const dk_onnx_node *n, int i);
const dk_onnx_value *dk_onnx_output(const dk_onnx *m, const dk_onnx_node *n, int i);

/* The value of this name, or NULL. */
const dk_onnx_value *dk_onnx_find(const dk_onnx *m, const dk_pb *name);

/* What the model's metadata say under the key; false: nothing. */
bool dk_onnx_note(const dk_onnx *m, const char *key, dk_pb *out);

const char *dk_onnx_type_name(int type); /* "float32" …; "an unknown type" */

/* ---- numbers: onnx_tensor.c ---- */

/* How many values a constant has by its dims. */
size_t dk_onnx_count(const dk_onnx_value *v);

/* Are there as many as that? For the reader. */
DK_CHECKED dk_status dk_onnx_check_values(const dk_onnx *m, const dk_onnx_value *v, dk_error *err);

/* All values as float32. DK_EUNSUPPORTED: other types than float32 and float16, no constant; DK_EFORMAT: one is no finite
 * number. */
DK_CHECKED dk_status dk_onnx_values(const dk_onnx *m, const dk_onnx_value *v, float *out, dk_error *err);

/* The same of int32 and int64; at most `room` are there. */
DK_CHECKED dk_status dk_onnx_ints(const dk_onnx *m, const dk_onnx_value *v, int64_t *out, int room,
                                  int *count, dk_error *err);

/* ---- attributes: onnx_attribute.c ---- */

/* One of a node. */
typedef struct {
    bool there;
    int64_t i;
    float f;
    dk_pb s;                        /* a text */
    int64_t ints[2 * DK_ONNX_RANK]; /* the first of `count` */
    float floats[DK_ONNX_RANK];     /* the same of a list of floats */
    int count;
    bool tensor;  /* it has one, which is: */
    dk_pb holder; /* else the attribute itself */
} dk_onnx_attribute;

/* *out.there: whether it has one of this name. */
DK_CHECKED dk_status dk_onnx_find_attribute(const dk_onnx_node *n, const char *name, dk_onnx_attribute *out,
                                            dk_error *err);

/* The first attribute whose name is none of `known` ("alpha beta transA"), or an empty text. */
DK_CHECKED dk_status dk_onnx_strange_attribute(const dk_onnx_node *n, const char *known, char out[64],
                                               dk_error *err);

#endif
