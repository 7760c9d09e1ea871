/* Names, keeping and saving of checkpoints. The bytes of a weights file and its atomic writing are
 * net/weights.h's; when to save is the training loop's. */
#include "run/checkpoint.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backend/memory.h"
#include "base/file.h"
#include "net/weights.h"

static const char ending[] = ".weights";

/* Two runs that write the same names would replace each other's checkpoints. */
static dk_status keep_others_out(dk_checkpoints *c, const char *base, dk_arena *arena, dk_error *err) {
    const char *path = dk_arena_format(arena, "%s/.%s.lock", c->folder, base);
    long holder = -1;
    if (path == NULL) {
        return dk_no_memory(err, strlen(base), "the name of a lock");
    }
    const dk_status status = dk_lock_take(&c->lock, path, &holder, err);
    if (status != DK_OK && holder >= 0) {
        return dk_fail(
            err, status,
            "%s: another training of %s is running (process %ld) and writes its checkpoints here; wait for "
            "it, or give this one a folder of its own: -set data.backup=FOLDER",
            c->folder, base, holder);
    }
    return status;
}

/* What a run of these names left half-written when it was killed. Without a lock it may be another's that runs. */
static void sweep(const dk_checkpoints *c, dk_arena *arena) {
    const char *names[DK_CHECKPOINT_KINDS + 2] = {NULL};
    for (int i = 0; i < DK_CHECKPOINT_KINDS; i++) {
        names[i] = dk_path_name(c->path[i]);
    }
    names[DK_CHECKPOINT_KINDS] = dk_arena_format(arena, "%s.state", names[DK_CHECKPOINT_LAST]);
    if (c->lock.kept) {
        dk_writer_sweep(c->folder, names);
    }
}

static dk_status name_all(dk_checkpoints *c, const char *folder, const char *base, dk_arena *arena,
                          const dk_log *log, dk_error *err) {
    static const char *const kinds[DK_CHECKPOINT_KINDS] = {"best", "last", "final"};
    *c = (dk_checkpoints){.folder = folder, .log = log};
    for (int i = 0; i < DK_CHECKPOINT_KINDS; i++) {
        c->path[i] = dk_arena_format(arena, "%s/%s_%s%s", folder, base, kinds[i], ending);
        if (c->path[i] == NULL) {
            return dk_no_memory(err, strlen(folder) + strlen(base), "the names of checkpoints");
        }
    }
    return DK_OK;
}

dk_status dk_checkpoints_follow(dk_checkpoints *c, const char *folder, const char *base, dk_arena *arena,
                                const dk_log *log, dk_error *err) {
    DK_TRY(name_all(c, folder, base, arena, log, err));
    c->follows = true;
    return DK_OK;
}

dk_status dk_checkpoints_open(dk_checkpoints *c, const char *folder, const char *base, dk_arena *arena,
                              const dk_log *log, dk_error *err) {
    DK_TRY(name_all(c, folder, base, arena, log, err));
    DK_TRY(dk_folder_make(folder, err));
    DK_TRY(dk_folder_writable(folder, err));
    DK_TRY(keep_others_out(c, base, arena, err));
    sweep(c, arena);
    return DK_OK;
}

void dk_checkpoints_close(dk_checkpoints *c) {
    dk_lock_release(&c->lock);
}

/* A weights file and what lies beside it under its name; the weights last: they are what is looked for. */
static const char *const sides[] = {".state", ".json", ""};
enum { SIDES = sizeof sides / sizeof *sides };

/* Is any of them there? */
static bool any_exists(const char *path, dk_arena *arena) {
    for (int i = 0; i < SIDES; i++) {
        const char *const side = dk_arena_format(arena, "%s%s", path, sides[i]);
        if (side != NULL && dk_path_exists(side)) {
            return true;
        }
    }
    return false;
}

/* The first of NAME.1.weights, NAME.2.weights … that is not there. NULL when memory is out. */
static char *free_name(const char *path, dk_arena *arena) {
    const size_t stem = strlen(path) - (dk_text_ends(path, ending) ? strlen(ending) : 0);
    char *name = NULL;
    int number = 0;
    do {
        number++;
        name = dk_arena_format(arena, "%.*s.%d%s", (int)stem, path, number, path + stem);
    } while (name != NULL && any_exists(name, arena));
    return name;
}

/* Moves path to kept, and what lies beside a weights file under its name. */
static dk_status move_with_sides(const char *path, const char *kept, dk_arena *arena, dk_error *err) {
    for (int i = 0; i < SIDES; i++) {
        const char *from = dk_arena_format(arena, "%s%s", path, sides[i]);
        const char *to = dk_arena_format(arena, "%s%s", kept, sides[i]);
        if (from == NULL || to == NULL) {
            return dk_no_memory(err, strlen(path), "the name of a checkpoint");
        }
        if (rename(from, to) != 0 && errno != ENOENT) {
            return dk_fail_errno(err, "%s: cannot be kept as %s", from, to);
        }
    }
    return DK_OK;
}

dk_status dk_checkpoint_keep(const char *path, const dk_log *log, dk_error *err) {
    dk_arena *arena = dk_arena_open();
    if (arena != NULL && !any_exists(path, arena)) {
        dk_arena_close(arena);
        return DK_OK;
    }
    const char *kept = arena != NULL ? free_name(path, arena) : NULL;
    dk_status status = DK_OK;
    if (kept == NULL) {
        status = dk_no_memory(err, strlen(path), "the name of a checkpoint");
    } else {
        status = move_with_sides(path, kept, arena, err);
    }
    if (status == DK_OK) {
        dk_note(log, "%s of an earlier run is kept as %s", path, kept);
    }
    dk_arena_close(arena);
    return status;
}

/* All parameters are numbers: what a diverged run must not save. */
static dk_status check_finite(const dk_net *net, dk_error *err) {
    dk_span_walk w = {.backend = net->backend, .at = net->params->values, .left = net->params->count};
    while (w.left > 0) {
        DK_TRY(dk_span_next(&w, err));
        for (size_t k = 0; k < w.n; k++) {
            if (!isfinite(w.host[k])) {
                return dk_fail(
                    err, DK_EDIVERGED,
                    "the weights hold NaN or infinity: training diverged; try a smaller learning_rate");
            }
        }
    }
    return DK_OK;
}

dk_status dk_checkpoint_save(dk_checkpoints *c, dk_checkpoint kind, const dk_net *net, uint64_t seen,
                             dk_error *err) {
    DK_TRY(check_finite(net, err));
    if (c->follows) {
        c->written[kind] = true;
        return DK_OK;
    }
    if (!c->written[kind]) {
        DK_TRY(dk_checkpoint_keep(c->path[kind], c->log, err));
    }
    DK_TRY(dk_weights_save(net, c->path[kind], seen, -1, err));
    c->written[kind] = true;
    return DK_OK;
}

const char *dk_checkpoint_state(const char *folder, const char *base, dk_arena *arena) {
    return dk_arena_format(arena, "%s/%s_last%s.state", folder, base, ending);
}

const char *dk_checkpoint_written(const dk_checkpoints *c, dk_checkpoint kind) {
    return c->written[kind] ? c->path[kind] : NULL;
}
