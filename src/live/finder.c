/* The table of finders, and the one that is asked. */
#include "live/finder.h"

#define ROW(name) &dk_finder_##name,
const dk_finder_kind *const dk_finder_kinds[] = {DK_FINDER_KINDS(ROW)};

dk_status dk_finder_open(dk_finder *f, const dk_finder_conf *conf, dk_error *err) {
    const dk_finder_kind *kind = conf->kind != NULL ? conf->kind : dk_finder_kinds[0];
    *f = (dk_finder){0};
    DK_TRY(kind->open(&f->self, conf, err));
    f->kind = kind;
    return DK_OK;
}

dk_status dk_finder_run(dk_finder *f, const dk_frame *frame, const dk_known *known, dk_found *found, int room,
                        int *count, dk_error *err) {
    return f->kind->run(f->self, frame, known, found, room, count, err);
}

void dk_finder_close(dk_finder *f) {
    if (f->kind != NULL) {
        f->kind->close(f->self);
    }
    *f = (dk_finder){0};
}
