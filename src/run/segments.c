#include "run/segments.h"

#include <math.h>

#include "data/truth_planes.h"

/* Where a value between cells comes from: two cells, and the share of the second. */
typedef struct {
    int first, second;
    float share;
} between;

/* place: in cells, whose middles are at ½. */
static between between_cells(float place, int cells) {
    const float at = fminf(fmaxf(place - .5f, 0), (float)(cells - 1));
    const int first = (int)at;
    return (between){first, first + 1 < cells ? first + 1 : first, at - (float)first};
}

static int best_class(const float *planes, dk_shape s, const between *x, const between *y) {
    const size_t cells = (size_t)s.h * (size_t)s.w;
    float most = -INFINITY;
    int best = 0;
    for (int k = 0; k < s.c; k++) {
        const float *const top = planes + (size_t)k * cells + (size_t)y->first * (size_t)s.w;
        const float *const low = planes + (size_t)k * cells + (size_t)y->second * (size_t)s.w;
        const float above = top[x->first] + x->share * (top[x->second] - top[x->first]);
        const float below = low[x->first] + x->share * (low[x->second] - low[x->first]);
        const float score = above + y->share * (below - above);
        best = score > most ? k : best;
        most = fmaxf(score, most);
    }
    return best;
}

void dk_segments_label(const float *planes, const dk_net *net, const dk_affine *map, int w, int h,
                       uint8_t *labels) {
    const dk_shape in = net->input.shape, out = dk_net_truth_shape(net);
    for (int y = 0; y < h; y++) {
        const float v = ((float)y + .5f - map->m[5]) / map->m[4] / (float)in.h;
        const between down = between_cells(v * (float)out.h, out.h);
        for (int x = 0; x < w; x++) {
            const float u = ((float)x + .5f - map->m[2]) / map->m[0] / (float)in.w;
            const between across = between_cells(u * (float)out.w, out.w);
            const bool seen = u >= 0 && u <= 1 && v >= 0 && v <= 1;
            labels[(ptrdiff_t)y * w + x] =
                (uint8_t)(seen ? best_class(planes, out, &across, &down) : DK_MASK_IGNORED);
        }
    }
}
