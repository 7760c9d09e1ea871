/* The report of a check. Text shows the first few of each kind; JSON has all of them. */
#include "app/dataset/check_report.h"

#include "app/json.h"
#include "app/say.h"

enum { SHOWN = 5 };

/* ---- counts that both have ---- */

static int unreadable(const dk_check *c, int split) {
    return dk_check_count(c, split, DK_CHECK_UNREADABLE);
}

static int constant(const dk_check *c, int split) {
    return dk_check_count(c, split, DK_CHECK_CONSTANT);
}

static int conflicts(const dk_check *c) {
    int count = 0;
    for (int i = 0; i < c->group_count; i++) {
        count += c->groups[i].conflict;
    }
    return count;
}

static int grouped(const dk_check *c) {
    int count = 0;
    for (int i = 0; i < c->group_count; i++) {
        count += c->groups[i].count;
    }
    return count;
}

static const char *label_of(const dk_data *data, const dk_check_picture *p) {
    return p->sample->label < 0 ? "" : data->labels[p->sample->label];
}

/* ---- text ---- */

static void print_splits(const dk_check *c) {
    dk_say("%-10s  pictures  unreadable  constant  conflicting  with a twin  copies      good\n", "split");
    for (int k = 0; k < c->split_count; k++) {
        dk_say("%-10s  %8d  %10d  %8d  %11d  %11d  %6d  %8d\n", c->splits[k].name, c->splits[k].set->count,
               unreadable(c, k), constant(c, k), dk_check_count(c, k, DK_CHECK_CONFLICT),
               dk_check_count(c, k, DK_CHECK_TWIN), dk_check_count(c, k, DK_CHECK_COPY),
               dk_check_count(c, k, DK_CHECK_GOOD));
    }
    dk_say("(each picture counts once, in the first column that holds)\n");
}

static void print_classes(const dk_check *c, const dk_data *data) {
    dk_say("\n%-24s", "label");
    for (int k = 0; k < c->split_count; k++) {
        dk_say("  %8s", c->splits[k].name);
    }
    dk_say("\n");
    for (int i = 0; i < data->conf.classes; i++) {
        dk_say("%-24.24s", data->labels[i]);
        for (int k = 0; k < c->split_count; k++) {
            dk_say("  %8d", c->splits[k].set->per_class[i]);
        }
        dk_say("\n");
    }
}

static void print_identical(const dk_check *c) {
    dk_say("\nidentical pictures (equal decoded pixels): %d groups of %d pictures\n", c->group_count,
           grouped(c));
    for (int k = 0; k < c->split_count; k++) {
        dk_say("  within %s: %d copies of pictures before them\n", c->splits[k].name,
               dk_check_twins(c, k, k));
    }
    for (int k = 0; k < c->split_count; k++) {
        for (int other = 0; other < k; other++) {
            dk_say("  of %s: %d pictures have a twin in %s\n", c->splits[k].name, dk_check_twins(c, k, other),
                   c->splits[other].name);
        }
    }
    dk_say("  groups with different labels: %d\n", conflicts(c));
}

static void print_conflicts(const dk_check *c, const dk_data *data) {
    int shown = 0;
    for (int i = 0; i < c->group_count && shown < SHOWN; i++) {
        const dk_check_group *g = &c->groups[i];
        for (int m = 0; g->conflict && m < g->count && m < SHOWN; m++) {
            const dk_check_picture *p = &c->pictures[c->members[g->first + m]];
            dk_say("    %s %s (%s)\n", m == 0 ? "-" : " ", p->sample->path, label_of(data, p));
        }
        if (g->conflict && g->count > SHOWN) {
            dk_say("      and %d more\n", g->count - SHOWN);
        }
        shown += g->conflict;
    }
    if (shown < conflicts(c)) {
        dk_say("    and %d more groups; -json lists them\n", conflicts(c) - shown);
    }
}

static void print_pictures(const dk_check *c, dk_check_fault fault) {
    int found = 0;
    for (int i = 0; i < c->count; i++) {
        const dk_check_picture *p = &c->pictures[i];
        if (p->fault == fault && found++ < SHOWN) {
            dk_say(found == 1 ? "\n%s: %s\n" : "%s: %s\n", dk_check_fault_name(fault),
                   p->reason ? p->reason : p->sample->path);
        }
    }
    if (found > SHOWN) {
        dk_say("and %d more; -json lists them\n", found - SHOWN);
    }
}

