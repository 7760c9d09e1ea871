/* A row holds one plane a class, of the answer's height and width. A cell takes the class of the pixel in its middle, so
 * masks follow every map of the picture; outside the picture, and where the mask says 255, all planes are 0 and nothing is
 * learned. Elsewhere the plane of its class has 1/(cells that count): the loss of a row is the mean over them. */
#include "data/truth_planes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/grow.h"
#include "data/beside.h"
#include "image/indexed.h"

typedef struct {
    const char **masks; /* of each picture */
    int room;
} kept;

static const dk_beside files = {"masks", ".png", ".mask.png"};

static dk_status open(dk_dataset *set, dk_error *err) {
    if (set->truth.outputs > 0) {
        return dk_fail(
            err, DK_EDATA,
            "%s: its .data file has outputs=%d, numbers for a `regressor`; classes of masks are wanted here",
            set->source, set->truth.outputs);
    }
    return set->classes <= DK_MASK_IGNORED
               ? DK_OK
               : dk_fail(err, DK_EDATA, "%s: %d classes; masks hold at most 255", set->source, set->classes);
}

static dk_status read(dk_dataset *set, dk_sample *sample, char *entry, int line, dk_error *err) {
    kept *const k = set->truths;
    (void)sample;
    DK_TRY(DK_GROW(k->masks, set->count, k->room, "the masks of pictures", err));
    const dk_status status = dk_beside_find(&k->masks[set->count], entry, &files, set->arena, err);
    return status == DK_OK || line == 0 ? status : dk_error_prefix(err, status, "%s:%d", set->source, line);
}

static bool beside(const char *path) {
    return dk_beside_is(path, &files);
}

static void move(dk_dataset *set, int to, int from) {
    kept *const k = set->truths;
    k->masks[to] = k->masks[from];
}

static void close(dk_dataset *set) {
    free(((kept *)set->truths)->masks);
}

static dk_status check_classes(const uint8_t *mask, size_t n, int classes, const char *path, dk_error *err) {
    for (size_t i = 0; i < n; i++) {
        if (mask[i] >= classes && mask[i] != DK_MASK_IGNORED) {
            return dk_fail(
                err, DK_EDATA,
                "%s: has class %d; there are 0..%d (classes of the .data file), and 255 for pixels "
                "that do not count",
                path, mask[i], classes - 1);
        }
    }
    return DK_OK;
}

dk_status dk_mask_open(uint8_t **out, int *w, int *h, const dk_dataset *set, int picture, dk_error *err) {
    const char *const path = ((const kept *)set->truths)->masks[picture];
    DK_TRY(dk_indexed_load(out, w, h, path, err));
    const dk_status status = check_classes(*out, (size_t)*w * (size_t)*h, set->classes, path, err);
    if (status != DK_OK) {
        free(*out);
        *out = NULL;
    }
    return status;
}

/* The mask of a picture, which must have its size. */
static dk_status load(uint8_t **out, const dk_dataset *set, int picture, int w, int h, dk_error *err) {
    int mask_w = 0, mask_h = 0;
    DK_TRY(dk_mask_open(out, &mask_w, &mask_h, set, picture, err));
    if (mask_w == w && mask_h == h) {
        return DK_OK;
    }
    free(*out);
    *out = NULL;
    return dk_fail(err, DK_EDATA, "%s: is %dx%d, but its picture '%s' is %dx%d; they must be of one size",
                   ((const kept *)set->truths)->masks[picture], mask_w, mask_h, set->samples[picture].path, w,
                   h);
}

static size_t floats(const dk_dataset *set, const dk_loader_conf *conf) {
    return (size_t)set->classes * (size_t)conf->truth.h * (size_t)conf->truth.w;
}

/* The class at a place of the network's input, in pixels. */
static int class_at(const uint8_t *mask, const dk_row_view *view, float x, float y) {
    const float *const m = view->map.m;
    const float u = floorf(m[0] * x + m[1] * y + m[2]), v = floorf(m[3] * x + m[4] * y + m[5]);
    const bool inside = u >= 0 && v >= 0 && u < (float)view->w && v < (float)view->h;
    return inside ? mask[(ptrdiff_t)v * view->w + (ptrdiff_t)u] : DK_MASK_IGNORED;
}

static dk_status fill(const dk_dataset *set, int picture, const dk_row_view *view, const dk_loader_conf *conf,
                      float *row, dk_error *err) {
    const int h = conf->truth.h, w = conf->truth.w;
    const float across = (float)conf->width / (float)w, down = (float)conf->height / (float)h;
    const size_t all = floats(set, conf), cells = (size_t)h * (size_t)w;
    uint8_t *mask = NULL;
    size_t count = 0;
    DK_TRY(load(&mask, set, picture, view->w, view->h, err));
    memset(row, 0, all * sizeof *row);
    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            const int label = class_at(mask, view, ((float)x + .5f) * across, ((float)y + .5f) * down);
            if (label != DK_MASK_IGNORED) {
                row[(size_t)label * cells + (size_t)y * (size_t)w + (size_t)x] = 1;
                count++;
            }
        }
    }
    free(mask);
    for (size_t i = 0; i < all && count > 0; i++) {
        row[i] /= (float)count;
    }
    return DK_OK;
}

/* Blended as pixels are; or the cells whose middle lies in the rectangle become the partner's. */
static void mix(const dk_dataset *set, const dk_mix *mix, const float *partner, const dk_loader_conf *conf,
                float *row) {
    const int h = conf->truth.h, w = conf->truth.w;
    if (mix->w == 0) {
        dk_truth_blend(mix->share, partner, floats(set, conf), row);
        return;
    }
    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            const float u = ((float)x + .5f) * (float)conf->width / (float)w;
            const float v = ((float)y + .5f) * (float)conf->height / (float)h;
            const bool inside = u >= (float)mix->x && u < (float)(mix->x + mix->w) && v >= (float)mix->y &&
                                v < (float)(mix->y + mix->h);
            for (int k = 0; inside && k < set->classes; k++) {
                const ptrdiff_t at = ((ptrdiff_t)k * h + y) * w + x;
                row[at] = partner[at];
            }
        }
    }
}

static dk_status pack(const dk_dataset *set, int picture, dk_buffer *out, dk_error *err) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    DK_TRY(dk_file_read(((const kept *)set->truths)->masks[picture], 0, &bytes, &size, err));
    dk_buffer_put(out, bytes, size);
    free(bytes);
    return DK_OK;
}

const dk_truth_kind dk_truth_planes = {.name = "planes",
                                       .size = sizeof(kept),
                                       .open = open,
                                       .read = read,
                                       .beside = beside,
                                       .move = move,
                                       .close = close,
                                       .floats = floats,
                                       .fill = fill,
                                       .mix = mix,
                                       .ending = ".mask.png",
                                       .pack = pack};
