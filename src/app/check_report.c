/* The report of a check. Text shows the first few of each kind; JSON has all of them. */
#include "app/check_report.h"

#include <stdio.h>

#include "app/json.h"

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
    printf("%-10s  pictures  unreadable  constant  conflicting  with a twin  copies      good\n", "split");
    for (int k = 0; k < c->split_count; k++) {
        printf("%-10s  %8d  %10d  %8d  %11d  %11d  %6d  %8d\n", c->splits[k].name, c->splits[k].set->count,
               unreadable(c, k), constant(c, k), dk_check_count(c, k, DK_CHECK_CONFLICT),
               dk_check_count(c, k, DK_CHECK_TWIN), dk_check_count(c, k, DK_CHECK_COPY),
               dk_check_count(c, k, DK_CHECK_GOOD));
    }
    printf("(each picture counts once, in the first column that holds)\n");
}

static void print_classes(const dk_check *c, const dk_data *data) {
    printf("\n%-24s", "label");
    for (int k = 0; k < c->split_count; k++) {
        printf("  %8s", c->splits[k].name);
    }
    printf("\n");
    for (int i = 0; i < data->conf.classes; i++) {
        printf("%-24.24s", data->labels[i]);
        for (int k = 0; k < c->split_count; k++) {
            printf("  %8d", c->splits[k].set->per_class[i]);
        }
        printf("\n");
    }
}

static void print_identical(const dk_check *c) {
    printf("\nidentical pictures (equal decoded pixels): %d groups of %d pictures\n", c->group_count,
           grouped(c));
    for (int k = 0; k < c->split_count; k++) {
        printf("  within %s: %d copies of pictures before them\n", c->splits[k].name,
               dk_check_twins(c, k, k));
    }
    for (int k = 0; k < c->split_count; k++) {
        for (int other = 0; other < k; other++) {
            printf("  of %s: %d pictures have a twin in %s\n", c->splits[k].name, dk_check_twins(c, k, other),
                   c->splits[other].name);
        }
    }
    printf("  groups with different labels: %d\n", conflicts(c));
}

static void print_conflicts(const dk_check *c, const dk_data *data) {
    int shown = 0;
    for (int i = 0; i < c->group_count && shown < SHOWN; i++) {
        const dk_check_group *g = &c->groups[i];
        for (int m = 0; g->conflict && m < g->count && m < SHOWN; m++) {
            const dk_check_picture *p = &c->pictures[c->members[g->first + m]];
            printf("    %s %s (%s)\n", m == 0 ? "-" : " ", p->sample->path, label_of(data, p));
        }
        if (g->conflict && g->count > SHOWN) {
            printf("      and %d more\n", g->count - SHOWN);
        }
        shown += g->conflict;
    }
    if (shown < conflicts(c)) {
        printf("    and %d more groups; -json lists them\n", conflicts(c) - shown);
    }
}

static void print_pictures(const dk_check *c, dk_check_fault fault) {
    int found = 0;
    for (int i = 0; i < c->count; i++) {
        const dk_check_picture *p = &c->pictures[i];
        if (p->fault == fault && found++ < SHOWN) {
            printf("%s%s: %s\n", found == 1 ? "\n" : "", dk_check_fault_name(fault),
                   p->reason ? p->reason : p->sample->path);
        }
    }
    if (found > SHOWN) {
        printf("and %d more; -json lists them\n", found - SHOWN);
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

static cJSON *faulty(const dk_check *c, int split, dk_check_fault fault) {
    cJSON *list = cJSON_CreateArray();
    for (int i = 0; i < c->count; i++) {
        const dk_check_picture *p = &c->pictures[i];
        if (p->split != split || p->fault != fault) {
            continue;
        }
        cJSON *o = cJSON_CreateObject();
        cJSON_AddStringToObject(o, "path", p->sample->path);
        if (p->reason) {
            cJSON_AddStringToObject(o, "reason", p->reason);
        }
        cJSON_AddItemToArray(list, o);
    }
    return list;
}

static cJSON *split_object(const dk_check *c, const dk_data *data, int split) {
    const dk_check_split *s = &c->splits[split];
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "name", s->name);
    cJSON_AddStringToObject(o, "source", s->source);
    cJSON_AddNumberToObject(o, "pictures", s->set->count);
    cJSON *classes = cJSON_AddObjectToObject(o, "labels");
    for (int i = 0; i < data->conf.classes; i++) {
        cJSON_AddNumberToObject(classes, data->labels[i], s->set->per_class[i]);
    }
    cJSON *bare = cJSON_AddArrayToObject(o, "bare");
    for (int i = 0; c->bare[split] && i < data->conf.classes; i++) {
        if (c->bare[split][i]) {
            cJSON_AddItemToArray(bare, cJSON_CreateString(data->labels[i]));
        }
    }
    cJSON *counts = cJSON_AddObjectToObject(o, "counts");
    for (dk_check_fault f = DK_CHECK_GOOD; f < DK_CHECK_FAULTS; f++) {
        cJSON_AddNumberToObject(counts, dk_check_fault_name(f), dk_check_count(c, split, f));
    }
    cJSON *twins = cJSON_AddObjectToObject(o, "twins");
    for (int k = 0; k < c->split_count; k++) {
        cJSON_AddNumberToObject(twins, c->splits[k].name, dk_check_twins(c, split, k));
    }
    cJSON_AddItemToObject(o, "unreadable", faulty(c, split, DK_CHECK_UNREADABLE));
    cJSON_AddItemToObject(o, "constant", faulty(c, split, DK_CHECK_CONSTANT));
    const dk_unread *u = &s->set->unread;
    cJSON *kinds = cJSON_AddObjectToObject(o, "not_read");
    for (int i = 0; i < u->kinds; i++) {
        cJSON_AddNumberToObject(kinds, u->kind[i].name, u->kind[i].count);
    }
    return o;
}

static cJSON *group_object(const dk_check *c, const dk_data *data, const dk_check_group *g) {
    cJSON *o = cJSON_CreateObject();
    cJSON_AddBoolToObject(o, "conflict", g->conflict);
    cJSON *list = cJSON_AddArrayToObject(o, "pictures");
    for (int m = 0; m < g->count; m++) {
        const dk_check_picture *p = &c->pictures[c->members[g->first + m]];
        cJSON *picture = cJSON_CreateObject();
        cJSON_AddStringToObject(picture, "split", c->splits[p->split].name);
        cJSON_AddStringToObject(picture, "path", p->sample->path);
        cJSON_AddStringToObject(picture, "label", label_of(data, p));
        cJSON_AddItemToArray(list, picture);
    }
    return o;
}

dk_status dk_check_report_json(const dk_check *c, const dk_data *data, dk_error *err) {
    cJSON *root = cJSON_CreateObject();
    cJSON *splits = cJSON_AddArrayToObject(root, "splits");
    for (int k = 0; k < c->split_count; k++) {
        cJSON_AddItemToArray(splits, split_object(c, data, k));
    }
    cJSON_AddNumberToObject(root, "conflicts", conflicts(c));
    cJSON *groups = cJSON_AddArrayToObject(root, "groups");
    for (int i = 0; i < c->group_count; i++) {
        cJSON_AddItemToArray(groups, group_object(c, data, &c->groups[i]));
    }
    return dk_json_print(root, err);
}
