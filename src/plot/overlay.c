/* What is drawn over a frame, from back to front. Sizes come from one letter size that follows the frame's height;
 * texts stand on dark plates and every coloured line has a dark edge, so that both can be read on any picture. */
#include "plot/overlay.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "plot/overlay_parts.h"

struct dk_overlay {
    dk_words *words;
    dk_places places;
    dk_overlay_habit habits[DK_OVERLAY_HABITS];
    int way;        /* of labels */
    int corners[2]; /* of the lines */
};

const dk_ink dk_overlay_plate = {.06, .06, .07}, dk_overlay_light = {1, 1, 1},
             dk_overlay_dim = {.74, .74, .76}, dk_overlay_track = {.34, .34, .36};

dk_status dk_overlay_open(dk_overlay **out, dk_fonts *fonts, dk_error *err) {
    dk_overlay *o = *out = calloc(1, sizeof *o);
    if (o == NULL) {
        return dk_no_memory(err, sizeof *o, "the overlay");
    }
    const dk_status status = dk_words_open(&o->words, fonts, err);
    if (status != DK_OK) {
        dk_overlay_close(o);
        *out = NULL;
    }
    return status;
}

void dk_overlay_close(dk_overlay *o) {
    if (o != NULL) {
        dk_words_close(o->words);
        dk_places_free(&o->places);
        free(o);
    }
}

static int pixel(float v) {
    return (int)lrintf(fminf(fmaxf(v, -1e6F), 1e6F));
}

dk_area dk_overlay_box(const dk_overlay_face *f) {
    return (dk_area){pixel(f->x), pixel(f->y), pixel(f->w), pixel(f->h)};
}

void dk_overlay_paper(const dk_overlay_drawing *d, dk_area area) {
    dk_bgr_fill(&d->frame, area, dk_overlay_plate, .74);
}

/* Six squares over a face's width leave neither a person nor a machine enough to tell who it is. The area is larger
 * than the box, which cuts off chin and hair. */
static void pixelate(const dk_overlay_drawing *d, const dk_overlay_face *f) {
    const dk_area b = dk_overlay_box(f);
    const int more = b.w / 6, block = b.w / 6 > 4 ? b.w / 6 : 4;
    dk_bgr_pixelate(&d->frame, (dk_area){b.x - more, b.y - 2 * more, b.w + 2 * more, b.h + 4 * more}, block);
}

static bool seen(const dk_overlay_drawing *d, const dk_overlay_face *f) {
    return dk_area_common(dk_overlay_box(f), (dk_area){0, 0, d->frame.w, d->frame.h}).w > 0;
}

static dk_status draw_faces(const dk_overlay_drawing *d, const dk_overlay_face *faces, int count,
                            dk_error *err) {
    for (int i = 0; i < count; i++) {
        dk_overlay_outline(d, &faces[i]);
    }
    DK_TRY(dk_overlay_labels(d, faces, count, err));
    for (int i = 0; i < count; i++) {
        if (d->look->bars && faces[i].scores != NULL && seen(d, &faces[i])) {
            DK_TRY(dk_overlay_chart(d, &faces[i], i, err));
        }
    }
    return DK_OK;
}

static dk_status draw(const dk_overlay_drawing *d, const dk_overlay_face *faces, int count, dk_error *err) {
    const dk_overlay_look *look = d->look;
    dk_places_clear(d->places, d->frame.w, d->frame.h);
    for (int i = 0; i < count; i++) {
        DK_TRY(dk_places_add(d->places, dk_overlay_box(&faces[i]), err));
        if (look->pixelate) {
            pixelate(d, &faces[i]);
        }
    }
    for (int i = count; look->pixelate && i < count + look->hidden; i++) {
        pixelate(d, &faces[i]);
    }
    if (look->status != NULL) {
        DK_TRY(dk_overlay_line(d, look->status, false, err));
    }
    if (look->notice != NULL) {
        DK_TRY(dk_overlay_line(d, look->notice, true, err));
    }
    DK_TRY(draw_faces(d, faces, count, err));
    return look->keys != NULL ? dk_overlay_keys(d, err) : DK_OK;
}

dk_status dk_overlay_draw(dk_overlay *o, uint8_t *bgr, int width, int height, size_t stride,
                          const dk_overlay_face *faces, int count, const dk_overlay_look *look,
                          dk_error *err) {
    if (width < 1 || height < 1 || stride < 3 * (size_t)width) {
        return dk_fail(err, DK_EUSAGE, "cannot draw on a frame of %dx%d pixels in rows of %zu bytes", width,
                       height, stride);
    }
    const double letters = fmax(9, .028 * fmin(height, .75 * width));
    const dk_overlay_drawing d = {.words = o->words,
                                  .places = &o->places,
                                  .habits = o->habits,
                                  .way = &o->way,
                                  .corners = o->corners,
                                  .frame = {bgr, width, height, stride},
                                  .look = look,
                                  .letters = (int)lrint(letters),
                                  .small = (int)lrint(fmax(9, .84 * letters)),
                                  .line = (int)lrint(fmax(1, .14 * letters)),
                                  .gap = (int)lrint(.4 * letters)};
    return draw(&d, faces, count, err);
}
