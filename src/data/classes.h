/* Classes that a set has no picture of: a folder that is called otherwise, or whose pictures cannot be read. */
#ifndef DK_DATA_CLASSES_H
#define DK_DATA_CLASSES_H

#include <stdbool.h>

#include "data/dataset.h"

/* Finds the classes without a picture that can be read, by decoding pictures of each until one can. At most 1000 are
 * decoded, so that sets of many classes do not wait; classes that this leaves open count as filled. bare: room for
 * set->classes. */
DK_CHECKED dk_status dk_classes_find_bare(bool *bare, const dk_dataset *set, dk_error *err);

/* Warns of the bare ones by name; with strict they are DK_EDATA. split: "train" or what else the set is for. */
DK_CHECKED dk_status dk_classes_tell_bare(const bool *bare, const dk_data *data, const char *split,
                                          const char *source, bool strict, const dk_log *log, dk_error *err);

/* Both; nothing for sets without classes. */
DK_CHECKED dk_status dk_classes_check(const dk_dataset *set, const dk_data *data, const char *split,
                                      const char *source, bool strict, const dk_log *log, dk_error *err);

#endif
