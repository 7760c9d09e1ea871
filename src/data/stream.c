#include "data/stream.h"

#include <stddef.h>

dk_status dk_stream_next(dk_stream *s, dk_batch *batch, dk_error *err) {
    return s->kind->next(s, batch, err);
}

dk_status dk_stream_rewind(dk_stream *s, dk_error *err) {
    return s->kind->rewind(s, err);
}

dk_status dk_stream_reshape(dk_stream *s, int height, int width, dk_shape truth, long first, dk_error *err) {
    return s->kind->reshape(s, height, width, truth, first, err);
}

int dk_stream_skipped(const dk_stream *s) {
    return s->kind->skipped(s);
}

const char *dk_stream_skip(const dk_stream *s, int i, int *picture) {
    return s->kind->skip(s, i, picture);
}

void dk_stream_close(dk_stream *s) {
    if (s != NULL) {
        s->kind->close(s);
    }
}
