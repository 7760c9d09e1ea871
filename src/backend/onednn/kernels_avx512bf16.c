/* The vector kernels for bf16 (AVX-512 F, BW, DQ, VL and BF16). */
#define VECTOR_BYTES 64
#define KERNELS dk_dnn_avx512bf16
#define NAME "avx512_bf16"
#define LEVEL DK_ISA_AVX512BF16
#define NARROWER &dk_dnn_base_bf16
#include "backend/onednn/vector_bf16.h"
#include "backend/onednn/kernels_vector.h"
