/* The environment variable DARKNET_ISA, held against the processor. */
#include "backend/isa.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char *const names[DK_ISA_COUNT] = {
#define NAME(upper, lower) #lower,
    DK_ISA_LEVELS(NAME)
#undef NAME
};

const char *dk_isa_name(dk_isa isa) {
    assert((unsigned)isa < DK_ISA_COUNT);
    return names[isa];
}

static dk_status refuse(const char *wanted, dk_isa best, const char *why, dk_error *err) {
    dk_buffer list = {0};
    for (int i = 0; i <= (int)best; i++) {
        dk_buffer_add(&list, "%s%s", i == 0 ? "" : ", ", names[i]);
    }
    dk_fail(err, DK_EUNSUPPORTED, "DARKNET_ISA=%s: %s; this processor has: %s", wanted, why,
            list.failed ? "?" : list.text);
    dk_buffer_free(&list);
    return DK_EUNSUPPORTED;
}

dk_status dk_isa_pick(dk_isa *isa, bool *capped, dk_error *err) {
    const char *wanted = getenv("DARKNET_ISA");
    const dk_isa best = dk_cpu_isa();
    *isa = best;
    *capped = wanted != NULL && *wanted != '\0';
    if (!*capped) {
        return DK_OK;
    }
    for (int i = 0; i < DK_ISA_COUNT; i++) {
        if (strcmp(wanted, names[i]) == 0) {
            *isa = (dk_isa)i;
            return *isa <= best ? DK_OK : refuse(wanted, best, "this processor lacks it", err);
        }
    }
    return refuse(wanted, best, "is no level of instructions", err);
}
