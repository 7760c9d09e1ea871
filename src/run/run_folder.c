/* The folder of a run. Its number is taken by mkdir, which only one process can win. */
#include "run/run_folder.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/shown.h"

/* The number of a folder's name "<base>-<number>"; 0: it is another name. */
static int number_of(const char *name, const char *base) {
    const size_t n = strlen(base);
    long number = 0;
    const bool is_number = strncmp(name, base, n) == 0 && name[n] == '-' &&
                           dk_text_int(name + n + 1, &number) && number > 0 && number < 1000000000;
    return is_number ? (int)number : 0;
}

/* The largest number of a folder "<base>-<number>" in `results`; 0 without any. */
static int largest(const char *results, const char *base) {
    int most = 0;
    DIR *dir = opendir(results);
    const struct dirent *entry = NULL;
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        const int number = number_of(entry->d_name, base);
        most = number > most ? number : most;
    }
    if (dir != NULL) {
        closedir(dir);
    }
    return most;
}

dk_status dk_run_folder_make(dk_run_folder *out, const char *results, const char *base, dk_arena *arena,
                             dk_error *err) {
    DK_TRY(dk_folder_make(results, err));
    for (int number = largest(results, base) + 1;; number++) {
        const char *path = dk_arena_format(arena, "%s/%s-%d", results, base, number);
        if (path == NULL) {
            return dk_no_memory(err, strlen(results), "the path of the run's folder");
        }
        if (mkdir(path, 0777) == 0) {
            *out = (dk_run_folder){.path = path, .name = path + strlen(results) + 1, .number = number};
            return dk_folder_writable(path, err);
        }
        if (errno != EEXIST) {
            return dk_fail_errno(err, "%s: cannot make the run's folder", path);
        }
    }
}

/* Is the folder `above` the parent of `path`, by its name or whatever else leads there? */
static bool lies_in(const char *path, const char *above) {
    const char *const name = dk_path_name(path);
    const size_t n = (size_t)(name - path);
    dk_buffer parent = {0};
    dk_buffer_put(&parent, path, n);
    dk_buffer_add(&parent, n > 0 ? "." : "./."); /* "results/." */
    const bool named = strncmp(path, above, strlen(above)) == 0 && strlen(above) + 1 == n;
    const bool is_in = named || (!parent.failed && dk_path_same(parent.text, above));
    dk_buffer_free(&parent);
    return is_in;
}

bool dk_run_folder_is_own(const char *path, const char *results, const char *base) {
    struct stat info;
    return number_of(dk_path_name(path), base) > 0 && lies_in(path, results) &&
           (lstat(path, &info) != 0 || S_ISDIR(info.st_mode));
}

/* Writes the text to folder/name and frees it. */
static dk_status save(const dk_run_folder *folder, const char *name, dk_buffer *text, dk_error *err) {
    char *path = NULL;
    dk_status status =
        text->failed ? dk_no_memory(err, text->size, name) : dk_path_join(&path, folder->path, name, err);
    if (status == DK_OK) {
        status = dk_file_write(path, text->text, text->size, err);
    }
    free(path);
    dk_buffer_free(text);
    return status;
}

static void note_overrides(dk_buffer *text, const char *prefix, const char *const *set) {
    for (int i = 0; set != NULL && set[i] != NULL; i++) {
        dk_buffer_add(text, "# -set %s.", prefix);
        dk_shown_put(text, set[i]);
        dk_buffer_add(text, "\n");
    }
}

dk_status dk_run_folder_copy_cfg(const dk_run_folder *folder, const char *cfg, const char *const *set_net,
                                 const char *const *set_data, dk_error *err) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    dk_buffer text = {0};
    DK_TRY(dk_file_read(cfg, 0, &bytes, &size, err));
    dk_buffer_put(&text, bytes, size);
    if (size > 0 && bytes[size - 1] != '\n') {
        dk_buffer_add(&text, "\n");
    }
    free(bytes);
    note_overrides(&text, "net", set_net);
    note_overrides(&text, "data", set_data);
    return save(folder, dk_path_name(cfg), &text, err);
}

/* A line of run.txt; the value is one of others. */
static void add_fact(dk_buffer *text, const char *key, const char *value) {
    dk_buffer_add(text, "%s=", key);
    dk_shown_put(text, value);
    dk_buffer_add(text, "\n");
}

dk_status dk_run_folder_facts(const dk_run_folder *folder, const dk_run_facts *facts, dk_error *err) {
    dk_buffer text = {0};
    add_fact(&text, "version", DK_VERSION);
    add_fact(&text, "task", facts->task);
    add_fact(&text, "cfg", facts->cfg);
    add_fact(&text, "data", facts->data);
    if (facts->weights != NULL) {
        add_fact(&text, "weights", facts->weights);
    }
    dk_buffer_add(&text, "seed=%llu\nbackend=%s\nprecision=%s\nthreads=%d\n", (unsigned long long)facts->seed,
                  facts->backend, facts->precision, facts->threads);
    dk_buffer_add(&text, "train_pictures=%d\nvalid_pictures=%d\nbatch=%ld\nepochs=%d\nparameters=%zu\n",
                  facts->train, facts->valid, facts->batch, facts->epochs, facts->parameters);
    return save(folder, "run.txt", &text, err);
}

dk_status dk_run_folder_ended(const dk_run_folder *folder, const char *reason, dk_error *err) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    dk_buffer text = {0};
    char *path = NULL;
    DK_TRY(dk_path_join(&path, folder->path, "run.txt", err));
    const dk_status status = dk_file_read(path, 0, &bytes, &size, err);
    free(path);
    DK_TRY(status);
    assert(bytes != NULL);
    const char *const before =
        strstr((const char *)bytes, "\nended="); /* a run that was resumed ended before */
    dk_buffer_put(&text, bytes, before != NULL ? (size_t)(before + 1 - (const char *)bytes) : size);
    dk_buffer_add(&text, "ended=%s\n", reason);
    free(bytes);
    return save(folder, "run.txt", &text, err);
}

/* A line; the reason, which is shown (base/shown.h) as errors are, need not begin with the path again. */
static void add_skipped(dk_buffer *text, const char *path, const char *reason) {
    const size_t begin = text->size;
    dk_shown_put(text, path);
    const size_t n = text->size - begin;
    const bool repeats =
        !text->failed && strncmp(reason, text->text + begin, n) == 0 && strncmp(reason + n, ": ", 2) == 0;
    dk_buffer_add(text, "\t%s\n", repeats ? reason + n + 2 : reason);
}

dk_status dk_run_folder_skipped(const dk_run_folder *folder, const dk_dataset *const *sets,
                                const dk_stream *const *loaders, int count, dk_error *err) {
    dk_buffer text = {0};
    for (int k = 0; k < count; k++) {
        const int skipped = loaders[k] != NULL ? dk_stream_skipped(loaders[k]) : 0;
        for (int i = 0; i < skipped; i++) {
            int picture = 0;
            const char *reason = dk_stream_skip(loaders[k], i, &picture);
            add_skipped(&text, sets[k]->samples[picture].path, reason);
        }
    }
    if (text.size == 0 && !text.failed) {
        return DK_OK;
    }
    return save(folder, "skipped.txt", &text, err);
}
