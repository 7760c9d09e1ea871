/* What all kinds of ranks have in common. */
#include "dist/comm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* A wish to stop gives way to failures. */
static bool is_wish(int status) {
    return status == DK_ESTOPPED || status == DK_EPAUSED;
}

/* The rank whose status counts; −1: all is well. */
static int worst_of(const int *statuses, int world) {
    int worst = -1;
    for (int r = 0; r < world; r++) {
        const bool first = worst < 0 && statuses[r] != DK_OK;
        const bool graver =
            worst >= 0 && is_wish(statuses[worst]) && statuses[r] != DK_OK && !is_wish(statuses[r]);
        worst = first || graver ? r : worst;
    }
    return worst;
}

static dk_status agree(dk_comm *c, int mine, int *statuses, dk_error *err) {
    DK_TRY(c->kind->gather(c, -1, &mine, sizeof mine, statuses, err));
    const int worst = worst_of(statuses, c->world);
    if (worst < 0) {
        return DK_OK;
    }
    DK_TRY(c->kind->share(c, worst, err, sizeof *err, err));
    c->agreed = true;
    err->status = (dk_status)statuses[worst];
    return worst > 0 ? dk_error_prefix(err, err->status, "rank %d", worst) : err->status;
}

dk_status dk_comm_agree(dk_comm *c, dk_status mine, dk_error *err) {
    if (c->agreed) {
        return mine;
    }
    if (c->world == 1) {
        c->agreed = mine != DK_OK;
        return mine;
    }
    dk_error own = {.status = mine};
    dk_error *const text = err != NULL ? err : &own;
    int *const statuses = malloc((size_t)c->world * sizeof *statuses);
    if (statuses == NULL) {
        return dk_no_memory(err, (size_t)c->world * sizeof *statuses, "the ranks");
    }
    const dk_status status = agree(c, (int)mine, statuses, text);
    free(statuses);
    return status;
}

void dk_comm_close(dk_comm *c, const dk_error *alone) {
    if (c != NULL) {
        c->kind->close(c, c->agreed ? NULL : alone);
    }
}
