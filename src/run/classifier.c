/* Classes: a picture's truth is one of them, or shares of several where pictures are mixed. What a validation has shown is
 * left as predictions.csv and classes.csv. */
#include "run/classifier.h"

#include "run/answers.h"
#include "run/class_log.h"
#include "run/class_weights.h"
#include "run/evaluate.h"
#include "run/predictions.h"

typedef struct {
    dk_task_place place;
    const dk_classifier_conf *conf;
    const float *weights;         /* of the classes; NULL: all the same */
    float *targets, *row_weights; /* weighted, of one part of a batch */
    dk_metrics metrics;           /* of the last validation */
    dk_predictions predictions;   /* the same; none where there are too many classes */
    struct {
        bool predictions, classes; /* what could not be written */
    } told;
} work;

#define AT(field) offsetof(dk_classifier_conf, field)
static const dk_opt opts[] = {
    {"label_smooth_eps", DK_FLOAT, AT(label_smooth_eps), .def = 0, .min = 0, .max = 0.999,
     .help = "share of the target that the wrong classes divide among them"},
    {"class_weights", DK_TEXT, AT(class_weights),
     .help = "weights of the classes in the loss: auto (rare ones count more) or one number each: 1,2.5,1"},
    {"class_weights_power", DK_FLOAT, AT(class_weights_power), .def = 1, .min = 0, .max = 10,
     .help = "class_weights=auto: weight = (mean size / size of the class)^this"},
    {"balanced", DK_BOOL, AT(balanced),
     .help = "1: an epoch has as many pictures of every class; those of small classes repeat"},
    {0},
};

enum { LOSS, ACCURACY, MACRO_F1, TOP_K };
static const dk_figure_kind figures[] = {
    [LOSS] = {"loss", "train_loss", "val_loss", -1, false},
    [ACCURACY] = {"accuracy", "train_accuracy", "val_accuracy", 1, true},
    [MACRO_F1] = {"macro F1", NULL, "macro_f1", 1, true},
    [TOP_K] = {DK_FIGURE_TOP_K, NULL, NULL, 1, true},
    {0},
};

enum { HITS }; /* sums of a tally: of a mixed target the largest share counts */

/* Whether every answer of a validation is kept and told class by class. */
static bool keeps_answers(const work *w) {
    return w->place.valid != NULL && w->place.data->conf.classes <= DK_TABLE_CLASSES;
}

/* What grows with the number of classes is counted before the run. */
static dk_status check_memory(const work *w, dk_error *err) {
    const dk_task_place *p = &w->place;
    const dk_answers_plan plan = {.path = p->data->path,
                                  .classes = p->data->conf.classes,
                                  .views = p->net->options.n,
                                  .passes = p->valid != NULL ? 2 : 1,
                                  .kept = keeps_answers(w) ? p->valid->count : 0,
                                  .tables = 1,
                                  .used = p->used};
    DK_TRY(dk_answers_check(&plan, p->max_memory, err));
    if (p->valid != NULL && !keeps_answers(w)) {
        char count[32], most[32];
        dk_note(p->log,
                "%s: with %s classes, more than %s, the run leaves no confusion matrix, classes.csv and "
                "predictions.csv",
                p->data->path, dk_text_count(count, p->data->conf.classes),
                dk_text_count(most, DK_TABLE_CLASSES));
    }
    return DK_OK;
}

/* class_weights, and room for weighted targets. */
static dk_status open_weights(work *w, dk_error *err) {
    const dk_task_place *p = &w->place;
    const size_t n = (size_t)p->net->options.n, values = n * dk_net_outputs(p->net);
    DK_TRY(dk_class_weights_read(&w->weights, w->conf, p->section, p->train, p->data->names, p->arena, err));
    if (w->weights != NULL && p->net->losses[0].layer->type->judges) {
        return dk_section_fail(p->section, "class_weights", err,
                               "class_weights are for networks that end in [softmax] alone");
    }
    w->targets = dk_arena_alloc(p->arena, values * sizeof *w->targets);
    w->row_weights = dk_arena_alloc(p->arena, n * sizeof *w->row_weights);
    return w->targets != NULL && w->row_weights != NULL
               ? DK_OK
               : dk_no_memory(err, (values + n) * sizeof(float), "the targets of a batch");
}

