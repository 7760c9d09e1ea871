/* The layer interface. A layer type is one const descriptor at the end of its file and one row in table.h: a
 * set of options, a shape rule and a description of the operations it wants. It declares its parameters;
 * everyone else (weights files, solver, `network info`, the gradient check) walks that list and knows no
 * type.
 *
 * Order of calls while a net is built: options → inputs → shape → build; then forward and backward many
 * times. */
#ifndef DK_LAYER_LAYER_H
#define DK_LAYER_LAYER_H

#include <stdbool.h>
#include <stdint.h>

#include "backend/backend.h"
#include "base/arena.h"
#include "base/box.h"
#include "cfg/option.h"

typedef struct dk_layer dk_layer;
typedef struct dk_layer_type dk_layer_type;

/* What a layer finds. */
typedef struct {
    int classes;
    int marks; /* landmarks of each thing; 0: none */
} dk_findable;

enum {
    DK_TRAINED = 1,   /* the solver moves it */
    DK_DECAYED = 2,   /* and weight decay pulls it to zero */
    DK_STATE = 4,     /* rolling statistics: saved, not trained */
    DK_POSITIVE = 8,  /* a file with a negative value here is broken (variances) */
    DK_DENSE = 16,    /* rows × cols; very old files hold it as cols × rows */
    DK_DEPTHWISE = 32 /* each output is made of one input channel: weights few and far from noise */
};

/* One parameter, in Darknet's file order. The value and gradient are plain float32 in engine memory. */
typedef struct {
    const char *name; /* "biases", "scales", "rolling_mean", "rolling_variance", "weights" */
    size_t count;
    int flags;
    int rows, cols;    /* of weights: rows·cols = count */
    float **slot;      /* where its address is wanted: a field of layer->w */
    float **grad_slot; /* the same for the gradient: a field of layer->dw, or NULL (state) */
    float init;        /* fresh value; when spread > 0: U(−spread, spread) */
    float spread;
    size_t offset; /* set by the net: place in the flat parameter memory, in floats */
    size_t
        grad; /* set by the net: place in the flat gradient memory (trained parameters of layers that learn) */
} dk_param;

enum { DK_LAYER_PARAMS = 5, DK_LAYER_PLANS = 2, DK_LAYER_INPUTS = 1024 };

/* Settings that every layer has. */
typedef struct {
    int stopbackward;    /* this layer and all before it are frozen */
    int freeze_until;    /* the same in the first epochs of a run, this many */
    float learning_rate; /* multiplies the rate */
} dk_layer_common;
extern const dk_opt dk_layer_common_opts[];

/* What [net] tells all layers. */
typedef struct {
    float bn_momentum;
    dk_precision precision;
    dk_ranked ranks; /* world 0 or 1: alone */
} dk_layer_context;

struct dk_layer {
    const dk_layer_type *type;
    const dk_section *section; /* for messages: file and line */
    int index;                 /* in the net, from 0; [net] does not count */
    void *conf;                /* the type's own settings */
    dk_layer_common common;
    const dk_layer_context *context;
    dk_arena *arena; /* of the net: what shape() and build() may allocate from */
    bool learns;     /* in some part of a run: its parameters have a place in gradient memory */
    bool train;      /* it does now: backward will be asked for, statistics are the batch's */
    bool wants_dx;   /* some input's gradient is needed */
    bool ends;       /* a [cost] or nothing comes after it, so it answers: a softmax here is a loss */

    int *from; /* indices of the layers that feed it; −1 is the network's input */
    int inputs;
    dk_layer **feeders;  /* the same as layers; NULL for the network's input. Set before shape() */
    dk_tensor **x, **dx; /* inputs; a dx entry is NULL when not wanted */
    dk_tensor *y, *dy;   /* output; shape() sets y->shape */
    bool alias;          /* set by shape(): y is x[0] itself, no plan, no memory */

    dk_param params[DK_LAYER_PARAMS];
    int param_count;
    dk_weights w, dw;
    uint64_t version; /* of w */

    dk_plan *plans[DK_LAYER_PLANS];
    dk_plan_desc wanted[DK_LAYER_PLANS]; /* what each plan was asked for; without tensors: they are x and y */
    int plan_count;
    double macs;  /* multiply-adds of one picture, set by shape() */
    float stride; /* the network's pixels from cell to cell of y; set to that of x before shape() */

