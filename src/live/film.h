/* A film written aside that takes its name when it is whole, with pictures at their times as closely as a fixed rate has
 * them: what comes early is left out, what stays is repeated, so that a film lasts as long as what it shows. Its size and
 * rate are decided by the first frames, which are held until then. */
#ifndef DK_LIVE_FILM_H
#define DK_LIVE_FILM_H

#include "base/file.h"
#include "live/rate.h"

typedef struct {
    dk_source_info source;
    const dk_container *container;
    char path[4096];
    dk_writer file;
    dk_frame *held; /* until the film begins */
    int count, room;
    size_t bytes;
    dk_film *film; /* NULL: not begun */
    dk_codec codec;
    dk_rate rate;
    double begin, last, stay; /* seconds: times of the first frame and the last, how long that one is shown */
    long written;
    bool broken; /* a call has failed */
} dk_recorder;

/* Proves that the file can be written. An ending that is none of a film's is DK_EUSAGE. */
DK_CHECKED dk_status dk_recorder_open(dk_recorder *r, const char *path, const dk_source_info *source,
                                      dk_error *err);
DK_CHECKED dk_status dk_recorder_frame(dk_recorder *r, const dk_frame *frame, dk_error *err);
/* Makes the film whole and gives it its name. The old file stays where a call has failed, or no frame came; then an empty
 * file of that name goes, too (dk_sink_free_name). */
DK_CHECKED dk_status dk_recorder_close(dk_recorder *r, dk_error *err);

/* The even size of a film in which none of the frames is shrunk, but no more pixels than players take. */
void dk_film_size(const dk_frame *frames, int count, int *w, int *h);

#endif