static dk_status open(void *self, const dk_task_place *place, dk_error *err) {
    work *const w = self;
    const dk_data *data = place->data;
    const char *const *names = NULL;
    w->place = *place;
    w->conf = place->settings->task;
    DK_TRY(check_memory(w, err));
    DK_TRY(open_weights(w, err));
    DK_TRY(dk_predictions_names(&names, data, err));
    dk_predictions_open(&w->predictions, data->conf.classes, names);
    return dk_metrics_open(&w->metrics, data->conf.classes, data->conf.top, place->arena, err);
}

static void close(void *self) {
    work *const w = self;
    dk_predictions_close(&w->predictions);
}

/* ---- training ---- */

static void load(const void *self, dk_loader_conf *conf) {
    const work *w = self;
    conf->label_smooth = w->conf->label_smooth_eps;
    conf->balanced = w->conf->balanced;
}

/* Weights of classes act through the targets. */
static dk_status target(void *self, const dk_batch *batch, const float **target, dk_error *err) {
    const work *w = self;
    (void)err;
    if (w->weights != NULL) {
        dk_class_weights_apply(w->weights, w->place.data->conf.classes, batch->count, *target, w->targets,
                               w->row_weights);
        *target = w->targets;
    }
    return DK_OK;
}

/* The loss that is told is without weights. */
static void learn(void *self, const dk_batch *batch, const float *answers, const float *losses,
                  dk_tally *tally) {
    const work *w = self;
    const int classes = w->place.data->conf.classes;
    for (int i = 0; i < batch->count; i++) {
        const size_t row = (size_t)i * (size_t)classes;
        tally->sums[HITS] += dk_top_1(answers + row, classes) == dk_top_1(batch->truth + row, classes);
        tally->loss += (double)losses[i] / (w->weights != NULL ? (double)w->row_weights[i] : 1);
    }
}

static void learnt(const dk_tally *tally, dk_figures *f) {
    f->value[ACCURACY] = tally->images > 0 ? tally->sums[HITS] / (double)tally->images : 0;
}

/* ---- validation ---- */

static void begin(void *self) {
    work *const w = self;
    dk_metrics_reset(&w->metrics);
    dk_predictions_reset(&w->predictions);
}

static dk_status answer(void *self, const dk_answer *a, dk_error *err) {
    work *const w = self;
    const dk_sample *sample = &w->place.valid->samples[a->picture];
    dk_evaluate_add(&w->metrics, a->answers, sample->label, a->loss);
    return keeps_answers(w)
               ? dk_predictions_add(&w->predictions, sample->path, sample->label, a->answers, err)
               : DK_OK;
}

static void measured(const void *self, dk_figures *f) {
    const dk_metrics *m = &((const work *)self)->metrics;
    f->value[LOSS] = dk_metrics_loss(m);
    f->value[ACCURACY] = dk_metrics_top1(m);
    f->value[MACRO_F1] = dk_metrics_macro_f1(m);
    f->value[TOP_K] = dk_metrics_topk(m);
}

static void leave(void *self, const char *folder, int epoch) {
    work *const w = self;
    dk_error why = {0};
    if (!keeps_answers(w)) {
        return;
    }
    dk_status status = dk_predictions_leave(&w->predictions, folder, &why);
    dk_pass_over(w->place.log, &w->told.predictions, status, &why);
    status = dk_class_log_add(folder, w->predictions.names, epoch, &w->metrics, &why);
    dk_pass_over(w->place.log, &w->told.classes, status, &why);
}

const dk_task dk_task_classifier = {
    .name = "classifier",
    .truth = &dk_truth_class,
    .figures = figures,
    .opts = opts,
    .conf_size = sizeof(dk_classifier_conf),
    .size = sizeof(work),
    .fits = dk_data_fits,
    .open = open,
    .close = close,
    .load = load,
    .target = target,
    .softens = true,
    .learn = learn,
    .learnt = learnt,
    .begin = begin,
    .answer = answer,
    .measured = measured,
    .leave = leave,
    .reopen = dk_class_log_resume,
};
