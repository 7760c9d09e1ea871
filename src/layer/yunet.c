/* [yunet]: a head without anchors over one plane of cells, as YuNet has three (Wu, Peng, Yu: YuNet, a tiny millisecond-level
 * face detector, 2023). It puts side by side what its branches say of each cell: the scores of the classes and the
 * objectness (both through logistic), a box, and, where there are any, landmarks. With s, the network's pixels from cell
 * to cell, a cell in column i and row j means
 *     score = √(class · objectness)
 *     box   = centre ((i + x)·s, (j + y)·s), sides e^w·s and e^h·s
 *     mark  = ((i + x)·s, (j + y)·s) for each.
 * Which of the boxes stand for one thing is the finder's affair (base/box.h). It has no loss: it is imported, not
 * trained. */
#include <limits.h>
#include <math.h>

#include "layer/layer.h"

enum { CLASSES, BOX, OBJECT, MARKS }; /* the branches, in their order */

typedef struct {
    dk_ints layers;
} conf;

#define AT(field) offsetof(conf, field)
static const dk_opt opts[] = {
    {"layers", DK_INTS, AT(layers), .min = -65536, .max = 65536, .required = true,
     .help = "layers that give scores of the classes, box (x, y, w, h), objectness and, if any, five "
             "landmarks (x, y each)"},
    {0},
};

static dk_status inputs(dk_layer *l, dk_error *err) {
    const conf *c = l->conf;
    if (c->layers.count != MARKS && c->layers.count != MARKS + 1) {
        return dk_layer_fail(
            l, "layers", err,
            "takes %d layers; it wants three or four: classes, box, objectness and landmarks",
            c->layers.count);
    }
    return dk_layer_from(l, "layers", &c->layers, err);
}

static dk_status shape(dk_layer *l, dk_error *err) {
    static const char *const names[] = {"classes", "box", "objectness", "landmarks"};
    const int wanted[] = {0, 4, 1, 2 * DK_MARKS}; /* 0: as many as there are classes */
    dk_shape y = l->x[0]->shape;
    int all = 0;
    for (int i = 1; i < l->inputs && i <= MARKS; i++) {
        const dk_shape x = l->x[i]->shape;
        if (x.h != y.h || x.w != y.w || x.c != wanted[i]) {
            return dk_layer_fail(
                l, "layers", err,
                "layer %d gives %dx%dx%d (width, height, channels) for %s; wanted are %dx%dx%d", l->from[i],
                x.w, x.h, x.c, names[i], y.w, y.h, wanted[i]);
        }
        all += wanted[i];
    }
    if (y.c > INT_MAX - all) {
        return dk_layer_fail(l, "layers", err, "more than %d channels side by side", INT_MAX);
    }
    y.c += all;
    l->y->shape = y;
    return DK_OK;
}

static dk_status build(dk_layer *l, dk_backend *be, dk_error *err) {
    dk_plan_desc d = {.op = DK_OP_CONCAT};
    return dk_layer_plan(l, be, &d, err);
}

/* ---- reading ---- */

static dk_findable findable(const dk_layer *l) {
    return (dk_findable){.classes = l->x[CLASSES]->shape.c, .marks = l->inputs > MARKS ? DK_MARKS : 0};
}

/* A probability: a network whose activation is another is read as if it were one. */
static float share(float value) {
    return fminf(fmaxf(value, 0), 1);
}

/* v: the values of a cell behind its scores, a plane of `cells` apart. */
static void place(dk_found *f, const float *v, size_t cells, float column, float row, float s, int marks) {
    const float x = (column + v[0]) * s, y = (row + v[cells]) * s;
    const float w = expf(v[2 * cells]) * s, h = expf(v[3 * cells]) * s;
    f->box = (dk_box){x - w / 2, y - h / 2, w, h};
    f->marks = marks;
    for (int k = 0; k < marks; k++) {
        const float *mark = v + (size_t)(5 + 2 * k) * cells;
        f->mark[k] = (dk_point){(column + mark[0]) * s, (row + mark[cells]) * s};
    }
}

static int find(const dk_layer *l, const float *y, float least, dk_found *out, int room) {
    const dk_findable about = findable(l);
    const size_t cells = (size_t)l->y->shape.h * (size_t)l->y->shape.w;
    const float *rest = y + (size_t)about.classes * cells;
    int count = 0;
    for (size_t i = 0; i < cells; i++) {
        const float object = share(rest[4 * cells + i]);
        for (int c = 0; c < about.classes && count < room; c++) {
            const float score = sqrtf(share(y[(size_t)c * cells + i]) * object);
            if (score < least) {
                continue;
            }
            const size_t across = (size_t)l->y->shape.w, row = i / across;
            dk_found *f = &out[count++];
            *f = (dk_found){.label = c, .score = score};
            place(f, rest + i, cells, (float)(i - row * across), (float)row, l->stride, about.marks);
        }
    }
    return count;
}

const dk_layer_type dk_layer_yunet = {
    .name = "yunet",
    .help = "finds things, as YuNet finds faces: class, box, objectness and landmarks of each cell",
    .example = "[convolutional]\nfilters=2\nsize=1\nactivation=logistic\n"
               "[convolutional]\nfilters=4\nsize=1\nactivation=linear\n"
               "[convolutional]\nfilters=1\nsize=1\nactivation=logistic\n"
               "[convolutional]\nfilters=10\nsize=1\nactivation=linear\n"
               "[yunet]\nlayers=-4,-3,-2,-1\n",
    .conf_size = sizeof(conf),
    .opts = opts,
    .inputs = inputs,
    .shape = shape,
    .build = build,
    .findable = findable,
    .find = find,
};
