/* Answers as JSON (cJSON builds and escapes it). */
#ifndef DK_APP_JSON_H
#define DK_APP_JSON_H

#include <cjson/cJSON.h>

#include "base/status.h"

/* A number with the digits that a float32 has (cJSON alone would print all 17 of a double). */
cJSON *dk_json_number(double value);
void dk_json_float(cJSON *object, const char *key, double value);

/* Prints to stdout and frees the tree. NULL stands for memory that ran out while it was built. */
DK_CHECKED dk_status dk_json_print(cJSON *root, dk_error *err);

#endif
