/* Films and streams, frame by frame. OpenCV's videoio is built on the same libraries, but loses the time stamps of as many
 * frames at a film's end as its decoder has threads, and gives up where only sound comes for a while. */
#ifndef DK_VISION_AV_READER_H
#define DK_VISION_AV_READER_H

#include "vision/vision.h"

typedef struct dk_reader dk_reader;

/* DK_EFORMAT: nothing that can be decoded comes from this file or address. */
DK_CHECKED dk_status dk_reader_open(dk_reader **out, const char *source, dk_capture_info *info,
                                    dk_error *err);
/* As dk_capture_read. */
DK_CHECKED dk_status dk_reader_read(dk_reader *r, dk_frame *frame, bool *end, dk_error *err);
dk_capture_length dk_reader_length(const dk_reader *r);
void dk_reader_close(dk_reader *r); /* accepts NULL */

#endif
