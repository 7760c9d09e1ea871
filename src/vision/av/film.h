/* vision.h's films with the encoders that are to be tried. */
#ifndef DK_VISION_AV_FILM_H
#define DK_VISION_AV_FILM_H

#include "vision/av/encoder.h"

/* dk_film_open is this with dk_encoder_kinds. */
DK_CHECKED dk_status dk_film_open_with(dk_film **out, const char *path, const dk_film_conf *conf,
                                       const dk_encoder_kind *kinds, dk_codec *codec, dk_error *err);

#endif
