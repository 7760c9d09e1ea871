/* What is said in JSON of a picture that was asked about: by `classifier predict -json` and by `serve`. */
#ifndef DK_APP_ANSWER_H
#define DK_APP_ANSWER_H

#include "base/json.h"
#include "data/dataset.h"
#include "live/still.h"

/* "predictions": the k best names, into the object that is open. best: room for the classes' indices. */
void dk_answer_best(dk_json *j, const dk_data *data, const float *scores, int k, int *best);

/* "faces": those of the picture, with the k best names of each. */
void dk_answer_faces(dk_json *j, const dk_data *data, const dk_still *still, int k, int *best);

#endif
