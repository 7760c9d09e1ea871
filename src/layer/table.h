/* The layer types: a file of this folder and a row here is all that a new one takes.
 * Order: as docs/cfg.md lists them. */
#ifndef DK_LAYER_TABLE_H
#define DK_LAYER_TABLE_H

#define DK_LAYERS(X)                                                                                         \
    X(convolutional)                                                                                         \
    X(depthwise_convolutional)                                                                               \
    X(connected)                                                                                             \
    X(batchnorm)                                                                                             \
    X(activation)                                                                                            \
    X(maxpool)                                                                                               \
    X(local_avgpool)                                                                                         \
    X(avgpool)                                                                                               \
    X(dropout)                                                                                               \
    X(shortcut)                                                                                              \
    X(route)                                                                                                 \
    X(scale_channels)                                                                                        \
    X(upsample)                                                                                              \
    X(softmax)                                                                                               \
    X(cost)                                                                                                  \
    X(yunet)

#endif
