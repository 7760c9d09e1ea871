/* Who may ask a server: hosts, origins, tokens, cookies, and the address that it listens at. */
#include <criterion/criterion.h>
#include <string.h>

#include "serve/address.h"
#include "serve/guard.h"

Test(serve_guard, secrets_are_the_same_only_as_a_whole) {
    cr_expect(dk_guard_same("open-sesame", "open-sesame"));
    const char *const wrong[] = {
        "", "o", "open-sesam", "open-sesame ", "open-sesamf", "xpen-sesame", "open-sesameopen-sesame"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cr_expect_not(dk_guard_same("open-sesame", wrong[i]), "'%s' was taken", wrong[i]);
    }
    cr_expect_not(dk_guard_same("open-sesame", NULL));
    cr_expect_not(dk_guard_same("", ""));
}

Test(serve_guard, hosts_are_this_machine_its_address_or_names_that_were_given) {
    const char *const good[] = {"localhost",     "LOCALHOST:8090", "127.0.0.1:1",  "[::1]", "[::1]:65535",
                                "192.0.2.7:443", "camera.example", "b.example:80", "c"};
    const char *const bad[] = {"",
                               ":80",
                               "evil",
                               "localhost.evil",
                               "localhost:",
                               "localhost:1x",
                               "localhost:123456",
                               "[::1",
                               "[::1]x",
                               "::1",
                               "127.0.0.2",
                               "camera",
                               "camera.example,b.example",
                               ",",
                               "localhost:80:80"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        cr_expect(dk_guard_host(good[i], "192.0.2.7", "camera.example,b.example,,c"), "'%s'", good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_not(dk_guard_host(bad[i], "192.0.2.7", "camera.example,b.example,,c"), "'%s'", bad[i]);
    }
    cr_expect_not(dk_guard_host(NULL, "192.0.2.7", NULL));
    cr_expect_not(dk_guard_host("c", "", NULL));
}

Test(serve_guard, an_origin_is_scheme_and_host) {
    cr_expect(dk_guard_origin("http://localhost:8090", "http", "localhost:8090"));
    cr_expect(dk_guard_origin("https://[::1]", "https", "[::1]"));
    const char *const bad[] = {"null",
                               "",
                               "http://localhost",
                               "https://localhost:8090",
                               "http://localhost:8090/",
                               "http://localhost:8090.evil",
                               "localhost:8090"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_not(dk_guard_origin(bad[i], "http", "localhost:8090"), "'%s'", bad[i]);
    }
}

Test(serve_guard, cookies_are_found_by_their_whole_name) {
    char value[9];
    cr_assert(dk_guard_cookie("a=1; darknet_80=12345678; b=2", "darknet_80", value, sizeof value));
    cr_expect_str_eq(value, "12345678");
    cr_assert(dk_guard_cookie("darknet_80=", "darknet_80", value, sizeof value));
    cr_expect_str_eq(value, "");
    const char *const none[] = {"",           "darknet_8=1",       "xdarknet_80=1",
                                "darknet_80", "darknet_800=1; ;;", "darknet_80=123456789"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        cr_expect_not(dk_guard_cookie(none[i], "darknet_80", value, sizeof value), "'%s'", none[i]);
    }
    cr_expect_not(dk_guard_cookie(NULL, "darknet_80", value, sizeof value));
    cr_expect_str_eq(dk_guard_bearer("bearer abc"), "abc");
    cr_expect_null(dk_guard_bearer("Basic abc"));
    cr_expect_null(dk_guard_bearer(NULL));
}

Test(serve_guard, addresses_are_numbers_with_a_port) {
    const struct {
        const char *text, *address;
        int port;
        bool loopback;
    } good[] = {{"8090", "127.0.0.1", 8090, true},
                {"0", "127.0.0.1", 0, true},
                {"localhost:1", "127.0.0.1", 1, true},
                {"127.1.2.3:80", "127.1.2.3", 80, true},
                {"0.0.0.0:65535", "0.0.0.0", 65535, false},
                {"[::1]:80", "::1", 80, true},
                {"[::]:80", "::", 80, false},
                {"[::ffff:192.0.2.7]:80", "192.0.2.7", 80, false}};
    const char *const bad[] = {"",
                               "x",
                               "65536",
                               "-1",
                               "80x",
                               ":80",
                               "1.2.3:80",
                               "::1:80",
                               "[::1]",
                               "[::1]80",
                               "[127.0.0.1]:80",
                               "camera:80",
                               "127.0.0.1:",
                               "127.0.0.1 :80",
                               "[]:80"};
    dk_address a;
    char text[DK_ADDRESS_TEXT];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        dk_error err = {0};
        cr_assert_eq(dk_address_read(&a, good[i].text, &err), DK_OK, "%s", err.text);
        dk_address_text(&a, text);
        cr_expect_str_eq(text, good[i].address);
        cr_expect_eq(dk_address_port(&a), good[i].port);
        cr_expect_eq(dk_address_is_loopback(&a), good[i].loopback, "%s", good[i].text);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dk_error err = {0};
        cr_expect_eq(dk_address_read(&a, bad[i], &err), DK_EUSAGE, "'%s' was taken", bad[i]);
        cr_expect_not_null(strstr(err.text, "wanted is a port"));
    }
}
