/* The vector kernels for AVX2 and FMA. */
#define VECTOR_BYTES 32
#define KERNELS dk_dnn_avx2
#define NAME "avx2"
#define LEVEL DK_ISA_AVX2
#define NARROWER &dk_dnn_base
#include "backend/onednn/vector_f32.h"
#include "backend/onednn/kernels_vector.h"
