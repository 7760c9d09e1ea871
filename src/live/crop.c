/* Crops and their quality. */
#include "live/crop.h"

#include <math.h>
#include <string.h>

#include "image/image.h"

#define SMALLEST 20.0f /* pixels of a face */
#define DARKEST 28.0f  /* mean luma */
#define BLURRED                                                                                              \
    .025f /* sharpness; real and drawn faces have .28 to 1.4, blurred over 6 % of their side .01 to .03 */
enum { GRID = 32 };

static int within(int value, int end) {
    return value < 0 ? 0 : value >= end ? end - 1 : value;
}

dk_status dk_crop_square(dk_image **out, const dk_frame *frame, const dk_box *box, float margin,
                         dk_error *err) {
    const float longer = box->w > box->h ? box->w : box->h;
    const long wanted = lroundf(longer * (1 + 2 * margin));
    const int side = wanted < 1 ? 1 : (int)wanted;
    const int left = (int)lroundf(box->x + box->w / 2 - (float)side / 2);
    const int top = (int)lroundf(box->y + box->h / 2 - (float)side / 2);
    DK_TRY(dk_image_new(out, side, side, 3, err));
    uint8_t *to = (*out)->pixels;
    for (int y = 0; y < side; y++) {
        const uint8_t *row = frame->bgr + 3 * (size_t)within(top + y, frame->h) * (size_t)frame->w;
        for (int x = 0; x < side; x++, to += 3) {
            const uint8_t *from = row + 3 * (size_t)within(left + x, frame->w);
            to[0] = from[2];
            to[1] = from[1];
            to[2] = from[0];
        }
    }
    return DK_OK;
}

/* Mean luma of each cell of a GRID×GRID net over the picture; larger pictures only. */
static void shrink(const dk_image *crop, float cells[GRID][GRID]) {
    const int c = crop->c;
    for (int i = 0; i < GRID; i++) {
        const int y0 = i * crop->h / GRID, y1 = (i + 1) * crop->h / GRID;
        for (int k = 0; k < GRID; k++) {
            const int x0 = k * crop->w / GRID, x1 = (k + 1) * crop->w / GRID;
            const int yn = y1 > y0 ? y1 : y0 + 1, xn = x1 > x0 ? x1 : x0 + 1;
            long sum = 0;
            for (int y = y0; y < yn; y++) {
                const uint8_t *p = crop->pixels + ((size_t)y * (size_t)crop->w + (size_t)x0) * (size_t)c;
                for (int x = x0; x < xn; x++, p += c) {
                    sum += c == 3 ? dk_image_luma(p) : p[0];
                }
            }
            cells[i][k] = (float)sum / (float)((yn - y0) * (xn - x0));
        }
    }
}

/* Of a crop brought to GRID×GRID: mean luma 0…255, and sharpness: the mean square of the Laplacian over the variance of
 * the luma. */
typedef struct {
    float luma, sharpness;
} figures;

static figures measure(const dk_image *crop) {
    float cells[GRID][GRID];
    double sum = 0, squares = 0, edges = 0;
    shrink(crop, cells);
    for (int y = 0; y < GRID; y++) {
        for (int x = 0; x < GRID; x++) {
            const double v = (double)cells[y][x];
            sum += v;
            squares += v * v;
            if (y > 0 && x > 0 && y < GRID - 1 && x < GRID - 1) {
                const double l =
                    (double)(cells[y - 1][x] + cells[y + 1][x] + cells[y][x - 1] + cells[y][x + 1]) - 4 * v;
                edges += l * l;
            }
        }
    }
    const double n = GRID * GRID, inner = (GRID - 2) * (GRID - 2), mean = sum / n;
    const double variance = squares / n - mean * mean;
    return (figures){.luma = (float)mean,
                     .sharpness = variance > 1e-3 ? (float)(edges / inner / variance) : 0};
}

const char *dk_crop_note(const dk_image *crop, const dk_box *box) {
    if (box->w < SMALLEST || box->h < SMALLEST) {
        return "too small";
    }
    const figures f = measure(crop);
    return f.luma < DARKEST ? "too dark" : f.sharpness < BLURRED ? "blurred" : NULL;
}

dk_status dk_crop_face(dk_image **out, const char **note, const dk_frame *frame, const dk_box *box,
                       bool whole, float margin, dk_error *err) {
    *note = NULL;
    if (whole) {
        return dk_frame_to_image(out, frame, err);
    }
    DK_TRY(dk_crop_square(out, frame, box, margin, err));
    *note = dk_crop_note(*out, box);
    if (*note != NULL) {
        dk_image_free(*out);
        *out = NULL;
    }
    return DK_OK;
}
