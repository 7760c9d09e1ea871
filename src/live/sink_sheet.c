/* -sheet: frames of the whole run on one picture. */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "live/sink.h"
#include "plot/sheet.h"

enum { FRAMES = 12 };

typedef struct {
    dk_sheet *sheet;
    const char *path;
    dk_fonts *fonts;
} page;

static dk_status open_page(void **self, const dk_sink_context *c, const char *path, dk_error *err) {
    if (!dk_text_ends(path, ".png")) {
        return dk_fail(err, DK_EUSAGE, "-sheet %s: a contact sheet ends in .png", path);
    }
    DK_TRY(dk_writer_probe(path, err)); /* a file that cannot be written is told before the work */
    page *p = calloc(1, sizeof *p);
    if (p == NULL) {
        return dk_no_memory(err, sizeof *p, "the contact sheet");
    }
    p->path = path;
    p->fonts = c->fonts;
    const dk_status status = dk_sheet_open(&p->sheet, FRAMES, err);
    if (status != DK_OK) {
        free(p);
        return status;
    }
    *self = p;
    return DK_OK;
}

static dk_status frame(void *self, const dk_scene *scene, dk_error *err) {
    const page *p = self;
    const dk_frame *f = scene->drawn;
    char time[32];
    snprintf(time, sizeof time, "%.1f s", scene->frame->time);
    return dk_sheet_add(p->sheet, scene->frame->name ? scene->frame->name : time, f->bgr, f->w, f->h,
                        3 * (size_t)f->w, err);
}

static dk_status close_page(void *self, dk_error *err) {
    page *p = self;
    const dk_status status = dk_sheet_save(p->sheet, NULL, p->fonts, p->path, err);
    dk_sheet_close(p->sheet);
    free(p);
    return status;
}

const dk_sink_kind dk_sink_sheet = {.flag = "sheet",
                                    .value = "FILE.png",
                                    .help = "draw frames of the whole run on one picture",
                                    .draws = true,
                                    .open = open_page,
                                    .frame = frame,
                                    .close = close_page};
