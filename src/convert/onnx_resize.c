/* Resize and Upsample: cells repeated a whole number of times. */
#include <math.h>
#include <string.h>

#include "convert/onnx_context.h"

typedef struct {
    enum { HALF_PIXEL, ASYMMETRIC, ALIGN_CORNERS } where;
    enum { PREFER_FLOOR, PREFER_CEIL, FLOOR, CEIL } which;
} rule;

/* Which cell the format's formulas take for cell i of in·times. */
static int source(const rule *r, int i, int in, int times) {
    const double out = (double)in * times;
    const double x = r->where == HALF_PIXEL   ? (i + .5) / times - .5
                     : r->where == ASYMMETRIC ? (double)i / times
                     : out > 1                ? i * (in - 1) / (out - 1)
                                              : 0;
    const double cell = r->which == PREFER_FLOOR  ? ceil(x - .5)
                        : r->which == PREFER_CEIL ? floor(x + .5)
                        : r->which == FLOOR       ? floor(x)
                                                  : ceil(x);
    return cell < 0 ? 0 : cell > in - 1 ? in - 1 : (int)cell;
}

/* Each cell `times` times, in its place? */
static bool repeats(const rule *r, int in, int times) {
    for (int i = 0; i < in * times; i++) {
        if (source(r, i, in, times) != i / times) {
            return false;
        }
    }
    return true;
}

/* A text of an attribute as its place in a list; `absent` without, −1: none of the list. */
static dk_status choice(const dk_onnx_node *from, const char *name, const char *const *list, int count,
                        int absent, int *out, dk_error *err) {
    dk_onnx_attribute a;
    DK_TRY(dk_onnx_find_attribute(from, name, &a, err));
    *out = a.there ? -1 : absent;
    for (int i = 0; a.there && i < count; i++) {
        *out = dk_pb_is(&a.s, list[i]) ? i : *out;
    }
    return DK_OK;
}

/* Nearest of Upsample and of Resize before opset 11 is asymmetric and floor. */
static dk_status read_rule(const dk_onnx_context *c, const dk_onnx_node *from, rule *r, bool *known,
                           dk_error *err) {
    static const char *const modes[] = {"nearest"},
                             *const places[] = {"half_pixel", "asymmetric", "align_corners"},
                             *const cells[] = {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"};
    const bool old = from->op[0] == 'U' || c->m->opset < 11;
    int mode = 0, where = 0, which = 0;
    DK_TRY(choice(from, "mode", modes, 1, 0, &mode, err));
    DK_TRY(choice(from, "coordinate_transformation_mode", places, 3, old ? ASYMMETRIC : HALF_PIXEL, &where,
                  err));
    DK_TRY(choice(from, "nearest_mode", cells, 4, old ? FLOOR : PREFER_FLOOR, &which, err));
    *known = mode == 0 && where >= 0 && which >= 0;
    r->where = *known ? (unsigned)where : 0;
    r->which = *known ? (unsigned)which : 0;
    return DK_OK;
}

/* Factors of the four dims: of an attribute (Upsample before opset 9), an input, or sizes. */
static dk_status read_factors(const dk_onnx_context *c, const dk_onnx_node *from, const dk_graph_node *n,
                              float out[4], dk_error *err) {
    const bool resize = from->op[0] == 'R' && c->m->opset >= 11;
    const dk_graph_value *k = dk_onnx_constant(c, dk_onnx_input(c->m, from, resize ? 2 : 1));
    dk_onnx_attribute a;
    int64_t sizes[4];
    int count = -1;
    memset(out, 0, 4 * sizeof *out);
    DK_TRY(dk_onnx_find_attribute(from, "scales", &a, err));
    if (a.there && a.count == 4) {
        memcpy(out, a.floats, 4 * sizeof *out);
        return DK_OK;
    }
    if (k && dk_graph_count(k) == 4) {
        return c->g->read(c->g, k, out, err);
    }
    DK_TRY(resize ? dk_onnx_list(c, from, "", 3, sizes, 4, &count, err) : DK_OK);
    for (int i = 0; count == 4 && i < 4; i++) {
        out[i] = (float)sizes[i] / (float)n->x[0]->dims[i];
    }
    return DK_OK;
}

dk_status dk_onnx_fill_resize(const dk_onnx_context *c, const dk_onnx_node *from, dk_graph_node *n,
                              dk_error *err) {
    float f[4];
    rule r;
    bool known = false;
    if (!dk_onnx_take_planes(c, from, n, 0)) {
        return DK_OK;
    }
    DK_TRY(read_rule(c, from, &r, &known, err));
    DK_TRY(read_factors(c, from, n, f, err));
    const int *x = n->x[0]->dims, times = f[2] >= 1 && f[2] <= 64 ? (int)f[2] : 0;
    const bool whole = n->x[0]->rank == 4 && f[0] == 1 && f[1] == 1 && f[2] == (float)times && f[3] == f[2];
    if (!known || !whole || times < 1 || x[2] > 16384 || x[3] > 16384 || !repeats(&r, x[2], times) ||
        !repeats(&r, x[3], times)) {
        dk_graph_refuse(
            c->g, n, DK_EUNSUPPORTED,
            ": [upsample] repeats each cell of rows and columns equally often, a whole number of times");
        return DK_OK;
    }
    n->kind = DK_NODE_RESAMPLE;
    n->times = times;
    dk_onnx_give(c, n, 4, x[1], x[2] * times, x[3] * times);
    return DK_OK;
}
