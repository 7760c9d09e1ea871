/* darknet.h: train image classifiers and ask them, from C.
 *
 *     dk_net *net = NULL;
 *     dk_error err = {0};
 *     dk_net_options options = {.cfg = "cfg/mobilenet.cfg", .weights = "weights/emotion.weights"};
 *     dk_image *face = NULL;
 *     float scores[7];
 *     if (dk_net_open(&net, &options, &err) || dk_image_load(&face, "face.png", &err) ||
 *         dk_predict(net, face, scores, 7, &err)) {
 *         fprintf(stderr, "%s\n", err.text);
 *     }
 *
 * Every function that can fail returns a dk_status and fills err (which may be NULL). Options are structs set
 * by field name; zero means the default. There are no globals: one net per thread, many nets per program.
 * Nothing here prints or exits. */
#ifndef DARKNET_H
#define DARKNET_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DK_VERSION "0.1.0"
#define DK_API __attribute__((visibility("default")))

/* ---- errors ---- */
#define DK_STATUSES(X)                                                                                       \
    X(OK, "ok")                                                                                              \
    X(EUSAGE, "wrong use")            /* a call or a command line that cannot be meant */                    \
    X(ENOMEM, "out of memory")        /* or more than max_memory */                                          \
    X(EIO, "cannot read or write")    /* files and folders */                                                \
    X(EPARSE, "wrong text")           /* cfg, .data, lists, numbers */                                       \
    X(ESHAPE, "shapes do not fit")    /* layers, weights, batches */                                         \
    X(EFORMAT, "broken file")         /* pictures, weights */                                                \
    X(EDATA, "unusable data set")     /* labels, too many bad pictures */                                    \
    X(EUNSUPPORTED, "not supported")  /* by this engine or build */                                          \
    X(EDIVERGED, "training diverged") /* a loss or an answer that is NaN or infinite */                      \
    X(ESTOPPED, "stopped")            /* by the caller: a callback or a signal */                            \
    X(EBACKEND, "engine failure")                                                                            \
    X(EPAUSED, "paused")           /* by a limit of time; to be continued */                                 \
    X(ETOLD, "another rank tells") /* why all of them ended */
typedef enum {
#define DK_STATUS_ENUM(name, text) DK_##name,
    DK_STATUSES(DK_STATUS_ENUM)
#undef DK_STATUS_ENUM
} dk_status;

typedef struct {
    dk_status status;
    char text[1024]; /* one line for a person: file:line: what is wrong; what would be right */
} dk_error;

DK_API const char *dk_status_name(dk_status status);
DK_API const char *dk_version(void);
/* Names of the engines in this build, ending with NULL; the first is the default. */
DK_API const char *const *dk_backends(void);

/* Where messages go. level 0: a note, 1: a warning. A zeroed dk_log drops them. */
typedef struct {
    void (*write)(void *user, int level, const char *text);
    void *user;
} dk_log;

/* ---- pictures ---- */
/* 8 bits a value, rows from the top, interleaved; c is 1 (grey) or 3 (RGB). */
typedef struct {
    int w, h, c;
    uint8_t *pixels;
} dk_image;

/* Reads a JPEG, PNG, WebP, GIF, TIFF or BMP by what it holds, whatever its name (of several frames or pages the first,
 * alpha over black, EXIF rotation honoured). Files that lack pixels are errors. */
DK_API dk_status dk_image_load(dk_image **out, const char *path, dk_error *err);
/* A copy of pixels that the caller has. */
DK_API dk_status dk_image_from(dk_image **out, int w, int h, int c, const uint8_t *pixels, dk_error *err);
DK_API void dk_image_free(dk_image *image); /* accepts NULL */

/* ---- networks ---- */
typedef struct dk_net dk_net;

typedef struct {
    const char *cfg;       /* required */
    const char *weights;   /* NULL: fresh random values */
    const char *backend;   /* NULL: the first of dk_backends() */
    const char *precision; /* "f32", "bf16" or "auto"; NULL: as the cfg says */
    int threads;           /* 0: one per core */
    int batch;             /* pictures that dk_predict_batch runs at once; 0: 1 */
    size_t max_memory;     /* bytes; 0: what the machine, or the engine's device, has free */
    uint64_t seed;
    dk_log log;
} dk_net_options;

typedef struct {
    int width, height, channels, batch;
    size_t outputs, layers, parameters;
    double macs;  /* multiply-adds of one picture */
    size_t bytes; /* memory the net takes */
    const char *backend, *precision;
} dk_net_info;

DK_API dk_status dk_net_open(dk_net **out, const dk_net_options *options, dk_error *err);
DK_API void dk_net_close(dk_net *net); /* accepts NULL */
DK_API dk_status dk_net_save(const dk_net *net, const char *path, dk_error *err);
DK_API void dk_net_describe(const dk_net *net, dk_net_info *info);

/* Scores of one picture of any size, through the network's own preprocessing. `room` is the length of scores;
 * it must be at least the network's outputs. */
DK_API dk_status dk_predict(dk_net *net, const dk_image *image, float *scores, size_t room, dk_error *err);
/* The same for count pictures, outputs values each. */
DK_API dk_status dk_predict_batch(dk_net *net, const dk_image *const *images, size_t count, float *scores,
                                  size_t room, dk_error *err);

/* ---- training and measuring ---- */
typedef struct {
    long step, steps;      /* done, and to do */
    double epoch;          /* done, with fraction */
    double loss, accuracy; /* running means over the training pictures of this epoch */
    double rate, images_per_second;
    int validated;                       /* 1: the fields below are fresh */
    double val_loss, val_accuracy, best; /* best: of the early-stop metric */
} dk_progress;

/* Called after every step; anything but 0 stops the training after saving `_last`. */
typedef int (*dk_on_progress)(void *user, const dk_progress *progress);

typedef struct {
    const char *data, *cfg; /* required: .data and .cfg */
    const char *weights;    /* start values; NULL: fresh */
    const char *backend;
    int threads;
    uint64_t seed;          /* 0: the cfg's `seed` */
    size_t max_memory;      /* bytes; 0: what the machine, or the engine's device, has free */
    const char *const *set; /* "net.key=value" or "data.key=value", ending with NULL */
    dk_on_progress on_progress;
    void *user;
    dk_log log;
} dk_train_options;

DK_API dk_status dk_train(const dk_train_options *options, dk_progress *last, dk_error *err);

typedef struct {
    size_t images, skipped;
    double loss, top1, topk, macro_f1; /* shares 0…1 */
} dk_scores;

/* Measures a network on the `valid` list of a .data file, or on `list` (a list file or folder) when not NULL.
 */
DK_API dk_status dk_evaluate(dk_net *net, const char *data, const char *list, dk_scores *out, dk_error *err);

#ifdef __cplusplus
}
#endif
#endif
