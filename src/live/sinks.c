/* The table of sinks, and scenes given to those that are wanted. */
#include "live/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#define DECLARE(name) extern const dk_sink_kind dk_sink_##name;
DK_SINK_KINDS(DECLARE)
#define ROW(name) &dk_sink_##name,
const dk_sink_kind *const dk_sink_kinds[] = {DK_SINK_KINDS(ROW)};

/* That of the first kind with the same flag. */
static dk_sink_wish wish_for(const dk_sink_kind *kind, const dk_outputs *o) {
    for (int i = 0; i < DK_SINKS && kind->flag != NULL; i++) {
        if (dk_sink_kinds[i]->flag != NULL && strcmp(dk_sink_kinds[i]->flag, kind->flag) == 0) {
            return o->wishes[i];
        }
    }
    return (dk_sink_wish){0};
}

static dk_status add(dk_sinks *sinks, const dk_sink_kind *kind, const dk_sink_context *c, const char *value,
                     dk_error *err) {
    DK_TRY(kind->open(&sinks->self[sinks->count], c, value, err));
    sinks->kind[sinks->count++] = kind;
    sinks->draws = sinks->draws || kind->draws;
    return DK_OK;
}

static bool is_wanted(const dk_sink_kind *kind, const dk_sink_context *c, const dk_sink_wish *wish) {
    return kind->wanted != NULL ? kind->wanted(c, wish->value) : wish->on || wish->value != NULL;
}

static bool same(const char *a, const char *b) {
    return a != NULL && b != NULL && (strcmp(a, b) == 0 || dk_path_same(a, b));
}

dk_status dk_sinks_check(const dk_outputs *o, const char *source, dk_error *err) {
    for (int i = 0; i < DK_SINKS; i++) {
        const char *const flag = dk_sink_kinds[i]->flag, *const path = o->wishes[i].value;
        if (dk_capture_is_file(source) && same(path, source)) {
            return dk_fail(err, DK_EUSAGE,
                           "-%s %s is the source itself, which would be lost; name another file", flag, path);
        }
        for (int k = 0; k < i; k++) {
            if (same(path, o->wishes[k].value)) {
                return dk_fail(err, DK_EUSAGE, "-%s and -%s are one file, %s; name two",
                               dk_sink_kinds[k]->flag, flag, path);
            }
        }
    }
    return DK_OK;
}

dk_status dk_sinks_open(dk_sinks *sinks, const dk_sink_context *c, dk_error *err) {
    const dk_sink_kind *const otherwise = c->outputs->otherwise;
    *sinks = (dk_sinks){0};
    for (int i = 0; i < DK_SINKS; i++) {
        const dk_sink_wish wish = wish_for(dk_sink_kinds[i], c->outputs);
        if (is_wanted(dk_sink_kinds[i], c, &wish)) {
            DK_TRY(add(sinks, dk_sink_kinds[i], c, wish.value, err));
        }
    }
    return sinks->count == 0 && otherwise != NULL ? add(sinks, otherwise, c, NULL, err) : DK_OK;
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
