# Darknet: settings on top, rules below. `make help` lists the targets.

# ---- settings: make VAR=value ----
CC       = gcc
AR       = ar
PKG_CONFIG = pkg-config
CXX      = g++#   for the files over OpenCV
PREFIX   = /usr/local
DESTDIR  =
BUILD    = build
ONEDNN   = $(if $(filter x86_64,$(MACHINE)),1,0)#   fast CPU engine (libdnnl), for x86-64; 0: only the plain-C reference engine
MPI      = $(if $(shell $(PKG_CONFIG) --exists ompi-c 2>/dev/null && echo 1),1,0)#   ranks by mpirun for `train` (Open MPI); 0: without
OPENCV   = 1#   cameras, films, windows and faces for `classifier demo`; 0: without
CUDA     = 0#   1: the engine for NVIDIA cards (nvcc, cuBLAS); sim: the same over a simulated device
CUDNN    = $(if $(and $(CUDNN_HEADER),$(CUDNN_LIB)),1,0)#   convolutions of the engine cuda by cuDNN; 0: without
HTTP     = 1#   pages in the browser (-http); 0: without
WERROR   = 0#   1: warnings are errors (CI)
SANITIZE =#     address,undefined or thread
V        = 0#   1: show every command

# ---- what is built: a feature is a set of files ----
MACHINE  := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine 2>/dev/null || uname -m)))# the processor that is built for; also before a compiler is installed
comma    := ,
sanitize := $(strip $(SANITIZE))
FEATURES := dnnl$(strip $(ONEDNN))$(if $(filter 0,$(OPENCV)),-opencv0)$(if $(filter 0,$(HTTP)),-http0)$(if $(sanitize),-$(firstword $(subst $(comma), ,$(sanitize))))
OBJ      := $(BUILD)/$(FEATURES)
# C tests link the floors below plot/ with their assertions, made beside the one that ships (a sanitised one has them anyway).
CHECKED  := $(OBJ)$(if $(sanitize),,/checked)

# Engines in the order of preference: folders of src/backend, each with a row dk_engine_NAME.
ENGINES  := cuda $(if $(filter 1,$(ONEDNN)),onednn) ref
FLOORS   := base tensor cfg image backend $(ENGINES:%=backend/%) data dist layer net run convert
# What no function of darknet.h needs is linked to the program and not into the library (scripts/check_floors.sh compares).
PROGRAM  := convert/%.c base/box.c base/folder_writer.c base/json.c base/lines.c base/tar_writer.c cfg/option_help.c image/shrink.c \
            net/statistics.c $(addprefix data/,check.c check_groups.c exclude.c fer2013.c fer2013_row.c pack.c) \
            $(addprefix run/,interval.c reliability.c results.c)
