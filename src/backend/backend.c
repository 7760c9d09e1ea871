/* What all engines share: names of operations, opening by name, the rule of rolling statistics.
 * The table dk_engines is in engines.c. */
#include "backend/backend.h"

#include <assert.h>
#include <string.h>

#include "base/load.h"
#include "base/text.h"

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

const char *const *dk_backends(void) {
    return dk_engine_names;
}

dk_isa dk_engines_isa(void) {
    dk_isa most = DK_ISA_BASE;
    for (const dk_engine *const *e = dk_engines; *e != NULL; e++) {
        most = (*e)->most > most ? (*e)->most : most;
    }
    return most;
}

static dk_status unknown(const dk_engine *const *engines, const char *name, dk_error *err) {
    dk_buffer list = {0};
    for (const dk_engine *const *e = engines; *e != NULL; e++) {
        dk_buffer_add(&list, "%s%s", e == engines ? "" : ", ", (*e)->name);
    }
    dk_fail(err, DK_EUSAGE, "there is no engine '%s' in this build; there is: %s", name,
            list.failed ? "?" : list.text);
    dk_buffer_free(&list);
    return DK_EUSAGE;
}

dk_status dk_engines_open(const dk_engine *const *engines, dk_backend **out, const char *name, int threads,
                          dk_error *err) {
    dk_isa isa = DK_ISA_BASE;
    bool capped = false;
    *out = NULL;
    DK_TRY(dk_isa_pick(&isa, &capped, err)); /* a wrong DARKNET_ISA is told by every engine */
    for (const dk_engine *const *e = engines; *e != NULL; e++) {
        if (name != NULL && strcmp((*e)->name, name) != 0) {
            continue;
        }
        const dk_status status = (*e)->open(out, threads > 0 ? threads : dk_load_cores(), err);
        if (name != NULL || status != DK_EUNSUPPORTED || e[1] == NULL) {
            return status;
        }
    }
    return unknown(engines, name, err);
}

dk_status dk_backend_open(dk_backend **out, const char *name, int threads, dk_error *err) {
    return dk_engines_open(dk_engines, out, name, threads, err);
}

void dk_backend_close(dk_backend *be) {
    if (be != NULL) {
        be->close(be);
    }
}

static bool fresh(const float *mean, const float *variance, int channels) {
    for (int c = 0; c < channels; c++) {
        if (mean[c] != 0 || variance[c] != 0) {
            return false;
        }
    }
    return true;
}

void dk_norm_roll(float *roll_mean, float *roll_variance, const float *mean, const float *variance,
                  int channels, float momentum) {
    const float keep = fresh(roll_mean, roll_variance, channels) ? 0 : momentum;
    for (int c = 0; c < channels; c++) {
        roll_mean[c] = keep * roll_mean[c] + (1 - keep) * mean[c];
        roll_variance[c] = keep * roll_variance[c] + (1 - keep) * variance[c];
    }
}
