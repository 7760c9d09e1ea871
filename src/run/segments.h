/* From a network's planes of scores to a class for each pixel of the picture. */
#ifndef DK_RUN_SEGMENTS_H
#define DK_RUN_SEGMENTS_H

#include "image/warp.h"
#include "net/net.h"

/* labels[h·w]: the class whose score is largest where the middle of a pixel lies, scores between cells being bilinear; 255
 * for pixels that the network did not see. planes: an answer of the net, classes·cells; map: its whole input's, upright. */
void dk_segments_label(const float *planes, const dk_net *net, const dk_affine *map, int w, int h,
                       uint8_t *labels);

#endif
