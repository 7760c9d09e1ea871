/* Tensors: names of their types, their size, and their values as float32. */
#include <limits.h>
#include <math.h>
#include <stdio.h>

#include "convert/half.h"
#include "convert/tflite.h"

const char *dk_tflite_type_name(int type) {
    static const char *const names[] = {"float32", "float16", "int32",   "uint8", "int64",   "string",
                                        "bool",    "int16",   "complex", "int8",  "float64", "complex128"};
    const size_t count = sizeof names / sizeof *names;
    return type >= 0 && (size_t)type < count ? names[type] : "an unknown type";
}

const char *dk_tflite_act_name(int act) {
    static const char *const names[] = {"linear", "relu", "relu_n1_to_1", "relu6", "tanh", "sign_bit"};
    const size_t count = sizeof names / sizeof *names;
    return act >= 0 && (size_t)act < count ? names[act] : "an unknown activation";
}

const char *dk_tflite_dims(char out[64], const dk_tflite_tensor *t) {
    size_t at = 0;
    out[0] = '\0';
    for (int i = 0; i < t->rank && at < 64; i++) {
        at += (size_t)snprintf(out + at, 64 - at, "%s%d", i > 0 ? "x" : "", t->dims[i]);
    }
    return out;
}

size_t dk_tflite_count(const dk_tflite_tensor *t) {
    size_t n = 1;
    for (int i = 0; i < t->rank; i++) {
        n *= (size_t)t->dims[i];
    }
    return n;
}

/* ---- values ---- */

/* One stored number. */
static double stored(const dk_tflite_tensor *t, size_t i) {
    const dk_fb fb = {.bytes = t->data, .size = t->bytes};
    const size_t each = t->bytes / dk_tflite_count(t);
    const dk_fb_vector v = {.fb = &fb, .count = t->bytes / each, .each = each};
    switch (t->type) {
    case DK_TFLITE_FLOAT32:
        return (double)dk_fb_float_at(&v, i);
    case DK_TFLITE_FLOAT16:
        return dk_half_value((uint16_t)dk_fb_int_at(&v, i));
    case DK_TFLITE_UINT8:
        return t->data[i];
    default:
        return (double)dk_fb_int_at(&v, i);
    }
}

dk_status dk_tflite_ints(const dk_tflite *m, const dk_tflite_tensor *t, int *out, dk_error *err) {
    if ((t->type != DK_TFLITE_INT32 && t->type != DK_TFLITE_INT64) || !t->data) {
        return dk_fail(err, DK_EUNSUPPORTED,
                       "%s: tensor %d '%s' is of type %s; wanted are int32 or int64 values", m->path,
                       t->index, t->name, dk_tflite_type_name(t->type));
    }
    for (size_t i = 0; i < dk_tflite_count(t); i++) {
        out[i] = (int)fmin(fmax(stored(t, i), INT_MIN), INT_MAX);
    }
    return DK_OK;
}

static bool is_float(const dk_tflite_tensor *t) {
    return t->type == DK_TFLITE_FLOAT32 || t->type == DK_TFLITE_FLOAT16;
}

static dk_status check_type(const dk_tflite *m, const dk_tflite_tensor *t, dk_error *err) {
    const bool known =
        is_float(t) || t->type == DK_TFLITE_INT32 || t->type == DK_TFLITE_UINT8 || t->type == DK_TFLITE_INT8;
    if (!known) {
        return dk_fail(err, DK_EUNSUPPORTED,
                       "%s: tensor %d '%s' is of type %s; float32, float16, uint8, int8 and int32 are read",
                       m->path, t->index, t->name, dk_tflite_type_name(t->type));
    }
    if (!t->data) {
        return dk_fail(err, DK_EUNSUPPORTED,
                       "%s: tensor %d '%s' has no values of its own in the file; weights must have them",
                       m->path, t->index, t->name);
    }
    return DK_OK;
}

/* One scale, or one for each index of the axis; as many zero points, or none (0). */
static dk_status check_scales(const dk_tflite *m, const dk_tflite_tensor *t, dk_error *err) {
    const size_t n = t->scale.count;
    const size_t along = t->axis >= 0 && t->axis < t->rank ? (size_t)t->dims[t->axis] : 0;
    if (n == 0) {
        return dk_fail(err, DK_EFORMAT, "%s: tensor %d '%s' is of type %s, but has no scale", m->path,
                       t->index, t->name, dk_tflite_type_name(t->type));
    }
    if ((n != 1 && n != along) || (t->zero.count != 0 && t->zero.count != n)) {
        return dk_fail(
            err, DK_EFORMAT,
            "%s: tensor %d '%s' has %zu scales and %zu zero points; its dims want 1 or %zu of each", m->path,
            t->index, t->name, n, t->zero.count, along);
    }
    return DK_OK;
}

dk_status dk_tflite_values(const dk_tflite *m, const dk_tflite_tensor *t, float *out, dk_error *err) {
    const bool quantised = !is_float(t);
    const size_t count = dk_tflite_count(t);
    DK_TRY(check_type(m, t, err));
    if (quantised) {
        DK_TRY(check_scales(m, t, err));
    }
    const size_t scales =
        quantised ? t->scale.count : 0; /* those of floats mean nothing and are not checked */
    size_t inner = 1;                   /* values between one index of the axis and the next */
    for (int i = t->rank - 1; scales > 1 && i > t->axis; i--) {
        inner *= (size_t)t->dims[i];
    }
    for (size_t i = 0; i < count; i++) {
        const size_t k = scales > 1 ? i / inner % scales : 0;
        const double zero = scales > 0 && t->zero.count > 0 ? (double)dk_fb_int_at(&t->zero, k) : 0;
        const double v = stored(t, i);
        out[i] = (float)(quantised ? (v - zero) * (double)dk_fb_float_at(&t->scale, k) : v);
        if (!isfinite(out[i])) {
            return dk_fail(err, DK_EFORMAT, "%s: tensor %d '%s': value %zu is no finite number", m->path,
                           t->index, t->name, i);
        }
    }
    return DK_OK;
}
