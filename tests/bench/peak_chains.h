/* Included by the file of an instruction set, which defines CHAINS_OF its row, LEVEL, VECTOR_BYTES, CHAINS and
 * MULTIPLY_ADD(x). x ← a·x + b goes to b / (1 − a), so that no number becomes tiny or infinite. */
#include "bench/peak.h"

enum { WIDTH = VECTOR_BYTES / sizeof(float) };
typedef float vec __attribute__((vector_size(VECTOR_BYTES)));

static float run(long turns) {
    vec x[CHAINS];
    float sum = 0;
    for (int i = 0; i < CHAINS * WIDTH; i++) { /* equal chains would be one to the compiler */
        x[i / WIDTH][i % WIDTH] = 1 + (float)i;
    }
    for (long n = 0; n < turns; n++) {
#pragma GCC unroll 16
        for (int i = 0; i < CHAINS; i++) {
            x[i] = MULTIPLY_ADD(x[i]);
        }
    }
    for (int i = 0; i < CHAINS * WIDTH; i++) {
        sum += x[i / WIDTH][i % WIDTH];
    }
    return sum;
}

#ifndef PRECISION
#define PRECISION DK_F32
#define PRODUCTS 1
#endif

const bench_chains CHAINS_OF = {
    .isa = LEVEL, .precision = PRECISION, .flops = 2.0 * PRODUCTS * CHAINS * WIDTH, .run = run};
