/* Any bytes as a picture of every kind, as a film, as an EXIF block and on the way into a network: never a crash or a
 * leak, a failure always has a text, a picture always its pixels, and planes are numbers of 0…1. */
#include <stdlib.h>

#include "fuzz/fuzz.h"
#include "image/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    int w = 0, h = 0;
    const int orientation = dk_exif_orientation(bytes, size);
    if (orientation < 1 || orientation > 8) {
        abort();
    }
    (void)dk_jpeg_moves(bytes, size);
    (void)dk_gif_moves(bytes, size);
    (void)fuzz_picture(bytes, size, &w, &h);
    return 0;
}
