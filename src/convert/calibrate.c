/* The function never changes while it is measured, so one pass serves all layers. */
#include "convert/calibrate.h"

#include "net/statistics.h"

static dk_status measure(dk_statistics *s, dk_net *net, dk_stream *loader, int pictures, dk_error *err) {
    for (int done = 0; done < pictures;) {
        dk_batch batch = {0};
        DK_TRY(dk_stream_next(loader, &batch, err));
        const int left = pictures - done, count = batch.count < left ? batch.count : left;
        DK_TRY(dk_net_forward(net, batch.pixels, NULL, 0, err));
        DK_TRY(dk_statistics_add(s, count, err));
        done += count;
    }
    return DK_OK;
}

dk_status dk_calibrate_net(dk_net *net, dk_stream *loader, int pictures, int *layers, dk_error *err) {
    dk_statistics *s = NULL;
    DK_TRY(dk_statistics_open(&s, net, err));
    dk_status status = measure(s, net, loader, pictures, err);
    if (status == DK_OK) {
        status = dk_statistics_settle(s, layers, err);
    }
    dk_statistics_close(s);
    return status;
}