LIBS     := -lunistring -lz -lpng -ljpeg -lwebp -lgif -ltiff -lm -lpthread -ldl
APP_LIBS := -lcairo -lcjson
AV_LIBS     := -lavformat -lavcodec -lswscale -lavutil
VISION_LIBS := -lopencv_videoio -lopencv_objdetect -lopencv_highgui -lopencv_imgproc -lopencv_core -lstdc++ $(AV_LIBS)
ifeq ($(strip $(ONEDNN)),1)
ifneq ($(MACHINE),x86_64)
$(error ONEDNN=1: the kernels beside it are for x86-64, and $(CC) builds for $(MACHINE); ONEDNN=0 is the default there)
endif
LIBS     := -ldnnl $(LIBS)
OMP      := -fopenmp
endif
# Processors whose instructions are told apart have a file of their own.
CPU      := $(firstword $(wildcard src/backend/cpu_$(MACHINE).c) src/backend/cpu_plain.c)
FLOOR_SRC := $(filter-out src/backend/cpu_%.c,$(foreach d,$(FLOORS),$(wildcard src/$(d)/*.c))) $(CPU)
LIB_SRC  := $(filter-out $(PROGRAM:%=src/%),$(FLOOR_SRC))
APP_SRC  := $(filter-out src/app/main.c,$(foreach d,plot vision serve live app app/*,$(wildcard src/$(d)/*.c)))
AV_SRC   := $(if $(filter 0,$(OPENCV)),,$(wildcard src/vision/av/*.c))# the module's part in C
HTTP_SRC := $(if $(filter 0,$(HTTP)),,$(wildcard src/serve/http/*.c))
VISION   := $(if $(filter 0,$(OPENCV)),,darknet_vision.so)# opened by the first use of src/vision/vision.h
MPI_SRC  := $(if $(filter 0,$(MPI)),,$(wildcard src/dist/mpi/*.c))# a module, opened by who was started as one of several ranks

# The engine cuda is a module, too (src/backend/cuda/device), opened when it is asked for: the program is the same with it and without.
CUDA_ROOT   := $(firstword $(patsubst %/include/cublas_v2.h,%,$(wildcard $(addsuffix /include/cublas_v2.h,$(CUDA_HOME) /usr/local/cuda /opt/cuda /usr))))
CUDA_INCLUDE := $(patsubst %,-isystem %/include,$(filter-out /usr,$(CUDA_ROOT)))# the compiler knows /usr/include
NVCC        := $(firstword $(wildcard $(CUDA_ROOT)/bin/nvcc) nvcc)
# cuDNN, from the toolkit's folder or from a package of its own.
CUDNN_HEADER := $(firstword $(wildcard $(addsuffix /cudnn.h,$(CUDA_ROOT)/include /usr/include /usr/include/$(MACHINE)-linux-gnu)))
CUDNN_LIB    := $(firstword $(wildcard $(addsuffix /libcudnn.so,$(CUDA_ROOT)/lib64 $(CUDA_ROOT)/lib /usr/lib/$(MACHINE)-linux-gnu /usr/lib64)))
ifneq ($(filter 1 sim,$(CUDA)),)
$(if $(CUDA_ROOT),,$(error CUDA=$(strip $(CUDA)): cublas_v2.h is neither in CUDA_HOME=$(CUDA_HOME) nor in /usr/local/cuda, /opt/cuda or /usr: install NVIDIA's CUDA toolkit))
endif
CUDA_ARCH    = -gencode arch=compute_75,code=sm_75 -gencode arch=compute_80,code=sm_80 -gencode arch=compute_90,code=[sm_90,compute_90]
CUDA_SRC    := $(filter-out $(if $(filter 0,$(CUDNN)),%/dnn.c,%/dnn_none.c),$(wildcard src/backend/cuda/device/*.c))
KERNEL_SRC  := $(wildcard src/backend/cuda/device/*.cu)
SIM_SRC     := $(filter-out $(if $(filter 0,$(CUDNN)),%/dnn.cpp),$(wildcard tests/sim/*.cpp))
MODULES     := $(VISION) $(if $(filter 0,$(HTTP)),,darknet_http.so) $(if $(filter 1 sim,$(CUDA)),darknet_cuda.so) $(if $(MPI_SRC),darknet_mpi.so)
# What the tests run on, where NVIDIA's headers are; its threads change stacks, which sanitizers take for a mistake.
SIM_MODULE  := $(if $(and $(CUDA_ROOT),$(filter $(MACHINE),$(shell uname -m))),$(if $(sanitize),,$(OBJ)/sim/darknet_cuda.so))
LIB_OBJ  := $(LIB_SRC:%.c=$(OBJ)/%.o)
MAIN_OBJ := $(OBJ)/src/app/main.o

# Tests: every .c of unit/ and layers/, and test_*.c of golden/ and guard/, is one Criterion program; what they share is support/, and tools/ serves the bats files.
TEST_SRC    := $(wildcard tests/unit/*.c tests/layers/*.c tests/golden/test_*.c tests/guard/test_*.c)
ifneq ($(strip $(ONEDNN)),1)
TEST_SRC    := $(filter-out tests/unit/test_backend_onednn%,$(TEST_SRC))
endif
ifeq ($(strip $(OPENCV)),0)
TEST_SRC    := $(filter-out tests/unit/test_av_%,$(TEST_SRC))
endif
TEST_BIN    := $(TEST_SRC:%.c=$(OBJ)/%)
SUPPORT_OBJ := $(patsubst %.c,$(OBJ)/%.o,$(wildcard tests/support/*.c))
TOOL_BIN    := $(patsubst %.c,$(OBJ)/%,$(filter-out $(TEST_SRC),$(wildcard tests/tools/*.c tests/golden/*.c)))
DNN_BIN     := $(if $(filter 0,$(OPENCV)),,$(OBJ)/tests/tools/dnn)# reads what `export` writes, by OpenCV
FUZZ_SRC    := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_BIN    := $(FUZZ_SRC:%.c=$(OBJ)/%)
EXAMPLE_BIN := $(patsubst %.c,$(OBJ)/%,$(wildcard examples/*.c))
FACES_OBJ   := $(patsubst %.c,$(OBJ)/%.o,$(wildcard tools/faces/*.c))
OUR_FILES    = $(shell find src include tests tools examples -name '*.[ch]' -o -name '*.[ch]pp' -o -name '*.cu' 2>/dev/null | sort)

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes -Wstrict-prototypes -Wvla
CPPFLAGS += -Isrc -Iinclude -D_GNU_SOURCE
DRAWING  := $(patsubst -I%,-isystem%,$(shell $(PKG_CONFIG) --cflags pangocairo 2>/dev/null))# headers; pango is opened at run time
# GCC 12 for arm64 ends with an internal error where vectors look for the largest of floats in a double.
CFLAGS_aarch64 := -fno-builtin-fmax -fno-builtin-fmin
CFLAGS   += -std=c11 -O3 -g -fno-math-errno -fvisibility=hidden -fPIC $(OMP) $(CFLAGS_$(MACHINE)) $(WARNINGS)
CXXFLAGS += -std=c++17 -O2 -g -fvisibility=hidden -fPIC -Wall -Wextra -Wshadow
LDFLAGS  += $(OMP) -Wl,--as-needed
ifeq ($(strip $(WERROR)),1)
CFLAGS   += -Werror
CXXFLAGS += -Werror
endif
ifneq ($(sanitize),)
CFLAGS   += -fsanitize=$(sanitize) -fno-omit-frame-pointer
CXXFLAGS += -fsanitize=$(sanitize) -fno-omit-frame-pointer
LDFLAGS  += -fsanitize=$(sanitize)
else
CPPFLAGS += -DNDEBUG
endif
Q := $(if $(filter 1,$(V)),,@)

# ---- programs ----
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:

all: darknet $(MODULES) ## build ./darknet and its modules (the default)

darknet: | $(MODULES)
darknet darknet_vision.so darknet_http.so darknet_mpi.so: %: $(OBJ)/%
darknet_cuda.so: $(OBJ)/$(if $(filter sim,$(CUDA)),sim/)darknet_cuda.so FORCE
darknet darknet_vision.so darknet_http.so darknet_mpi.so darknet_cuda.so:
	$(Q)cp -f $< $@.tmp && mv -f $@.tmp $@

lib: libdarknet.a libdarknet.so ## build the library, static and shared

$(OBJ)/darknet: $(MAIN_OBJ) $(OBJ)/libapp.a $(OBJ)/libfloors.a | $(filter-out %_cuda.so,$(MODULES:%=$(OBJ)/%))
	@echo "  link  $@"
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDFLAGS) $(APP_LIBS) $(LIBS)

# A module has its own copy of what it needs of the floors below, and shows one symbol.
$(OBJ)/darknet_vision.so: $(patsubst %.cpp,$(OBJ)/%.o,$(wildcard src/vision/*.cpp)) $(AV_SRC:%.c=$(OBJ)/%.o) $(addprefix $(OBJ)/src/vision/,container.o frame.o source.o address.o) src/vision/module.map $(OBJ)/libfloors.a
	@echo "  link  $@"
	$(Q)$(CXX) $(CXXFLAGS) -shared -o $@ $(filter-out %.map,$^) -Wl,-z,defs -Wl,--version-script=$(filter %.map,$^) $(LDFLAGS) $(VISION_LIBS) $(LIBS)

$(OBJ)/darknet_http.so: $(HTTP_SRC:%.c=$(OBJ)/%.o) $(addprefix $(OBJ)/src/serve/,address.o feed.o guard.o) src/serve/http/module.map $(OBJ)/libfloors.a
	@echo "  link  $@"
	$(Q)$(CC) $(CFLAGS) -shared -o $@ $(filter-out %.map,$^) -Wl,-z,defs -Wl,--version-script=$(filter %.map,$^) $(LDFLAGS) -lmicrohttpd -lgnutls $(LIBS)

# The engine over NVIDIA's libraries, and the same over those of tests/sim: the C objects are the same, and the kernels are
# compiled by nvcc or by g++.
CUDA_OBJ := $(CUDA_SRC:%.c=$(OBJ)/%.o)
$(CUDA_OBJ) $(SIM_SRC:%.cpp=$(OBJ)/%.o) $(KERNEL_SRC:%.cu=$(OBJ)/%.sim.o): CPPFLAGS += $(CUDA_INCLUDE)
$(OBJ)/darknet_cuda.so: $(CUDA_OBJ) $(KERNEL_SRC:%.cu=$(OBJ)/%.nvcc.o) src/backend/cuda/module.map $(OBJ)/libfloors.a
	$(link_cuda) -L$(CUDA_ROOT)/lib64 -L$(CUDA_ROOT)/lib -Wl,-rpath,$(CUDA_ROOT)/lib64:$(CUDA_ROOT)/lib -lcublas $(if $(filter 0,$(CUDNN)),,$(CUDNN_LIB)) -lcudart_static -ldl -lrt -lpthread -lm
$(OBJ)/sim/darknet_cuda.so: $(CUDA_OBJ) $(KERNEL_SRC:%.cu=$(OBJ)/%.sim.o) $(SIM_SRC:%.cpp=$(OBJ)/%.o) src/backend/cuda/module.map $(OBJ)/libfloors.a
	$(link_cuda) -lpthread -lm
define link_cuda
@mkdir -p $(@D)
@echo "  link  $@"
$(Q)$(CXX) $(CXXFLAGS) -shared -o $@ $(filter-out %.map,$^) -Wl,-z,defs -Wl,--version-script=$(filter %.map,$^) $(LDFLAGS)
endef
$(OBJ)/%.nvcc.o: %.cu Makefile
	@mkdir -p $(@D)
	@echo "  nvcc  $<"
	$(Q)$(NVCC) -std=c++17 -O3 $(CUDA_ARCH) -Xcompiler -fPIC,-fvisibility=hidden,-Wall -Isrc -Iinclude -Isrc/backend/cuda/nvcc -MMD -MP -MF $(@:.o=.d) -c -o $@ $<
$(OBJ)/%.sim.o: %.cu Makefile
	@mkdir -p $(@D)
	@echo "  cxx   $<"
	$(Q)$(CXX) $(CPPFLAGS) -Itests/sim $(CXXFLAGS) -Wno-shadow -MMD -MP -x c++ -c -o $@ $<

MPI_FLAGS := $(if $(MPI_SRC),$(patsubst -I%,-isystem%,$(filter -I%,$(shell $(PKG_CONFIG) --cflags ompi-c))))
$(OBJ)/src/dist/mpi/%.o: CPPFLAGS += $(MPI_FLAGS)
$(OBJ)/darknet_mpi.so: $(MPI_SRC:%.c=$(OBJ)/%.o) src/dist/module.map $(OBJ)/libfloors.a
	@echo "  link  $@"
	$(Q)$(CC) $(CFLAGS) -shared -o $@ $(filter-out %.map,$^) -Wl,-z,defs -Wl,--version-script=$(filter %.map,$^) $(LDFLAGS) $(shell $(PKG_CONFIG) --libs ompi-c) $(LIBS)

# All floors that the program and the tests link; of those, what is installed; and the upper ones.
$(OBJ)/libfloors.a: $(FLOOR_SRC:%.c=$(OBJ)/%.o)
$(OBJ)/libdarknet.a: $(LIB_OBJ)
$(OBJ)/libapp.a: $(APP_SRC:%.c=$(OBJ)/%.o)
ifneq ($(CHECKED),$(OBJ))
$(CHECKED)/%.o: CPPFLAGS += -UNDEBUG
$(CHECKED)/libfloors.a: $(FLOOR_SRC:%.c=$(CHECKED)/%.o)
endif
$(BUILD)/%.a:
	@echo "  ar    $@"
	$(Q)rm -f $@ && $(AR) rcs $@ $^

libdarknet.a: $(OBJ)/libdarknet.a
	$(Q)cp -f $< $@

libdarknet.so: $(LIB_OBJ)
	@echo "  link  $@"
	$(Q)$(CC) -shared -Wl,-soname,libdarknet.so.0 -o $@ $^ $(LDFLAGS) $(LIBS)

# Kernels are one file per instruction set; which of them runs is chosen at run time.
$(OBJ)/%_avx2.o: ISA := -mavx2 -mfma
AVX512 := -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma -mprefer-vector-width=512
$(OBJ)/%_avx512.o: ISA := $(AVX512)
$(OBJ)/%_avx512bf16.o: ISA := $(AVX512) -mavx512bf16

$(OBJ)/src/plot/%.o $(OBJ)/tools/faces/%.o $(OBJ)/tests/unit/test_plot_%.o $(OBJ)/tests/unit/test_faces_%.o: CPPFLAGS += $(DRAWING)
$(OBJ)/tests/%.o: CPPFLAGS += -Itests
$(OBJ)/tests/unit/test_faces_%.o: CPPFLAGS += -Itools/faces

# Where installed files are looked for is compiled in, so a new PREFIX compiles those files again.
$(sort $(OBJ)/src/base/file.o $(CHECKED)/src/base/file.o): CPPFLAGS += -DDK_SHARE='"$(PREFIX)/share/darknet"'
$(sort $(OBJ)/src/backend/engines.o $(CHECKED)/src/backend/engines.o): CPPFLAGS += -D'DK_ENGINES=$(foreach e,$(ENGINES),X($e))'
$(sort $(OBJ)/src/base/module.o $(CHECKED)/src/base/module.o): CPPFLAGS += -DDK_MODULES='"$(PREFIX)/lib/darknet"'
$(sort $(foreach d,$(OBJ) $(CHECKED),$d/src/base/file.o $d/src/base/module.o)): $(OBJ)/prefix
$(OBJ)/prefix: FORCE
	@mkdir -p $(@D); echo '$(PREFIX)' | cmp -s - $@ || echo '$(PREFIX)' > $@

# Pages are part of the program, byte by byte.
$(OBJ)/src/serve/page.o: $(wildcard src/serve/page/*)

define compile
@mkdir -p $(@D)
@echo "  cc    $<"
$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(ISA) -MMD -MP -c -o $@ $<
endef
$(OBJ)/%.o: %.c Makefile
	$(compile)
$(OBJ)/checked/%.o: %.c Makefile
	$(compile)

$(OBJ)/%.o: %.cpp Makefile
	@mkdir -p $(@D)
	@echo "  cxx   $<"
	$(Q)$(CXX) $(CPPFLAGS) -I/usr/include/opencv4 $(CXXFLAGS) -MMD -MP -c -o $@ $<

-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)

# ---- test programs, examples ----
$(OBJ)/tests/unit/% $(OBJ)/tests/layers/% $(OBJ)/tests/golden/test_% $(OBJ)/tests/guard/test_%: LINK_LIBS := -lcriterion
$(OBJ)/tests/golden/%: LINK_LIBS += -ldl
$(filter $(OBJ)/tests/unit/test_faces_%,$(TEST_BIN)): $(filter-out %/main.o,$(FACES_OBJ))
$(OBJ)/tests/unit/test_av_%: LINK_LIBS += $(AV_LIBS)
$(OBJ)/tests/unit/test_av_film: $(AV_SRC:%.c=$(OBJ)/%.o)
# Engines that those open are guarded (guard.h).
$(filter $(OBJ)/tests/guard/%,$(TEST_BIN)): $(OBJ)/tests/guard/guard.o
$(OBJ)/tests/guard/test_%: LDFLAGS += -Wl,--wrap=dk_backend_open
define link_test
@echo "  link  $@"
$(Q)$(CC) $(CFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LDFLAGS) $(LINK_LIBS) $(APP_LIBS) $(LIBS)
endef
$(TEST_BIN): $(OBJ)/%: $(OBJ)/%.o $(SUPPORT_OBJ) $(OBJ)/libapp.a $(CHECKED)/libfloors.a
	$(link_test)
$(OBJ)/tests/%: $(OBJ)/tests/%.o $(SUPPORT_OBJ) $(OBJ)/libapp.a $(OBJ)/libfloors.a
	$(link_test)

$(OBJ)/tests/tools/dnn: $(OBJ)/tests/tools/dnn.o
	@echo "  link  $@"
	$(Q)$(CXX) $(CXXFLAGS) -o $@ $^ $(LDFLAGS) -lopencv_dnn -lopencv_core

# The bench is all files of its folder that are for this processor.
BENCH_SRC := $(filter-out tests/bench/peaks_%.c $(if $(filter x86_64,$(MACHINE)),,tests/bench/%_avx2.c tests/bench/%_avx512.c tests/bench/%_avx512bf16.c),$(wildcard tests/bench/*.c)) \
             $(firstword $(wildcard tests/bench/peaks_$(MACHINE).c) tests/bench/peaks_plain.c)
$(OBJ)/tests/bench/bench: $(BENCH_SRC:%.c=$(OBJ)/%.o)

$(OBJ)/tests/bench_faces/bench_faces: $(patsubst %.c,$(OBJ)/%.o,$(wildcard tests/bench_faces/*.c))

$(OBJ)/tests/bench_dnn/bench_dnn: $(OBJ)/tests/bench_dnn/peer.o
$(OBJ)/tests/bench_dnn/%: LINK_LIBS += -lopencv_dnn -lopencv_core -lstdc++

# The demo's benches find the module beside themselves, as the program does.
$(OBJ)/tests/bench_live/darknet_vision.so $(OBJ)/tests/bench_faces/darknet_vision.so: $(OBJ)/darknet_vision.so
	@mkdir -p $(@D)
	$(Q)ln -sf ../../darknet_vision.so $@

$(FUZZ_BIN): $(OBJ)/%: $(OBJ)/%.o $(OBJ)/tests/fuzz/replay.o $(OBJ)/tests/fuzz/fuzz.o $(SUPPORT_OBJ) $(OBJ)/libapp.a $(CHECKED)/libfloors.a
	@echo "  link  $@"
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDFLAGS) $(APP_LIBS) $(LIBS) -lz

$(OBJ)/examples/%: $(OBJ)/examples/%.o $(OBJ)/libdarknet.a
	@echo "  link  $@"
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDFLAGS) $(LIBS)

faces: $(OBJ)/faces ## build the program that draws the demo's data set
$(OBJ)/faces: $(FACES_OBJ) $(OBJ)/libfloors.a
	@echo "  link  $@"
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LDFLAGS) -lcairo $(LIBS)

# ---- what a user runs ----
demo: ## install what is missing, draw faces, train on them, follow them in a film (under 4 minutes)
	$(Q)BIN=$(OBJ) scripts/demo.sh

pictures: ## make the pictures of README.md again (docs/pictures/), after `make demo`
	$(Q)BIN=$(OBJ) scripts/pictures.sh

test: ## install what is missing, build everything, run every test; ends with "N passed, N failed"
	$(Q)scripts/install_deps.sh build test
	$(Q)$(MAKE) --no-print-directory run-tests

# A test program that does not compile counts as one failure; the others run.
test-programs: $(OBJ)/darknet $(TEST_BIN) $(TOOL_BIN) $(DNN_BIN) $(FUZZ_BIN) $(EXAMPLE_BIN) $(SIM_MODULE) $(if $(FACES_OBJ),$(OBJ)/faces)
run-tests:
	$(Q)$(MAKE) --no-print-directory -k $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc)) test-programs || echo "some test programs were not built"
	$(Q)BIN=$(OBJ) scripts/run_tests.sh $(TEST_SRC) $(FUZZ_SRC) \
	    $(wildcard tests/golden/*.bats tests/cli/*.bats tests/bad_input/*.bats)

c-test-programs: $(TEST_BIN) $(FUZZ_BIN) $(SIM_MODULE)
run-c-tests: c-test-programs
	$(Q)BIN=$(OBJ) scripts/run_tests.sh $(TEST_SRC) $(FUZZ_SRC)

# Tests that look at what a training has learnt.
LEARN_TESTS := $(addprefix tests/unit/,test_net_training.c test_run_train.c test_run_phase.c test_run_api.c) \
               $(addprefix tests/cli/,train.bats precision.bats demo_truth.bats)
test-seeds: test-programs ## tests of trainings, with SEEDS=10 other seeds at each level of instructions (an hour)
	$(Q)BIN=$(OBJ) FILTER='learn|target_accuracy|named right' scripts/test_seeds.sh $(LEARN_TESTS)

bench: $(OBJ)/darknet $(OBJ)/tests/bench/bench bench-live ## measure training, prediction and the demo; PEER= and ORT=script: peers beside them; BUSY=1: with a busy core, too
	$(Q)BIN=$(OBJ) scripts/bench.sh

bench-live: $(OBJ)/faces $(OBJ)/tests/bench_live/bench_live $(VISION:%=$(OBJ)/tests/bench_live/%) ## measure the demo alone
	$(Q)BIN=$(OBJ) scripts/bench_live.sh

bench-faces: $(OBJ)/tests/bench_faces/bench_faces $(VISION:%=$(OBJ)/tests/bench_faces/%) ## how many faces are found and named right in FACES=folder of films and photographs with their truth
	$(Q)$(OBJ)/tests/bench_faces/bench_faces $(or $(FACES),$(error FACES=folder, with frames.csv and faces.csv)) $(ONLY:%=-only %) $(FINDER:%=-finder %)

bench-dnn: $(OBJ)/tests/bench_dnn/bench_dnn ## time YuNet here and in OpenCV's dnn, in turns: ONNX=file that weights/yunet.weights was made of
	$(Q)$(OBJ)/tests/bench_dnn/bench_dnn cfg/yunet.cfg weights/yunet.weights $(or $(ONNX),$(error ONNX=file)) $(shell nproc)

soak: $(OBJ)/darknet $(OBJ)/faces $(OBJ)/tests/tools/mjpeg_server ## for MINUTES=30: killed trainings, a broken stream, 20,000 predictions
	$(Q)BIN=$(OBJ) scripts/soak.sh

check-onnx: $(OBJ)/darknet $(OBJ)/tests/tools/onnx_case ## do exports of all networks answer alike in ONNX Runtime (npm)?
	$(Q)BIN=$(OBJ) scripts/check_onnx.sh $(BUILD)/onnx

soak-http: $(OBJ)/darknet $(OBJ)/faces ## 200 connections at once for 20 seconds (wrk), and 200 that do not read beside a demo of 25 frames/s
	$(Q)BIN=$(OBJ) scripts/soak_http.sh

# A version that is known, so that its tests find the same every time; node and npm need not be there for anything else.
AXE := axe-core-4.14.1
axe: ## fetch axe-core (npm), by which tests look whether pages are accessible
	$(Q)mkdir -p $(BUILD)/npm && cd $(BUILD)/npm && npm pack --silent $(subst core-,core@,$(AXE)) >/dev/null && tar xzf $(AXE).tgz --strip-components=1 package/axe.min.js

test-scale: $(OBJ)/darknet $(OBJ)/faces $(OBJ)/tests/scale/sums $(if $(MPI_SRC),$(OBJ)/darknet_mpi.so) ## root: what a step costs over networks of several rates, and a job of a real Slurm (install_deps.sh scale)
	$(Q)BIN=$(OBJ) scripts/test_scale.sh

bench-scale: $(OBJ)/darknet $(OBJ)/faces $(OBJ)/tests/bench/bench $(OBJ)/tests/scale/sums $(if $(MPI_SRC),$(OBJ)/darknet_mpi.so) ## measure what ranks cost and gain: computing, sums, loader, checkpoints, two ranks beside two threads
	$(Q)BIN=$(OBJ) scripts/bench_scale.sh

bench-teacher: $(OBJ)/darknet $(OBJ)/faces ## does a small network gain from a teacher? Five seeds on drawn faces
	$(Q)BIN=$(OBJ) scripts/bench_teacher.sh

install: darknet lib docs/darknet.1 ## install program, modules, library, header and data under PREFIX
	$(Q)DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' MODULES='$(MODULES)' LIBS='$(LIBS) $(if $(OMP),-lgomp)' scripts/install.sh

# ---- what a contributor runs ----
asan: ## C tests and saved fuzz inputs under address and undefined-behaviour sanitizers; TESTS=all: bats files, too
	$(Q)scripts/asan.sh $(MAKE) $(TESTS)

tsan: ## a training, a validation and the demo of the plain program under the thread sanitizer
	$(Q)BUILD=$(BUILD) scripts/tsan.sh $(MAKE)

# Over libraries and compiler of Debian; both leave ./darknet as it is.
cross-arm64: ## build for arm64 (Raspberry Pi), without OpenCV, under build/arm64
	$(Q)BUILD=$(BUILD) scripts/arm64.sh cross $(MAKE)

test-arm64: ## the same, and run the C tests of it under qemu (root)
	$(Q)BUILD=$(BUILD) scripts/arm64.sh test $(MAKE)

fuzz: $(FUZZ_SRC:tests/fuzz/%.c=$(BUILD)/fuzz/%) ## build the fuzz targets with clang and run each for SECONDS=20
	$(Q)for f in $^; do scripts/fuzz.sh $$f $(or $(SECONDS),20) || exit 1; done

fuzz-codecs: ## build libpng and libjpeg from Debian's sources for `make fuzz`, which then looks into them, too
	$(Q)scripts/fuzz_codecs.sh $(BUILD)/fuzz/codecs

# All that is fuzzed is compiled once, by clang, with what libFuzzer and the sanitizers put in; engine: ref.
FUZZ_CC  := clang -std=c11 -O1 -g -D_GNU_SOURCE -DDK_SHARE='"$(PREFIX)/share/darknet"' -DDK_MODULES='"$(PREFIX)/lib/darknet"'
FUZZ_LIB := $(patsubst %.c,$(BUILD)/fuzz/%.o,$(filter-out src/backend/onednn/%,$(FLOOR_SRC)) $(APP_SRC) \
            $(wildcard tests/support/*.c) tests/fuzz/fuzz.c)
$(BUILD)/fuzz/src/backend/engines.o: FUZZ_CC += -D'DK_ENGINES=X(ref)'
$(BUILD)/fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) -Isrc -Iinclude -Itests $(DRAWING) -fsanitize=fuzzer-no-link,address,undefined -MMD -MP -c -o $@ $<
$(BUILD)/fuzz/libfuzzed.a: $(FUZZ_LIB)
$(BUILD)/fuzz/fuzz_%: $(BUILD)/fuzz/tests/fuzz/fuzz_%.o $(BUILD)/fuzz/libfuzzed.a $(wildcard $(BUILD)/fuzz/codecs/*.a)
	@echo "  fuzz  $@"
	$(Q)$(FUZZ_CC) -fsanitize=fuzzer,address,undefined -o $@ $^ $(APP_LIBS) $(filter-out -ldnnl,$(LIBS)) -lz
-include $(shell find $(BUILD)/fuzz -name '*.d' 2>/dev/null)

format: ## clang-format every file
	$(Q)clang-format -i $(OUR_FILES)

format-check: ## fail when clang-format would change something
	$(Q)clang-format --dry-run -Werror $(OUR_FILES)

lint: $(OBJ)/darknet $(OBJ)/libdarknet.a compile_commands.json ## format, clang-tidy, shellcheck, floors, sizes, names, fresh docs
	$(Q)BIN=$(OBJ) scripts/lint.sh $(FLOOR_SRC) $(APP_SRC) $(AV_SRC) $(HTTP_SRC) $(MPI_SRC) $(TIDY_CUDA) src/app/main.c

docs: $(OBJ)/darknet ## write docs/cfg.md, the end of docs/compatibility.md and the commands of docs/darknet.1 from the tables
	$(Q)mkdir -p docs && $(OBJ)/darknet help -markdown > docs/cfg.md.tmp && mv docs/cfg.md.tmp docs/cfg.md
	$(Q)sed "/^## Darknet's command lines/,\$$d" docs/compatibility.md > docs/cfg.md.tmp && \
		$(OBJ)/darknet help darknet -markdown >> docs/cfg.md.tmp && mv docs/cfg.md.tmp docs/compatibility.md
	$(Q)$(OBJ)/darknet help -man > docs/man.tmp && \
		sed -i -e '/^\.SH COMMANDS/,/^\.SH PICTURES/{/^\.SH COMMANDS/r docs/man.tmp' -e '/^\.SH PICTURES/!d}' docs/darknet.1 && rm docs/man.tmp

TIDY_CUDA := $(if $(CUDA_ROOT),$(CUDA_SRC))
TIDY_FLAGS = $(CPPFLAGS) $(CUDA_INCLUDE) -Itests -Itools/faces -DDK_SHARE=\"\" -DDK_ENGINES= -UNDEBUG $(DRAWING) $(MPI_FLAGS) $(CFLAGS)
compile_commands.json: Makefile $(FLOOR_SRC) $(APP_SRC) $(AV_SRC) $(HTTP_SRC) $(MPI_SRC) $(TIDY_CUDA) $(TEST_SRC) ## what each file is compiled with, for editors and clang-tidy
	$(Q)scripts/compile_commands.sh '$(CC) $(TIDY_FLAGS)' $(FLOOR_SRC) $(APP_SRC) $(AV_SRC) $(HTTP_SRC) $(MPI_SRC) $(TIDY_CUDA) src/app/main.c $(TEST_SRC) > $@.tmp
	$(Q)mv $@.tmp $@

clean: ## remove what was built
	rm -rf $(BUILD) darknet darknet_vision.so darknet_http.so darknet_mpi.so darknet_cuda.so libdarknet.a libdarknet.so compile_commands.json

help: ## list the targets
	@grep -hE '^[a-z0-9_.-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 24

FORCE:
.PHONY: all lib faces demo pictures test test-seeds test-scale test-programs c-test-programs run-tests run-c-tests bench bench-live bench-faces bench-dnn bench-scale soak soak-http axe check-onnx install asan tsan cross-arm64 test-arm64 fuzz fuzz-codecs format format-check lint docs clean help FORCE
