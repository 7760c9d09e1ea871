/* A sheet of training pictures as the network gets them: its input planes turned back into pixels, with what is true of them
 * where that is a class. */
#ifndef DK_APP_SAMPLES_SHEET_H
#define DK_APP_SAMPLES_SHEET_H

#include "data/dataset.h"
#include "plot/fonts.h"
#include "run/settings.h"

enum { DK_SAMPLES_MOST = 1024, DK_SAMPLES_COLUMNS = 8, DK_SAMPLES_CELL = 144 };

/* Pictures with their captions; a zeroed one is empty. */
typedef struct {
    dk_image *images[DK_SAMPLES_MOST];
    const char *captions[DK_SAMPLES_MOST];
    int count;
    dk_arena *arena; /* of captions */
} dk_samples;

/* Takes the picture. DK_ENOMEM where the caption is NULL. */
DK_CHECKED dk_status dk_samples_add(dk_samples *s, dk_image *image, const char *caption, dk_error *err);

/* The first `wanted` pictures of the first epoch of a training, augmented; names NULL: without captions. */
DK_CHECKED dk_status dk_samples_augmented(dk_samples *s, const dk_dataset *set, const char *const *names,
                                          const dk_settings *settings, uint64_t seed, int wanted,
                                          dk_error *err);

DK_CHECKED dk_status dk_samples_save(const dk_samples *s, const char *title, dk_fonts *fonts,
                                     const char *path, dk_error *err);
void dk_samples_free(dk_samples *s);

#endif
