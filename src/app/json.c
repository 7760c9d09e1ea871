/* A whole answer at once: what fails before its end has printed nothing. */
#include "app/json.h"

#include <stdio.h>

#include "base/arena.h"

dk_status dk_json_print(dk_buffer *text, dk_error *err) {
    const size_t size = text->size;
    const bool failed = text->failed;
    if (!failed) {
        fwrite(text->text, 1, size, stdout);
        putchar('\n');
    }
    dk_buffer_free(text);
    return failed ? dk_no_memory(err, size, "the JSON text") : DK_OK;
}
