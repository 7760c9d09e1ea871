/* What bmp.c and bmp_rle.c share. */
#ifndef DK_IMAGE_BMP_H
#define DK_IMAGE_BMP_H

#include "image/codec.h"

typedef struct {
    const uint8_t *bytes;
    size_t size, header; /* bytes of the file, of its second header */
    const char *name;
    int w, h;
    bool top_down;
    int bits; /* of a pixel */
    uint32_t packing;
    uint32_t masks[4];  /* red, green, blue, alpha; 0: none */
    size_t palette;     /* where it stands */
    int colours, entry; /* of the palette; bytes of each: blue, green, red, nothing */
    size_t pixels;      /* where they stand */
} dk_bmp;

/* Unpacks run lengths of 4 or 8 bits to indices[h][w], the upper row first. The caller frees them. */
DK_CHECKED dk_status dk_bmp_unpack(const dk_bmp *b, uint8_t **indices, dk_error *err);

#endif
