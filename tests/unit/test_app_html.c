/* Escaping and base64 of the report: the vectors of RFC 4648, and text that would break out of a page. */
#include "app/results/html.h"

#include <criterion/criterion.h>
#include <string.h>

static void escapes(const char *text, const char *wanted) {
    dk_buffer out = {0};
    dk_buffer_add(&out, "%s", "");
    dk_html_text(&out, text);
    cr_assert_str_eq(out.text, wanted);
    dk_buffer_free(&out);
}

Test(app_html, text) {
    escapes("", "");
    escapes("<script>alert('x' & \"y\")</script>",
            "&lt;script&gt;alert(&#39;x&#39; &amp; &quot;y&quot;)&lt;/script&gt;");
    escapes("快乐 سعيد <😀>\xc2\x85", "快乐 سعيد &lt;😀&gt;\uFFFD");
    escapes("Größe 50 °C\n\t– ok", "Größe 50 °C\n\t– ok");
    escapes("\xff"
            "a\xc3(b\x01\xe2\x82",
            "\uFFFDa\uFFFD(b\uFFFD\uFFFD\uFFFD");
}

static void encodes(const char *bytes, const char *wanted) {
    dk_buffer out = {0};
    dk_buffer_add(&out, "%s", "");
    dk_html_base64(&out, (const uint8_t *)bytes, strlen(bytes));
    cr_assert_str_eq(out.text, wanted);
    dk_buffer_free(&out);
}

Test(app_html, base64) {
    encodes("", "");
    encodes("f", "Zg==");
    encodes("fo", "Zm8=");
    encodes("foo", "Zm9v");
    encodes("foob", "Zm9vYg==");
    encodes("fooba", "Zm9vYmE=");
    encodes("foobar", "Zm9vYmFy");
    encodes("\xff\xef\xbe", "/+++");
}
