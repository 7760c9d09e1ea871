/* Batch normalisation with activation (Ioffe & Szegedy 2015) around the kernels' strips, m values a channel:
 *   μ, σ² from each image's mean and Σ(z − mean)², merged in double (Chan et al. 1979)
 *   dβ = Σg,  dγ = Σ g·(z − μ)/s,  dz = γ/s·(g − dβ/m − (z − μ)/s·dγ/m),  g = dy·act', s = sqrt(σ² + ε).
 * Blocks of channels are independent: where there are enough of them, each thread does a whole block at a
 * time, so that the second pass finds the block in its cache; else all threads go through the passes
 * together. */
#include "backend/onednn/norm.h"

#include <math.h>
#include <string.h>

#define TABLE_ROWS 6

/* What is done with each block of each image, then with the block over all images, then again with each; at last with
 * all of them. */
struct dk_dnn_norm_passes {
    void (*measure)(const dk_dnn_norm_job *, int block, int image); /* NULL: nothing is measured */
    /* Two sums of each lane of a block over this rank's images; NULL: none are wanted. Then, given those of the whole batch,
     * what follows from them. */
    void (*collect)(const dk_dnn_norm_job *, int block, double *first, double *second);
    void (*settle)(const dk_dnn_norm_job *, int block, const double *first, const double *second);
    void (*finish)(const dk_dnn_norm_job *, int block, int image);
    void (*end)(const dk_dnn_norm_job *); /* NULL: nothing is left to do */
    bool centred; /* the second sum is one of squares about the mean, of which the first is the sum */
};

static size_t room(const dk_dnn_norm *k) {
    return (size_t)k->planes.blocks * (size_t)k->planes.lanes;
}

dk_status dk_dnn_norm_plan(dk_dnn_norm *k, const dk_dnn *e, const dk_tensor *z, dk_act act, float momentum,
                           dk_error *err) {
    *k = (dk_dnn_norm){
        .act = act, .momentum = momentum, .crew = e->crew, .best = e->kernels[dk_dnn_precision(z)]};
    if (!dk_dnn_planes_of(z, &k->planes)) {
        return dk_fail(err, DK_EUNSUPPORTED, "onednn has no normalisation for this layout");
    }
    k->kept = TABLE_ROWS * room(k) * sizeof(float);
    k->scratch = 2 * (size_t)k->planes.images * room(k) * sizeof(float) + 2 * room(k) * sizeof(double);
    return DK_OK;
}

const char *dk_dnn_norm_name(const dk_dnn_norm *k) {
    return dk_dnn_kernels_for(k->best, k->planes.lanes, k->act)->name;
}

static dk_dnn_norm_table table_at(const dk_dnn_norm *k, void *kept) {
    const size_t n = room(k);
    float *f = kept;
    return (dk_dnn_norm_table){f, f + n, f + 2 * n, f + 3 * n, f + 4 * n, f + 5 * n};
}

static dk_dnn_lines lines(const dk_dnn_norm_table *t, int lane) {
    return (dk_dnn_lines){t->mean + lane, t->scale + lane, t->shift + lane, t->tilt + lane, t->offset + lane};
}

static const dk_dnn_kernels *kernels(const dk_dnn_norm_job *j, const dk_dnn_strip *s, dk_act act) {
    return dk_dnn_kernels_for(j->norm->best, s->lanes, act);
}

/* Where a strip of z, y or a gradient begins. */
static void *strip(const dk_dnn_norm_job *j, const void *base, int block, int image) {
    const size_t at = dk_dnn_strip_at(&j->norm->planes, block, image);
    return (char *)(uintptr_t)base + at * j->norm->best->item;
}

void dk_dnn_norm_measure(const dk_dnn_norm_job *j, int image) {
    for (int b = 0; b < j->norm->planes.blocks; b++) {
        j->passes->measure(j, b, image);
    }
}

void dk_dnn_norm_finish(const dk_dnn_norm_job *j, int image) {
    for (int b = 0; b < j->norm->planes.blocks; b++) {
        j->passes->finish(j, b, image);
    }
}

static void end(const dk_dnn_norm_job *j) {
    if (j->passes->end != NULL) {
        j->passes->end(j);
    }
}

/* Strips are taken a few at a time: each a block of an image. */
static int strips_of_share(const dk_dnn_norm_job *j) {
    enum { VALUES = 16384 };
    const int each = VALUES / (j->norm->planes.pixels * j->norm->planes.lanes);
    return each < 1 ? 1 : each;
}

