/* First the words alone, once for each command, until one is found that is meant; then with its flags. */
#include "app/line.h"

#include <string.h>

#include "app/habits.h"
#include "vision/vision.h"

/* ---- the pieces of a line ---- */

/* What a word is: OWN is a flag of the command, OTHERS of another one, HABIT of other Darknets, END what ends flags. */
typedef enum { WORD, END, HELP, VERSION, OWN, OTHERS, HABIT, UNKNOWN } sort;

typedef struct {
    sort sort;
    const char *text, *value; /* value NULL: none */
    dk_flag flag;
    const dk_habit *habit;
    int used; /* words of the line */
} piece;

static bool find_others(const char *name, dk_flag *flag) {
    for (const dk_command *c = dk_commands; c->action; c++) {
        if (dk_flags_find(c->action->flags, name, flag)) {
            return true;
        }
    }
    return false;
}

static bool has_value(const dk_flag *f) {
    return f->kind != DK_FLAG_SWITCH;
}

/* The piece at the begin of the words, of which there are `left`. own: the flags of the command; NULL: not known. */
static piece look(const char *const *words, int left, bool ended, const dk_flag_table *own) {
    const char *const text = words[0], *const next = left > 1 ? words[1] : NULL;
    piece p = {.sort = WORD, .text = text, .used = 1};
    if (ended || text[0] != '-' || text[1] == '\0') {
        return p;
    }
    const char *const name = text + 1;
    bool value = false;
    if (strcmp(text, "--") == 0) {
        p.sort = END;
    } else if (strcmp(name, "help") == 0) {
        p.sort = HELP;
    } else if (strcmp(name, "version") == 0) {
        p.sort = VERSION;
    } else if (dk_flags_find(own, name, &p.flag)) {
        p.sort = OWN;
        value = has_value(&p.flag);
    } else if (find_others(name, &p.flag)) {
        p.sort = OTHERS;
        value = has_value(&p.flag);
    } else if ((p.habit = dk_habit_find(name)) != NULL) {
        const char *const means = dk_habit_means(p.habit);
        p.sort = means && dk_flags_find(own, means, &p.flag) ? OWN : HABIT;
        value = p.sort == OWN ? has_value(&p.flag) : dk_habit_has_value(p.habit, next);
    } else {
        p.sort = UNKNOWN;
    }
    p.value = value ? next : NULL;
    p.used += p.value != NULL;
    return p;
}

/* ---- which command ---- */

typedef struct {
    bool help, version;
    const char *unknown; /* the first flag that nobody has; NULL: none */
} seen;

/* The line's words as the command would have them. */
static seen read_words(dk_line *line, const dk_flag_table *own, int argc, const char *const *argv) {
    seen s = {0};
    bool ended = false;
    line->count = 0;
    for (int i = 0; i < argc;) {
        const piece p = look(argv + i, argc - i, ended, own);
        i += p.used;
        ended = ended || p.sort == END;
        s.help = s.help || p.sort == HELP;
        s.version = s.version || p.sort == VERSION;
        if (p.sort == WORD) {
            line->words[line->count++] = p.text;
        } else if (p.sort == UNKNOWN && !s.unknown) {
            s.unknown = p.text;
        }
    }
    return s;
}

static const char *closest(const char *name, const dk_flag_table *own, dk_arena *arena) {
    const char **names = NULL;
    dk_flag row;
    dk_error none = {0};
    for (int i = 0; dk_flags_row(own, i, &row); i++) {
        if (dk_flag_append(&names, row.name, arena, &none) != DK_OK) {
            return NULL;
        }
    }
    return names ? dk_text_closest(name, names) : NULL;
}

static dk_status unknown(const char *word, const dk_command *command, dk_arena *arena, dk_error *err) {
    const char *const name = word + strspn(word, "-");
    const char *near = command ? closest(name, command->action->flags, arena) : NULL;
    for (const dk_command *c = dk_commands; c->action && !near; c++) {
        near = closest(name, c->action->flags, arena);
    }
    if (near) {
        return dk_fail(err, DK_EUSAGE, "there is no flag %s; did you mean -%s?", word, near);
    }
    return dk_fail(err, DK_EUSAGE, "there is no flag %s; a file of that name is given after --", word);
}

/* No command is meant by these words: says so, after what is wrong with the flags. What to do instead of a command of other
 * Darknets matters more than the flags that it has there. */
