/* Film files: aside, in time, looked at, synced, renamed. */
#include "live/film.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

static dk_status fail(const dk_recorder *r, dk_error *err) {
    return dk_fail(err, DK_EIO, "cannot write '%s': %s", r->path, strerror(errno));
}

dk_status dk_recorder_open(dk_recorder *r, const char *path, double fps, dk_error *err) {
    *r = (dk_recorder){.fps = fps};
    const char *ending = strrchr(path, '.');
    if (ending == NULL || (!dk_text_ends(path, ".mp4") && !dk_text_ends(path, ".avi"))) {
        return dk_fail(err, DK_EUSAGE,
                       "-out %s: a film ends in .mp4 or .avi; of one picture also .png or .jpg", path);
    }
    if (dk_path_is_folder(path)) {
        return dk_fail(err, DK_EIO, "cannot write '%s': it is a folder", path);
    }
    const int stem = (int)(ending - path);
    if ((size_t)snprintf(r->path, sizeof r->path, "%s", path) >= sizeof r->path) {
        return dk_fail(err, DK_EUSAGE, "-out %s: the path is too long", path);
    }
    snprintf(r->aside, sizeof r->aside, "%.*s.%ld.tmp%s", stem, path, (long)getpid(), ending);
    const int fd = open(r->aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        return fail(r, err);
    }
    close(fd);
    return DK_OK;
}

dk_status dk_recorder_frame(dk_recorder *r, const dk_frame *frame, dk_error *err) {
    if (r->film == NULL) {
        DK_TRY(dk_film_open(&r->film, r->aside, frame->w, frame->h, r->fps, err));
        r->begin = frame->time;
    }
    const long due = lround((frame->time - r->begin) * r->fps);
    for (; r->written <= due; r->written++) {
        DK_TRY(dk_film_write(r->film, frame, err));
    }
    return DK_OK;
}

static dk_status publish(const dk_recorder *r, dk_error *err) {
    const int fd = open(r->aside, O_RDONLY | O_CLOEXEC);
    const bool synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0) {
        close(fd);
    }
    if (synced && rename(r->aside, r->path) == 0) {
        return DK_OK;
    }
    return dk_fail(err, DK_EIO, "cannot write '%s': %s; what was recorded is %s", r->path, strerror(errno),
                   r->aside);
}

dk_status dk_recorder_close(dk_recorder *r, dk_error *err) {
    const bool any = r->film != NULL;
    dk_error why = {0};
    dk_status status = dk_film_close(r->film, &why);
    r->film = NULL;
    if (any && status == DK_OK) {
        return publish(r, err);
    }
    if (status != DK_OK) {
        status = dk_fail(err, status, "cannot write '%s': %s", r->path, why.text);
    }
    unlink(r->aside);
    if (dk_path_is_empty(r->path)) {
        unlink(r->path);
    }
    return status;
}
