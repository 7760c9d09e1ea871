/* Sums over the rows of each channel, cut into parts: a block has CHANNELS neighbours side by side and LANES rows of them
 * under each other, and takes the rows of one part. How it is cut depends on the sizes alone. */
#ifndef DK_BACKEND_CUDA_COLUMN_H
#define DK_BACKEND_CUDA_COLUMN_H

#include "backend/cuda/device/number.h"

struct dk_columns {
    size_t rows, each; /* each: of a part; the last ones may have fewer, or none */
    int channels, parts;
};

static inline dk_columns dk_columns_of(size_t rows, int channels) {
    const size_t most = 1024 / dk_channel_blocks(channels), wanted = (rows + 63) / 64;
    const size_t parts = most < 1 ? 1 : wanted < most ? wanted : most;
    return {rows, (rows + parts - 1) / parts, channels, (int)parts};
}

static inline dim3 dk_column_grid(dk_columns k) {
    return dim3(dk_channel_blocks(k.channels), (unsigned)k.parts);
}

static inline dim3 dk_column_block() {
    return dim3(DK_CHANNELS, DK_LANES);
}

/* What this thread is about: channel c, which may be behind the last, and rows begin … end − 1. */
struct dk_column_part {
    int c;
    size_t begin, end;
};

DK_DEVICE dk_column_part dk_column_part_of(dk_columns k) {
    const size_t begin = blockIdx.y * k.each, end = begin + k.each;
    return {(int)(blockIdx.x * DK_CHANNELS + threadIdx.x), begin, end < k.rows ? end : k.rows};
}

/* Adds sums[N] of all lanes up in lane 0. */
#define DK_COLUMN_SUMS(sums)                                                                                 \
    do {                                                                                                     \
        enum { N = sizeof(sums) / sizeof(float), ALL = DK_CHANNELS * DK_LANES };                             \
        DK_SHARED(float, lanes, N *ALL);                                                                     \
        const int mine = (int)(threadIdx.y * DK_CHANNELS + threadIdx.x);                                     \
        for (int j = 0; j < N; j++) {                                                                        \
            lanes[j * ALL + mine] = (sums)[j];                                                               \
        }                                                                                                    \
        DK_BARRIER();                                                                                        \
        for (int j = 0; threadIdx.y == 0 && j < N; j++) {                                                    \
            for (int lane = 1; lane < DK_LANES; lane++) {                                                    \
                (sums)[j] += lanes[j * ALL + lane * DK_CHANNELS + mine];                                     \
            }                                                                                                \
        }                                                                                                    \
    } while (0)

#endif
