/* Faces by a Haar cascade (vision.h). */
#include "live/finder.h"

static dk_status open_haar(void **self, const dk_finder_conf *conf, dk_error *err) {
    dk_haar_conf haar = conf->haar;
    dk_haar *opened = NULL;
    haar.still = conf->still;
    DK_TRY(dk_haar_open(&opened, &haar, err));
    *self = opened;
    return DK_OK;
}

static dk_status run_haar(void *self, const dk_frame *frame, const dk_known *known, dk_found *found, int room,
                          int *count, dk_error *err) {
    return dk_haar_run(self, frame, known, found, room, count, err);
}

static void close_haar(void *self) {
    dk_haar_close(self);
}

const dk_finder_kind dk_finder_haar = {
    .name = "haar", .open = open_haar, .run = run_haar, .close = close_haar};
