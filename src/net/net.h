/* A network: cfg → layers → shapes → plans → memory → runs. It owns its layers, plans and arenas; parameters
 * may be shared with twins (another batch size, resolution or purpose over the same values).
 *
 * Build order: shapes, plans (each tells its bytes), the sum against max_memory, then memory, binding,
 * initial values. Predicting nets share memory between activations that are not alive together unless
 * keep_outputs is set.
 *
 * Heads. A layer answers when it is the last, when a [cost] behind it compares it with the truth, when it counts a loss
 * itself, or when it finds things ([yunet]) and no layer reads it; layers go on behind a head by taking an earlier output ([route]). Either all answers have a loss, which
 * training wants, or none has. A picture's answers stand one after the other in a row, in the order of the cfg, and so do
 * its truths, one for each loss; losses whose type shares one truth (dk_layer_type.one_truth) and takes as many floats
 * have the part of the first of them. The loss of a picture is the sum of all. */
#ifndef DK_NET_NET_H
#define DK_NET_NET_H

#include "base/log.h"
#include "cfg/cfg.h"
#include "layer/layer.h"

/* What [net] says about the network itself; other keys of [net] belong to other floors. */
typedef struct {
    int batch,
        subdivisions; /* pictures per step, and parts it is computed in; one part = batch / subdivisions */
    int width, height, channels;
    int inputs; /* Darknet: without width and height, c·1·1 */
    float bn_momentum;
    int precision;  /* dk_precision, or DK_PRECISIONS: what the engine is faster in on this processor */
    int time_steps; /* accepted as 1 only */
    int sync_bn;    /* normalisations measure the batch of all ranks */
} dk_net_conf;
extern const dk_opt dk_net_opts[];

/* Reads and checks what the table alone cannot (batch divisible by subdivisions, sizes given). */
DK_CHECKED dk_status dk_net_conf_check(const dk_section *s, const dk_net_conf *conf, dk_error *err);

typedef struct {
    int n;             /* pictures per run; 0: batch / subdivisions when training, else batch */
    int width, height; /* 0: as the cfg */
    bool train;
    int epoch;            /* of a run, from 0: layers with a larger freeze_until are frozen */
    bool keep_outputs;    /* every layer's output stays readable (network stats) */
    size_t max_memory;    /* bytes; 0: no limit */
    int optimiser_floats; /* that a solver will keep beside each trained value: counted against max_memory */
    int copies;           /* of all parameters that will be kept beside them (net/ema.h): counted, too */
    uint64_t seed;        /* of initial values */
    bool blank;           /* the caller writes every parameter: there are no initial values */
    dk_ranked ranks;      /* that share each batch; world 0 or 1: alone. n is of this one */
    void (*ready)(
        void *user,
        size_t from); /* told while the last part goes backward: gradients from this place on are final;
                                               user: of ranks. NULL: nobody wants to know */
    size_t size;      /* of the caller's zeroed struct that begins with the dk_net; 0: it is one alone */
} dk_net_build_options;

typedef struct dk_net dk_net;

/* Parameters: one flat float32 span in file order, shared by twins. */
typedef struct {
    float *values;
    size_t count;     /* all parameters */
    uint64_t version; /* raised by whoever changes values */
    int users;        /* nets, and what else holds them */
    char *from;       /* the file that they were read from last, for messages; NULL: none */
} dk_params;

/* One user less; the last one frees them. */
void dk_params_release(dk_params *params, dk_backend *be);

/* Bytes by purpose, known before anything is allocated. */
typedef struct {
    size_t parameters, outputs, kept, packed, scratch, gradients, optimiser;
} dk_net_bytes;
size_t dk_net_bytes_sum(const dk_net_bytes *bytes);

/* A layer that counts a loss. */
typedef struct {
    dk_layer *layer;
    const dk_tensor *truth; /* what it compares with: one of dk_net.truths */
} dk_net_loss;

