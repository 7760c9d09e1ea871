/* What is true of the pictures of a set: an emotion, a pose or a mask. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "image/indexed.h"
#include "set.h"

/* ---- poses: three numbers on a line ---- */

static dk_status keep_pose(const struct sample *s, dk_buffer *line, dk_error *err) {
    char path[SET_PATH], label[64];
    const struct pose *const p = &s->face.pose;
    const int n = snprintf(label, sizeof label, "%.4f %.4f %.4f\n", p->yaw, p->pitch, p->roll);
    dk_buffer_add(line, " %.*s", n - 1, label);
    DK_TRY(set_path(path, s, "labels", ".txt", err));
    return dk_file_write(path, label, (size_t)n, err);
}

/* ---- masks: an indexed PNG of the picture's size ---- */

static dk_status keep_mask(const struct sample *s, dk_buffer *line, dk_error *err) {
    static const uint8_t palette[DK_INDEXED_COLOURS][3] = {
        [BACKGROUND] = {40, 60, 90}, [SKIN] = {230, 170, 130}, [HAIR] = {110, 60, 20},
        [EYES] = {60, 170, 230},     [MOUTH] = {200, 40, 60},  [UNDECIDED] = {255, 255, 255}};
    char path[SET_PATH];
    (void)line;
    DK_TRY(set_path(path, s, "masks", ".png", err));
    uint8_t *const mask = mask_of(&s->face, &s->framing, s->size);
    if (mask == NULL) {
        return dk_fail(err, DK_ENOMEM, "%s: no memory for the mask", path);
    }
    const dk_status status =
        dk_image_save_indexed(mask, s->size, s->size, palette, DK_INDEXED_COLOURS, path, err);
    free(mask);
    return status;
}

/* ---- the kinds ---- */

static const char *const pose_names[] = {"yaw", "pitch", "roll"};
static const char *const pose_folders[] = {"images", "labels"}, *const mask_folders[] = {"images", "masks"};

const struct set_kind set_of_emotions = {
    .folders = emotion_names, .folder_count = EMOTIONS, .dealt = EMOTIONS};
const struct set_kind set_of_poses = {.folders = pose_folders,
                                      .folder_count = 2,
                                      .dealt = 1,
                                      .names = pose_names,
                                      .name_count = 3,
                                      .pose = pose_wide,
                                      .keep = keep_pose};
const struct set_kind set_of_masks = {.folders = mask_folders,
                                      .folder_count = 2,
                                      .dealt = 1,
                                      .names = part_names,
                                      .name_count = PARTS,
                                      .keep = keep_mask};
