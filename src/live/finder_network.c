/* Faces by a network with layers that find things, such as [yunet]. A frame is shrunk to the network's longest side, its
 * shape kept, and padded with black right and below to whole cells; for frames of another shape the network is built anew
 * over the same weights. It searches everywhere every time: that costs no more than looking near known faces would. */
#include <math.h>
#include <stdlib.h>
#include <strings.h>

#include "data/labels.h"
#include "live/finder.h"

enum { MOST_FOUND = 4096 }; /* before thinning */

#define LEAST .6f   /* score */
#define OVERLAP .3f /* above which two boxes are one face */
#define LARGEST 4096

/* A face as a cascade would see it, which is what networks that name faces learnt from (docs/faces.md). By its
 * landmarks: the eyes are EYES of the side apart and DOWN of it below the top. That says little where the head is turned away
 * or bowed, so the square stays near that by the box alone, whose centre is UP of the side higher than the box's: its side
 * from NARROW to WIDE of that, its centre at most MOVED of the side away. */
#define EYES .46f
#define DOWN .36f
#define NARROW .85f
#define WIDE 1.15f
#define MOVED .15f
#define UP .02f
#define OF_WIDTH (1.217f / 2)
#define OF_HEIGHT (.882f / 2)

typedef struct {
    dk_model model;
    dk_net *net;  /* for frames of w×h pixels: model.net or a twin of it */
    float shrink; /* pixels of a frame to one of the network */
    int w, h;
    int size;  /* longest side of what the network sees */
    int label; /* the class that is a face; −1: any */
    float *pixels, *answers;
    dk_found *found; /* MOST_FOUND */
} network;

/* ---- opening ---- */

/* *classes: of all layers that find things, which must agree; *marks: of the one that has the fewest. */
static dk_status ask_layers(const dk_net *net, dk_findable *out, dk_error *err) {
    int count = 0;
    for (int i = 0; i < net->answer_count; i++) {
        const dk_layer *l = net->answers[i];
        if (l->type->find == NULL) {
            continue;
        }
        const dk_findable about = l->type->findable(l);
        if (count++ > 0 && (about.classes != out->classes || about.marks != out->marks)) {
            return dk_layer_fail(l, NULL, err,
                                 "finds %d classes with %d landmarks, the layers before it %d with %d; they "
                                 "must be equal",
                                 about.classes, about.marks, out->classes, out->marks);
        }
        *out = about;
    }
    return count > 0 ? DK_OK
                     : dk_fail(err, DK_EUNSUPPORTED,
                               "%s: finds nothing: it has no layer such as [yunet]; -finder wants a network "
                               "that finds faces",
                               net->cfg->path);
}

