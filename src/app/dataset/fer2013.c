/* `dataset fer2013`: Kaggle's CSV of FER2013 as folders of pictures. What scripts/get_fer2013.sh calls for a
 * CSV. */
#include "app/say.h"
#include "data/fer2013.h"

#include "app/command.h"

static dk_status run(const dk_call *call, dk_error *err) {
    dk_fer2013_counts counts = {{0}};
    DK_TRY(dk_fer2013_convert(call->args[0], call->args[1], &call->log, &counts, err));
    dk_say("%s: %ld pictures to train with, %ld to validate with, %ld to test with\n", call->args[1],
           counts.pictures[DK_FER_TRAIN], counts.pictures[DK_FER_VALIDATION], counts.pictures[DK_FER_TEST]);
    return DK_OK;
}

const dk_action dk_action_fer2013 = {
    .name = "fer2013",
    .args = "CSV DIR",
    .help = "write the pictures of Kaggle's fer2013.csv or icml_face_data.csv to "
            "DIR/{train,validation,test}/<emotion>/",
    .min = 2,
    .max = 2,
    .run = run,
};
