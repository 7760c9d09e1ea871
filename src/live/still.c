/* Find, cut, ask. */
#include "live/still.h"

#include <stdlib.h>

#include "live/behind.h"
#include "live/crop.h"
#include "run/metrics.h"

dk_status dk_still_open(dk_still *s, const dk_finder_conf *finder, const dk_model_options *model,
                        double temperature, float margin, const dk_tta *tta, dk_error *err) {
    *s = (dk_still){.margin = margin, .tta = dk_ask_views(tta, true, 0)};
    dk_finder_conf conf = *finder;
    conf.still = true;
    DK_TRY(dk_finder_open(&s->finder, &conf, err));
    DK_TRY(dk_predictor_open(&s->classifier, model, DK_FACES_A_BATCH, temperature, err));
    DK_TRY(dk_predictor_warm(s->classifier, err));
    const size_t values = DK_STILL_FACES * s->classifier->outputs;
    s->scores = calloc(values, sizeof *s->scores);
    return s->scores != NULL ? DK_OK : dk_no_memory(err, values * sizeof *s->scores, "the faces' scores");
}

static dk_status find(dk_still *s, const dk_image *image, dk_error *err) {
    dk_found found[DK_STILL_FACES];
    DK_TRY(dk_frame_from_image(&s->frame, image, err));
    DK_TRY(dk_finder_run(&s->finder, &s->frame, NULL, found, DK_STILL_FACES, &s->count, err));
    for (int i = 0; i < s->count; i++) {
        s->faces[i] = (dk_face){.id = i + 1, .box = found[i].box, .label = -1};
    }
    if (s->count == 0) {
        s->faces[s->count++] =
            (dk_face){.id = 1, .box = {0, 0, (float)image->w, (float)image->h}, .whole = true, .label = -1};
    }
    return DK_OK;
}

/* asked[k] is the face that crops[k] was cut from. */
static dk_status name(dk_still *s, dk_image *const *crops, const int *asked, int count, dk_error *err) {
    const size_t outputs = s->classifier->outputs;
    DK_TRY(dk_predictor_views(s->classifier, (const dk_image *const *)crops, count, s->tta, s->scores, err));
    for (int k = 0; k < count; k++) {
        dk_face *f = &s->faces[asked[k]];
        f->scores = s->scores + (size_t)k * outputs;
        f->label = dk_top_1(f->scores, (int)outputs);
    }
    return DK_OK;
}

dk_status dk_still_run(dk_still *s, const dk_image *image, dk_error *err) {
    dk_image *crops[DK_STILL_FACES];
    int asked[DK_STILL_FACES], count = 0;
    DK_TRY(find(s, image, err));
    dk_status status = DK_OK;
    for (int i = 0; i < s->count && status == DK_OK; i++) {
        dk_face *f = &s->faces[i];
        crops[count] = NULL;
        status = dk_crop_face(&crops[count], &f->note, &s->frame, &f->box, f->whole, s->margin, err);
        asked[count] = i;
        count += crops[count] != NULL;
    }
    if (status == DK_OK && count > 0) {
        status = name(s, crops, asked, count, err);
    }
    for (int k = 0; k < count; k++) {
        dk_image_free(crops[k]);
    }
    return status;
}

void dk_still_close(dk_still *s) {
    dk_finder_close(&s->finder);
    dk_predictor_close(s->classifier);
    dk_frame_free(&s->frame);
    free(s->scores);
    *s = (dk_still){0};
}
