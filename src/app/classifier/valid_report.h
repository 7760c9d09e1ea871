/* What `classifier valid` found, as text and as JSON. */
#ifndef DK_APP_VALID_REPORT_H
#define DK_APP_VALID_REPORT_H

#include "app/classifier/sidecar.h"
#include "data/exclude.h"
#include "run/interval.h"
#include "run/metrics.h"
#include "run/tta.h"

typedef struct {
    const dk_data *data;
    const dk_tta *tta;
    dk_metrics single, averaged; /* averaged: with views only */
    dk_interval interval;        /* of the single view's top-1 */
    const dk_excluded *excluded; /* NULL: no -exclude */
    const dk_sidecar *fitted;    /* NULL: no -calibrate */
    const char *fitted_path;
} dk_valid_report;

void dk_valid_report_text(const dk_valid_report *r);
DK_CHECKED dk_status dk_valid_report_json(const dk_valid_report *r, dk_error *err);

#endif