struct dk_net {
    dk_arena *arena;
    dk_backend *backend; /* borrowed */
    const dk_cfg *cfg;   /* borrowed: must outlive the net */
    dk_net_conf conf;
    dk_net_build_options options;
    dk_layer_context context;
    dk_layer *layers;
    int count;
    dk_params *params;
    dk_tensor input;    /* plain layout n,c,h,w */
    dk_layer **answers; /* whose y are the answers; at least one */
    dk_net_loss *losses;
    dk_tensor *
        truths; /* parts of a picture's truth; plain, of the shape of y unless the type says how many floats */
    int answer_count, loss_count, truth_count;
    size_t
        trained; /* floats in gradient memory: the parameters that learn at some time, each rounded up to 16 */
    float *grads, *part; /* flat gradients of the trained parameters; part: with subdivisions > 1 only */
    dk_net_bytes bytes;
    struct dk_net_memory *memory; /* values, their lives and blocks: net/memory.h */
};

/* Builds a network from cfg->sections[1…]. The backend, cfg and conf stay the caller's. Errors name the cfg's
 * line: unknown layer, bad option, impossible shape, no layers, memory beyond max_memory (DK_ENOMEM, before
 * allocating). */
DK_CHECKED dk_status dk_net_build(dk_net **out, const dk_cfg *cfg, const dk_net_conf *conf, dk_backend *be,
                                  const dk_net_build_options *options, dk_error *err);
/* Another net over the same parameters. */
DK_CHECKED dk_status dk_net_twin(dk_net **out, const dk_net *net, const dk_net_build_options *options,
                                 dk_error *err);
/* Another net over other parameters of the same net, such as their averages. */
DK_CHECKED dk_status dk_net_twin_over(dk_net **out, const dk_net *net, dk_params *params,
                                      const dk_net_build_options *options, dk_error *err);
void dk_net_free(dk_net *net); /* accepts NULL */

/* Ranks that share a batch, at least 1. */
int dk_net_world(const dk_net *net);

/* Values of one picture: at the input, of all its answers, of its truth. */
size_t dk_net_inputs(const dk_net *net);
size_t dk_net_outputs(const dk_net *net);
size_t dk_net_truth(const dk_net *net);
/* The shape of the last answer, n 1: that of a truth which is planes. */
dk_shape dk_net_truth_shape(const dk_net *net);

/* For tasks of one answer: several are an error, DK_ESHAPE, at the first one's line. */
DK_CHECKED dk_status dk_net_one_answer(const dk_net *net, dk_error *err);

/* The largest step, in pixels of the input, between the cells of any layer: inputs smaller than that leave less than a
 * cell. */
float dk_net_stride(const dk_net *net);

/* Runs n pictures (n,c,h,w planes, host memory; n = options.n always). With truth (n rows of
 * dk_net_truth, may be NULL) losses are counted. step keys the random numbers (dropout). */
DK_CHECKED dk_status dk_net_forward(dk_net *net, const float *pixels, const float *truth, uint64_t step,
                                    dk_error *err);

/* The answers of the last run, n rows of dk_net_outputs, to host memory. */
DK_CHECKED dk_status dk_net_answers(dk_net *net, float *out, dk_error *err);
/* The file of its weights, or its cfg when they are fresh. */
const char *dk_net_name(const dk_net *net);
/* Are all `count` values of answers numbers? Else DK_EDIVERGED, which names the weights. */
DK_CHECKED dk_status dk_net_check_answers(const dk_net *net, const float *answers, size_t count,
                                          dk_error *err);
/* Its loss of each picture, n values, the sum over all losses; DK_EUSAGE without a loss. */
DK_CHECKED dk_status dk_net_losses(dk_net *net, float *out, dk_error *err);

/* Gradients of the mean loss over the whole batch, into net->grads; part 0 overwrites, later parts add. */
DK_CHECKED dk_status dk_net_backward(dk_net *net, int part, dk_error *err);

/* Fresh initial values for the layers from `first` on (Darknet's rule, keyed by seed and layer). */
DK_CHECKED dk_status dk_net_init(dk_net *net, int first, uint64_t seed, dk_error *err);

#endif
