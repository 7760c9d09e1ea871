/* Where batches come from. The loader of pictures (loader.h) is one kind; who trains or measures knows streams only. */
#ifndef DK_DATA_STREAM_H
#define DK_DATA_STREAM_H

#include <stddef.h>

#include "base/status.h"
#include "tensor/tensor.h"

/* One batch, valid until the next dk_stream_next. Rows from count on (last batch of a validation) are zero. */
typedef struct {
    int count;
    const float *pixels; /* batch · views · channels·height·width */
    const float *truth;  /* batch · floats; NULL when none is wanted */
    size_t floats;       /* of the kind of truth */
    const int *picture;  /* index in the set, count values */
    long epoch;          /* of the first sample */
} dk_batch;

typedef struct dk_stream dk_stream;

/* A kind is this table, and a struct that begins with a dk_stream. */
typedef struct {
    dk_status (*next)(dk_stream *s, dk_batch *batch, dk_error *err);
    dk_status (*rewind)(dk_stream *s, dk_error *err);
    dk_status (*reshape)(dk_stream *s, int height, int width, dk_shape truth, long first, dk_error *err);
    int (*skipped)(const dk_stream *s);
    const char *(*skip)(const dk_stream *s, int i, int *picture);
    void (*close)(dk_stream *s);
} dk_stream_kind;

struct dk_stream {
    const dk_stream_kind *kind;
};

/* The next batch; count 0 after the last one of a pass that ends. */
DK_CHECKED dk_status dk_stream_next(dk_stream *s, dk_batch *batch, dk_error *err);

/* Begins again at the first row (validation, once per epoch). */
DK_CHECKED dk_status dk_stream_rewind(dk_stream *s, dk_error *err);

/* Goes on with rows of another size (truth: of the answer then), at batch `first`; for streams that do not end. What was read ahead is dropped. After a
 * failure the stream can only be closed. */
DK_CHECKED dk_status dk_stream_reshape(dk_stream *s, int height, int width, dk_shape truth, long first,
                                       dk_error *err);

/* What could not be read so far; entry i has its index in the set and the reason. */
int dk_stream_skipped(const dk_stream *s);
const char *dk_stream_skip(const dk_stream *s, int i, int *picture);

void dk_stream_close(dk_stream *s); /* accepts NULL */

#endif
