/* The folder of a run: made, taken up again, made once more when somebody has removed it. What a run needs of it is log.csv;
 * the rest shows what it does, and what of that cannot be written is told once. */
#include <string.h>

#include "base/file.h"
#include "run/trainer.h"

static size_t count_parameters(const dk_net *net) {
    dk_net_info info;
    dk_net_describe(net, &info);
    return info.parameters;
}

/* The copy of the cfg, and run.txt. */
static dk_status write_facts(const dk_trainer *t, dk_error *err) {
    const dk_run_options *o = t->options;
    const dk_run_facts facts = {.task = t->task->name,
                                .cfg = t->model.cfg->path,
                                .data = t->data->path,
                                .weights = t->start,
                                .backend = t->model.backend->name,
                                .precision = dk_precision_name(t->model.net->context.precision),
                                .threads = t->model.backend->threads,
                                .seed = t->model.seed,
                                .train = t->train->count,
                                .valid = t->valid != NULL ? t->valid->count : 0,
                                .batch = dk_trainer_batch(t),
                                .epochs = t->epochs,
                                .parameters = count_parameters(t->model.net)};
    DK_TRY(dk_run_folder_copy_cfg(&t->folder, t->model.cfg->path, o->set_net, o->set_data, err));
    return dk_run_folder_facts(&t->folder, &facts, err);
}

/* The folder of a resumed run, with the rows of its logs that it had written by then. */
static dk_status reopen(dk_trainer *t, dk_error *err) {
    t->folder.name = dk_path_name(t->folder.path);
    dk_writer_sweep(t->folder.path, NULL);
    if (t->task->reopen != NULL) {
        DK_TRY(t->task->reopen(t->folder.path, t->epoch, err));
    }
    return dk_csv_log_resume(&t->csv, t->folder.path, t->task->figures, t->step, err);
}

dk_status dk_trainer_open_files(dk_trainer *t, dk_error *err) {
    if (t->options->resume) {
        return reopen(t, err);
    }
    DK_TRY(dk_run_folder_make(&t->folder, t->data->conf.results, t->base, t->arena, err));
    DK_TRY(write_facts(t, err));
    return dk_csv_log_open(&t->csv, t->folder.path, t->task->figures, err);
}

dk_status dk_trainer_keep_folder(dk_trainer *t, dk_error *err) {
    dk_error why = {0};
    if (!dk_joined_leads(t) || dk_path_is_folder(t->folder.path)) {
        return DK_OK;
    }
    DK_TRY(dk_folder_make(t->folder.path, err));
    if (!t->told.gone) {
        dk_warn(&t->options->log, "%s was gone and is made again; log.csv is whole, other files begin anew",
                t->folder.path);
        t->told.gone = true;
    }
    const dk_status status = write_facts(t, &why);
    dk_pass_over(&t->options->log, &t->told.facts, status, &why);
    return DK_OK;
}

dk_status dk_trainer_list_skipped(const dk_trainer *t, dk_error *err) {
    const dk_dataset *const sets[] = {t->train, t->valid};
    const dk_stream *const loaders[] = {t->train_loader, t->valid_loader};
    return dk_run_folder_skipped(&t->folder, sets, loaders, 2, err);
}

void dk_trainer_leave_skipped(dk_trainer *t) {
    dk_error why = {0};
    const dk_status status = dk_joined_leads(t) ? dk_trainer_list_skipped(t, &why) : DK_OK;
    dk_pass_over(&t->options->log, &t->told.skipped, status, &why);
}
