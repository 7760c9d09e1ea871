/* Tiles of weights: a row of a tile is one cache line of plain memory and is read or written whole; going through the
 * plain side by columns instead would meet one set of the cache again and again (rows lie a power of 2 apart). */
#include "backend/onednn/packing.h"

#include <string.h>

/* Fills the tiles of a layout ABcd…16b16a or …16a16b whose sizes are whole tiles; false for others. */
static bool find_tiles(dk_dnn_packing *p, const dnnl_memory_desc_t *md) {
    const dnnl_blocking_desc_t *b = &md->format_desc.blocking;
    if (md->ndims != 4 || md->data_type != dnnl_f32 || md->format_kind != dnnl_blocked ||
        b->inner_nblks != 2 || b->inner_blks[0] != b->inner_blks[1] ||
        b->inner_idxs[0] + b->inner_idxs[1] != 1) {
        return false;
    }
    const dnnl_dim_t side = b->inner_blks[0];
    const bool inputs_outside = b->inner_idxs[0] == 1;
    if (md->dims[0] % side != 0 || md->dims[1] % side != 0 || b->strides[2] != b->strides[3] * md->dims[3]) {
        return false;
    }
    p->side = (int)side;
    p->rows = (int)(md->dims[0] / side);
    p->columns = (int)(md->dims[1] / side);
    p->taps = (int)(md->dims[2] * md->dims[3]);
    p->row = (size_t)b->strides[0];
    p->column = (size_t)b->strides[1];
    p->tap = (size_t)b->strides[3];
    p->output = inputs_outside ? 1 : (size_t)side;
    p->input = inputs_outside ? (size_t)side : 1;
    return true;
}

/* The same for layouts …8b16a2b (pairs of inputs) and …8a16b2a (pairs of outputs) of 1×1 weights in bf16. */
static bool find_pairs(dk_dnn_packing *p, const dnnl_memory_desc_t *md, const dk_dnn_kernels *k) {
    const dnnl_blocking_desc_t *b = &md->format_desc.blocking;
    if (k == NULL || k->pack_inputs == NULL || md->ndims != 4 || md->data_type != dnnl_bf16 ||
        md->format_kind != dnnl_blocked || b->inner_nblks != 3) {
        return false;
    }
    const dnnl_dim_t *blocks = b->inner_blks, *of = b->inner_idxs;
    if (blocks[0] != 8 || blocks[1] != 16 || blocks[2] != 2 || of[0] != of[2] || of[0] + of[1] != 1 ||
        md->dims[0] % 16 != 0 || md->dims[1] % 16 != 0 || md->dims[2] * md->dims[3] != 1) {
        return false;
    }
    *p = (dk_dnn_packing){.needed = true,
                          .pack = of[0] == 1 ? k->pack_inputs : k->pack_outputs,
                          .side = 16,
                          .rows = (int)(md->dims[0] / 16),
                          .columns = (int)(md->dims[1] / 16),
                          .taps = 1,
                          .row = (size_t)b->strides[0],
                          .column = (size_t)b->strides[1]};
    return true;
}

dk_status dk_dnn_packing_make(dk_dnn *e, dk_dnn_packing *p, const dnnl_memory_desc_t *from,
                              const dnnl_memory_desc_t *to, dk_error *err) {
    p->needed = !dnnl_memory_desc_equal(from, to);
    if (!p->needed || find_tiles(p, to) || find_pairs(p, to, e->kernels[DK_BF16])) {
        return DK_OK;
    }
    if (find_tiles(p, from)) {
        p->to_plain = true;
        return DK_OK;
    }
    return dk_dnn_reorder_make(e, &p->reorder, from, to, err);
}

void dk_dnn_packing_free(dk_dnn_packing *p) {
    dk_dnn_primitive_free(&p->reorder);
    *p = (dk_dnn_packing){.needed = false};
}

size_t dk_dnn_packing_pad(const dk_dnn_packing *p) {
    return dk_dnn_bytes_of(&p->reorder, DNNL_ARG_SCRATCHPAD);
}

typedef float four __attribute__((vector_size(16), aligned(4)));

/* 4×4 values: rows become columns. */
static inline void turn(const float *from, size_t from_line, float *to, size_t to_line) {
    four r[4];
    for (size_t i = 0; i < 4; i++) {
        r[i] = *(const four *)(from + i * from_line);
    }
    const four low = __builtin_shufflevector(r[0], r[1], 0, 4, 1, 5),
               high = __builtin_shufflevector(r[0], r[1], 2, 6, 3, 7),
               low2 = __builtin_shufflevector(r[2], r[3], 0, 4, 1, 5),
               high2 = __builtin_shufflevector(r[2], r[3], 2, 6, 3, 7);
    *(four *)to = __builtin_shufflevector(low, low2, 0, 1, 4, 5);
    *(four *)(to + to_line) = __builtin_shufflevector(low, low2, 2, 3, 6, 7);
    *(four *)(to + 2 * to_line) = __builtin_shufflevector(high, high2, 0, 1, 4, 5);
    *(four *)(to + 3 * to_line) = __builtin_shufflevector(high, high2, 2, 3, 6, 7);
}

