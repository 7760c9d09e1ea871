/* What pages are told of the classes. */
#ifndef DK_LIVE_CLASSES_JSON_H
#define DK_LIVE_CLASSES_JSON_H

#include "base/json.h"

/* "classes": [{"name", "colour": "#rrggbb", that of charts and of what the demo draws}], into the object that is open. */
void dk_classes_json(dk_json *j, const char *const *names, int count);

#endif
