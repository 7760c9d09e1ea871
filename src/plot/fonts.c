/* Scripts and the Debian packages whose fonts have them. Blocks are those of Unicode 15; rows of one script lie together
 * and share its name, by which it is told once. */
#include "plot/fonts.h"

#include <stddef.h>
#include <string.h>

#define CJK "fonts-noto-cjk"
#define CHINESE "fonts-noto-cjk or the smaller fonts-wqy-microhei"
#define CORE "fonts-noto-core"
#define EMOJI "fonts-noto-color-emoji"

static const dk_script scripts[] = {
    {0x2e80, 0x303f, "Chinese", CHINESE}, /* radicals and punctuation */
    {0x3400, 0x4dbf, "Chinese", CHINESE},
    {0x4e00, 0x9fff, "Chinese", CHINESE},
    {0xf900, 0xfaff, "Chinese", CHINESE},
    {0xfe30, 0xfe4f, "Chinese", CHINESE},
    {0xff00, 0xff60, "Chinese", CHINESE}, /* wide forms */
    {0x20000, 0x323af, "Chinese", CJK},
    {0x3100, 0x312f, "Chinese (bopomofo)", CJK},
    {0x31a0, 0x31bf, "Chinese (bopomofo)", CJK},
    {0x3040, 0x30ff, "Japanese", CJK},
    {0x31f0, 0x33ff, "Japanese", CJK},
    {0xff61, 0xff9f, "Japanese", CJK},
    {0x1100, 0x11ff, "Korean", CJK},
    {0x3130, 0x318f, "Korean", CJK},
    {0xa960, 0xa97f, "Korean", CJK},
    {0xac00, 0xd7ff, "Korean", CJK},
    {0xffa0, 0xffdf, "Korean", CJK},
    {0x0590, 0x05ff, "Hebrew", CORE},
    {0xfb1d, 0xfb4f, "Hebrew", CORE},
    {0x0600, 0x06ff, "Arabic", CORE},
    {0x0750, 0x077f, "Arabic", CORE},
    {0x0870, 0x08ff, "Arabic", CORE},
    {0xfb50, 0xfdff, "Arabic", CORE},
    {0xfe70, 0xfeff, "Arabic", CORE},
    {0x0900, 0x097f, "Devanagari", CORE}, /* Hindi, Marathi, Nepali */
    {0xa8e0, 0xa8ff, "Devanagari", CORE},
    {0x0e00, 0x0e7f, "Thai", CORE},
    {0x1f000, 0x1faff, "emoji", EMOJI},
    {0x2600, 0x27bf, "emoji", EMOJI},
    {0x2b00, 0x2bff, "emoji", EMOJI},
    {0x20e3, 0x20e3, "emoji", EMOJI}, /* keys */
    {0x0000, 0x024f, "Latin", CORE},
    {0x1e00, 0x1eff, "Latin", CORE},
    {0x0370, 0x03ff, "Greek", CORE},
    {0x1f00, 0x1fff, "Greek", CORE},
    {0x0400, 0x052f, "Cyrillic", CORE},
    {0x0530, 0x058f, "Armenian", CORE},
    {0x0700, 0x074f, "Syriac", CORE},
    {0x0780, 0x07bf, "Thaana", CORE},
    {0x07c0, 0x07ff, "N'Ko", CORE},
    {0x0980, 0x09ff, "Bengali", CORE},
    {0x0a00, 0x0a7f, "Gurmukhi", CORE}, /* Punjabi */
    {0x0a80, 0x0aff, "Gujarati", CORE},
    {0x0b00, 0x0b7f, "Oriya", CORE},
    {0x0b80, 0x0bff, "Tamil", CORE},
    {0x0c00, 0x0c7f, "Telugu", CORE},
    {0x0c80, 0x0cff, "Kannada", CORE},
    {0x0d00, 0x0d7f, "Malayalam", CORE},
    {0x0d80, 0x0dff, "Sinhala", CORE},
    {0x0e80, 0x0eff, "Lao", CORE},
    {0x0f00, 0x0fff, "Tibetan", CORE},
    {0x1000, 0x109f, "Burmese", CORE},
    {0xaa60, 0xaa7f, "Burmese", CORE},
    {0x10a0, 0x10ff, "Georgian", CORE},
    {0x1c90, 0x1cbf, "Georgian", CORE},
    {0x1200, 0x139f, "Ethiopic", CORE}, /* Amharic, Tigrinya */
    {0x13a0, 0x13ff, "Cherokee", CORE},
    {0x1780, 0x17ff, "Khmer", CORE},
    {0x1800, 0x18af, "Mongolian", CORE},
    {0x2d30, 0x2d7f, "Tifinagh", CORE},
    {0xa000, 0xa4cf, "Yi", CORE},
};

enum { SCRIPTS = sizeof scripts / sizeof *scripts, OTHERS = 62, BARE = 63 }; /* bits of dk_fonts.told */
_Static_assert(SCRIPTS <= OTHERS, "dk_fonts.told has no bit for each script");

const dk_script *dk_script_of(uint32_t character) {
    for (const dk_script *s = scripts; s < scripts + SCRIPTS; s++) {
        if (character >= s->first && character <= s->last) {
            return s;
        }
    }
    return NULL;
}

/* True the first time. */
static bool tell(dk_fonts *fonts, int bit) {
    const uint64_t mark = (uint64_t)1 << bit;
    const bool first = fonts != NULL && (fonts->told & mark) == 0;
    if (first) {
        fonts->told |= mark;
    }
    return first;
}

/* The bit of a script is its first row's. */
static int bit_of(const dk_script *s) {
    int i = 0;
    while (strcmp(scripts[i].script, s->script) != 0) {
        i++;
    }
    return i;
}

void dk_fonts_miss(dk_fonts *fonts, uint32_t character) {
    const dk_script *const s = dk_script_of(character);
    if (s == NULL && tell(fonts, OTHERS)) {
        dk_warn(&fonts->log, "no installed font has the character U+%04X of a name; a box is drawn for it",
                character);
    } else if (s != NULL && tell(fonts, bit_of(s))) {
        dk_warn(&fonts->log,
                "no installed font has the %s characters of a name (U+%04X), boxes are drawn for them; on "
                "Debian: apt-get install %s",
                s->script, character, s->package);
    }
}

void dk_fonts_bare(dk_fonts *fonts, const char *why, const char *package) {
    if (tell(fonts, BARE)) {
        dk_warn(&fonts->log,
                "pictures have only ASCII letters, and '?' for others: %s; on Debian: apt-get install %s",
                why, package);
    }
}
