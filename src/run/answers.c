/* In float64, which cannot overflow. */
#include "run/answers.h"

#include "base/text.h"
#include "run/metrics.h"

/* Rows of scores that one picture of a batch has at a time: those of the loader's batches that wait, the answers, the
 * targets and what is averaged. */
enum { ROWS = 8 };

dk_status dk_answers_check(const dk_answers_plan *plan, size_t max_memory, dk_error *err) {
    const double row = (double)plan->classes * sizeof(float);
    const double batches = row * ROWS * plan->views * plan->passes, kept = row * (double)plan->kept;
    const double tables = (double)plan->tables * (double)dk_metrics_bytes(plan->classes);
    const double all = batches + kept + tables + (double)plan->used;
    if (max_memory == 0 || all <= (double)max_memory) {
        return DK_OK;
    }
    char classes[32];
    return dk_fail(err, DK_ENOMEM,
                   "%s: the scores of %s classes take %.1f MB (batches %.1f, answers that are kept %.1f, "
                   "tables %.1f) beside "
                   "the networks' %.1f MB, more than the %.1f MB allowed; try a smaller batch, fewer "
                   "pictures to validate "
                   "with, or a larger -max_memory",
                   plan->path, dk_text_count(classes, plan->classes), (batches + kept + tables) / 1e6,
                   batches / 1e6, kept / 1e6, tables / 1e6, (double)plan->used / 1e6,
                   (double)max_memory / 1e6);
}
