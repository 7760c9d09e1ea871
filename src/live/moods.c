/* A place for each face. */
#include "live/moods.h"

dk_status dk_moods_open(dk_moods *moods, int classes, dk_arena *arena, dk_error *err) {
    *moods = (dk_moods){0};
    const size_t each = (size_t)classes;
    float *scores = dk_arena_alloc(arena, DK_TRACKS * each * sizeof *scores);
    if (scores == NULL) {
        return dk_no_memory(err, DK_TRACKS * each * sizeof *scores, "the faces' scores");
    }
    for (size_t i = 0; i < DK_TRACKS; i++) {
        moods->moods[i] = (dk_mood){.scores = scores + i * each, .classes = classes, .label = -1};
    }
    return DK_OK;
}

/* The place of an id, 0: a free one; -1: there is none. */
static int place_of(const dk_moods *moods, int id) {
    for (int i = 0; i < DK_TRACKS; i++) {
        if (moods->ids[i] == id) {
            return i;
        }
    }
    return -1;
}

static bool is_among(int id, const dk_face *faces, int count) {
    for (int i = 0; i < count; i++) {
        if (faces[i].id == id) {
            return true;
        }
    }
    return false;
}

void dk_moods_keep(dk_moods *moods, const dk_face *faces, int count) {
    for (int i = 0; i < DK_TRACKS; i++) {
        if (moods->ids[i] > 0 && !is_among(moods->ids[i], faces, count)) {
            moods->ids[i] = 0;
        }
    }
    for (int i = 0; i < count; i++) {
        const bool fresh = place_of(moods, faces[i].id) < 0;
        const int place = place_of(moods, fresh ? 0 : faces[i].id);
        if (place >= 0 && (fresh || faces[i].note != NULL)) {
            moods->ids[place] = faces[i].id;
            dk_mood_clear(&moods->moods[place]);
        }
    }
}

dk_mood *dk_moods_find(dk_moods *moods, int id) {
    const int place = id > 0 ? place_of(moods, id) : -1;
    return place >= 0 ? &moods->moods[place] : NULL;
}

void dk_moods_answer(dk_moods *moods, const dk_ask *answered, size_t outputs, double constant) {
    for (int i = 0; i < answered->count; i++) {
        dk_mood *mood = dk_moods_find(moods, answered->ids[i]);
        if (mood != NULL) {
            dk_mood_add(mood, answered->scores + (size_t)i * outputs, answered->time, constant);
        }
    }
}

void dk_moods_tell(dk_moods *moods, dk_face *faces, int count) {
    for (int i = 0; i < count; i++) {
        const dk_mood *mood = dk_moods_find(moods, faces[i].id);
        if (mood != NULL && mood->any && faces[i].note == NULL) {
            faces[i].label = mood->label;
            faces[i].scores = mood->scores;
        }
    }
}

dk_face dk_track_face(const dk_track *track, bool whole) {
    return (dk_face){.id = track->id,
                     .box = track->box,
                     .whole = whole,
                     .coasting = !(track->history & 1),
                     .note = track->note,
                     .label = -1};
}