static void do_strips(dk_dnn_norm_job *j, dk_crew_task *task) {
    const int strips = j->norm->planes.blocks * j->norm->planes.images, each = strips_of_share(j);
    dk_crew_do(j->norm->crew, (strips + each - 1) / each, task, j);
}

static void each_strip(const dk_dnn_norm_job *j, int share,
                       void (*visit)(const dk_dnn_norm_job *, int, int)) {
    const int blocks = j->norm->planes.blocks, strips = blocks * j->norm->planes.images,
              each = strips_of_share(j);
    for (int s = share * each; s < (share + 1) * each && s < strips; s++) {
        visit(j, s % blocks, s / blocks);
    }
}

static void measure_strips(void *self, int share) {
    const dk_dnn_norm_job *j = self;
    each_strip(j, share, j->passes->measure);
}

static void finish_strips(void *self, int share) {
    const dk_dnn_norm_job *j = self;
    each_strip(j, share, j->passes->finish);
}

void dk_dnn_norm_measure_all(dk_dnn_norm_job *j) {
    if (j->passes->measure != NULL) {
        do_strips(j, measure_strips);
    }
}

void dk_dnn_norm_finish_all(dk_dnn_norm_job *j) {
    do_strips(j, finish_strips);
}

enum { MERGED = 16 }; /* blocks of a share */

static void merge(const dk_dnn_norm_job *j, int block) {
    double first[DK_DNN_LANES] = {0}, second[DK_DNN_LANES] = {0};
    if (j->passes->collect != NULL) {
        j->passes->collect(j, block, first, second);
    }
    j->passes->settle(j, block, first, second);
}

static void merge_blocks(void *self, int share) {
    const dk_dnn_norm_job *j = self;
    for (int b = share * MERGED; b < (share + 1) * MERGED && b < j->norm->planes.blocks; b++) {
        merge(j, b);
    }
}

/* Do ranks measure together? */
static bool is_shared(const dk_dnn_norm_job *j) {
    return j->ranks != NULL && j->ranks->total != NULL && j->passes->collect != NULL;
}

/* Images of the whole batch. */
static double images_of(const dk_dnn_norm_job *j) {
    return (double)j->norm->planes.images * (is_shared(j) ? j->ranks->world : 1);
}

/* Sums over all ranks: squares about the ranks' own means M are taken about 0 meanwhile, Σ(z − M)² + n·M². */
static void merge_ranks(const dk_dnn_norm_job *j) {
    const dk_dnn_planes *p = &j->norm->planes;
    const size_t n = room(j->norm);
    double *const first = j->sums, *const second = first + n;
    for (int b = 0; b < p->blocks; b++) {
        memset(first + (ptrdiff_t)b * p->lanes, 0, (size_t)p->lanes * sizeof(double));
        memset(second + (ptrdiff_t)b * p->lanes, 0, (size_t)p->lanes * sizeof(double));
        j->passes->collect(j, b, first + (ptrdiff_t)b * p->lanes, second + (ptrdiff_t)b * p->lanes);
    }
    for (size_t i = 0; j->passes->centred && i < n; i++) {
        second[i] += first[i] * first[i] / p->images * p->pixels;
    }
    j->ranks->total(j->ranks->user, first, 2 * n);
    for (size_t i = 0; j->passes->centred && i < n; i++) {
        second[i] = fmax(0, second[i] - first[i] * first[i] / images_of(j) * p->pixels);
    }
    for (int b = 0; b < p->blocks; b++) {
        j->passes->settle(j, b, first + (ptrdiff_t)b * p->lanes, second + (ptrdiff_t)b * p->lanes);
    }
}

void dk_dnn_norm_merge(dk_dnn_norm_job *j) {
    if (is_shared(j)) {
        merge_ranks(j);
    } else {
        dk_crew_do(j->norm->crew, (j->norm->planes.blocks + MERGED - 1) / MERGED, merge_blocks, j);
    }
    end(j);
}

/* One thread through all passes of a block. */
static void run_block(void *self, int block) {
    const dk_dnn_norm_job *j = self;
    const int images = j->norm->planes.images;
    for (int i = 0; i < images && j->passes->measure != NULL; i++) {
        j->passes->measure(j, block, i);
    }
    merge(j, block);
    for (int i = images - 1; i >= 0; i--) { /* the last image is the one still in the cache */
        j->passes->finish(j, block, i);
    }
}

