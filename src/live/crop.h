/* The square of a frame that a network is asked about, and whether it is fit to be named. */
#ifndef DK_LIVE_CROP_H
#define DK_LIVE_CROP_H

#include "base/box.h"
#include "vision/frame.h"

/* A square of whole pixels around the box's centre: its longer side and `margin` of that on each side. What lies outside
 * the frame is the frame's edge. The pixels are the frame's own, R G B; shrinking them is the network's
 * preprocessing (dk_image_input), the same for this crop and for a PNG of it. */
DK_CHECKED dk_status dk_crop_square(dk_image **out, const dk_frame *frame, const dk_box *box, float margin,
                                    dk_error *err);

/* What the network is asked about: the square of a face, or with `whole` the whole frame; *out is NULL where *note says
 * why a face is not asked about. */
DK_CHECKED dk_status dk_crop_face(dk_image **out, const char **note, const dk_frame *frame, const dk_box *box,
                                  bool whole, float margin, dk_error *err);

/* "too small", "too dark", "blurred", or NULL: fit. */
const char *dk_crop_note(const dk_image *crop, const dk_box *box);

#endif
