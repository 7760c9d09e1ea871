/* Finished runs on the page of -http, their curves over one another. */
#ifndef DK_APP_RESULTS_PAGE_H
#define DK_APP_RESULTS_PAGE_H

#include <stdatomic.h>

#include "base/log.h"
#include "serve/serve.h"

enum { DK_RUNS_SHOWN = 16 }; /* at most */

/* Reads `count` folders and serves what they hold until *stop is not 0: then DK_ESTOPPED. DK_EUSAGE: too many, or runs of
 * different tasks. */
DK_CHECKED dk_status dk_results_page(const char *const *folders, int count, const dk_serve_conf *conf,
                                     const atomic_int *stop, const dk_log *log, dk_error *err);

#endif
