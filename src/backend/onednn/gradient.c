/* Chunks of pixels: pair those of x and dy, then multiply tile by tile of dw. */
#include "backend/onednn/gradient.h"

enum {
    BLOCK = 16,      /* channels */
    TILE = 8,        /* outputs of a tile */
    NEAR = 384 << 10 /* bytes of paired pixels that the second cache keeps besides dw */
};

bool dk_dnn_gradient_plan(dk_dnn_gradient *g, const dk_tensor *x, const dk_tensor *dy) {
    *g = (dk_dnn_gradient){.chunk = 0};
    if (dk_dnn_precision(x) != DK_BF16 || dk_dnn_precision(dy) != DK_BF16 || !dk_dnn_planes_of(x, &g->x) ||
        !dk_dnn_planes_of(dy, &g->dy) || !g->x.padded || !g->dy.padded || g->x.lanes != BLOCK ||
        g->dy.lanes != BLOCK || g->x.channels % BLOCK != 0 || g->dy.channels % BLOCK != 0) {
        return false;
    }
    const size_t channels = (size_t)(g->x.channels + g->dy.channels),
                 fits = NEAR / (channels * sizeof(dk_bf16));
    g->chunk = fits < 128 ? 128 : fits > 512 ? 512 : (int)(fits / 2 * 2);
    g->scratch = channels * (size_t)g->chunk * sizeof(dk_bf16);
    return true;
}

/* One chunk: where its paired pixels lie. */
typedef struct {
    const dk_dnn_gradient *g;
    const dk_dnn_gradient_kernels *kernels;
    const void *from_x, *from_dy;
    dk_bf16 *x, *dy;
    size_t first, count, apart; /* pixels; items from one block to the next */
    float *dw;
} chunk;

/* A block of x or, behind those, of dy. */
static void pair(void *self, int block) {
    const chunk *c = self;
    const dk_dnn_gradient *g = c->g;
    if (block < g->x.blocks) {
        c->kernels->pair(&g->x, c->from_x, block, c->first, c->count, c->x + (size_t)block * c->apart);
    } else {
        const int b = block - g->x.blocks;
        c->kernels->pair(&g->dy, c->from_dy, b, c->first, c->count, c->dy + (size_t)b * c->apart);
    }
}

/* A tile of outputs of one or two blocks of inputs. */
static void multiply(void *self, int share) {
    const chunk *c = self;
    const int tiles = c->g->dy.channels / TILE, block = share / tiles * 2, left = c->g->x.blocks - block;
    const size_t line = (size_t)c->g->x.channels;
    const int output = share % tiles * TILE;
    c->kernels->multiply(c->x + (size_t)block * c->apart, c->apart, left < 2 ? left : 2,
                         c->dy + (size_t)(output / BLOCK) * c->apart + (size_t)(output % BLOCK) * 2,
                         (int)(c->count + 1) / 2, c->dw + (size_t)output * line + (size_t)block * BLOCK, line,
                         c->first > 0);
}

void dk_dnn_gradient_run(const dk_dnn_gradient *g, dk_crew *crew, const void *x, const void *dy, float *dw,
                         void *scratch) {
    const size_t pixels = (size_t)g->x.images * (size_t)g->x.pixels, most = (size_t)g->chunk;
    const int tiles = g->dy.channels / TILE;
    const size_t apart = most * BLOCK;
    dk_bf16 *pairs = scratch;
    for (size_t first = 0; first < pixels; first += most) {
        chunk c = {.g = g,
                   .kernels = &dk_dnn_gradient_avx512bf16,
                   .from_x = x,
                   .from_dy = dy,
                   .x = pairs,
                   .dy = pairs + (size_t)g->x.blocks * apart,
                   .first = first,
                   .count = pixels - first < most ? pixels - first : most,
                   .apart = apart,
                   .dw = dw};
        dk_crew_do(crew, g->x.blocks + g->dy.blocks, pair, &c);
        dk_crew_do(crew, (g->x.blocks + 1) / 2 * tiles, multiply, &c);
    }
}
