/* The memory of a net: which values there are (the input and every layer's output), when each is alive, who
 * sums gradients, and the blocks that hold it all. Private to net/. */
#ifndef DK_NET_MEMORY_H
#define DK_NET_MEMORY_H

#include "backend/memory.h"
#include "net/net.h"

/* The input or the output of a layer (aliases share their input's). */
typedef struct {
    dk_tensor y, dy;
    int last;          /* the last layer that reads it; its own index when nobody does */
    bool trained;      /* something at or before it learns: its gradient is wanted */
    int gradient_from; /* the layer that writes dy first in backward; −1: nobody */
    size_t bytes;
} dk_value;

/* What backward does at a layer. */
typedef struct {
    bool runs;
    dk_tensor **into; /* per input: where dx, written aside, has to be added; NULL: dx went there directly */
    dk_tensor *aside; /* per input: the tensor written aside */
} dk_back_step;

typedef struct dk_net_memory {
    dk_value *values;   /* count + 1: values[0] is the input, values[i + 1] belongs to layer i */
    int *value_of;      /* per layer: the index of its output in values (aliases: an earlier one) */
    dk_back_step *back; /* per layer */
    void *outputs, *kept, *packed, *scratch, *gradients, *edges; /* blocks of the backend */
    size_t aside_bytes;
    float *
        rows; /* of the host: n rows of one head, on their way to or from those of all; NULL: there is only one */
} dk_net_memory;

/* A piece of memory that is needed from step first to step last (both included). */
typedef struct {
    size_t bytes, at;
    int first, last;
} dk_life;

/* Places lives so that those which overlap in time do not overlap in memory (largest first, lowest free
 * place; a good answer, not always the smallest). Offsets are multiples of 64. Returns the bytes of the
 * whole. */
size_t dk_lives_place(dk_life *lives, int count, dk_arena *arena);

/* Works out who writes which gradient; after all plans are made. */
DK_CHECKED dk_status dk_net_plan_backward(dk_net *net, dk_error *err);

/* Adds up net->bytes, compares with max_memory, allocates, and binds plans, parameters and tensors. */
DK_CHECKED dk_status dk_net_allocate(dk_net *net, dk_error *err);

/* Where memory is limited, for messages: behind a number of bytes. */
const char *dk_net_where(const dk_net *net);

void dk_net_release(dk_net *net);

#endif
