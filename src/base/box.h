/* Boxes in a picture: what finders find, trackers follow and detectors learn. */
#ifndef DK_BASE_BOX_H
#define DK_BASE_BOX_H

/* A rectangle in pixels; may lie partly outside its picture. */
typedef struct {
    float x, y, w, h; /* left, top, width, height */
} dk_box;

typedef struct {
    float x, y; /* pixels */
} dk_point;

enum {
    DK_MARKS = 5
}; /* landmarks of a face: its left and its right eye as the picture shows them, nose, corners of the mouth */

/* Something that was found: where, of which class, how sure. */
typedef struct {
    dk_box box;
    int label;   /* class, from 0 */
    float score; /* the higher the surer; what it counts is the finder's affair */
    int marks;   /* 0 or DK_MARKS */
    dk_point mark[DK_MARKS];
} dk_found;

/* Area shared by two boxes over the area of both (intersection over union), 0…1. */
float dk_box_overlap(const dk_box *a, const dk_box *b);

/* Greedy non-maximum suppression: of boxes of one class that overlap by more than `most` the one with the highest score
 * stays. What stays comes first, the highest score first, equal ones in their order; returns how many. */
int dk_box_thin(dk_found *found, int count, float most);

#endif
