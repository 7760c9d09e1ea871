/* Processors for which there are no kernels of their own. */
#include "backend/isa.h"

dk_isa dk_cpu_isa(void) {
    return DK_ISA_BASE;
}

bool dk_cpu_bf16_pays(dk_isa isa) {
    (void)isa;
    return false;
}