    const dk_tensor *truth; /* plain n,c,h,w; NULL: none given */
    float *loss;            /* engine memory, n values, for layers whose type has a loss */
    float scale;            /* of the loss's gradient */
    uint64_t key;           /* random numbers of this pass */
};

struct dk_layer_type {
    const char *name, *alias, *help;
    const char *example; /* cfg sections that end in this layer: tests and docs run it on a 2×3×9×7 input */
    size_t conf_size;
    const dk_opt *opts;
    dk_status (*inputs)(dk_layer *,
                        dk_error *); /* optional: fills from and inputs; default: the previous layer */
    dk_status (*shape)(dk_layer *, dk_error *); /* y->shape, parameters, macs, alias */
    dk_status (*build)(dk_layer *, dk_backend *,
                       dk_error *);                /* plans, by dk_layer_plan; not called for an alias */
    dk_status (*forward)(dk_layer *, dk_error *);  /* optional: default runs the one plan */
    dk_status (*backward)(dk_layer *, dk_error *); /* optional: default runs the one plan */
    bool (*has_loss)(const dk_layer *); /* optional: whether this layer reports a loss here (l->loss[n]) */
    size_t (*truth)(
        const dk_layer *); /* optional: floats of a picture that the loss compares with; default: as many as
                                           y. Called after shape() */
    bool
        one_truth; /* losses of this type whose truth has the same size compare with one, not each with its own */
    bool judges; /* only compares with the truth: the answer is what comes before it */
    /* optional, of a layer that finds things; then it answers where no layer reads it */
    dk_findable (*findable)(const dk_layer *);
    /* Things in the answer to one picture (host memory, as y is) whose score is `least` or more, in the network's pixels, at
     * most `room`; those that stand for one thing are not thinned. Returns how many. */
    int (*find)(const dk_layer *, const float *y, float least, dk_found *out, int room);
};

/* The table: DK_LAYERS(X) in table.h, in the order of docs/cfg.md; ends with NULL. */
extern const dk_layer_type *const dk_layer_types[];

/* The type with this name or alias, or NULL. */
const dk_layer_type *dk_layer_find(const char *name);

/* Names and aliases of all types, ending with NULL: for "did you mean". */
const char *const *dk_layer_names(void);

/* For shape(): declares the next parameter; file order is the order of the calls. More than DK_LAYER_PARAMS are an error,
 * DK_ESHAPE. */
DK_CHECKED dk_status dk_layer_param(dk_layer *l, const dk_param *param, dk_error *err);

/* The same for one bias a channel or output: a batch normalisation's β, too. */
DK_CHECKED dk_status dk_layer_biases(dk_layer *l, int count, dk_error *err);

/* The same for scales, rolling_mean and rolling_variance of a batch normalisation (its biases are declared by
 * the caller: Darknet's files have them elsewhere in different layers). */
DK_CHECKED dk_status dk_layer_norm_params(dk_layer *l, int channels, dk_error *err);

/* For shape(): an error at the layer's line in the cfg (at `key` when it is there). DK_ESHAPE. */
#define dk_layer_fail(l, ...) dk_section_fail_as(DK_ESHAPE, (l)->section, __VA_ARGS__)

/* For inputs(): appends one feeding layer by its index (−1: the network's input). */
DK_CHECKED dk_status dk_layer_feed(dk_layer *l, int index, dk_error *err);

/* For inputs(): appends a list of absolute or (negative) relative indices; an index that is not an earlier
 * layer is an error that says which there are. */
DK_CHECKED dk_status dk_layer_from(dk_layer *l, const char *key, const dk_ints *list, dk_error *err);

/* For build(): makes the next plan; fills precision, train and wants_dx of the description. The net frees it.
 * More than DK_LAYER_PLANS are an error, DK_ESHAPE. */
DK_CHECKED dk_status dk_layer_plan(dk_layer *l, dk_backend *be, dk_plan_desc *desc, dk_error *err);

/* Does it count a loss? Of a layer that has its inputs. */
bool dk_layer_has_loss(const dk_layer *l);

/* Does a parameter of it learn now? */
bool dk_layer_learns(const dk_layer *l);

/* Runs the layer: its type's function, or its one plan. */
DK_CHECKED dk_status dk_layer_forward(dk_layer *l, dk_error *err);
DK_CHECKED dk_status dk_layer_backward(dk_layer *l, dk_error *err);

#endif
