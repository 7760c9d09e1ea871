/* How busy other programs keep the cores that this process may use: two looks at the machine, and what lies between them. */
#ifndef DK_BASE_LOAD_H
#define DK_BASE_LOAD_H

#include <sched.h>

enum { DK_THREADS_MOST = 1024 }; /* that can be asked for */

typedef struct {
    double at;   /* seconds, of dk_clock_now */
    double busy; /* seconds that these cores have worked since the machine started, all together */
    double own;  /* seconds of this process and of its children that have ended */
    int running; /* threads of the whole machine that compute or could, this one among them; 0: not known */
    int cores;   /* that this process may use; 0: the rest is not known either */
} dk_load;

/* Cores that this process may use, which can be fewer than the machine has; at least 1. */
int dk_load_cores(void);

dk_load dk_load_look(void);
/* The same as another file than /proc/stat says it, of these cores: for tests. */
dk_load dk_load_look_at(const char *stat, const cpu_set_t *cores);

/* Cores that others kept busy between two looks, on average; 0 where that is not known. */
double dk_load_others(const dk_load *from, const dk_load *to);

/* Cores that are left when others keep so many busy, at least 1. One counts as busy from three quarters on: threads
 * that share a core with less than that still bring more than they cost. */
int dk_load_left(int cores, double others);

#endif
