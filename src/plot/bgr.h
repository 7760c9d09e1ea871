/* Drawing straight on camera frames (8 bits a value, B G R interleaved), which cairo cannot: filled boxes, text that was
 * drawn elsewhere, blocks. Everything is cut at the frame's edges. */
#ifndef DK_PLOT_BGR_H
#define DK_PLOT_BGR_H

#include <stddef.h>
#include <stdint.h>

#include "plot/canvas.h"

typedef struct {
    uint8_t *pixels;
    int w, h;
    size_t stride; /* bytes from row to row */
} dk_bgr;

/* Pixels x … x+w−1, y … y+h−1; may lie outside the frame. */
typedef struct {
    int x, y, w, h;
} dk_area;

/* What cairo has drawn: pixels of 32 bits (0xAARRGGBB, colours times alpha), rows `stride` bytes apart. */
typedef struct {
    const uint8_t *pixels;
    int w, h, stride;
} dk_picture;

/* What both cover; w = h = 0 when that is nothing. */
dk_area dk_area_common(dk_area a, dk_area b);

void dk_bgr_fill(const dk_bgr *frame, dk_area area, dk_ink ink, double alpha);
/* A frame `thick` pixels wide, just inside the area. */
void dk_bgr_outline(const dk_bgr *frame, dk_area area, int thick, dk_ink ink, double alpha);
/* The picture with its upper left corner at x, y. */
void dk_bgr_picture(const dk_bgr *frame, int x, int y, const dk_picture *picture);
/* Every block×block square of the frame that the area touches gets its mean colour. The squares are counted from
 * the frame's corner, not from the area's. */
void dk_bgr_pixelate(const dk_bgr *frame, dk_area area, int block);

#endif
