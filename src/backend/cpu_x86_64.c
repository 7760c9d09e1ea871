/* What an x86-64 processor has and its system lets programs use. */
#include <cpuid.h>

#include "backend/isa.h"

#define OSXSAVE (1u << 27)                  /* leaf 1, ecx: XGETBV may be asked */
#define AMX_BF16_TILE (1u << 22 | 1u << 24) /* leaf 7, edx */
#define TILES_SAVED (1u << 17 | 1u << 18)   /* XCR0: the system saves the tiles of a program */

/* Compilers differ in whether __builtin_cpu_supports knows AMX. Source: Intel's Software Developer's Manual, volume 1,
 * "Detection of Intel AMX support". */
static bool amx(void) {
    unsigned a = 0, b = 0, c = 0, d = 0, low = 0, high = 0;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & OSXSAVE) || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
        return false;
    }
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (d & AMX_BF16_TILE) == AMX_BF16_TILE && (low & TILES_SAVED) == TILES_SAVED;
}

dk_isa dk_cpu_isa(void) {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) {
        return DK_ISA_BASE;
    }
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
        !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl")) {
        return DK_ISA_AVX2;
    }
    if (!__builtin_cpu_supports("avx512bf16")) {
        return DK_ISA_AVX512;
    }
    return amx() ? DK_ISA_AMX : DK_ISA_AVX512BF16;
}

static bool by_intel(void) {
    unsigned a = 0, b = 0, c = 0, d = 0; /* leaf 0: "Genu" "ineI" "ntel" */
    return __get_cpuid(0, &a, &b, &c, &d) && b == signature_INTEL_ebx && d == signature_INTEL_edx &&
           c == signature_INTEL_ecx;
}

/* VDPBF16PS does two products a lane. AMD's cores (Zen 4, 5) begin as many of them a cycle as of FMA; Intel's begin a
 * quarter, so that bf16 has half of f32's speed there (measured: 85 of 171 GFLOP/s, family 6 model 207), and is faster by
 * AMX alone. */
bool dk_cpu_bf16_pays(dk_isa isa) {
    return isa == DK_ISA_AMX || (isa == DK_ISA_AVX512BF16 && !by_intel());
}
