/* The colours that everything drawn shares. */
#ifndef DK_PLOT_INK_H
#define DK_PLOT_INK_H

typedef struct {
    double r, g, b; /* 0…1 */
} dk_ink;

/* The palette of Okabe and Ito (2008), told apart by colour-blind people too; purple darkened to be read as
 * text. */
extern const dk_ink dk_ink_blue, dk_ink_vermilion, dk_ink_green, dk_ink_purple;
extern const dk_ink dk_ink_text, dk_ink_quiet, dk_ink_rule, dk_ink_grid, dk_ink_paper;

/* The colour of a class or of a curve, by its index (≥ 0; from DK_INK_CLASSES on they come again): the same palette, and a grey
 * in place of black, so that all seven can be seen on white and on dark. */
enum { DK_INK_CLASSES = 7 };
dk_ink dk_ink_class(int index);

#endif
