/* `TASK train`: the run of run/train.h, with the terminal and the chart as its listeners, and Ctrl-C as
 * its stop. */
#include <string.h>

#include "app/classifier/classic.h"
#include "app/results/results_observer.h"
#include "app/results/train_page.h"
#include "app/setup.h"
#include "app/stop.h"
#include "app/terminal.h"
#include "base/file.h"
#include "dist/comm.h"
#include "run/train.h"

typedef struct {
    int clear, fresh_classifier, resume, resume_if_any, strict, classic, ranks;
    double time_limit; /* minutes */
    const char *chart;
    dk_serve_conf http;
    dk_model_flags model;
} flags;

#define AT(field) offsetof(flags, field)
static const dk_flag own[] = {
    {"clear", DK_FLAG_SWITCH, AT(clear),
     .help = "do not carry on the count of pictures that WEIGHTS has seen"},
    {"resume", DK_FLAG_SWITCH, AT(resume),
     .help = "go on with the run that was stopped, exactly: same command, same cfg"},
    {"resume_if_any", DK_FLAG_SWITCH, AT(resume_if_any),
     .help =
         "-resume where a run of this cfg has left something to go on from, else begin: for jobs that are "
         "queued again"},
    {"time_limit", DK_FLAG_NUMBER, AT(time_limit), .min = 0, .max = 1e6, .value = "MINUTES",
     .help = "then save _last.weights and end with exit code 3, to be continued (default: none)"},
    {"ranks", DK_FLAG_INT, AT(ranks), .min = 1, .max = DK_RANKS_MOST, .value = "N",
     .help =
         "share each batch among N copies of the network, each with its part of the cores (default: 1, or "
         "what mpirun has started)"},
    {"chart", DK_FLAG_FILE, AT(chart), .value = "FILE",
     .help = "where the chart goes besides the run's folder (chart.png)"},
    {0},
};
static const dk_flag of_classes[] = {
    {"fresh_classifier", DK_FLAG_SWITCH, AT(fresh_classifier),
     .help =
         "start with new values in the last layer with weights, whatever number of classes WEIGHTS are for"},
    {"strict", DK_FLAG_SWITCH, AT(strict), .help = "classes without a picture are an error, not a warning"},
    {"classic", DK_FLAG_SWITCH, AT(classic), .help = "print the lines of Darknet"},
    {0},
};
/* The first is for classes; the other tasks begin at the second. */
static const dk_flag_table tables[] = {{.rows = of_classes},
                                       {.rows = own},
                                       {.rows = dk_flags_http, .at = AT(http)},
                                       {.rows = dk_flags_seed, .at = AT(model)},
                                       {.rows = dk_flags_task, .at = AT(model)},
                                       {0}};

static dk_run_options options(const dk_call *call) {
    const flags *f = call->flags;
    const atomic_int *const saves = dk_save_on_signal();
    return (dk_run_options){.task = call->task,
                            .data_path = call->args[0],
                            .cfg_path = call->args[1],
                            .weights = call->count > 2 ? call->args[2] : NULL,
                            .backend = f->model.backend,
                            .threads = f->model.threads,
                            .leave_busy = true,
                            .seed = (uint64_t)f->model.seed,
                            .clear = f->clear,
                            .strict = f->strict,
                            .fresh_classifier = f->fresh_classifier,
                            .resume = f->resume,
                            .resume_if_any = f->resume_if_any,
                            .time_limit = 60 * f->time_limit,
                            .ranks = f->ranks,
                            .join = true,
                            .max_memory = f->model.max_memory,
                            .set_net = f->model.set.net,
                            .set_data = f->model.set.data,
                            .stop = dk_stop_on_signals(),
                            .save = saves,
                            .log = call->log};
}

static dk_status run(const dk_call *call, dk_error *err) {
    const flags *f = call->flags;
    if (f->chart) { /* asked for: not to be missed at the end of a night */
        DK_TRY(dk_writer_probe(f->chart, err));
    }
    dk_fonts fonts = {.log = call->log};
    dk_results_observer results = {.chart = f->chart ? f->chart : "chart.png", .fonts = &fonts};
    dk_classic classic;
    const dk_observer lines =
        f->classic ? dk_classic_observer(&classic) : dk_terminal_observer(call->log.user);
    dk_run_options o = options(call);
    dk_train_page *page = NULL;
    const bool shows = f->http.address && dk_comm_place() == 0; /* one rank has listeners */
    dk_status status = shows ? dk_train_page_open(&page, &f->http, &call->log, err) : DK_OK;
    const dk_observer observers[] = {lines, dk_results_observer_hooks(&results), dk_train_page_hooks(page)};
    o.observers = observers;
    o.observer_count = page ? 3 : 2; /* the page comes last */
    status = status == DK_OK ? dk_run_train(&o, err) : status;
    dk_train_page_close(page);
    return status;
}

const dk_action dk_action_train = {
    .name = "train",
    .args = "DATA CFG [WEIGHTS]",
    .help = "train a network on a data set, from fresh values or from WEIGHTS",
    .more =
        "Leaves log.csv, predictions.csv, pictures (`help results`), report.html and a copy of the cfg in\n"
        "results/<cfg>-<number>/, and in the folder that\n"
        "`backup` of the .data file names <cfg>_best.weights, _last.weights (after every epoch, and on "
        "Ctrl-C)\n"
        "and _final.weights. WEIGHTS that end early at a layer leave the rest fresh (transfer learning); of "
        "those\n"
        "for other classes -fresh_classifier keeps all layers but the classifier.\n"
        "Beside _last.weights stands its .state: with -resume the same command goes on where it stopped, in\n"
        "the same folder, and ends with the weights of a run that was never stopped, bit by bit.\n"
        "While a run goes on, another of the same cfg into the same folder of checkpoints is refused.\n"
        "-http shows the run in a browser while it goes on, with a button that stops it: docs/http.md.\n"
        "How to train is said by keys of [net]: `darknet help net`.\n",
    .min = 2,
    .max = 3,
    .flags = tables,
    .flags_size = sizeof(flags),
    .run = run,
};

const dk_action dk_action_train_any = {
    .name = "train",
    .args = "DATA CFG [WEIGHTS]",
    .help = "train a network on a data set, from fresh values or from WEIGHTS",
    .more = "Leaves in results/<cfg>-<number>/ and beside it what `classifier train` does, with figures of "
            "its own in\n"
            "log.csv; -resume goes on where a run stopped. How to train is said by keys of [net]: `darknet "
            "help net`.\n",
    .min = 2,
    .max = 3,
    .flags = &tables[1],
    .flags_size = sizeof(flags),
    .run = run,
};
