/* Darknet's .weights files: header (major, minor, revision, seen), then every parameter in layer order as
 * little-endian float32. There is no magic and no table, so that a file only fits when its length does.
 * Byte by byte: docs/weights-format.md. */
#ifndef DK_NET_WEIGHTS_H
#define DK_NET_WEIGHTS_H

#include "net/net.h"

typedef struct {
    uint64_t seen; /* pictures that the training had seen */
    int loaded;    /* layers (of all kinds) whose parameters the file held: count of layers when complete */
} dk_weights_info;

/* Loads parameters. A file that ends exactly before a layer with parameters leaves the rest as it is (freshly
 * initialised): info->loaded is the index of that layer. Errors (nothing is changed by them, unless the file changes while it is read): no header, ends
 * within a layer, longer than the network, a classifier of another number of classes (the message tells the way), NaN or
 * infinity, negative variance, a folder, missing. */
DK_CHECKED dk_status dk_weights_load(dk_net *net, const char *path, dk_weights_info *info, dk_error *err);

/* The same without the classifier, which the file may have for any number of classes: info->loaded is at most
 * dk_weights_classifier. */
DK_CHECKED dk_status dk_weights_load_features(dk_net *net, const char *path, dk_weights_info *info,
                                              dk_error *err);

/* The first layer whose parameters follow the number of classes: the last one with weights, behind which only
 * normalisations may stand; of several answers that of the last. The count of layers when there are no weights. */
int dk_weights_classifier(const dk_net *net);

/* Saves layers 0 … upto−1 (upto < 0: all): aside, synced, renamed. */
DK_CHECKED dk_status dk_weights_save(const dk_net *net, const char *path, uint64_t seen, int upto,
                                     dk_error *err);

#endif
