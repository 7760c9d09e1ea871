/* The vector kernels for AVX-512 (F, BW, DQ, VL). */
#define VECTOR_BYTES 64
#define KERNELS dk_dnn_avx512
#define NAME "avx512"
#define LEVEL DK_ISA_AVX512
#define NARROWER &dk_dnn_avx2
#include "backend/onednn/vector_f32.h"
#include "backend/onednn/kernels_vector.h"
