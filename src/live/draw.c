/* A scene drawn over a copy of its frame, mirrored when the user wants to see himself as in a mirror. */
#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "live/parts.h"

#define MOST_BARS 8 /* faces in a frame; more of them leave no room for bars */

/* Where the left side of a box is drawn. */
static float left(const dk_live *l, const dk_box *b) {
    return l->ui.mirror ? (float)l->shown->frame.w - b->x - b->w : b->x;
}

static dk_overlay_face drawn_face(const dk_live *l, const dk_face *f) {
    return (dk_overlay_face){.id = l->source.stills ? 0 : f->id,
                             .x = left(l, &f->box),
                             .y = f->box.y,
                             .w = f->box.w,
                             .h = f->box.h,
                             .best = f->label,
                             .probability = f->label >= 0 && f->scores ? f->scores[f->label] : 0,
                             .scores = f->scores,
                             .note = f->note};
}

/* What is most worth knowing: a lost stream, what was just saved, the pause, the recording, the caller's line. */
static const char *notice(dk_live *l, char room[128]) {
    dk_grab_notice(l->grab, room);
    if (room[0]) {
        return room;
    }
    if (dk_clock_now() < l->ui.said_until) {
        return l->ui.said;
    }
    if (l->ui.paused && !l->source.stills) {
        return l->options->outputs.window ? "paused; space goes on" : "paused";
    }
    return l->ui.record && l->options->outputs.window ? "recording" : l->options->notice;
}

/* "29.8 fps  34 ms"; of films that nobody waits for, the time within. */
static void status(const dk_live *l, char *out, size_t room) {
    const double fps = l->period > 0 ? 1 / l->period : 0;
    const double late = 1e3 * (dk_clock_now() - l->shown->frame.taken);
    if (l->source.stills) {
        snprintf(out, room, "%ld of %d", l->shown->frame.number + 1, l->source.count);
    } else if (l->source.live || l->options->realtime) {
        snprintf(out, room, "%.1f fps  %.0f ms", fps, late);
    } else {
        snprintf(out, room, "%.1f fps  %d:%04.1f", fps, (int)(l->shown->frame.time / 60),
                 fmod(l->shown->frame.time, 60));
    }
}

/* Faces that are not confirmed yet have no part in the scene, but may be ones: their pixels are hidden, too. */
static int add_unconfirmed(const dk_live *l, dk_overlay_face *faces, int room) {
    int count = 0;
    for (; count < l->shown->hidden_count && count < room; count++) {
        const dk_box *b = &l->shown->hidden[count];
        faces[count] = (dk_overlay_face){.x = left(l, b), .y = b->y, .w = b->w, .h = b->h, .best = -1};
    }
    return count;
}

dk_status dk_live_draw(dk_live *l, dk_error *err) {
    dk_overlay_face faces[DK_TRACKS];
    char line[128], corner[64];
    if (l->overlay == NULL) {
        return DK_OK;
    }
    for (int i = 0; i < l->scene.count; i++) {
        faces[i] = drawn_face(l, &l->scene.faces[i]);
    }
    status(l, corner, sizeof corner);
    const dk_overlay_look look = {.names = l->options->data->names,
                                  .classes = l->options->data->conf.classes,
                                  .bars = l->ui.bars && l->scene.count <= MOST_BARS,
                                  .pixelate = l->ui.pixelate,
                                  .hidden =
                                      add_unconfirmed(l, faces + l->scene.count, DK_TRACKS - l->scene.count),
                                  .keys = l->ui.help ? dk_ui_page : NULL,
                                  .status = corner,
                                  .notice = notice(l, line)};
    DK_TRY(dk_frame_copy(&l->drawn, &l->shown->frame, err));
    if (l->ui.mirror) {
        dk_frame_mirror(&l->drawn);
    }
    l->scene.drawn = &l->drawn;
    return dk_overlay_draw(l->overlay, l->drawn.bgr, l->drawn.w, l->drawn.h, 3 * (size_t)l->drawn.w, faces,
                           l->scene.count, &look, err);
}
