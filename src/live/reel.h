/* A camera, stream or film (vision.h), read ahead by a frame: what a film gives is known before it is shown, its frames have
 * the times of their stamps, and an end that comes too early is told. */
#ifndef DK_LIVE_REEL_H
#define DK_LIVE_REEL_H

#include "live/source.h"

typedef struct dk_reel dk_reel;

/* Fills info. A film without a frame is DK_EFORMAT; one of a single frame is a still. */
DK_CHECKED dk_status dk_reel_open(dk_reel **out, const char *name, dk_source_info *info, const dk_log *log,
                                  dk_error *err);
/* The next frame, with name (of a still) and time (of a film). */
DK_CHECKED dk_status dk_reel_read(dk_reel *r, dk_frame *frame, bool *end, dk_error *err);
void dk_reel_close(dk_reel *r); /* accepts NULL */

/* Whether less of a film came than it announces: frames, and the seconds that they cover. More than one second and 2 % has to
 * be missing, or, where frames are counted, one. */
bool dk_reel_is_short(const dk_capture_length *announced, long frames, double seconds);

#endif
