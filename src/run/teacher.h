/* Teachers: frozen networks whose answers to the very same augmented pictures become part of what is learned from
 * (Hinton, Vinyals & Dean 2015, "Distilling the Knowledge in a Neural Network"). [net] teacher=CFG:WEIGHTS,… */
#ifndef DK_RUN_TEACHER_H
#define DK_RUN_TEACHER_H

#include "run/model.h"
#include "run/task.h"

typedef struct {
    dk_model model;
    dk_net *net; /* that is asked: the model's, or a twin of another size */
} dk_teacher;

typedef struct {
    const dk_task *task;
    dk_teacher *teachers;
    int count;
    dk_pair *files; /* "teacher PATH" and what it holds, for who resumes: cfg and weights of each */
    int file_count;
    float share, temperature;
    size_t values;         /* of a batch's answers */
    float *answers, *mean; /* values each: of one teacher, of all */
    float *target;         /* values */
    size_t bytes;          /* that the nets take */
} dk_teachers;

/* Opens those that [net] names for a net that learns so many pictures at once; count 0: none, or teacher_share=0. Errors name
 * the key's line: no CFG:WEIGHTS, a network that cannot be opened, other answers, another input or other preprocessing than
 * the one that learns. max_memory: what is left for them (0: no limit). After a failure, dk_teachers_close gives back
 * what there is. */
DK_CHECKED dk_status dk_teachers_open(dk_teachers *t, const dk_model *student, const dk_task *task, int n,
                                      size_t max_memory, const dk_log *log, dk_error *err);
void dk_teachers_close(dk_teachers *t); /* accepts a zeroed one */

/* Pictures of another size from now on. */
DK_CHECKED dk_status dk_teachers_reshape(dk_teachers *t, int width, int height, dk_error *err);

/* *target, the truth of a batch, becomes its mixture with the mean of the teachers' answers. self: the
 * task's. Without teachers nothing. */
DK_CHECKED dk_status dk_teachers_mix(dk_teachers *t, const void *self, const dk_batch *batch,
                                     const float **target, dk_error *err);

#endif
