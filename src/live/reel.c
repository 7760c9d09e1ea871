/* Frames of a capture. Only films are read ahead: a camera's next frame may be long in coming. */
#include "live/reel.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "live/stamps.h"

#define LEAST_SECONDS 1.0 /* missing of a film, of which it is told */
#define LEAST_SHARE .02

struct dk_reel {
    dk_capture *capture;
    dk_source_info info;
    dk_log log;
    dk_stamps stamps;
    dk_frame ahead[2]; /* of a film: its first two frames */
    int kept, taken;   /* of them */
    long frames;       /* that came */
    bool told;         /* that stamps were of no use */
    char shown[DK_SHOWN];
};

bool dk_reel_is_short(const dk_capture_length *announced, long frames, double seconds) {
    if (announced->frames > 0) {
        return frames < announced->frames;
    }
    const double missing = announced->seconds - seconds;
    return missing > LEAST_SECONDS && missing > LEAST_SHARE * announced->seconds;
}

static void tell_stamps(dk_reel *r) {
    if (r->stamps.mended && r->frames > 1 && !r->told) {
        r->told = true;
        dk_note(&r->log, "%s: not every frame has a time of its own; time goes on by %.3g s a frame there",
                r->shown, dk_stamps_step(&r->stamps));
    }
}

/* The film is over: was that all of it? */
static void tell_end(dk_reel *r) {
    const dk_capture_length length = dk_capture_announced(r->capture);
    const double covered = r->stamps.time + fmax(r->stamps.step, dk_stamps_step(&r->stamps));
    if (!dk_reel_is_short(&length, r->frames, covered)) {
        return;
    }
    if (length.frames > 0) {
        dk_warn(&r->log, "%s: %ld of its %ld frames came; the others are missing or damaged", r->shown,
                r->frames, length.frames);
    } else {
        dk_warn(&r->log, "%s: its last frame is at %.1f s of %.1f s; the rest is missing or damaged",
                r->shown, r->stamps.time, length.seconds);
    }
}

/* A frame of the capture, with its time. */
static dk_status read_next(dk_reel *r, dk_frame *frame, bool *end, dk_error *err) {
    DK_TRY(dk_capture_read(r->capture, frame, end, err));
    frame->name = r->info.stills ? r->shown : NULL;
    if (*end || r->info.live) {
        frame->time = 0;
        return DK_OK;
    }
    frame->time = dk_stamps_time(&r->stamps, frame->time);
    r->frames++;
    tell_stamps(r);
    return DK_OK;
}

static dk_status read_ahead(dk_reel *r, dk_error *err) {
    bool end = false;
    for (; r->kept < 2; r->kept++) {
        DK_TRY(read_next(r, &r->ahead[r->kept], &end, err));
        if (end) {
            break;
        }
    }
    if (r->kept == 0) {
        return dk_fail(err, DK_EFORMAT, "%s: not one frame of this film can be decoded", r->shown);
    }
    if (r->kept == 1) {
        r->info.stills = true;
        r->info.count = 1;
        r->ahead[0].name = r->shown;
    }
    return DK_OK;
}

static dk_status open_parts(dk_reel *r, const char *name, dk_error *err) {
    dk_capture_info info = {0};
    DK_TRY(dk_capture_open(&r->capture, name, &info, err));
    r->info = (dk_source_info){.live = info.live, .fps = info.fps};
    r->stamps.fps = info.fps;
    return info.live ? DK_OK : read_ahead(r, err);
}

dk_status dk_reel_open(dk_reel **out, const char *name, dk_source_info *info, const dk_log *log,
                       dk_error *err) {
    dk_reel *r = calloc(1, sizeof *r);
    *out = NULL;
    if (r == NULL) {
        return dk_no_memory(err, sizeof *r, "the film");
    }
    r->log = *log;
    dk_capture_shown(r->shown, sizeof r->shown, name);
    const dk_status status = open_parts(r, name, err);
    if (status != DK_OK) {
        dk_reel_close(r);
        return status;
    }
    *info = r->info;
    *out = r;
    return DK_OK;
}

dk_status dk_reel_read(dk_reel *r, dk_frame *frame, bool *end, dk_error *err) {
    if (r->taken < r->kept) {
        dk_frame *ahead = &r->ahead[r->taken++];
        const dk_frame room = *frame;
        *frame = *ahead;
        *ahead = room;
        return DK_OK;
    }
    DK_TRY(read_next(r, frame, end, err));
    if (*end && !r->info.live) {
        tell_end(r);
    }
    return DK_OK;
}

void dk_reel_close(dk_reel *r) {
    if (r == NULL) {
        return;
    }
    dk_capture_close(r->capture);
    dk_frame_free(&r->ahead[0]);
    dk_frame_free(&r->ahead[1]);
    free(r);
}
