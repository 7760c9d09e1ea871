/* The table of sinks. The window comes last: what it shows was written before. */
#include "live/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static const dk_sink_kind *const kinds[] = {&dk_sink_film,     &dk_sink_picture, &dk_sink_json,
                                            &dk_sink_csv,      &dk_sink_sheet,   &dk_sink_summary,
                                            &dk_sink_snapshot, &dk_sink_window};
enum { KINDS = sizeof kinds / sizeof *kinds };
_Static_assert(KINDS + 1 <= DK_SINKS, "one place is the caller's");

static dk_status add(dk_sinks *sinks, const dk_sink_kind *kind, const dk_sink_context *c, dk_error *err) {
    if (kind == NULL || !kind->wanted(c)) {
        return DK_OK;
    }
    DK_TRY(kind->open(&sinks->self[sinks->count], c, err));
    sinks->kind[sinks->count++] = kind;
    sinks->draws = sinks->draws || kind->draws;
    return DK_OK;
}

static bool same(const char *a, const char *b) {
    return a != NULL && b != NULL && (strcmp(a, b) == 0 || dk_path_same(a, b));
}

dk_status dk_sinks_check(const dk_outputs *o, const char *source, dk_error *err) {
    const char *const flags[] = {"-out", "-json", "-csv", "-sheet"};
    const char *const paths[] = {o->out, o->json, o->csv, o->sheet};
    enum { PATHS = sizeof paths / sizeof *paths };
    for (int i = 0; i < PATHS; i++) {
        if (dk_capture_is_file(source) && same(paths[i], source)) {
            return dk_fail(err, DK_EUSAGE,
                           "%s %s is the source itself, which would be lost; name another file", flags[i],
                           paths[i]);
        }
        for (int k = 0; k < i; k++) {
            if (same(paths[i], paths[k])) {
                return dk_fail(err, DK_EUSAGE, "%s and %s are one file, %s; name two", flags[k], flags[i],
                               paths[i]);
            }
        }
    }
    return DK_OK;
}

dk_status dk_sinks_open(dk_sinks *sinks, const dk_sink_context *c, dk_error *err) {
    *sinks = (dk_sinks){0};
    DK_TRY(add(sinks, c->outputs->more, c, err));
    for (int i = 0; i < KINDS; i++) {
        DK_TRY(add(sinks, kinds[i], c, err));
    }
    return DK_OK;
}

dk_status dk_sinks_frame(dk_sinks *sinks, const dk_scene *scene, bool again, dk_error *err) {
    for (int i = 0; i < sinks->count; i++) {
        const dk_sink_kind *kind = sinks->kind[i];
        if (!again && kind->frame != NULL) {
            DK_TRY(kind->frame(sinks->self[i], scene, err));
        }
        if (kind->show != NULL) {
            DK_TRY(kind->show(sinks->self[i], scene, err));
        }
    }
    return DK_OK;
}

dk_status dk_sinks_close(dk_sinks *sinks, dk_error *err) {
    dk_status first = DK_OK;
    for (int i = 0; i < sinks->count; i++) {
        const dk_status status = sinks->kind[i]->close(sinks->self[i], first == DK_OK ? err : NULL);
        first = first != DK_OK ? first : status;
    }
    sinks->count = 0;
    return first;
}

dk_status dk_sink_free_name(char *path, size_t room, const char *folder, const char *extension,
                            dk_error *err) {
    DK_TRY(dk_folder_make(folder, err));
    for (int n = 1; n < 1000000; n++) {
        if ((size_t)snprintf(path, room, "%s/demo-%d%s", folder, n, extension) >= room) {
            return dk_fail(err, DK_EUSAGE, "%s: the path is too long", folder);
        }
        const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0) {
            close(fd);
            return DK_OK;
        }
        if (errno != EEXIST) {
            return dk_fail_errno(err, "cannot write '%s'", path);
        }
    }
    return dk_fail(err, DK_EIO, "%s: holds a million of demo-N%s; please tidy up", folder, extension);
}
