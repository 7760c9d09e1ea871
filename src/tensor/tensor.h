/* A shape n,c,h,w and a view of memory. A tensor owns nothing: the bytes belong to an arena of a net, the
 * layout to the backend's plan that made it. */
#ifndef DK_TENSOR_TENSOR_H
#define DK_TENSOR_TENSOR_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    int n, c, h, w; /* pictures, channels, rows, columns */
} dk_shape;

typedef struct {
    void *data;
    dk_shape shape;
    const void *layout; /* the engine's description of the bytes; NULL is plain NCHW float32 */
} dk_tensor;

size_t dk_shape_count(dk_shape s); /* n·c·h·w */
size_t dk_shape_each(dk_shape s);  /* c·h·w: values of one picture */
bool dk_shape_equal(dk_shape a, dk_shape b);

#endif