void dk_dnn_norm_run(dk_dnn_norm_job *j) {
    enum { MANY = 4 }; /* blocks, and each thread has some */
    if (j->norm->planes.blocks >= MANY && !is_shared(j)) {
        dk_crew_do(j->norm->crew, j->norm->planes.blocks, run_block, j);
        end(j);
    } else {
        dk_dnn_norm_measure_all(j);
        dk_dnn_norm_merge(j);
        dk_dnn_norm_finish_all(j);
    }
}

/* ---- forward ---- */
static void measure(const dk_dnn_norm_job *j, int block, int image) {
    const dk_dnn_planes *p = &j->norm->planes;
    const dk_dnn_strip s = dk_dnn_strip_of(p, block);
    const size_t at = (size_t)image * room(j->norm) + (size_t)(block * p->lanes);
    kernels(j, &s, DK_ACT_LINEAR)->measure(&s, strip(j, j->z, block, image), j->first + at, j->second + at);
}

/* Fills the lines of a block from mean and variance; channels that are only padding get 0. */
static void set_lines(const dk_dnn_norm_job *j, int block, int lane, double mean, double variance) {
    const int c = block * j->norm->planes.lanes + lane;
    const double inverse = 1 / sqrt(variance + (double)DK_NORM_EPS);
    const bool real = c < j->norm->planes.channels;
    j->t.mean[c] = (float)mean;
    j->t.inverse[c] = (float)inverse;
    j->t.scale[c] = real ? (float)(j->w->scales[c] * inverse) : 0;
    j->t.shift[c] = real ? j->w->biases[c] : 0;
}

/* Of the mean of each image, and of squares about the mean of all of them. */
static void collect_moments(const dk_dnn_norm_job *j, int block, double *mean, double *squares) {
    const dk_dnn_planes *p = &j->norm->planes;
    const size_t n = room(j->norm), first = (size_t)(block * p->lanes);
    for (int i = 0; i < p->images; i++) {
        for (int l = 0; l < p->lanes; l++) {
            mean[l] += (double)j->first[(size_t)i * n + first + (size_t)l];
        }
    }
    for (int i = 0; i < p->images; i++) {
        for (int l = 0; l < p->lanes; l++) {
            const double d = j->first[(size_t)i * n + first + (size_t)l] - mean[l] / p->images;
            squares[l] += j->second[(size_t)i * n + first + (size_t)l] + d * d * p->pixels;
        }
    }
}

static void settle_moments(const dk_dnn_norm_job *j, int block, const double *mean, const double *squares) {
    const dk_dnn_planes *p = &j->norm->planes;
    const double images = images_of(j);
    for (int l = 0; l < p->lanes; l++) {
        const double variance = squares[l] / (images * p->pixels);
        j->t.offset[block * p->lanes + l] = (float)variance; /* until the rolling statistics have taken it */
        set_lines(j, block, l, mean[l] / images, variance);
    }
}

static void apply(const dk_dnn_norm_job *j, int block, int image) {
    const dk_dnn_planes *p = &j->norm->planes;
    const dk_dnn_strip s = dk_dnn_strip_of(p, block);
    const dk_dnn_lines k = lines(&j->t, block * p->lanes);
    kernels(j, &s, j->norm->act)
        ->apply(&s, &k, j->norm->act, strip(j, j->z, block, image), strip(j, j->out, block, image));
}

static void roll(const dk_dnn_norm_job *j) {
    dk_norm_roll(j->w->mean, j->w->variance, j->t.mean, j->t.offset, j->norm->planes.channels,
                 j->norm->momentum);
}

/* Of a job that measures: two sums of every image and channel in scratch. */
static dk_dnn_norm_job measuring(const dk_dnn_norm *k, const dk_dnn_norm_passes *passes, const dk_weights *w,
                                 const void *z, void *kept, void *scratch) {
    float *sums = scratch;
    return (dk_dnn_norm_job){.passes = passes,
                             .norm = k,
                             .w = w,
                             .z = z,
                             .t = table_at(k, kept),
                             .first = sums,
                             .second = sums + room(k) * (size_t)k->planes.images,
                             .sums = (double *)(void *)(sums + 2 * room(k) * (size_t)k->planes.images)};
}

