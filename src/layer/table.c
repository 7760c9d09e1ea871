/* The table of layer types and look-up by name. */
#include "layer/table.h"

#include <string.h>

#include "layer/layer.h"

#define DECLARE(name) extern const dk_layer_type dk_layer_##name;
DK_LAYERS(DECLARE)

#define ROW(name) &dk_layer_##name,
const dk_layer_type *const dk_layer_types[] = {DK_LAYERS(ROW) NULL};

const dk_layer_type *dk_layer_find(const char *name) {
    for (const dk_layer_type *const *t = dk_layer_types; *t; t++) {
        if (strcmp((*t)->name, name) == 0 || ((*t)->alias && strcmp((*t)->alias, name) == 0)) {
            return *t;
        }
    }
    return NULL;
}

#define NAME(name) #name,
const char *const *dk_layer_names(void) {
    static const char *const names[] = {DK_LAYERS(NAME) NULL};
    return names;
}
