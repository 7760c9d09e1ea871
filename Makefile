# Darknet: settings on top, rules below. `make help` lists the targets.

# ---- settings: make VAR=value ----
CC       = gcc
PREFIX   = /usr/local
DESTDIR  =
BUILD    = build
ONEDNN   = 1#   fast CPU engine (libdnnl); 0: only the plain-C reference engine
WERROR   = 0#   1: warnings are errors (CI)
SANITIZE =#     address,undefined or thread
V        = 0#   1: show every command

# ---- what is built: a feature is a set of files ----
FEATURES := dnnl$(strip $(ONEDNN))$(if $(strip $(SANITIZE)),-$(subst $(comma),_,$(firstword $(subst $(comma), ,$(strip $(SANITIZE))))))
comma    := ,
OBJ      := $(BUILD)/$(FEATURES)

LIB_DIRS := base tensor cfg image backend backend/ref data layer net run
LIBS     := -lpng -ljpeg -lm -lpthread
APP_LIBS := -lcairo -lcjson
ifeq ($(strip $(ONEDNN)),1)
LIB_DIRS += backend/onednn
LIBS     := -ldnnl $(LIBS)
OMP      := -fopenmp
endif
ENGINES_onednn0 := src/backend/engines_ref.c
ENGINES_onednn1 := src/backend/engines_onednn.c
LIB_SRC  := $(filter-out src/backend/engines_%.c,$(foreach d,$(LIB_DIRS),$(wildcard src/$(d)/*.c))) \
            $(ENGINES_onednn$(strip $(ONEDNN)))
APP_SRC  := $(wildcard src/plot/*.c src/app/*.c)
LIB_OBJ  := $(LIB_SRC:%.c=$(OBJ)/%.o)
APP_OBJ  := $(APP_SRC:%.c=$(OBJ)/%.o)

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes -Wstrict-prototypes -Wvla
CPPFLAGS += -Isrc -Iinclude -D_GNU_SOURCE -DDK_SHARE='"$(PREFIX)/share/darknet"' $(shell pkg-config --cflags cairo 2>/dev/null)
CFLAGS   += -std=c11 -O3 -g -fno-math-errno -fvisibility=hidden -fPIC $(OMP) $(WARNINGS)
LDFLAGS  += $(OMP)
ifeq ($(strip $(WERROR)),1)
CFLAGS   += -Werror
endif
ifneq ($(strip $(SANITIZE)),)
CFLAGS   += -fsanitize=$(strip $(SANITIZE)) -fno-omit-frame-pointer
LDFLAGS  += -fsanitize=$(strip $(SANITIZE))
else
CPPFLAGS += -DNDEBUG
endif
Q := $(if $(filter 1,$(V)),,@)

# ---- programs ----
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

all: darknet ## build ./darknet (the default)

darknet: $(OBJ)/darknet
	$(Q)cp -f $< $@.tmp && mv -f $@.tmp $@

lib: libdarknet.a libdarknet.so ## build the library, static and shared

$(OBJ)/darknet: $(APP_OBJ) $(OBJ)/libdarknet.a
	@echo "  link  $@"
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDFLAGS) $(APP_LIBS) $(LIBS)

$(OBJ)/libdarknet.a: $(LIB_OBJ)
	$(Q)rm -f $@ && ar rcs $@ $^

libdarknet.a: $(OBJ)/libdarknet.a
	$(Q)cp -f $< $@

libdarknet.so: $(LIB_OBJ)
	@echo "  link  $@"
	$(Q)$(CC) -shared -o $@ $^ $(LDFLAGS) $(LIBS)

# Kernels are one file per instruction set; which of them runs is chosen at run time.
$(OBJ)/%_avx2.o: ISA := -mavx2 -mfma
$(OBJ)/%_avx512.o: ISA := -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma -mprefer-vector-width=512

$(OBJ)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  cc    $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(ISA) -MMD -MP -c -o $@ $<

-include $(LIB_OBJ:.o=.d) $(APP_OBJ:.o=.d)

clean: ## remove what was built
	rm -rf $(BUILD) darknet libdarknet.a libdarknet.so

help: ## list the targets
	@grep -hE '^[a-z_-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 24

.PHONY: all lib clean help