/* One tile of 1×1 weights whose outputs lie side by side, either way. */
static void turn_tile(const dk_dnn_packing *p, float *plain, size_t line, float *tile) {
    const size_t side = (size_t)p->side;
    for (size_t o = 0; o < side; o += 4) {
        for (size_t i = 0; i < side; i += 4) {
            float *a = plain + o * line + i, *b = tile + i * side + o;
            if (p->to_plain) {
                turn(b, side, a, line);
            } else {
                turn(a, line, b, side);
            }
        }
    }
}

/* The same where inputs do. */
static void copy_tile(const dk_dnn_packing *p, float *plain, size_t line, float *tile) {
    const size_t side = (size_t)p->side;
    for (size_t o = 0; o < side; o++) {
        float *a = plain + o * line, *b = tile + o * side;
        memcpy(p->to_plain ? a : b, p->to_plain ? b : a, side * sizeof(float));
    }
}

/* Any tile, either way. */
static void move_tile(const dk_dnn_packing *p, float *plain, size_t line, float *tile) {
    const size_t side = (size_t)p->side, taps = (size_t)p->taps;
    for (size_t o = 0; o < side; o++) {
        for (size_t k = 0; k < taps; k++) {
            for (size_t i = 0; i < side; i++) {
                float *a = &plain[o * line + i * taps + k],
                      *b = &tile[k * p->tap + o * p->output + i * p->input];
                if (p->to_plain) {
                    *a = *b;
                } else {
                    *b = *a;
                }
            }
        }
    }
}

typedef struct {
    const dk_dnn_packing *p;
    float *plain;
    void *tiles;
} pass;

/* One row of tiles. */
static void pack_pairs(void *self, int row) {
    const pass *k = self;
    const dk_dnn_packing *p = k->p;
    const size_t line = (size_t)p->columns * 16, r = (size_t)row;
    for (size_t c = 0; c < (size_t)p->columns; c++) {
        p->pack(k->plain + r * 16 * line + c * 16, line, (dk_bf16 *)k->tiles + r * p->row + c * p->column);
    }
}

typedef void tile_mover(const dk_dnn_packing *, float *plain, size_t line, float *tile);

static tile_mover *mover_of(const dk_dnn_packing *p) {
    const size_t side = (size_t)p->side;
    const bool dense = p->taps == 1 && side % 4 == 0;
    return dense && p->output == 1 && p->input == side   ? turn_tile
           : dense && p->input == 1 && p->output == side ? copy_tile
                                                         : move_tile;
}

static void move_row(void *self, int row) {
    const pass *k = self;
    const dk_dnn_packing *p = k->p;
    const size_t each = (size_t)p->side * (size_t)p->taps, line = (size_t)p->columns * each, r = (size_t)row;
    tile_mover *move = mover_of(p);
    for (size_t c = 0; c < (size_t)p->columns; c++) {
        move(p, k->plain + r * (size_t)p->side * line + c * each, line,
             (float *)k->tiles + r * p->row + c * p->column);
    }
}

static void each_row(dk_dnn *e, const dk_dnn_packing *p, bool alone, const void **from, void *to) {
    void *source = (void *)(uintptr_t)*from; /* only read */
    pass k = {p, p->to_plain ? to : source, p->to_plain ? source : to};
    dk_crew_task *task = p->pack != NULL ? pack_pairs : move_row;
    if (alone) {
        for (int r = 0; r < p->rows; r++) {
            task(&k, r);
        }
    } else {
        dk_crew_do(e->crew, p->rows, task, &k);
    }
    *from = to;
}

static dk_status pack(dk_dnn *e, dk_dnn_packing *p, void *scratchpad, bool alone, const void **from, void *to,
                      dk_error *err) {
    if (!p->needed || p->reorder.run != NULL) {
        return dk_dnn_reorder(e, &p->reorder, scratchpad, from, to, err);
    }
    each_row(e, p, alone, from, to);
    return DK_OK;
}

dk_status dk_dnn_pack(dk_dnn *e, dk_dnn_packing *p, void *scratchpad, const void **from, void *to,
                      dk_error *err) {
    return pack(e, p, scratchpad, false, from, to, err);
}

dk_status dk_dnn_pack_alone(dk_dnn *e, dk_dnn_packing *p, void *scratchpad, const void **from, void *to,
                            dk_error *err) {
    return pack(e, p, scratchpad, true, from, to, err);
}
