/* What cJSON lacks for us: short floats, and printing with an error. */
#include "app/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

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

/* cJSON copies the bytes of a text as they are. Names of files may hold any; those that are no UTF-8 become U+FFFD, and can
 * stand within texts alone. */
static void print_valid(const char *text) {
    for (const char *p = text; *p != '\0';) {
        const int bytes = dk_text_character(p);
        if (bytes == 0) {
            fputs("\\ufffd", stdout);
        } else {
            fwrite(p, 1, (size_t)bytes, stdout);
        }
        p += bytes > 0 ? bytes : 1;
    }
    putchar('\n');
}

dk_status dk_json_print(cJSON *root, dk_error *err) {
    char *text = root ? cJSON_Print(root) : NULL;
    cJSON_Delete(root);
    if (!text) {
        return dk_fail(err, DK_ENOMEM, "out of memory for the JSON text");
    }
    print_valid(text);
    cJSON_free(text);
    return DK_OK;
}
