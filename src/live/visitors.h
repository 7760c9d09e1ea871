/* People who send frames of their own cameras: each is followed by a tracker of his own, and all ask one network. Called
 * from one thread (live/turns.h). */
#ifndef DK_LIVE_VISITORS_H
#define DK_LIVE_VISITORS_H

#include "data/dataset.h"
#include "live/finder.h"
#include "live/scene.h"
#include "run/predict.h"

enum { DK_VISITORS = 16, DK_VISITOR_NAME = 64 }; /* at a time; letters of a name */
#define DK_VISITOR_SECONDS 15                    /* without a frame, after which one is forgotten */

typedef struct {
    dk_finder_conf finder;
    dk_predictor *classifier; /* the caller's */
    const dk_data *data;
    float margin;      /* live/live.h, as what follows */
    const dk_tta *tta; /* NULL: dk_ask_views decides */
    double smooth;
    int detect_every;
} dk_visitors_conf;

typedef struct dk_visitors dk_visitors;

DK_CHECKED dk_status dk_visitors_open(dk_visitors **out, const dk_visitors_conf *conf, dk_error *err);
void dk_visitors_close(dk_visitors *visitors); /* accepts NULL */

/* What is known of the faces in this frame, which came at the time (dk_clock_now) from who calls himself so: 8 to
 * DK_VISITOR_NAME letters, digits and -. The scene lives until the next call; its time is that since the visitor's first
 * frame. DK_EUSAGE: a name that is none; DK_ENOMEM: there are DK_VISITORS others. */
DK_CHECKED dk_status dk_visitors_frame(dk_visitors *visitors, const char *name, const dk_image *image,
                                       double time, const dk_scene **scene, dk_error *err);

/* Of those who are not forgotten at this time. */
int dk_visitors_count(const dk_visitors *visitors, double time);

#endif
