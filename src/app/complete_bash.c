/* bash: three functions hold the tables, one looks into them. */
#include "app/complete.h"

static const char head[] = "# Completion of darknet's lines in bash; `darknet help -complete bash` has made "
                           "it of the program's tables.\n"
                           "# shellcheck shell=bash\n\n";

static const char tail[] = "_darknet() {\n"
                           "    local word=${COMP_WORDS[COMP_CWORD]} line='' offer='' count=0 i w\n"
                           "    COMPREPLY=()\n"
                           "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                           "        w=${COMP_WORDS[i]}\n"
                           "        if [[ $offer ]]; then\n"
                           "            offer='' # the value of the flag before it\n"
                           "        elif [[ $w == -?* ]]; then\n"
                           "            offer=$(_darknet_value \"$line\" \"$w\")\n"
                           "        elif [[ $(_darknet_words \"$line\") ]]; then\n"
                           "            line=${line:+$line }$w\n"
                           "        else\n"
                           "            count=$((count + 1))\n"
                           "        fi\n"
                           "    done\n"
                           "    if [[ ! $offer && $word == -* ]]; then\n"
                           "        offer=\"=$(_darknet_flags \"$line\")\"\n"
                           "    elif [[ ! $offer ]]; then\n"
                           "        offer=$(_darknet_words \"$line\")\n"
                           "        offer=${offer:+=$offer}\n"
                           "        offer=${offer:-$(_darknet_argument \"$line\" $((count + 1)))}\n"
                           "    fi\n"
                           "    case $offer in\n"
                           "    '' | -) ;;\n"
                           "    =*) mapfile -t COMPREPLY < <(compgen -W \"${offer#=}\" -- \"$word\") ;;\n"
                           "    *)\n"
                           "        compopt -o filenames 2>/dev/null\n"
                           "        mapfile -t COMPREPLY < <(\n"
                           "            compgen -d -- \"$word\"\n"
                           "            [[ $offer == / ]] || compgen -f -X \"!$offer\" -- \"$word\"\n"
                           "        )\n"
                           "        ;;\n"
                           "    esac\n"
                           "}\n"
                           "complete -F _darknet darknet\n";

static void add_words(dk_buffer *out) {
    dk_buffer_add(out,
                  "_darknet_words() { # LINE: the words that go on with it\n    case $1 in\n    '') echo '");
    dk_complete_words(NULL, out);
    dk_buffer_add(out, "' ;;\n");
    for (const dk_command *c = dk_commands; c->action; c++) {
        if (c->group && dk_complete_opens_group(c)) {
            dk_buffer_add(out, "    %s) echo '", c->group);
            dk_complete_words(c->group, out);
            dk_buffer_add(out, "' ;;\n");
        }
    }
    dk_buffer_add(out, "    esac\n}\n\n");
}

static void add_flags(dk_buffer *out) {
    dk_buffer_add(out, "_darknet_flags() { # COMMAND\n    case $1 in\n");
    for (const dk_command *c = dk_commands; c->action; c++) {
        char name[64];
        dk_flag row;
        dk_command_name(c, name);
        dk_buffer_add(out, "    '%s') echo '-help", name);
        for (int i = 0; dk_flags_row(c->action->flags, i, &row); i++) {
            dk_buffer_add(out, " -%s", row.name);
        }
        dk_buffer_add(out, "' ;;\n");
    }
    dk_buffer_add(out, "    *) echo '-help -version' ;;\n    esac\n}\n\n");
}

static void add_values(dk_buffer *out) {
    dk_buffer_add(
        out, "_darknet_value() { # COMMAND -FLAG: =words, a pattern of files, or -\n    case \"$1 $2\" in\n");
    for (const dk_command *c = dk_commands; c->action; c++) {
        char name[64];
        dk_flag row;
        dk_command_name(c, name);
        for (int i = 0; dk_flags_row(c->action->flags, i, &row); i++) {
            if (row.kind != DK_FLAG_SWITCH) {
                dk_buffer_add(out, "    '%s -%s') echo '", name, row.name);
                dk_complete_value(&row, out);
                dk_buffer_add(out, "' ;;\n");
            }
        }
    }
    dk_buffer_add(out, "    esac\n}\n\n");
}

/* Arguments that may be repeated have one row for all further numbers. */
static void add_arguments(dk_buffer *out) {
    dk_buffer_add(out, "_darknet_argument() { # COMMAND N: a pattern of files, / for a folder, =words, or "
                       "-\n    case \"$1 $2\" in\n");
    for (const dk_command *c = dk_commands; c->action; c++) {
        const dk_action *const a = c->action;
        const bool repeated = a->max < 0;
        const int last = repeated ? a->min + 1 : a->max;
        char name[64];
        dk_command_name(c, name);
        for (int n = 1; n <= last; n++) {
            if (repeated && n == last) {
                dk_buffer_add(out, "    '%s '*) echo '", name);
            } else {
                dk_buffer_add(out, "    '%s %d') echo '", name, n);
            }
            dk_complete_argument(a, n, out);
            dk_buffer_add(out, "' ;;\n");
        }
    }
    dk_buffer_add(out, "    esac\n}\n\n");
}

void dk_complete_bash(dk_buffer *out) {
    dk_buffer_add(out, "%s", head);
    add_words(out);
    add_flags(out);
    add_values(out);
    add_arguments(out);
    dk_buffer_add(out, "%s", tail);
}
