/* What all engines share: opening by name, the rule of rolling statistics.
 * The table dk_engines is in engines.c. */
#include "backend/backend.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/load.h"
#include "base/text.h"

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

/* "NAME", or "NAME:2"; *device is −1 where none is named. */
static bool named(const dk_engine *e, const char *name, int *device) {
    const size_t length = strlen(e->name);
    *device = -1;
    if (strncmp(e->name, name, length) != 0 || (name[length] != '\0' && name[length] != ':')) {
        return false;
    }
    if (name[length] == ':') {
        char *end = NULL;
        const long number = strtol(name + length + 1, &end, 10);
        const bool good = isdigit((unsigned char)name[length + 1]) && *end == '\0' && number <= INT_MAX;
        *device = good ? (int)number : INT_MAX;
    }
    return true;
}

static dk_status open_named(const dk_engine *e, dk_backend **out, const char *name, int device, int threads,
                            dk_error *err) {
    if (device < 0) {
        return e->open(out, threads, err);
    }
    if (e->open_device == NULL || device == INT_MAX) {
        return dk_fail(err, DK_EUSAGE, "engine '%s': %s", name,
                       e->open_device == NULL ? "there are no several of this one to choose from"
                                              : "what stands behind ':' is no number of a device");
    }
    return e->open_device(out, device, threads, err);
}

dk_status dk_engines_open(const dk_engine *const *engines, dk_backend **out, const char *name, int threads,
                          dk_error *err) {
    dk_isa isa = DK_ISA_BASE;
    bool capped = false;
    *out = NULL;
    DK_TRY(dk_isa_pick(&isa, &capped, err)); /* a wrong DARKNET_ISA is told by every engine */
    const int cores = threads > 0 ? threads : dk_load_cores();
    for (const dk_engine *const *e = engines; *e != NULL; e++) {
        int device = -1;
        if (name != NULL && named(*e, name, &device)) {
            return open_named(*e, out, name, device, cores, err);
        }
        if (name != NULL || (e[1] != NULL && (*e)->likely != NULL && !(*e)->likely())) {
            continue;
        }
        const dk_status status = (*e)->open(out, cores, err);
        if (status != DK_EUNSUPPORTED || e[1] == NULL) {
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

uint64_t dk_picture_of_all(const dk_args *a, size_t picture) {
    return a->ranks == NULL ? picture : picture * (uint64_t)a->ranks->world + (uint64_t)a->ranks->rank;
}
