/* A TensorFlow-Lite model (schema version 3) as tensors and operators: what one file says, checked and with
 * names, but without any meaning for a network. Only the first subgraph is looked at, which is all that
 * image classifiers have. */
#ifndef DK_CONVERT_TFLITE_H
#define DK_CONVERT_TFLITE_H

#include "base/arena.h"
#include "convert/flatbuffer.h"

#define DK_TFLITE_MARK "TFL3" /* at offset 4 of every model */

/* Bounds far above any classifier of pictures: a file of some kB may say that it has millions. */
enum { DK_TFLITE_RANK = 8, DK_TFLITE_OPERATORS = 10000, DK_TFLITE_LINKS = 64, DK_TFLITE_TENSORS = 100000 };

/* The numbers are those of the file. */
typedef enum {
    DK_TFLITE_FLOAT32 = 0,
    DK_TFLITE_FLOAT16 = 1,
    DK_TFLITE_INT32 = 2,
    DK_TFLITE_UINT8 = 3,
    DK_TFLITE_INT64 = 4,
    DK_TFLITE_INT8 = 9
} dk_tflite_type;

typedef struct {
    const char *name; /* printable; the first of several, cut where it is very long */
    int index, type;  /* type: as in the file; dk_tflite_type_name knows the others, too */
    int rank, dims[DK_TFLITE_RANK];
    const uint8_t *data; /* NULL: computed when the model runs */
    size_t bytes;
    dk_fb_vector scale, zero; /* real = (q − zero)·scale: empty, one, or one per index of dimension `axis` */
    int axis;
} dk_tflite_tensor;

/* What an operator does. DK_TFLITE_ACT is an activation by itself. DK_TFLITE_SAME passes its first input on, as other
 * dims or another number type. DK_TFLITE_PAD puts cells around it. DK_TFLITE_DIMS works out dims for a RESHAPE. */
typedef enum {
    DK_TFLITE_CONV,
    DK_TFLITE_DEPTHWISE,
    DK_TFLITE_DENSE,
    DK_TFLITE_MEAN_POOL, /* over a window */
    DK_TFLITE_MEAN,      /* over rows and columns */
    DK_TFLITE_ADD,
    DK_TFLITE_SOFTMAX,
    DK_TFLITE_ACT,
    DK_TFLITE_SAME,
    DK_TFLITE_PAD,
    DK_TFLITE_DIMS,
    DK_TFLITE_OTHER
} dk_tflite_kind;

typedef enum { DK_TFLITE_PAD_SAME, DK_TFLITE_PAD_VALID } dk_tflite_padding;

typedef struct {
    dk_tflite_kind kind;
    const char *name; /* "CONV_2D" … */
    int index;
    dk_fb_vector inputs, outputs; /* indices of tensors, −1: left out; all others are checked */
    int padding, stride_w, stride_h, dilation_w, dilation_h; /* 0 and 1 where an operator has none */
    int window_w, window_h;                                  /* of a pool */
    int act;                                                 /* as in the file: dk_tflite_act_name */
    bool mirrors;                                            /* a pad with other cells than zeros */
    float beta;                                              /* of a softmax */
} dk_tflite_op;

typedef struct {
    dk_arena *arena;
    const char *path;
    dk_fb fb;       /* the file: data of tensors points into it */
    uint8_t *owned; /* the same bytes when they were read here */
    dk_tflite_tensor *tensors;
    dk_tflite_op *ops;
    int tensor_count, op_count;
    int input; /* the tensor of the picture */
} dk_tflite;

/* Reads a file. Errors: what dk_file_read finds; DK_EFORMAT: no such model, an offset or index that lies
 * beyond what there is, data shorter than its dims say; DK_EUNSUPPORTED: another version, more tensors, operators or
 * inputs of one than the bounds above. */
DK_CHECKED dk_status dk_tflite_load(dk_tflite **out, const char *path, dk_error *err);
/* The same from `size` bytes, which must live as long as the model. */
DK_CHECKED dk_status dk_tflite_parse(dk_tflite **out, const uint8_t *bytes, size_t size, const char *path,
                                     dk_error *err);
void dk_tflite_close(dk_tflite *model); /* accepts NULL */

/* Input or output i of an operator, or NULL when it is left out. */
const dk_tflite_tensor *dk_tflite_input(const dk_tflite *m, const dk_tflite_op *op, int i);
const dk_tflite_tensor *dk_tflite_output(const dk_tflite *m, const dk_tflite_op *op, int i);

/* All values of an int32 or int64 tensor as they are, cut to what an int holds. */
DK_CHECKED dk_status dk_tflite_ints(const dk_tflite *m, const dk_tflite_tensor *t, int *out, dk_error *err);

const char *dk_tflite_type_name(int type); /* "uint8" …; "an unknown type" */
const char *dk_tflite_act_name(int act);   /* "relu6" …, as a cfg calls them; "none" */

/* "8x3x3x16" into out[64]; returns out. */
const char *dk_tflite_dims(char out[64], const dk_tflite_tensor *t);

/* Number of values; dims are checked so that this is right. */
size_t dk_tflite_count(const dk_tflite_tensor *t);

/* All values as float32, in the file's order: real = (q − zero point)·scale where the numbers are quantised.
 * DK_EUNSUPPORTED: another type, no data. DK_EFORMAT: quantised without a scale, as many scales as do not fit
 * the dims, a value that is no finite number. */
DK_CHECKED dk_status dk_tflite_values(const dk_tflite *m, const dk_tflite_tensor *t, float *out,
                                      dk_error *err);

#endif
