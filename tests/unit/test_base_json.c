/* JSON as others read it: cJSON takes what is written, and prints it again to the byte. */
#include "base/json.h"

#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <string.h>

static dk_buffer text;
static dk_json j;

static void begin(bool lines) {
    text = (dk_buffer){0};
    j = (dk_json){.out = &text, .lines = lines};
}

static void is(const char *wanted) {
    cr_assert(!text.failed && j.depth == 0);
    cr_expect_str_eq(text.text, wanted);
    cJSON *root = cJSON_Parse(text.text);
    char *again = j.lines ? cJSON_Print(root) : cJSON_PrintUnformatted(root);
    cr_expect_str_eq(again, wanted);
    cJSON_free(again);
    cJSON_Delete(root);
    dk_buffer_free(&text);
}

static void write_all(void) {
    dk_json_open(&j, NULL, '{');
    dk_json_text(&j, "name", "a");
    dk_json_int(&j, "count", -12345678901);
    dk_json_bool(&j, "good", true);
    dk_json_bool(&j, "bad", false);
    dk_json_null(&j, "none");
    dk_json_open(&j, "list", '[');
    dk_json_float(&j, NULL, .25, DK_JSON_FLOAT);
    dk_json_fixed(&j, NULL, 1.26, 1);
    dk_json_open(&j, NULL, '{');
    dk_json_text(&j, "x", "y");
    dk_json_open(&j, "empty", '[');
    dk_json_close(&j, ']');
    dk_json_close(&j, '}');
    dk_json_open(&j, NULL, '{');
    dk_json_close(&j, '}');
    dk_json_close(&j, ']');
    dk_json_int(&j, "last", 0);
    dk_json_close(&j, '}');
}

Test(base_json, on_one_line) {
    begin(false);
    write_all();
    is("{\"name\":\"a\",\"count\":-12345678901,\"good\":true,\"bad\":false,\"none\":null,\"list\":[0.25,1.3,{"
       "\"x\":"
       "\"y\",\"empty\":[]},{}],\"last\":0}");
}

Test(base_json, on_lines) {
    begin(true);
    write_all();
    is("{\n\t\"name\":\t\"a\",\n\t\"count\":\t-12345678901,\n\t\"good\":\ttrue,\n\t\"bad\":\tfalse,"
       "\n\t\"none\":\tnull,"
       "\n\t\"list\":\t[0.25, 1.3, {\n\t\t\t\"x\":\t\"y\",\n\t\t\t\"empty\":\t[]\n\t\t}, "
       "{\n\t\t}],\n\t\"last\":\t0\n}");
}

static void number_is(double value, int digits, const char *wanted) {
    begin(false);
    dk_json_float(&j, NULL, value, digits);
    is(wanted);
}

Test(base_json, numbers_are_short_and_exact) {
    number_is((double).1f, DK_JSON_FLOAT, "0.1");
    number_is((double).1f, DK_JSON_DOUBLE, "0.10000000149011612");
    number_is(.1, DK_JSON_DOUBLE, "0.1");
    number_is(1, DK_JSON_FLOAT, "1");
    number_is(-0., DK_JSON_FLOAT, "0");
    number_is(1e10, DK_JSON_FLOAT, "10000000000");
    number_is(123456789, DK_JSON_FLOAT, "123456790");
    number_is(4.5395786e-05, 6, "4.53958e-05");
    number_is(1e300, DK_JSON_FLOAT, "1e+300");
    number_is(NAN, DK_JSON_FLOAT, "null");
    number_is(-INFINITY, DK_JSON_FLOAT, "null");
    begin(false);
    dk_json_fixed(&j, NULL, INFINITY, 3);
    is("null");
}

Test(base_json, numbers_have_a_point_in_every_locale) {
    (void)setlocale(LC_ALL, "de_DE.UTF-8"); /* where it is installed */
    number_is(.5, DK_JSON_FLOAT, "0.5");
}

Test(base_json, texts_can_hold_anything) {
    begin(false);
    dk_json_open(&j, NULL, '[');
    dk_json_text(&j, NULL, "\"\\/\b\f\n\r\t");
    dk_json_text(&j, NULL, "Ärger 快乐 😀");
    dk_json_text(&j, NULL, NULL);
    dk_json_close(&j, ']');
    is("[\"\\\"\\\\/\\b\\f\\n\\r\\t\",\"Ärger 快乐 😀\",\"\"]");
}

/* cJSON would print these as they are. */
Test(base_json, what_a_terminal_may_obey_and_what_is_no_utf8) {
    begin(false);
    dk_json_open(&j, NULL, '{');
    dk_json_text(&j, "\x1b", "\x1b[2J\x7f\xc2\x9b\xff\xc3(");
    dk_json_close(&j, '}');
    cr_expect_str_eq(text.text, "{\"\\u001b\":\"\\u001b[2J\\u007f\\u009b\\ufffd\\ufffd(\"}");
    cJSON *root = cJSON_Parse(text.text);
    cr_expect_str_eq(cJSON_GetObjectItem(root, "\x1b")->valuestring,
                     "\x1b[2J\x7f\xc2\x9b\xef\xbf\xbd\xef\xbf\xbd(");
    cJSON_Delete(root);
    dk_buffer_free(&text);
}
