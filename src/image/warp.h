/* The one way from a decoded picture to a network's input planes: an affine map, colours, border and
 * normalisation in one pass. Training, validation, prediction and demo all come through here.
 *
 * out[c][y][x] = (filter(colour(sample(M·(x+½, y+½)))) − mean)·scale, where M maps output pixels to source
 * ones (centres at ½). Where M shrinks, a sample is the mean over the area of the output pixel; where it enlarges,
 * it is bilinear. */
#ifndef DK_IMAGE_WARP_H
#define DK_IMAGE_WARP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

typedef enum { DK_BORDER_EDGE, DK_BORDER_BLACK } dk_border;

/* How a picture of another shape is brought to the network's: its centre cut out, or stretched. */
typedef enum { DK_FIT_CROP, DK_FIT_STRETCH } dk_fit;

/* What a network's input means: keys of [net] (their table: data/augment.h). */
typedef struct {
    float input_mean, input_scale; /* value = (pixel/255 − mean)·scale */
    int grey;                      /* luma first, repeated over the channels */
    int bgr;                       /* planes in the order blue, green, red; else red, green, blue */
    int fit;                       /* dk_fit */
} dk_input_conf;

/* Source x = m[0]·x + m[1]·y + m[2], source y = m[3]·x + m[4]·y + m[5], with x, y in output pixels. */
typedef struct {
    float m[6];
} dk_affine;

/* Blur and noise of one sample; all 0 is none. */
typedef struct {
    float blur;         /* σ of the Gaussian, in network pixels */
    int radius;         /* where it is cut off, 0 … DK_BLUR_RADIUS */
    float noise;        /* standard deviation, of values 0…1 */
    uint64_t noise_key; /* of its random numbers */
} dk_filter;
#define DK_BLUR_RADIUS 49

/* Colours of one sample, and what comes behind them. Zeroed fields mean "unchanged" only through
 * dk_colour_none. */
typedef struct {
    float hue;                  /* added, in turns (0…1) */
    float saturation, exposure; /* factors of S and V in HSV */
    float brightness;           /* added to values 0…1 */
    float contrast;             /* factor around the value ½ */
    float gamma;                /* exponent of values 0…1, last of the colours */
    dk_filter filter;
} dk_colour;
extern const dk_colour dk_colour_none;

/* Shorter side of the picture to the shorter relation, centre cut out: what prediction and validation use.
 * (Darknet's resize_min + centre crop.) */
dk_affine dk_affine_fit(int source_w, int source_h, int w, int h);

/* The same or, with fit=stretch, all of the picture. */
dk_affine dk_input_map(const dk_input_conf *conf, int source_w, int source_h, int w, int h);

/* Fills planes[channels·h·w]. channels 1 takes luma of colour pictures; channels 3 repeats grey ones; others
 * are errors. Border is what lies outside the source. DK_ENOMEM, DK_ESHAPE. */
DK_CHECKED dk_status dk_image_warp(const dk_image *image, const dk_affine *map, const dk_colour *colour,
                                   dk_border border, const dk_input_conf *conf, int channels, int h, int w,
                                   float *planes, dk_error *err);

/* The same with dk_input_map, no colour change, edge border: prediction's whole preprocessing. */
DK_CHECKED dk_status dk_image_input(const dk_image *image, const dk_input_conf *conf, int channels, int h,
                                    int w, float *planes, dk_error *err);

#endif
