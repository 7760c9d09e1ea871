/* A frame of a camera or film: 8-bit pixels, B G R interleaved, rows of 3·w bytes from the top, with the time it
 * belongs to. */
#ifndef DK_VISION_FRAME_H
#define DK_VISION_FRAME_H

#include <stdbool.h>

#include "base/status.h"

typedef struct {
    int w, h;
    uint8_t *bgr;     /* w·h·3 */
    size_t room;      /* bytes that bgr has */
    long number;      /* from 0 */
    double time;      /* seconds since the first frame: of the film, or of the clock at a camera */
    double taken;     /* dk_clock_now when it came in */
    const char *name; /* of the picture it is; NULL: one of many of a film. Borrowed */
} dk_frame;

/* Room for w×h pixels; what was there is lost. DK_ENOMEM, DK_ESHAPE for no pixels. */
DK_CHECKED dk_status dk_frame_fit(dk_frame *frame, int w, int h, dk_error *err);
DK_CHECKED dk_status dk_frame_copy(dk_frame *to, const dk_frame *from, dk_error *err);
DK_CHECKED dk_status dk_frame_from_image(dk_frame *to, const dk_image *image, dk_error *err);
DK_CHECKED dk_status dk_frame_to_image(dk_image **to, const dk_frame *from, dk_error *err);
void dk_frame_mirror(dk_frame *frame); /* left and right change places */
void dk_frame_free(dk_frame *frame);   /* leaves it empty */

#endif
