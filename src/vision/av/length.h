/* What a film's container says of its length. */
#ifndef DK_VISION_AV_LENGTH_H
#define DK_VISION_AV_LENGTH_H

#include <libavformat/avformat.h>

#include "vision/vision.h"

dk_capture_length dk_length_of(const AVFormatContext *format, const AVStream *video);

#endif
