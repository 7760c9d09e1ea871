/* An observer that shows a training on the page of -http while it runs, and stops it when the page says so. */
#ifndef DK_APP_TRAIN_PAGE_H
#define DK_APP_TRAIN_PAGE_H

#include "run/observer.h"
#include "serve/serve.h"

typedef struct dk_train_page dk_train_page;

/* Serves until it is closed; before the run begins there is nothing to show yet. conf must last as long. */
DK_CHECKED dk_status dk_train_page_open(dk_train_page **out, const dk_serve_conf *conf, const dk_log *log,
                                        dk_error *err);
/* To be told after those that write the run's folder, which is where its figures are from. */
dk_observer dk_train_page_hooks(dk_train_page *page);
void dk_train_page_close(dk_train_page *page); /* accepts NULL */

#endif
