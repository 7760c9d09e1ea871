/* Scores of a classifier, all from counts. With confusion[t][a] = pictures of truth t answered a:
 *   precision(c) = hit(c) / answered(c)    recall(c) = hit(c) / support(c)    F1 = 2·hit / (answered +
 * support) Macro F1 is the plain mean over the classes that occur (support > 0), so that rare classes count
 * as much. */
#include "run/metrics.h"

#include <stdbool.h>
#include <string.h>

/* The three counts of each class, and the confusion behind them, are one block. */
static size_t cells(int classes) {
    const size_t k = (size_t)classes;
    return 3 * k + (classes <= DK_TABLE_CLASSES ? k * k : 0);
}

size_t dk_metrics_bytes(int classes) {
    return cells(classes) * sizeof(long);
}

dk_status dk_metrics_open(dk_metrics *m, int classes, int k, dk_arena *arena, dk_error *err) {
    long *const counts = dk_arena_alloc(arena, dk_metrics_bytes(classes));
    if (counts == NULL) {
        return dk_no_memory(err, dk_metrics_bytes(classes), "the counts of the classes");
    }
    *m = (dk_metrics){.classes = classes,
                      .k = k < classes ? k : classes,
                      .support = counts,
                      .answered = counts + classes,
                      .hit = counts + 2 * (size_t)classes,
                      .confusion = classes <= DK_TABLE_CLASSES ? counts + 3 * (size_t)classes : NULL};
    return DK_OK;
}

void dk_metrics_reset(dk_metrics *m) {
    memset(m->support, 0, dk_metrics_bytes(m->classes));
    m->images = m->skipped = m->hits = m->hits_k = 0;
    m->loss_sum = 0;
}

/* Scores that come before the truth's: larger ones, and equal ones with a lower index. */
static int rank(const float *scores, int classes, int truth) {
    int before = 0;
    for (int i = 0; i < classes; i++) {
        before += scores[i] > scores[truth] || (scores[i] == scores[truth] && i < truth);
    }
    return before;
}

void dk_metrics_count(dk_metrics *m, int truth, int answer) {
    m->support[truth]++;
    m->answered[answer]++;
    m->hit[truth] += answer == truth;
    if (m->confusion != NULL) {
        m->confusion[truth * m->classes + answer]++;
    }
}

void dk_metrics_add(dk_metrics *m, const float *scores, int truth, double loss) {
    const int answer = dk_top_1(scores, m->classes);
    dk_metrics_count(m, truth, answer);
    m->images++;
    m->hits += answer == truth;
    m->hits_k += rank(scores, m->classes, truth) < m->k;
    m->loss_sum += loss;
}

static double share(double part, double whole) {
    return whole > 0 ? part / whole : 0;
}

double dk_metrics_loss(const dk_metrics *m) {
    return share(m->loss_sum, (double)m->images);
}

double dk_metrics_top1(const dk_metrics *m) {
    return share((double)m->hits, (double)m->images);
}

double dk_metrics_topk(const dk_metrics *m) {
    return share((double)m->hits_k, (double)m->images);
}

dk_class_score dk_metrics_class(const dk_metrics *m, int class_index) {
    const double hit = (double)m->hit[class_index];
    const long answered = m->answered[class_index], support = m->support[class_index];
    return (dk_class_score){.precision = share(hit, (double)answered),
                            .recall = share(hit, (double)support),
                            .f1 = share(2 * hit, (double)(answered + support)),
                            .support = support};
}

double dk_metrics_macro_f1(const dk_metrics *m) {
    double sum = 0;
    int present = 0;
    for (int c = 0; c < m->classes; c++) {
        const dk_class_score score = dk_metrics_class(m, c);
        sum += score.support > 0 ? score.f1 : 0;
        present += score.support > 0;
    }
    return share(sum, present);
}

/* ---- the largest ---- */

/* Does class a come before class b? */
static bool is_before(const float *scores, int a, int b) {
    return scores[a] > scores[b] || (scores[a] == scores[b] && a < b);
}

/* Moves the class at `at` down a heap of n, on top of which is the one that comes last. */
static void sink(const float *scores, int *heap, int n, int at) {
    for (int child = 2 * at + 1; child < n; child = 2 * at + 1) {
        child += child + 1 < n && is_before(scores, heap[child], heap[child + 1]);
        if (!is_before(scores, heap[at], heap[child])) {
            return;
        }
        const int other = heap[at];
        heap[at] = heap[child];
        heap[child] = other;
        at = child;
    }
}

/* The k best so far are a heap; taken apart it is their order. classes·log k steps. */
void dk_top_k(const float *scores, int classes, int k, int *out) {
    k = k < classes ? k : classes;
    for (int i = 0; i < k; i++) {
        out[i] = i;
    }
    for (int i = k / 2 - 1; i >= 0; i--) {
        sink(scores, out, k, i);
    }
    for (int i = k; i < classes; i++) {
        if (k > 0 && is_before(scores, i, out[0])) {
            out[0] = i;
            sink(scores, out, k, 0);
        }
    }
    for (int n = k - 1; n > 0; n--) {
        const int last = out[0];
        out[0] = out[n];
        out[n] = last;
        sink(scores, out, n, 0);
    }
}

int dk_top_1(const float *scores, int classes) {
    int best = 0;
    for (int i = 1; i < classes; i++) {
        best = scores[i] > scores[best] ? i : best;
    }
    return best;
}