void dk_check_report_text(const dk_check *c, const dk_data *data) {
    print_splits(c);
    print_classes(c, data);
    print_identical(c);
    print_conflicts(c, data);
    print_pictures(c, DK_CHECK_UNREADABLE);
    print_pictures(c, DK_CHECK_CONSTANT);
}

/* ---- JSON ---- */

static void add_faulty(dk_json *j, const char *key, const dk_check *c, int split, dk_check_fault fault) {
    dk_json_open(j, key, '[');
    for (int i = 0; i < c->count; i++) {
        const dk_check_picture *p = &c->pictures[i];
        if (p->split != split || p->fault != fault) {
            continue;
        }
        dk_json_open(j, NULL, '{');
        dk_json_text(j, "path", p->sample->path);
        if (p->reason) {
            dk_json_text(j, "reason", p->reason);
        }
        dk_json_close(j, '}');
    }
    dk_json_close(j, ']');
}

static void add_labels(dk_json *j, const dk_check *c, const dk_data *data, int split) {
    dk_json_open(j, "labels", '{');
    for (int i = 0; i < data->conf.classes; i++) {
        dk_json_int(j, data->labels[i], c->splits[split].set->per_class[i]);
    }
    dk_json_close(j, '}');
    dk_json_open(j, "bare", '[');
    for (int i = 0; c->bare[split] && i < data->conf.classes; i++) {
        if (c->bare[split][i]) {
            dk_json_text(j, NULL, data->labels[i]);
        }
    }
    dk_json_close(j, ']');
}

static void add_split(dk_json *j, const dk_check *c, const dk_data *data, int split) {
    const dk_check_split *s = &c->splits[split];
    dk_json_open(j, NULL, '{');
    dk_json_text(j, "name", s->name);
    dk_json_text(j, "source", s->source);
    dk_json_int(j, "pictures", s->set->count);
    add_labels(j, c, data, split);
    dk_json_open(j, "counts", '{');
    for (dk_check_fault f = DK_CHECK_GOOD; f < DK_CHECK_FAULTS; f++) {
        dk_json_int(j, dk_check_fault_name(f), dk_check_count(c, split, f));
    }
    dk_json_close(j, '}');
    dk_json_open(j, "twins", '{');
    for (int k = 0; k < c->split_count; k++) {
        dk_json_int(j, c->splits[k].name, dk_check_twins(c, split, k));
    }
    dk_json_close(j, '}');
    add_faulty(j, "unreadable", c, split, DK_CHECK_UNREADABLE);
    add_faulty(j, "constant", c, split, DK_CHECK_CONSTANT);
    const dk_unread *u = &s->set->unread;
    dk_json_open(j, "not_read", '{');
    for (int i = 0; i < u->kinds; i++) {
        dk_json_int(j, u->kind[i].name, u->kind[i].count);
    }
    dk_json_close(j, '}');
    dk_json_close(j, '}');
}

static void add_group(dk_json *j, const dk_check *c, const dk_data *data, const dk_check_group *g) {
    dk_json_open(j, NULL, '{');
    dk_json_bool(j, "conflict", g->conflict);
    dk_json_open(j, "pictures", '[');
    for (int m = 0; m < g->count; m++) {
        const dk_check_picture *p = &c->pictures[c->members[g->first + m]];
        dk_json_open(j, NULL, '{');
        dk_json_text(j, "split", c->splits[p->split].name);
        dk_json_text(j, "path", p->sample->path);
        dk_json_text(j, "label", label_of(data, p));
        dk_json_close(j, '}');
    }
    dk_json_close(j, ']');
    dk_json_close(j, '}');
}

dk_status dk_check_report_json(const dk_check *c, const dk_data *data, dk_error *err) {
    dk_buffer text = {0};
    dk_json j = {.out = &text, .lines = true};
    dk_json_open(&j, NULL, '{');
    dk_json_open(&j, "splits", '[');
    for (int k = 0; k < c->split_count; k++) {
        add_split(&j, c, data, k);
    }
    dk_json_close(&j, ']');
    dk_json_int(&j, "conflicts", conflicts(c));
    dk_json_open(&j, "groups", '[');
    for (int i = 0; i < c->group_count; i++) {
        add_group(&j, c, data, &c->groups[i]);
    }
    dk_json_close(&j, ']');
    dk_json_close(&j, '}');
    return dk_json_print(&text, err);
}
