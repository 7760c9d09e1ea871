/* What may stand where, told by the names that help shows: DATA is a file *.data, RUN a folder, `net` the word itself. */
#include "app/complete.h"

#include <string.h>

#include "layer/layer.h"

const char *const dk_complete_shells[] = {"bash", "zsh", NULL};

static void (*const scripts[])(dk_buffer *out) = {dk_complete_bash, dk_complete_zsh};

void dk_complete(const char *shell, dk_buffer *out) {
    for (int i = 0; dk_complete_shells[i]; i++) {
        if (strcmp(shell, dk_complete_shells[i]) == 0) {
            scripts[i](out);
        }
    }
}

/* ---- words ---- */

bool dk_complete_opens_group(const dk_command *c) {
    return !c->group || c == dk_commands || !c[-1].group || strcmp(c->group, c[-1].group) != 0;
}

void dk_complete_words(const char *group, dk_buffer *out) {
    const char *between = "";
    for (const dk_command *c = dk_commands; c->action; c++) {
        const bool first = !group && dk_complete_opens_group(c);
        if (first || (group && c->group && strcmp(c->group, group) == 0)) {
            dk_buffer_add(out, "%s%s", between, first && c->group ? c->group : c->action->name);
            between = " ";
        }
    }
}

static void layers(dk_buffer *out) {
    for (const char *const *name = dk_layer_names(); *name; name++) {
        dk_buffer_add(out, "%s%s", name == dk_layer_names() ? "" : " ", *name);
    }
}

/* ---- names of arguments and values ---- */

static const struct {
    const char *name, *offer;
} names[] = {{"DATA", "*.data"}, {"CFG", "*.cfg"}, {"WEIGHTS", "*.weights"},
             {"RUN", "/"},       {"DIR", "/"},     {"N", "-"}};

/* The offer for a name of n characters: "CFG", "OUT.png", "FILE". */
static void offer_name(const char *name, size_t n, dk_buffer *out) {
    const char *const dot = memchr(name, '.', n);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strlen(names[i].name) == n && strncmp(names[i].name, name, n) == 0) {
            dk_buffer_add(out, "%s", names[i].offer);
            return;
        }
    }
    dk_buffer_add(out, "*%.*s", dot ? (int)(n - (size_t)(dot - name)) : 0, dot ? dot : "");
}

/* "COMMAND | LAYER | net": one word of these. */
static void offer_choice(const char *text, size_t n, dk_buffer *out) {
    dk_buffer_add(out, "=");
    for (size_t i = 0; i < n;) {
        const size_t skip = strspn(text + i, " |"), word = strcspn(text + i + skip, " |]");
        const char *const at = text + i + skip;
        dk_buffer_add(out, "%s", i > 0 ? " " : "");
        if (strncmp(at, "COMMAND", word) == 0) {
            dk_complete_words(NULL, out);
        } else if (strncmp(at, "LAYER", word) == 0) {
            layers(out);
        } else {
            dk_buffer_put(out, at, word);
        }
        i += skip + word;
    }
}

void dk_complete_value(const dk_flag *flag, dk_buffer *out) {
    if (flag->words) {
        for (int i = 0; flag->words[i]; i++) {
            dk_buffer_add(out, "%c%s", i == 0 ? '=' : ' ', flag->words[i]);
        }
    } else if (flag->kind == DK_FLAG_FILE) {
        offer_name(flag->value, strlen(flag->value), out);
    } else {
        dk_buffer_add(out, "-");
    }
}

/* What is optional: of one bracket its only name or its words; of several, which leave each other out, any file. */
static void offer_optional(const char *text, dk_buffer *out) {
    const size_t n = strcspn(text + 1, "[]");
    if (text[n + 1] == '[' || text[n + 2] != '\0') {
        dk_buffer_add(out, "*");
    } else if (memchr(text, '|', n)) {
        offer_choice(text + 1, n, out);
    } else {
        offer_name(text + 1, strcspn(text + 1, " ]"), out);
    }
}

/* "DATA CFG [WEIGHTS]", "RUN RUN ...", "[DATA CFG [WEIGHTS]] [SOURCE]". */
void dk_complete_argument(const dk_action *action, int n, dk_buffer *out) {
    const char *at = action->args, *last = at;
    if (action->max >= 0 && n > action->max) {
        return;
    }
    for (; n > 1 && *at != '[' && *at != '\0'; n--) {
        last = at;
        at += strcspn(at, " ");
        at += strspn(at, " ");
    }
    if (*at == '[') {
        offer_optional(at, out);
    } else {
        const char *const name = *at == '.' || *at == '\0' ? last : at; /* "..." repeats it */
        offer_name(name, strcspn(name, " "), out);
    }
}