static dk_status list_names(const char *path, const char *const *names, int count, dk_error *err) {
    dk_buffer list = {0};
    for (int i = 0; i < count && list.size < 512; i++) {
        dk_buffer_add(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    const dk_status status = dk_fail(err, DK_EDATA, "%s: none of its names is `face`: %s", path,
                                     list.failed || list.text == NULL ? "?" : list.text);
    dk_buffer_free(&list);
    return status;
}

/* Which class is a face. */
static dk_status choose_class(network *n, const dk_findable *about, const char *path, dk_error *err) {
    const char **names = NULL;
    int count = 0;
    n->label = -1;
    if (path == NULL) {
        return about->classes == 1 || about->marks > 0
                   ? DK_OK
                   : dk_fail(err, DK_EUSAGE,
                             "%s: finds %d classes; which one is a face? Give their names: "
                             "-finder CFG,WEIGHTS,NAMES",
                             n->model.cfg->path, about->classes);
    }
    DK_TRY(dk_labels_read(&names, &count, path, 0, true, n->model.arena, err));
    if (count != about->classes) {
        return dk_fail(err, DK_EDATA, "%s: has %d names, but %s finds %d classes", path, count,
                       n->model.cfg->path, about->classes);
    }
    for (int i = 0; i < count; i++) {
        n->label = strcasecmp(names[i], "face") == 0 ? i : n->label;
    }
    return n->label >= 0 ? DK_OK : list_names(path, names, count, err);
}

static dk_status check_input(const dk_net *net, dk_error *err) {
    const dk_shape s = net->input.shape;
    return (s.c == 1 || s.c == 3) && s.h > 1 && s.w > 1
               ? DK_OK
               : dk_fail(err, DK_ESHAPE,
                         "%s: its input of %dx%dx%d (width, height, channels) is no picture; -finder wants a "
                         "network that takes 1 or 3 channels",
                         net->cfg->path, s.w, s.h, s.c);
}

static dk_status open_parts(network *n, const dk_finder_conf *conf, dk_error *err) {
    dk_findable about = {0};
    dk_model_options options = conf->network.model;
    options.build.n = 1;
    DK_TRY(dk_model_open(&n->model, &options, err));
    n->net = n->model.net;
    DK_TRY(check_input(n->net, err));
    DK_TRY(ask_layers(n->net, &about, err));
    DK_TRY(choose_class(n, &about, conf->network.names, err));
    const dk_shape s = n->net->input.shape;
    const int side = s.w > s.h ? s.w : s.h;
    n->size = conf->network.size > 0 ? conf->network.size : conf->still ? 2 * side : side;
    n->size = n->size < LARGEST ? n->size : LARGEST;
    n->found = calloc(MOST_FOUND, sizeof *n->found);
    return n->found != NULL ? DK_OK : dk_no_memory(err, MOST_FOUND * sizeof *n->found, "faces");
}

static void close_network(void *self) {
    network *n = self;
    if (n->net != n->model.net) {
        dk_net_free(n->net);
    }
    dk_model_close(&n->model);
    free(n->pixels);
    free(n->answers);
    free(n->found);
    free(n);
}

static dk_status open_network(void **self, const dk_finder_conf *conf, dk_error *err) {
    network *n = calloc(1, sizeof *n);
    if (n == NULL) {
        return dk_no_memory(err, sizeof *n, "the finder");
    }
    const dk_status status = open_parts(n, conf, err);
    if (status != DK_OK) {
        close_network(n);
        return status;
    }
    *self = n;
    return DK_OK;
}

/* ---- a frame ---- */

static int padded(float side, int stride) {
    const int cells = (int)ceilf(side / (float)stride);
    return (cells > 1 ? cells : 1) * stride;
}

/* The net for frames of this size. */
static dk_status fit(network *n, int w, int h, dk_error *err) {
    if (n->w == w && n->h == h) {
        return DK_OK;
    }
    const int longest = w > h ? w : h, stride = (int)dk_net_stride(n->model.net);
    dk_net_build_options options = n->model.net->options;
    n->shrink = longest > n->size ? (float)longest / (float)n->size : 1;
    options.width = padded((float)w / n->shrink, stride);
    options.height = padded((float)h / n->shrink, stride);
    if (n->net != n->model.net) {
        dk_net_free(n->net);
        n->net = n->model.net;
    }
    n->w = 0;
    DK_TRY(dk_net_twin(&n->net, n->model.net, &options, err));
    free(n->pixels);
    free(n->answers);
    n->pixels = calloc(dk_net_inputs(n->net), sizeof *n->pixels);
    n->answers = calloc(dk_net_outputs(n->net), sizeof *n->answers);
    if (n->pixels == NULL || n->answers == NULL) {
        return dk_no_memory(err, dk_net_inputs(n->net) * sizeof *n->pixels, "a frame for the network");
    }
    n->w = w;
    n->h = h;
    return DK_OK;
}

static dk_status take_frame(network *n, const dk_frame *frame, dk_error *err) {
    dk_image *image = NULL;
    const dk_affine map = {{n->shrink, 0, 0, 0, n->shrink, 0}};
    const dk_shape s = n->net->input.shape;
    DK_TRY(dk_frame_to_image(&image, frame, err));
    const dk_status status = dk_image_warp(image, &map, &dk_colour_none, DK_BORDER_BLACK,
                                           &n->model.settings.input, s.c, s.h, s.w, n->pixels, err);
    dk_image_free(image);
    return status;
}

/* Whether a box could be of this picture: its edges are numbers, at most a picture's size beyond it. Weights may say
 * anything, up to infinite sides. */
static bool possible(const network *n, const dk_box *b) {
    const float w = (float)n->net->input.shape.w, h = (float)n->net->input.shape.h;
    return b->x >= -w && b->y >= -h && b->w > 0 && b->h > 0 && b->x + b->w <= 2 * w && b->y + b->h <= 2 * h;
}

/* Things of all layers that find, in pixels of the network. */
static int collect(network *n) {
    const float *y = n->answers;
    int count = 0;
    for (int i = 0; i < n->net->answer_count; i++) {
        const dk_layer *l = n->net->answers[i];
        if (l->type->find != NULL) {
            count += l->type->find(l, y, LEAST, n->found + count, MOST_FOUND - count);
        }
        y += dk_shape_each(l->y->shape);
    }
    int kept = 0;
    for (int i = 0; i < count; i++) {
        if ((n->label < 0 || n->found[i].label == n->label) && possible(n, &n->found[i].box)) {
            n->found[kept] = n->found[i];
            n->found[kept++].label = 0;
        }
    }
    return dk_box_thin(n->found, kept, OVERLAP);
}

static float within(float value, float least, float most) {
    return fminf(fmaxf(value, least), most);
}

static dk_box square(const dk_found *f) {
    const dk_box *b = &f->box;
    const float by_box = OF_WIDTH * b->w + OF_HEIGHT * b->h, most = MOVED * by_box;
    float side = by_box, x = b->x + b->w / 2, y = b->y + b->h / 2 - UP * by_box;
    if (f->marks > 0) {
        const dk_point *l = &f->mark[0], *r = &f->mark[1];
        side = within(hypotf(r->x - l->x, r->y - l->y) / EYES, NARROW * by_box, WIDE * by_box);
        x = within((l->x + r->x) / 2, x - most, x + most);
        y = within((l->y + r->y) / 2 + (.5f - DOWN) * side, y - most, y + most);
    }
    return (dk_box){x - side / 2, y - side / 2, side, side};
}

static int larger_first(const void *a, const void *b) {
    const dk_found *x = a, *y = b;
    return (x->box.w < y->box.w) - (x->box.w > y->box.w);
}

static dk_status run_network(void *self, const dk_frame *frame, const dk_known *known, dk_found *found,
                             int room, int *count, dk_error *err) {
    network *n = self;
    (void)known;
    DK_TRY(fit(n, frame->w, frame->h, err));
    DK_TRY(take_frame(n, frame, err));
    DK_TRY(dk_net_forward(n->net, n->pixels, NULL, 0, err));
    DK_TRY(dk_net_answers(n->net, n->answers, err));
    DK_TRY(dk_net_check_answers(n->net, n->answers, dk_net_outputs(n->net), err));
    const int all = collect(n);
    for (int i = 0; i < all; i++) {
        dk_box *b = &n->found[i].box;
        *b = square(&n->found[i]);
        *b = (dk_box){b->x * n->shrink, b->y * n->shrink, b->w * n->shrink, b->h * n->shrink};
    }
    *count = all < room ? all : room;
    qsort(n->found, (size_t)all, sizeof *n->found, larger_first);
    for (int i = 0; i < *count; i++) {
        found[i] = (dk_found){.box = n->found[i].box, .score = n->found[i].score};
    }
    return DK_OK;
}

const dk_finder_kind dk_finder_network = {
    .name = "network", .open = open_network, .run = run_network, .close = close_network};
