/* What the demo prints: its answers where nothing else takes them, and at the end what was seen. */
#ifndef DK_APP_DEMO_REPORT_H
#define DK_APP_DEMO_REPORT_H

#include "live/live.h"
#include "live/summary.h"

/* A sink: lines on stdout when a face appears, changes its label or leaves; of pictures, a line a face. */
extern const dk_sink_kind dk_demo_lines;

/* The time of the stages as a note, and the summary, if wanted, on stdout and as a picture in the results folder. */
DK_CHECKED dk_status dk_demo_report(const dk_live_options *o, const dk_live_report *report,
                                    const dk_summary *summary, dk_error *err);

/* Draws the summary over time. */
DK_CHECKED dk_status dk_demo_timeline(const dk_summary *s, const char *const *names, const char *title,
                                      const char *subtitle, dk_fonts *fonts, const char *path, dk_error *err);

#endif
