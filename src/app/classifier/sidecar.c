/* The fields of WEIGHTS.json: temperature, fitted_on, images, loss_before, loss_after, weights_hash (of the
 * whole weights file, 16 hexadecimal digits) and version. Only temperature must be there. */
#include "app/classifier/sidecar.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "run/calibrate.h"

enum { MAX_BYTES = 1 << 20, HASH_DIGITS = 16 };
#define MAX_WEIGHTS ((size_t)1 << 31) /* bytes; more are not hashed */

const char *dk_sidecar_path(const char *weights, dk_arena *arena) {
    const char *found = dk_share_find(weights, arena);
    return found ? dk_arena_format(arena, "%s.json", found) : NULL;
}

static dk_status hash_weights(char out[HASH_DIGITS + 1], const char *weights, dk_arena *arena,
                              dk_error *err) {
    const char *found = dk_share_find(weights, arena);
    uint64_t hash = 0;
    if (!found) {
        return dk_no_memory(err, strlen(weights), "the path of the weights");
    }
    DK_TRY(dk_hash_file(&hash, found, MAX_WEIGHTS, err));
    snprintf(out, HASH_DIGITS + 1, "%016" PRIx64, hash);
    return DK_OK;
}

/* ---- writing ---- */

static void print(dk_buffer *out, const dk_sidecar *s, const char *hash) {
    dk_json j = {.out = out, .lines = true};
    dk_json_open(&j, NULL, '{');
    dk_json_float(&j, "temperature", s->temperature, DK_JSON_FLOAT);
    dk_json_text(&j, "fitted_on", s->fitted_on);
    dk_json_int(&j, "images", s->images);
    dk_json_float(&j, "loss_before", s->loss_before, DK_JSON_FLOAT);
    dk_json_float(&j, "loss_after", s->loss_after, DK_JSON_FLOAT);
    dk_json_text(&j, "weights_hash", hash);
    dk_json_text(&j, "version", dk_version());
    dk_json_close(&j, '}');
    dk_buffer_add(out, "\n");
}

dk_status dk_sidecar_write(const dk_sidecar *s, const char *weights, dk_arena *arena, dk_error *err) {
    char hash[HASH_DIGITS + 1] = "";
    const char *path = dk_sidecar_path(weights, arena);
    if (!path) {
        return dk_no_memory(err, strlen(weights), "the path of the .json file");
    }
    DK_TRY(hash_weights(hash, weights, arena, err));
    dk_buffer text = {0};
    print(&text, s, hash);
    const dk_status status =
        text.failed ? dk_no_memory(err, text.size, path) : dk_file_write(path, text.text, text.size, err);
    dk_buffer_free(&text);
    return status;
}

/* ---- reading ---- */

static int line_of(const char *text, const char *at) {
    int line = 1;
    for (; text < at; text++) {
        line += *text == '\n';
    }
    return line;
}

static dk_status parse(cJSON **out, const char *path, dk_error *err) {
    uint8_t *bytes = NULL;
    size_t size = 0;
    const char *end = NULL;
    DK_TRY(dk_file_read(path, MAX_BYTES, &bytes, &size, err));
    *out = cJSON_ParseWithLengthOpts((const char *)bytes, size + 1, &end, 1);
    dk_status status = DK_OK;
    if (!cJSON_IsObject(*out)) {
        const int line = *out || !end ? 1 : line_of((const char *)bytes, end);
        status = dk_fail(err, DK_EPARSE,
                         "%s:%d: this is no JSON object; `classifier valid -calibrate` writes it anew, and "
                         "without the file scores stay as they are",
                         path, line);
    }
    free(bytes);
    return status;
}

static dk_status read_temperature(double *out, const cJSON *root, const char *path, dk_error *err) {
    const cJSON *field = cJSON_GetObjectItemCaseSensitive(root, "temperature");
    const double value = cJSON_IsNumber(field) ? field->valuedouble : 0;
    if (!field) {
        return dk_fail(err, DK_EPARSE, "%s: has no field \"temperature\"", path);
    }
    if (!(value >= DK_TEMPERATURE_MIN && value <= DK_TEMPERATURE_MAX)) {
        char *shown = cJSON_PrintUnformatted(field);
        dk_fail(err, DK_EPARSE, "%s: field \"temperature\" is %.60s; a number in %g..%g is wanted", path,
                shown ? shown : "?", DK_TEMPERATURE_MIN, DK_TEMPERATURE_MAX);
        cJSON_free(shown);
        return DK_EPARSE;
    }
    *out = value;
    return DK_OK;
}

/* A file that does not say for which weights it is fits all. */
static dk_status fits(bool *out, const cJSON *root, const char *path, const char *weights, dk_arena *arena,
                      dk_error *err) {
    const cJSON *field = cJSON_GetObjectItemCaseSensitive(root, "weights_hash");
    char hash[HASH_DIGITS + 1] = "";
    *out = true;
    if (!field) {
        return DK_OK;
    }
    if (!cJSON_IsString(field) || strlen(field->valuestring) != HASH_DIGITS) {
        return dk_fail(err, DK_EPARSE, "%s: field \"weights_hash\" is not a text of %d digits", path,
                       HASH_DIGITS);
    }
    DK_TRY(hash_weights(hash, weights, arena, err));
    *out = strcmp(hash, field->valuestring) == 0;
    return DK_OK;
}

static dk_status use(double *temperature, const cJSON *root, const char *path, const dk_call *call,
                     const char *weights, dk_error *err) {
    double value = 1;
    bool good = false;
    DK_TRY(read_temperature(&value, root, path, err));
    DK_TRY(fits(&good, root, path, weights, call->arena, err));
    if (good) {
        *temperature = value;
        dk_note(&call->log, "%s: scores are given with temperature %.4g", path, value);
    } else {
        dk_warn(
            &call->log,
            "%s: was fitted for other weights than %s and is not used; `classifier valid -calibrate` fits "
            "anew",
            path, weights);
    }
    return DK_OK;
}

dk_status dk_sidecar_temperature(double *temperature, const dk_call *call, const char *weights,
                                 dk_error *err) {
    cJSON *root = NULL;
    const char *path = dk_sidecar_path(weights, call->arena);
    *temperature = 1;
    if (!path) {
        return dk_no_memory(err, strlen(weights), "the path of the .json file");
    }
    if (!dk_path_exists(path)) {
        return DK_OK;
    }
    dk_status status = parse(&root, path, err);
    if (status == DK_OK) {
        status = use(temperature, root, path, call, weights, err);
    }
    cJSON_Delete(root);
    return status;
}
