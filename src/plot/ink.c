#include "plot/ink.h"

const dk_ink dk_ink_blue = {0, .447, .698}, dk_ink_vermilion = {.835, .369, 0};
const dk_ink dk_ink_green = {0, .62, .451}, dk_ink_purple = {.66, .31, .52};
const dk_ink dk_ink_text = {.13, .13, .15}, dk_ink_quiet = {.4, .4, .43}, dk_ink_rule = {.55, .55, .58};
const dk_ink dk_ink_grid = {.9, .9, .91}, dk_ink_paper = {1, 1, 1};

dk_ink dk_ink_class(int index) {
    static const dk_ink inks[DK_INK_CLASSES] = {{.835, .369, 0},   {0, .62, .451}, {.66, .31, .52},
                                                {.902, .624, 0},   {.68, .68, .7}, {0, .447, .698},
                                                {.337, .706, .914}};
    return inks[index % DK_INK_CLASSES];
}
