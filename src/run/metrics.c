/* Scores of a classifier, all from counts. With confusion[t][a] = pictures of truth t answered a:
 *   precision(c) = hit(c) / answered(c)    recall(c) = hit(c) / support(c)    F1 = 2·hit / (answered +
 * support) Macro F1 is the plain mean over the classes that occur (support > 0), so that rare classes count
 * as much. */
#include "run/metrics.h"

#include <string.h>

dk_status dk_metrics_open(dk_metrics *m, int classes, int k, dk_arena *arena, dk_error *err) {
    const size_t bytes = (size_t)classes * (size_t)classes * sizeof *m->confusion;
    *m = (dk_metrics){.classes = classes, .k = k < classes ? k : classes};
    m->confusion = dk_arena_alloc(arena, bytes);
    return m->confusion != NULL ? DK_OK : dk_no_memory(err, bytes, "the confusion matrix");
}

void dk_metrics_reset(dk_metrics *m) {
    const size_t cells = (size_t)m->classes * (size_t)m->classes;
    memset(m->confusion, 0, cells * sizeof *m->confusion);
    *m = (dk_metrics){.classes = m->classes, .k = m->k, .confusion = m->confusion};
}

/* Scores that come before the truth's: larger ones, and equal ones with a lower index. */
static int rank(const float *scores, int classes, int truth) {
    int before = 0;
    for (int i = 0; i < classes; i++) {
        before += scores[i] > scores[truth] || (scores[i] == scores[truth] && i < truth);
    }
    return before;
}

void dk_metrics_add(dk_metrics *m, const float *scores, int truth, double loss) {
    const int answer = dk_top_1(scores, m->classes);
    m->confusion[truth * m->classes + answer]++;
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
    const double hit = (double)m->confusion[class_index * m->classes + class_index];
    long answered = 0;
    long support = 0;
    for (int i = 0; i < m->classes; i++) {
        answered += m->confusion[i * m->classes + class_index];
        support += m->confusion[class_index * m->classes + i];
    }
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

/* Insertion into the k places; classes·k steps, fine for the few places that anyone asks for. */
void dk_top_k(const float *scores, int classes, int k, int *out) {
    int filled = 0;
    for (int i = 0; i < classes; i++) {
        int place = filled;
        while (place > 0 && scores[i] > scores[out[place - 1]]) {
            place--;
        }
        if (place >= k) {
            continue;
        }
        filled += filled < k;
        memmove(&out[place + 1], &out[place], (size_t)(filled - 1 - place) * sizeof *out);
        out[place] = i;
    }
}

int dk_top_1(const float *scores, int classes) {
    int best = 0;
    for (int i = 1; i < classes; i++) {
        best = scores[i] > scores[best] ? i : best;
    }
    return best;
}
