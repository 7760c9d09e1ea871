/* FER2013 from Kaggle's csv files to folders of pictures. */
#ifndef DK_DATA_FER2013_H
#define DK_DATA_FER2013_H

#include <stddef.h>

#include "base/log.h"

#define DK_FER_SIDE 48

typedef enum { DK_FER_TRAIN, DK_FER_VALIDATION, DK_FER_TEST, DK_FER_SPLITS } dk_fer_split;

typedef struct {
    long pictures[DK_FER_SPLITS];
} dk_fer2013_counts;

/* Writes `folder`/<split>/<emotion>/<Usage>_<8-digit row>.png, 48x48 grey, for each row of `csv` (fer2013.csv
 * or icml_face_data.csv: columns emotion, pixels, Usage in any order, with commas, semicolons, tabs or bars between them).
 * The whole csv is checked before the first picture is written. Errors, with file:line: no such columns (and which file
 * has them), a row that lacks one, an emotion that is not 0…6 or its name, other than 2304 pixels of 0…255, an unknown
 * Usage; and a split's folder that is already there. */
DK_CHECKED dk_status dk_fer2013_convert(const char *csv, const char *folder, const dk_log *log,
                                        dk_fer2013_counts *counts, dk_error *err);

/* ---- its parser, apart for the tests ---- */

typedef struct {
    int emotion, pixels, usage; /* column numbers */
    char separator;             /* between them */
} dk_fer2013_columns;

typedef struct {
    int emotion; /* index in dk_fer2013_emotions */
    dk_fer_split split;
    unsigned char pixels[DK_FER_SIDE * DK_FER_SIDE];
} dk_fer2013_row;

extern const char *const dk_fer2013_emotions[7]; /* the csv's numbers 0…6 */

/* Both read one line, which they may change. Errors lack file and line. */
DK_CHECKED dk_status dk_fer2013_read_header(char *line, dk_fer2013_columns *columns, dk_error *err);
DK_CHECKED dk_status dk_fer2013_read_row(char *line, const dk_fer2013_columns *columns, dk_fer2013_row *row,
                                         dk_error *err);

#endif