dk_dnn_norm_job dk_dnn_norm_forward(const dk_dnn_norm *k, const dk_weights *w, const void *z, void *y,
                                    void *kept, void *scratch) {
    static const dk_dnn_norm_passes forward = {measure, collect_moments, settle_moments, apply, roll, true};
    dk_dnn_norm_job j = measuring(k, &forward, w, z, kept, scratch);
    j.out = y;
    memset(kept, 0, k->kept);
    memset(scratch, 0, k->scratch);
    return j;
}

static void settle_rolling(const dk_dnn_norm_job *j, int block, const double *first, const double *second) {
    const dk_dnn_planes *p = &j->norm->planes;
    (void)first, (void)second;
    for (int l = 0; l < p->lanes && block * p->lanes + l < p->channels; l++) {
        const int c = block * p->lanes + l;
        set_lines(j, block, l, j->w->mean[c], j->w->variance[c]);
    }
}

dk_dnn_norm_job dk_dnn_norm_infer(const dk_dnn_norm *k, const dk_weights *w, const void *z, void *y,
                                  void *kept) {
    static const dk_dnn_norm_passes infer = {NULL, NULL, settle_rolling, apply, NULL, false};
    memset(kept, 0, k->kept);
    return (dk_dnn_norm_job){.passes = &infer, .norm = k, .w = w, .z = z, .out = y, .t = table_at(k, kept)};
}

/* ---- backward ---- */
static void add_slopes(const dk_dnn_norm_job *j, int block, int image) {
    const dk_dnn_planes *p = &j->norm->planes;
    const dk_dnn_strip s = dk_dnn_strip_of(p, block);
    const size_t at = (size_t)image * room(j->norm) + (size_t)(block * p->lanes);
    const dk_dnn_lines k = lines(&j->t, block * p->lanes);
    kernels(j, &s, j->norm->act)
        ->sums(&s, &k, j->norm->act, strip(j, j->z, block, image), strip(j, j->dy, block, image),
               j->first + at, j->second + at);
}

/* The gradients of biases and scales are of this rank's images, as all gradients are until they are summed. */
static void collect_slopes(const dk_dnn_norm_job *j, int block, double *g, double *gz) {
    const dk_dnn_planes *p = &j->norm->planes;
    for (int i = 0; i < p->images; i++) {
        const size_t at = (size_t)i * room(j->norm) + (size_t)(block * p->lanes);
        for (int l = 0; l < p->lanes; l++) {
            g[l] += (double)j->first[at + (size_t)l];
            gz[l] += (double)j->second[at + (size_t)l];
        }
    }
    for (int l = 0; j->dw != NULL && l < p->lanes && block * p->lanes + l < p->channels; l++) {
        const int c = block * p->lanes + l;
        j->dw->biases[c] = (float)g[l];
        j->dw->scales[c] = (float)(j->t.inverse[c] * gz[l]);
    }
}

static void settle_slopes(const dk_dnn_norm_job *j, int block, const double *g, const double *gz) {
    const dk_dnn_planes *p = &j->norm->planes;
    const double count = images_of(j) * p->pixels;
    for (int l = 0; l < p->lanes && block * p->lanes + l < p->channels; l++) {
        const int c = block * p->lanes + l;
        const double inverse = j->t.inverse[c], scale = j->t.scale[c];
        j->t.tilt[c] = (float)(-scale * inverse * inverse * gz[l] / count);
        j->t.offset[c] = (float)(-scale * g[l] / count);
    }
}

static void undo(const dk_dnn_norm_job *j, int block, int image) {
    const dk_dnn_planes *p = &j->norm->planes;
    const dk_dnn_strip s = dk_dnn_strip_of(p, block);
    const dk_dnn_lines k = lines(&j->t, block * p->lanes);
    kernels(j, &s, j->norm->act)
        ->undo(&s, &k, j->norm->act, strip(j, j->z, block, image), strip(j, j->dy, block, image),
               strip(j, j->out, block, image));
}

dk_dnn_norm_job dk_dnn_norm_backward(const dk_dnn_norm *k, const dk_weights *w, const dk_weights *dw,
                                     const void *z, const void *dy, void *dz, void *kept, void *scratch) {
    static const dk_dnn_norm_passes backward = {add_slopes, collect_slopes, settle_slopes, undo, NULL, false};
    dk_dnn_norm_job j = measuring(k, &backward, w, z, kept, scratch);
    j.dw = dw;
    j.dy = dy;
    j.out = dz;
    memset(j.t.tilt, 0, 2 * room(k) * sizeof(float));
    return j;
}
