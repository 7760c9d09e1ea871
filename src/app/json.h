/* Answers as JSON on stdout; base/json.h writes it. */
#ifndef DK_APP_JSON_H
#define DK_APP_JSON_H

#include "base/json.h"

/* Prints the text with a line end, and frees it. A text that has failed is memory that ran out. */
DK_CHECKED dk_status dk_json_print(dk_buffer *text, dk_error *err);

#endif
