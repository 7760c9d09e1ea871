/* What cJSON lacks for us: short floats, and printing with an error. */
#include "app/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

cJSON *dk_json_number(double value) {
    char text[32];
    if (!isfinite(value)) {
        return cJSON_CreateNull(); /* JSON has no NaN */
    }
    snprintf(text, sizeof text, "%.8g", value);
    return cJSON_CreateNumber(strtod(text, NULL));
}

void dk_json_float(cJSON *object, const char *key, double value) {
    cJSON_AddItemToObject(object, key, dk_json_number(value));
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
