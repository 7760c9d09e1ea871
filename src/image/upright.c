/* Maps without rotation and shear: x and y are resampled apart. Where an axis shrinks, an output pixel is the
 * mean over its source interval (weight of a source pixel = its overlap ÷ the interval's length); where it
 * enlarges, it lies between the two nearest pixel centres (bilinear). Both agree at scale 1. */
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "image/resample.h"

/* The source pixels that make one output pixel of an axis: none when it is black. */
typedef struct {
    int first, count;
    float *weights;
} taps;

typedef struct {
    double step, start; /* source = step·output + start */
    int source, output; /* pixels */
    bool black;         /* border */
} axis;

static int max_taps(const axis *a) {
    const double most = fabs(a->step) + 3;
    return most < a->source ? (int)most : a->source > 2 ? a->source : 2;
}

static int clamp_index(double i, int n) {
    return i <= 0 ? 0 : i >= n - 1 ? n - 1 : (int)i;
}

static double overlap(double low, double high, double from, double to) {
    const double length = fmin(high, to) - fmax(low, from);
    return length > 0 ? length : 0;
}

/* The mean over low…high. */
static void spread_area(const axis *a, double low, double high, taps *t) {
    const double length = high - low;
    const int last = clamp_index(ceil(high) - 1, a->source);
    t->first = clamp_index(floor(low), a->source);
    t->count = last - t->first + 1;
    for (int i = 0; i < t->count; i++) {
        const double at = t->first + i;
        t->weights[i] = (float)(overlap(low, high, at, at + 1) / length);
    }
    if (!a->black) {
        t->weights[0] += (float)(overlap(low, high, -HUGE_VAL, 0) / length);
        t->weights[t->count - 1] += (float)(overlap(low, high, a->source, HUGE_VAL) / length);
    }
}

/* Between the pixel centres beside `centre`. */
static void spread_bilinear(const axis *a, double centre, taps *t) {
    if (a->black && (centre < 0 || centre >= a->source)) {
        t->count = 0;
        return;
    }
    const double at = fmin(fmax(centre - .5, 0), a->source - 1);
    const double share = at - floor(at);
    t->first = (int)at;
    t->count = share > 0 ? 2 : 1;
    t->weights[0] = (float)(1 - share);
    t->weights[1] = (float)share;
}

static void spread(const axis *a, taps *all, float *weights) {
    const int most = max_taps(a);
    for (int i = 0; i < a->output; i++) {
        const double from = a->step * i + a->start, to = a->step * (i + 1) + a->start;
        all[i].weights = weights + (ptrdiff_t)i * most;
        if (fabs(a->step) > 1) {
            spread_area(a, fmin(from, to), fmax(from, to), &all[i]);
        } else {
            spread_bilinear(a, (from + to) / 2, &all[i]);
        }
    }
}

static void row_grey(const uint8_t *source, const taps *columns, int w, float *to) {
    for (int x = 0; x < w; x++) {
        const taps *const t = &columns[x];
        const uint8_t *const p = source + t->first;
        float sum = 0;
        for (int i = 0; i < t->count; i++) {
            sum += t->weights[i] * (float)p[i];
        }
        to[x] = sum;
    }
}

/* to[3][w], or to[w] for luma */
static void row_rgb(const uint8_t *source, const taps *columns, int w, bool luma, float *to) {
    for (int x = 0; x < w; x++) {
        const taps *const t = &columns[x];
        const uint8_t *p = source + (ptrdiff_t)t->first * 3;
        float red = 0, green = 0, blue = 0;
        for (int i = 0; i < t->count; i++, p += 3) {
            red += t->weights[i] * (float)p[0];
            green += t->weights[i] * (float)p[1];
            blue += t->weights[i] * (float)p[2];
        }
        if (luma) {
            to[x] = DK_LUMA_R * red + DK_LUMA_G * green + DK_LUMA_B * blue;
        } else {
            to[x] = red;
            to[w + x] = green;
            to[2 * w + x] = blue;
        }
    }
}

/* Source rows whose columns are resampled already. Neighbouring output rows share at most two of them. */
typedef struct {
    const dk_resample *r;
    const taps *columns;
    int planes;
    float *rows[2]; /* [planes][w] each */
    int held[2];    /* which source row */
} strip;

static const float *fetch_row(strip *s, int y) {
    const dk_image *const image = s->r->image;
    const int slot = y & 1;
    if (s->held[slot] != y) {
        const uint8_t *const source = image->pixels + (ptrdiff_t)y * image->w * image->c;
        if (image->c == 1) {
            row_grey(source, s->columns, s->r->w, s->rows[slot]);
        } else {
            row_rgb(source, s->columns, s->r->w, s->r->luma, s->rows[slot]);
        }
        s->held[slot] = y;
    }
    return s->rows[slot];
}

static void add_row(strip *s, const taps *t, float *planes, int y) {
    const ptrdiff_t w = s->r->w, plane = w * s->r->h;
    for (int c = 0; c < s->planes; c++) {
        for (int x = 0; x < w; x++) {
            planes[c * plane + y * w + x] = 0;
        }
    }
    for (int i = 0; i < t->count; i++) {
        const float *const row = fetch_row(s, t->first + i);
        const float weight = t->weights[i];
        for (int c = 0; c < s->planes; c++) {
            float *restrict const to = planes + c * plane + y * w;
            for (int x = 0; x < w; x++) {
                to[x] += weight * row[c * w + x];
            }
        }
    }
}

dk_status dk_resample_upright(const dk_resample *r, float *planes, dk_error *err) {
    const bool black = r->border == DK_BORDER_BLACK;
    const axis across = {r->map->m[0], r->map->m[2], r->image->w, r->w, black};
    const axis down = {r->map->m[4], r->map->m[5], r->image->h, r->h, black};
    strip s = {.r = r, .planes = r->image->c == 1 || r->luma ? 1 : 3, .held = {-1, -1}};
    const size_t row = (size_t)s.planes * (size_t)r->w;
    const size_t across_weights = (size_t)r->w * (size_t)max_taps(&across);
    const size_t down_weights = (size_t)r->h * (size_t)max_taps(&down);
    const size_t floats = across_weights + down_weights + 2 * row;
    const size_t bytes = (size_t)(r->w + r->h) * sizeof(taps) + floats * sizeof(float);
    taps *const columns = malloc(bytes);
    if (columns == NULL) {
        return dk_no_memory(err, bytes, "resampling a picture");
    }
    taps *const lines = columns + r->w;
    float *const weights = (float *)(lines + r->h);
    spread(&across, columns, weights);
    spread(&down, lines, weights + across_weights);
    s.columns = columns;
    s.rows[0] = weights + across_weights + down_weights;
    s.rows[1] = s.rows[0] + row;
    for (int y = 0; y < r->h; y++) {
        add_row(&s, &lines[y], planes, y);
    }
    free(columns);
    return DK_OK;
}