static dk_status no_command(const dk_line *line, const char *flag, dk_arena *arena, dk_error *err) {
    const char *const *const w = line->words;
    const bool foreign = line->count > 0 && dk_habit_command(w[0], line->count > 1 ? w[1] : NULL);
    const dk_command *found = NULL;
    char name[64];
    int used = 0;
    if (flag && !foreign) {
        return unknown(flag, NULL, arena, err);
    }
    DK_TRY(dk_command_find(&found, w, line->count, &used, err));
    dk_command_name(found, name);
    return dk_fail(err, DK_EUSAGE, "a flag of `%s` takes a word of the command; put flags behind it", name);
}

/* ---- its flags ---- */

static dk_status take(dk_line *line, const piece *p, dk_arena *arena, dk_error *err) {
    char name[64];
    const char *note = NULL;
    dk_command_name(line->command, name);
    switch (p->sort) {
    case OWN:
        if (has_value(&p->flag) && !p->value) {
            dk_buffer wanted = {0};
            dk_flag_shown(&p->flag, &wanted);
            dk_fail(err, DK_EUSAGE, "%s wants a value: %s", p->text, wanted.failed ? "" : wanted.text);
            dk_buffer_free(&wanted);
            return DK_EUSAGE;
        }
        return dk_flag_take(&p->flag, p->value, line->flags, arena, err);
    case HABIT:
        DK_TRY(dk_habit_take(p->habit, p->value, &note, arena, err));
        return dk_flag_append(&line->notes, note, arena, err);
    case VERSION:
    case OTHERS:
        return dk_fail(err, DK_EUSAGE, "`%s` has no flag %s", name, p->text);
    case UNKNOWN:
        return unknown(p->text, line->command, arena, err);
    default:
        return DK_OK;
    }
}

static dk_status read_flags(dk_line *line, int argc, const char *const *argv, dk_arena *arena,
                            dk_error *err) {
    const dk_action *const a = line->command->action;
    bool ended = false;
    line->flags = dk_arena_alloc(arena, a->flags_size);
    if (!line->flags) {
        return dk_no_memory(err, a->flags_size, "the flags");
    }
    dk_flags_default(a->flags, line->flags);
    for (int i = 0; i < argc;) {
        const piece p = look(argv + i, argc - i, ended, a->flags);
        DK_TRY(take(line, &p, arena, err));
        i += p.used;
        ended = ended || p.sort == END;
    }
    return DK_OK;
}

/* ---- its words ---- */

static dk_status check_count(const dk_line *line, dk_error *err) {
    const dk_action *const a = line->command->action;
    char name[64];
    dk_command_name(line->command, name);
    if (line->count < a->min) {
        return dk_fail(err, DK_EUSAGE, "`%s` wants %s %d argument%s: %s", name,
                       a->min == a->max ? "exactly" : "at least", a->min, a->min == 1 ? "" : "s", a->args);
    }
    if (a->max >= 0 && line->count > a->max) {
        char shown[DK_SHOWN];
        dk_capture_shown(shown, sizeof shown, line->words[a->max]);
        return dk_fail(err, DK_EUSAGE, "`%s` has no use for '%s'; it takes %s", name, shown,
                       a->max == 0 ? "no arguments" : a->args);
    }
    return DK_OK;
}

dk_status dk_line_read(dk_line *line, int argc, const char *const *argv, dk_arena *arena, dk_error *err) {
    static const char *const version[] = {"version"};
    *line = (dk_line){.words = dk_arena_alloc(arena, ((size_t)argc + 1) * sizeof *line->words)};
    if (!line->words) {
        return dk_no_memory(err, (size_t)argc * sizeof *line->words, "the words of the line");
    }
    seen s = {0};
    int own = 0;
    for (const dk_command *c = dk_commands; c->action && own == 0; c++) {
        s = read_words(line, c->action->flags, argc, argv);
        own = dk_command_words(c, line->words, line->count);
        line->command = own > 0 ? c : NULL;
    }
    if (!line->command) {
        s = read_words(line, NULL, argc, argv);
    }
    if (s.help) {
        line->help = true;
        return DK_OK;
    }
    if (s.version && line->count == 0) {
        return dk_line_read(line, 1, version, arena, err);
    }
    if (!line->command) {
        return no_command(line, s.unknown, arena, err);
    }
    DK_TRY(read_flags(line, argc, argv, arena, err));
    line->words += own;
    line->count -= own;
    return check_count(line, err);
}
