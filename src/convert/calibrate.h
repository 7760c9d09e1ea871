/* Live batch normalisation for an imported network: statistics of real pictures, the function unchanged. */
#ifndef DK_CONVERT_CALIBRATE_H
#define DK_CONVERT_CALIBRATE_H

#include "data/stream.h"
#include "net/net.h"

/* Runs `pictures` of the loader (which goes round: shuffle) through the net, built with keep_outputs and the
 * loader's batch, and sets what net/statistics.h says. *layers: how many were set. */
DK_CHECKED dk_status dk_calibrate_net(dk_net *net, dk_stream *loader, int pictures, int *layers,
                                      dk_error *err);

#endif
