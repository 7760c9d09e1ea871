/* What an x86-64 processor has and its system lets programs use (cpuid, XGETBV). */
#include "backend/isa.h"

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
    return __builtin_cpu_supports("amx-tile") && __builtin_cpu_supports("amx-bf16") ? DK_ISA_AMX
                                                                                    : DK_ISA_AVX512BF16;
}
