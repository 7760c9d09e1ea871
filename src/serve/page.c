/* The assembler copies the files in; the Makefile knows that this file depends on them. */
#include "serve/page.h"

#define INCLUDE(name, path, file, type)                                                                      \
    __asm__(".section .rodata\n"                                                                             \
            ".hidden dk_file_" #name "\n.hidden dk_file_end_" #name "\n"                                     \
            ".global dk_file_" #name "\n.global dk_file_end_" #name "\n"                                     \
            "dk_file_" #name ":\n.incbin \"src/serve/page/" file "\"\n"                                      \
            "dk_file_end_" #name ":\n.byte 0\n"                                                              \
            ".previous\n");                                                                                  \
    extern const char dk_file_##name[], dk_file_end_##name[];
DK_PAGE_FILES(INCLUDE)

dk_page dk_page_file(dk_page_name name) {
    static const struct {
        const char *path, *type, *first, *end;
    } files[] = {
#define ROW(name, path, file, type) {path, type, dk_file_##name, dk_file_end_##name},
        DK_PAGE_FILES(ROW)};
    return (dk_page){.path = files[name].path,
                     .type = files[name].type,
                     .text = files[name].first,
                     .size = (size_t)(files[name].end - files[name].first),
                     .open = true};
}
