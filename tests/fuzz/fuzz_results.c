/* Any bytes as a file that a run left (the first byte says which: run.txt, log.csv, classes.csv, predictions.csv, or the
 * JSON beside weights): never a crash, a failure has a text, numbers are within their ranges. */
#include <math.h>
#include <stdlib.h>

#include "app/classifier/sidecar.h"
#include "base/file.h"
#include "fuzz/fuzz.h"
#include "run/csv_log.h"
#include "run/results.h"
#include "support/temp.h"

static const char *const files[] = {"run-1/run.txt", "run-1/log.csv", "run-1/classes.csv",
                                    "run-1/predictions.csv", "w.weights.json"};
static const char log_csv[] =
    "epoch,step,rate,train_loss,train_accuracy,val_loss,val_accuracy,macro_f1,images_per_second,"
    "seconds,best\n1,3,0.5,1.03,0.58,0.67,0.9,0.91,158.2,0.1,1\n";
enum { FILES = sizeof files / sizeof *files, SIDECAR = FILES - 1 };

static void check_predictions(const dk_predictions *p) {
    for (int i = 0; i < p->count; i++) {
        if (p->rows[i].truth < 0 || p->rows[i].truth >= p->classes || p->rows[i].answer < 0 ||
            p->rows[i].answer >= p->classes || isnan(dk_prediction_probability(p, i))) {
            abort();
        }
    }
}

static void results(void) {
    dk_results r = {0};
    dk_error err = {0};
    const dk_status status = dk_results_read(&r, "run-1", &err);
    fuzz_check(status, &err);
    if (status == DK_OK) {
        (void)dk_results_fact(&r, "seed");
        check_predictions(&r.predictions);
        for (int i = 0; i < r.count; i++) {
            if (!isfinite(r.rows[i].epoch) || (i > 0 && r.rows[i].epoch < r.rows[i - 1].epoch)) {
                abort();
            }
        }
    }
    dk_results_close(&r);
}

/* A resumed run cuts what was written after its step. */
static void resume(void) {
    dk_csv_log log = {0};
    dk_error err = {0};
    fuzz_check(dk_csv_log_resume(&log, "run-1", dk_task_classifier.figures, 3, &err), &err);
    dk_csv_log_close(&log);
    fuzz_check(dk_class_log_resume("run-1", 1, &err), &err);
}

static void sidecar(void) {
    double temperature = 0;
    dk_error err = {0};
    const dk_call call = {.arena = dk_arena_open()};
    const dk_status status = dk_sidecar_temperature(&temperature, &call, "w.weights", &err);
    fuzz_check(status, &err);
    if (status == DK_OK && !(temperature > 0 && isfinite(temperature))) {
        abort();
    }
    dk_arena_close(call.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    if (fuzz_enter()) {
        temp_write("w.weights", "weights");
    }
    if (size == 0) {
        return 0;
    }
    const int which = bytes[0] % FILES;
    for (int i = 0; i < FILES; i++) {
        (void)remove(files[i]);
    }
    temp_write("run-1/log.csv", log_csv);
    fuzz_write(files[which], bytes + 1, size - 1);
    if (which == SIDECAR) {
        sidecar();
    } else {
        results();
        resume();
        results(); /* whole rows are left, so that nothing becomes worse */
    }
    return 0;
}
