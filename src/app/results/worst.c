/* worst.png: the mistakes that a network was surest of. Where these look right, the label is wrong. */
#include "app/results/pictures.h"

#include "base/log.h"
#include "base/shown.h"
#include "image/shrink.h"
#include "plot/grid.h"

enum { MOST = 32, COLUMNS = 8, CELL = 168 };

typedef struct {
    dk_image *images[MOST];
    const char *captions[MOST];
    int count, unread;
} sheet;

/* "happy, 98.7 %" over the truth and the file's name with its folder. */
static const char *caption(const dk_results *r, int row) {
    const dk_predictions *const p = &r->predictions;
    const dk_prediction *const a = &p->rows[row];
    const char *const file = dk_shown_text(r->arena, dk_path_name(a->path));
    const char *const answer = dk_shown_text(r->arena, p->names[a->answer]);
    const char *const truth = dk_shown_text(r->arena, p->names[a->truth]);
    if (file == NULL || answer == NULL || truth == NULL) {
        return NULL;
    }
    return dk_arena_format(r->arena,
                           DK_LEFT_TO_RIGHT DK_OWN_ORDER("%s") " %.1f %%\n" DK_LEFT_TO_RIGHT
                                                               "truth: " DK_OWN_ORDER("%s") "\n%s",
                           answer, 100 * (double)dk_prediction_probability(p, row), truth, file);
}

/* Pictures may have moved since the run: such are left out. */
static dk_status fill(sheet *s, const dk_results *r, dk_error *err) {
    int worst[MOST];
    const int count = dk_predictions_worst(&r->predictions, MOST, worst);
    for (int i = 0; i < count; i++) {
        dk_image *image = NULL;
        if (dk_image_load_small(&image, r->predictions.rows[worst[i]].path, CELL, NULL) != DK_OK) {
            s->unread++;
            continue;
        }
        s->images[s->count] = image;
        s->captions[s->count] = caption(r, worst[i]);
        if (s->captions[s->count++] == NULL) {
            return dk_no_memory(err, 0, "a caption");
        }
    }
    return DK_OK;
}

dk_status dk_worst_draw(const dk_results *r, dk_fonts *fonts, const char *path, dk_error *err) {
    sheet s = {.count = 0};
    dk_status status = fill(&s, r, err);
    int mistakes = 0;
    for (int i = 0; i < r->predictions.count; i++) {
        mistakes += r->predictions.rows[i].answer != r->predictions.rows[i].truth;
    }
    const char *const title =
        dk_arena_format(r->arena, "The surest of %d mistakes (answer, truth, file): %s", mistakes, r->name);
    if (status == DK_OK && s.unread > 0) {
        dk_warn(&fonts->log, "%s: %d of the pictures can no longer be read and are left out", path, s.unread);
    }
    if (status == DK_OK && s.count == 0) {
        status = dk_grid_save_empty(s.unread > 0
                                        ? "The surest mistakes: their pictures are no longer where they were"
                                        : "No mistakes: every answer was right",
                                    fonts, path, err);
    } else if (status == DK_OK) {
        status = dk_grid_save((const dk_image *const *)s.images, s.captions, s.count, COLUMNS, CELL, title,
                              fonts, path, err);
    }
    for (int i = 0; i < s.count; i++) {
        dk_image_free(s.images[i]);
    }
    return status;
}
