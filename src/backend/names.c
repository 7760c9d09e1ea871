/* Names of operations and precisions. Engines that are modules have them, too, so no engine is named here. */
#include <assert.h>

#include "backend/backend.h"

const char *dk_op_name(dk_op op) {
    static const char *const names[DK_OP_COUNT] = {
#define NAME(upper, lower) #lower,
        DK_OPS(NAME)
#undef NAME
    };
    assert((unsigned)op < DK_OP_COUNT);
    return names[op];
}

const char *dk_precision_name(dk_precision precision) {
    static const char *const names[DK_PRECISIONS] = {[DK_F32] = "f32", [DK_BF16] = "bf16"};
    assert((unsigned)precision < DK_PRECISIONS);
    return names[precision];
}
