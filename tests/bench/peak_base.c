/* Four floats at once, multiplied, then added: what there is where nothing better may be used. */
#define CHAINS_OF bench_chains_base
#define LEVEL DK_ISA_BASE
#define VECTOR_BYTES 16
#define CHAINS 12
#define MULTIPLY_ADD(x) ((x)*.999f + .001f)
#include "bench/peak_chains.h"
