/* Rates as they are said, seen and used. */
#include "live/rate.h"

#include <math.h>
#include <stdlib.h>

enum { LOOK = 32, FEW = 4 }; /* times that are looked at, at most and at least */
#define UNKNOWN 25.0
#define STILLS 1.0   /* pictures of a folder: a second each */
#define FASTEST 60.0 /* that is believed of the distance of frames */
#define MOST 240.0   /* that is believed of a source: slow motion; 1000 says that times are in ms */
#define FASTER 1.005 /* the first frames came so much faster than the source says */
#define NEAR .03     /* of a usual rate: times are often rounded to ms */
#define SAME 2e-4    /* 23.98 is 24000/1001 */

static bool near(double a, double b, double share) {
    return fabs(a - b) <= share * b;
}

dk_rate dk_rate_of(double fps) {
    const double rate = fps < 1 ? fps * ceil(1 / fps) : fps, whole = round(rate), ntsc = round(rate * 1.001);
    if (near(rate, whole, SAME)) {
        return (dk_rate){(int)whole, 1};
    }
    if (near(rate, ntsc / 1.001, SAME)) {
        return (dk_rate){(int)ntsc * 1000, 1001};
    }
    return (dk_rate){(int)lround(100 * rate), 100};
}

double dk_rate_value(dk_rate rate) {
    return (double)rate.frames / rate.seconds;
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The mean of those distances that are within half of the median: a still in a lecture, or two frames at once, say
 * nothing of the rate. 0: not known. */
static double usual_distance(const double *times, int count) {
    double apart[LOOK];
    const int n = (count < LOOK ? count : LOOK) - 1;
    for (int i = 0; i < n; i++) {
        apart[i] = times[i + 1] - times[i];
    }
    if (n + 1 < FEW) {
        return 0;
    }
    qsort(apart, (size_t)n, sizeof *apart, by_size);
    double sum = 0;
    int summed = 0;
    for (int i = 0; i < n; i++) {
        if (near(apart[i], apart[n / 2], .5)) {
            sum += apart[i];
            summed++;
        }
    }
    return summed > 0 ? sum / summed : 0;
}

/* A usual rate beside it, else the next whole one. */
static double usual_rate(double fps) {
    static const double usual[] = {5, 6, 7.5, 8, 10, 12, 12.5, 15, 20, 24, 25, 30, 50, FASTEST};
    double best = ceil(fps);
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (near(fps, usual[i], NEAR) && (fabs(fps - usual[i]) < fabs(fps - best) || best != floor(best))) {
            best = usual[i];
        }
    }
    return fmin(best, FASTEST);
}

/* Frames of a camera come in bursts, whose mean is its rate. 0: not known. */
static double seen_rate(const dk_source_info *source, const double *times, int count) {
    const double apart = !source->live  ? usual_distance(times, count)
                         : count >= FEW ? (times[count - 1] - times[0]) / (count - 1)
                                        : 0;
    return apart > 0 ? usual_rate(1 / apart) : 0;
}

double dk_rate_choose(const dk_source_info *source, const double *times, int count) {
    const double said = source->fps > 0 && source->fps <= MOST ? source->fps : 0;
    if (source->stills) {
        return STILLS;
    }
    const double seen = said > 0 && source->live ? 0 : seen_rate(source, times, count);
    return seen > FASTER * said ? seen : said > 0 ? said : UNKNOWN;
}
