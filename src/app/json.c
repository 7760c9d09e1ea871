/* What cJSON lacks for us: short floats, and printing with an error. */
#include "app/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void dk_json_float(cJSON *object, const char *key, double value) {
    char text[32];
    if (!isfinite(value)) {
        cJSON_AddNullToObject(object, key); /* JSON has no NaN */
        return;
    }
    snprintf(text, sizeof text, "%.8g", value);
    cJSON_AddNumberToObject(object, key, strtod(text, NULL));
}

dk_status dk_json_print(cJSON *root, dk_error *err) {
    char *text = root ? cJSON_Print(root) : NULL;
    cJSON_Delete(root);
    if (!text) {
        return dk_fail(err, DK_ENOMEM, "out of memory for the JSON text");
    }
    puts(text);
    cJSON_free(text);
    return DK_OK;
}
