/* Pango's functions, looked up when a text needs them: the library and those that it brings along (17) would make every
 * start of the program 1.4 ms longer (of 3.4), and few runs have such a text. */
#ifndef DK_PLOT_PANGO_H
#define DK_PLOT_PANGO_H

#include <pango/pangocairo.h>

#include "base/status.h"

#define DK_PANGO_FUNCTIONS(ROW)                                                                              \
    ROW(g_object_unref)                                                                                      \
    ROW(pango_cairo_font_map_new)                                                                            \
    ROW(pango_cairo_show_layout_line)                                                                        \
    ROW(pango_cairo_update_context)                                                                          \
    ROW(pango_font_description_free)                                                                         \
    ROW(pango_font_description_new)                                                                          \
    ROW(pango_font_description_set_absolute_size)                                                            \
    ROW(pango_font_description_set_family)                                                                   \
    ROW(pango_font_description_set_weight)                                                                   \
    ROW(pango_font_map_create_context)                                                                       \
    ROW(pango_layout_get_line_readonly)                                                                      \
    ROW(pango_layout_get_log_attrs_readonly)                                                                 \
    ROW(pango_layout_line_get_extents)                                                                       \
    ROW(pango_layout_new)                                                                                    \
    ROW(pango_layout_set_font_description)                                                                   \
    ROW(pango_layout_set_single_paragraph_mode)                                                              \
    ROW(pango_layout_set_text)

typedef struct {
#define DK_PANGO_MEMBER(name) __typeof__(name) *name;
    DK_PANGO_FUNCTIONS(DK_PANGO_MEMBER)
#undef DK_PANGO_MEMBER
} dk_pango;

/* DK_EUNSUPPORTED where the library is not installed. It stays until the program ends, as its threads and GLib's types do. */
DK_CHECKED dk_status dk_pango_load(dk_pango *pango, dk_error *err);

#endif
