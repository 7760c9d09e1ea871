/* A hash table with open addresses, at most half full: what meets an index of another name looks at the next place. */
#include "base/names.h"

#include <string.h>

#include "base/hash.h"

/* The slot of the name, or the free one where it belongs. */
static size_t slot_of(const dk_names *names, const char *text, size_t n) {
    size_t at = (size_t)dk_hash(text, n, 0) & (names->room - 1);
    while (names->slots[at] >= 0) {
        const char *const other = names->text[names->slots[at]];
        if (strncmp(other, text, n) == 0 && other[n] == '\0') {
            break;
        }
        at = (at + 1) & (names->room - 1);
    }
    return at;
}

dk_status dk_names_make(dk_names *out, const char *const *names, int count, dk_arena *arena, dk_error *err) {
    *out = (dk_names){.text = names, .count = count, .again = -1, .room = 2};
    while (out->room < 2 * (size_t)count) {
        out->room *= 2;
    }
    out->slots = dk_arena_alloc(arena, out->room * sizeof *out->slots);
    if (out->slots == NULL) {
        return dk_no_memory(err, out->room * sizeof *out->slots, "the table of names");
    }
    memset(out->slots, -1, out->room * sizeof *out->slots);
    for (int i = 0; i < count; i++) {
        const size_t at = slot_of(out, names[i], strlen(names[i]));
        if (out->slots[at] < 0) {
            out->slots[at] = i;
        } else if (out->again < 0) {
            out->again = i;
        }
    }
    return DK_OK;
}

int dk_names_find(const dk_names *names, const char *text, size_t n) {
    return names->slots[slot_of(names, text, n)];
}
