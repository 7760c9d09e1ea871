/* The level in use; the engines that a test opens say what is wrong with a DARKNET_ISA. */
#include "support/isa.h"

dk_isa isa_in_use(void) {
    dk_isa isa = DK_ISA_BASE;
    bool capped = false;
    return dk_isa_pick(&isa, &capped, NULL) == DK_OK ? isa : DK_ISA_BASE;
}
