/* Runs as JSON, for the page of -http (serve/page/run.html). */
#ifndef DK_APP_RUN_JSON_H
#define DK_APP_RUN_JSON_H

#include "base/json.h"
#include "run/results.h"

/* A member `figures` of an object: [{name, train, valid, better, share}]; train and valid are columns of log.csv, or null. */
void dk_run_json_figures(dk_json *j, const dk_figure_kind *kinds);

/* A member `key` of an object: {figure: value}; null where it was not measured. */
void dk_run_json_values(dk_json *j, const char *key, const dk_figures *f);

/* An element of an array: {name, figures, columns: of log.csv, rows: [[…]], best: index of a row or −1}. */
void dk_run_json_log(dk_json *j, dk_results *r);

/* A member `pictures` of an object: [{path, about}]. */
typedef struct {
    const char *path, *about;
} dk_run_shown;
void dk_run_json_pictures(dk_json *j, const dk_run_shown *shown, int count);

#endif
