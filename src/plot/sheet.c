/* Four times as many frames are kept as the sheet will have; when that is reached every second one is dropped and from
 * then on every second one is taken. So at the end there are two to four times as many as wanted, evenly spread. */
#include "plot/sheet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "image/shrink.h"
#include "plot/grid.h"

enum { CELL = 320, MOST = 64, CAPTION = 256, KEEP = 4 };

struct dk_sheet {
    int most, count;
    long offered, interval; /* every interval-th frame is kept */
    dk_image *image[KEEP * MOST];
    char caption[KEEP * MOST][CAPTION];
};

dk_status dk_sheet_open(dk_sheet **out, int most, dk_error *err) {
    *out = NULL;
    if (most < 1 || most > MOST) {
        return dk_fail(err, DK_EUSAGE, "a contact sheet of %d frames; 1 to %d have room", most, MOST);
    }
    dk_sheet *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return dk_no_memory(err, sizeof *s, "the contact sheet");
    }
    s->most = most;
    s->interval = 1;
    *out = s;
    return DK_OK;
}

void dk_sheet_close(dk_sheet *s) {
    for (int i = 0; s != NULL && i < s->count; i++) {
        dk_image_free(s->image[i]);
    }
    free(s);
}

static void thin_out(dk_sheet *s) {
    int kept = 0;
    for (int i = 0; i < s->count; i++) {
        if (i % 2 == 0) {
            s->image[kept] = s->image[i];
            memmove(s->caption[kept++], s->caption[i], CAPTION);
        } else {
            dk_image_free(s->image[i]);
        }
    }
    s->count = kept;
    s->interval *= 2;
}

/* Frames are blue, green, red. */
static void turn_to_rgb(dk_image *image) {
    uint8_t *p = image->pixels;
    for (size_t i = 0; i < (size_t)image->w * (size_t)image->h; i++, p += 3) {
        const uint8_t blue = p[0];
        p[0] = p[2];
        p[2] = blue;
    }
}

dk_status dk_sheet_add(dk_sheet *s, const char *caption, const uint8_t *bgr, int w, int h, size_t stride,
                       dk_error *err) {
    if (s->offered++ % s->interval != 0) {
        return DK_OK;
    }
    if (s->count == KEEP * s->most) {
        thin_out(s); /* this frame is one of those that are still taken */
    }
    DK_TRY(dk_image_shrunk(&s->image[s->count], bgr, w, h, 3, stride, CELL, err));
    turn_to_rgb(s->image[s->count]);
    snprintf(s->caption[s->count++], CAPTION, "%.*s", (int)dk_text_fit(caption, CAPTION - 1), caption);
    return DK_OK;
}

dk_status dk_sheet_save(const dk_sheet *s, const char *title, dk_fonts *fonts, const char *path,
                        dk_error *err) {
    const dk_image *images[MOST];
    const char *captions[MOST];
    const int n = s->count < s->most ? s->count : s->most;
    if (n == 0) {
        return dk_grid_save_empty("no frame was seen", fonts, path, err);
    }
    for (int i = 0; i < n; i++) { /* evenly, with the first and the last */
        const int at = n > 1 ? (int)lrint((double)i * (s->count - 1) / (n - 1)) : 0;
        images[i] = s->image[at];
        captions[i] = s->caption[at];
    }
    return dk_grid_save(images, captions, n, (int)ceil(sqrt(n)), CELL, title, fonts, path, err);
}
