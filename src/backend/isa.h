/* Which of the processor's instruction sets are used: the best that it has, or less where the environment variable
 * DARKNET_ISA says so. Each level holds those before it. */
#ifndef DK_BACKEND_ISA_H
#define DK_BACKEND_ISA_H

#include <stdbool.h>

#include "base/status.h"

/* clang-format off */
#define DK_ISA_LEVELS(X)                                                                                     \
    X(BASE, base) X(AVX2, avx2) X(AVX512, avx512) X(AVX512BF16, avx512bf16) X(AMX, amx)
/* clang-format on */
typedef enum {
#define DK_ISA_ENUM(upper, lower) DK_ISA_##upper,
    DK_ISA_LEVELS(DK_ISA_ENUM)
#undef DK_ISA_ENUM
        DK_ISA_COUNT
} dk_isa;

/* "base", "avx2" … : the values of DARKNET_ISA. */
const char *dk_isa_name(dk_isa isa);

/* The best level of this processor: cpu_*.c, of which the Makefile picks one. */
dk_isa dk_cpu_isa(void);

/* Whether this processor multiplies bf16 faster than f32 at that level. */
bool dk_cpu_bf16_pays(dk_isa isa);

/* The level to use; *capped: DARKNET_ISA names it. Errors (DK_EUNSUPPORTED): the variable names no level, or one that the
 * processor lacks. */
DK_CHECKED dk_status dk_isa_pick(dk_isa *isa, bool *capped, dk_error *err);

#endif
