# Michiake.  `make demo` and `make test` do everything on an empty Debian 12; the other targets are in docs/CONTRIBUTING.md.
# Variables: CC CFLAGS CPPFLAGS LDFLAGS PREFIX DESTDIR | BUILD=build | SAN=address,undefined | V=1

export LC_ALL := C.UTF-8

comma      := ,
PREFIX     ?= /usr/local
PKG_CONFIG ?= pkg-config
INSTALL    ?= install
CFLAGS     ?= -O2 -g
BUILD      ?= build
WARNINGS   := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
              -Wformat=2 -Wundef -Wvla -Wcast-qual -Wwrite-strings -Wpointer-arith -Wimplicit-fallthrough
HARDENING  := $(if $(filter -O0,$(CFLAGS)),,-D_FORTIFY_SOURCE=2) -fstack-protector-strong -fPIE
ifdef SAN
override BUILD := $(BUILD)/san-$(subst $(comma),-,$(SAN))
HARDENING  := -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

COMMON_PKGS := libsodium expat
GIS_PKGS    := sqlite3 spatialite libsodium expat
SERVER_PKGS := libuv sqlite3 spatialite libmicrohttpd libcjson libsodium zlib expat
CLIENT_PKGS := libuv sqlite3 libmicrohttpd libcjson libsodium zlib expat libgpiod
IMPORT_PKGS := gdal $(GIS_PKGS)

# Libraries' headers come in as system headers: their warnings are not ours to mend.
pkg_cflags = $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags $(1) 2>/dev/null))
pkg_libs   = $(shell $(PKG_CONFIG) --libs $(1))

PLOW_CFLAGS   = -std=c11 $(WARNINGS) $(HARDENING)
HEADER_PKGS   ?= $(SERVER_PKGS) gdal
PLOW_CPPFLAGS := -D_GNU_SOURCE -I. -I$(BUILD) -MMD -MP $(call pkg_cflags,$(HEADER_PKGS))
# gcc's shared libubsan beside libasan forgets its log_path, and with it the report.
STATIC_SAN    := $(if $(findstring clang,$(CC)),,$(if $(findstring address,$(SAN)),-static-libasan -static-libubsan))
PLOW_LDFLAGS  := $(if $(SAN),-fsanitize=$(SAN) $(STATIC_SAN),-pie -Wl$(comma)-z$(comma)relro$(comma)-z$(comma)now)

objects  = $(patsubst %.c,$(BUILD)/%.o,$(filter-out %/main.c,$(wildcard $(1)/*.c)))
COMMON  := $(call objects,common)
GIS     := $(call objects,gis) $(BUILD)/gis/schema.o
IMPORT  := $(call objects,gis/import)
SERVER  := $(call objects,server)
PLOWD_PARTS := $(addprefix server/plowd/,base intake accounts live coverage answers export api)
PLOWD   := $(foreach part,server/plowd $(PLOWD_PARTS),$(call objects,$(part)))
PLOWCTL := $(call objects,server/plowctl)
PUBLIC  := $(call objects,server/public)
HTTPD   := $(call objects,common/httpd)
CLIENT  := $(call objects,tracker-client)
SIM     := $(call objects,tests/sim)

PROGRAMS := $(addprefix $(BUILD)/,plowd plow-public plowctl plow-import plow-tracker plow-sim)
UNIT     := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%.o,$(wildcard tests/unit/test_*.c))
UNIT_SUPPORT := $(addprefix $(BUILD)/tests/support/,leaks.o folder.o drawn.o cab.o)

ifneq ($(V),1)
say = @printf '  %-5s %s\n' $(1) $@;
endif

all: $(PROGRAMS)

$(BUILD)/plowd: $(BUILD)/server/plowd/main.o $(PLOWD) $(SERVER) $(GIS) $(HTTPD) $(COMMON)
$(BUILD)/plowctl: $(BUILD)/server/plowctl/main.o $(PLOWCTL) $(SERVER) $(GIS) $(HTTPD) $(COMMON)
$(BUILD)/plow-public: $(BUILD)/server/public/main.o $(PUBLIC) $(HTTPD) $(COMMON)
$(BUILD)/plow-import: $(BUILD)/gis/import/main.o $(IMPORT) $(GIS) $(COMMON)
$(BUILD)/plow-tracker: $(BUILD)/tracker-client/main.o $(CLIENT) $(HTTPD) $(COMMON)
$(BUILD)/plow-sim: $(BUILD)/tests/sim/main.o $(SIM) $(SERVER) $(GIS) $(HTTPD) $(COMMON)
$(BUILD)/plowd $(BUILD)/plowctl $(BUILD)/plow-public $(BUILD)/plow-sim: LIBS = $(call pkg_libs,$(SERVER_PKGS)) -lm
$(BUILD)/plow-import: LIBS = $(call pkg_libs,$(IMPORT_PKGS)) -lm
$(BUILD)/plow-tracker: LIBS = $(call pkg_libs,$(CLIENT_PKGS)) -lm

$(PROGRAMS):
	$(call say,LD)$(CC) $(CFLAGS) $(PLOW_LDFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# A unit test may use everything but the programs' main files.  All of them are one program, which is
# linked once; build/tests/unit/test_NAME is one file's tests alone, for work on it.
$(BUILD)/under-test.a: $(SIM) $(IMPORT) $(CLIENT) $(PLOWD) $(PLOWCTL) $(PUBLIC) $(SERVER) $(GIS) $(HTTPD) $(COMMON)
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $^
$(BUILD)/tests/unit/test_%: $(BUILD)/tests/unit/test_%.o $(UNIT_SUPPORT) $(BUILD)/under-test.a
	$(link_test)
$(BUILD)/tests/unit/run: $(UNIT) $(UNIT_SUPPORT) $(BUILD)/under-test.a
	$(link_test)
define link_test
	$(call say,LD)$(CC) $(CFLAGS) $(PLOW_LDFLAGS) $(LDFLAGS) -o $@ $^ \
		-Wl,--as-needed $(call pkg_libs,$(SERVER_PKGS) libgpiod gdal criterion) -lm
endef

$(BUILD)/%.o: %.c | packages
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(PLOW_CPPFLAGS) $(CPPFLAGS) $(PLOW_CFLAGS) $(CFLAGS) -c -o $@ $<
# One string holds a whole migration, longer than the 4,095 bytes ISO C promises.
$(BUILD)/gis/schema.o: WARNINGS += -Wno-overlength-strings
$(BUILD)/gis/schema.o: $(BUILD)/gis/schema.c | packages
	$(call say,CC)$(CC) $(PLOW_CPPFLAGS) $(CPPFLAGS) $(PLOW_CFLAGS) $(CFLAGS) -c -o $@ $<

# The migrations, in the order of their numbers, as one array of C strings (gis/schema.h).
$(BUILD)/gis/schema.c: $(wildcard gis/schema/*.sql)
	@mkdir -p $(@D)
	@{ echo '#include "gis/schema.h"'; echo 'const char *const schema_migrations[] = {'; \
	for f in $(sort $^); do \
		sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/' $$f; echo ','; done; \
	echo '};'; echo 'const int schema_version = sizeof(schema_migrations) / sizeof(schema_migrations[0]);'; } > $@

# Criterion's macros convert freely.
$(BUILD)/tests/unit/%.o: WARNINGS += -Wno-conversion

# What is missing is named before the compiler stumbles over it; `make demo` and `make test` install it.
packages:
	@tests/support/deps.sh check build

JOBS     ?= $(shell nproc)
UNIT_RUN := $(BUILD)/tests/unit/run
FUZZ_REPLAY := $(BUILD)/tests/fuzz/replay
BROWSER  := $(patsubst %/package.json,%/node_modules/.package-lock.json,$(wildcard tests/browser/package.json))
again     = +@$(MAKE) --no-print-directory -j$(JOBS)
run       = @BUILD=$(BUILD) CC="$(CC)" HEADER_FLAGS="-std=c11 $(WARNINGS) $(filter-out -M%,$(PLOW_CPPFLAGS))" node tests/run.mjs

test:
	@tests/support/deps.sh install $(if $(CI),ci,test)
	$(again) test-programs
	$(again) SAN=address,undefined $(if $(CI),all) unit-program replay-program
	$(if $(CI),$(again) fuzz-programs)
	$(again) test-run
# Read anew after what was missing is there: only now pkg-config answers.
test-run:
	$(run)
test-programs: all web $(if $(CI),,unit-program) helpers $(BROWSER)
unit-program: $(UNIT_RUN)
replay-program: $(FUZZ_REPLAY)

# A snow town at work, until Ctrl-C.
demo:
	@tests/support/deps.sh install demo
	$(again) all web
	@BUILD=$(BUILD) tests/demo.sh

# What tests put around the programs: a disk that fails, lines of a chip, a flood of junk.
HELPERS := $(BUILD)/tests/support/faults.so $(BUILD)/tests/support/gpio.so $(BUILD)/tests/support/flood
helpers: $(HELPERS)
$(BUILD)/tests/support/%.so: tests/support/%.c | packages
	@mkdir -p $(@D)
	$(call say,SO)$(CC) -D_GNU_SOURCE -std=c11 $(WARNINGS) -O2 -fPIC -shared -o $@ $<
$(BUILD)/tests/support/flood: tests/support/flood.c | packages
	@mkdir -p $(@D)
	$(call say,LD)$(CC) -D_GNU_SOURCE -std=c11 $(WARNINGS) -O2 -o $@ $<

# Each part alone; FILES="word ..." keeps to the files whose names have one of the words.
unit: $(UNIT_RUN)
	$(run) unit
sanitize:
	$(again) web
	$(again) SAN=address,undefined all unit-program replay-program
	$(run) sanitize fuzz-replay integration-sanitized
integration: all web helpers
	$(run) integration
browser: all web $(BROWSER)
	$(run) browser
lint: $(BROWSER) web
	$(run) lint
# A picture of every page, in both languages and themes, on a desk and on a phone, in $(BUILD)/screens.
screens:
	@tests/support/deps.sh install test
	$(again) all web $(BROWSER)
	@BUILD=$(BUILD) PLOW_BIN=$(BUILD) node tests/browser/screens.mjs

tests/browser/node_modules/.package-lock.json: tests/browser/package-lock.json
	cd tests/browser && npm ci --no-audit --no-fund --loglevel=error

# The long form of tests/integration/chaos.test.mjs: SOAK_SECONDS=1500, SOAK_SEED.
soak: all
	@PLOW_BIN=$(BUILD) node tests/soak/soak.mjs

# Static analysis and format: what they say is worth reading, so it is not part of `make test`.
C_FILES := $(foreach d,common common/httpd gis gis/import server server/plowd $(PLOWD_PARTS) server/plowctl server/public tracker-client \
	tests/unit tests/sim tests/support tests/bench tests/fuzz,$(wildcard $(d)/*.c))
lint-c:
	clang-format-14 --dry-run $(C_FILES) $(wildcard $(addsuffix *.h,$(sort $(dir $(C_FILES)))))
	clang-tidy-14 --quiet $(filter-out tests/%,$(C_FILES)) -- -std=c11 $(filter-out -M%,$(PLOW_CPPFLAGS))

# What browsers load, with the one library they need beside it; nothing is fetched when it runs.
WEB_FILES := $(shell find web -type f -not -path '*/node_modules/*' -not -name '.*' 2>/dev/null)
web: $(BUILD)/web/.made
$(BUILD)/web/.made: $(WEB_FILES)
	$(call say,WEB)deploy/web.sh $(@D)

# Fuzzing: every tests/fuzz/fuzz_NAME.c, FUZZ_SECONDS each or FUZZ_RUNS inputs each; FILES="name ..." only
# those; FUZZ_FAST=1 without the address sanitizer, for numbers. Finds go to tests/fuzz/regressions/NAME.
FUZZ_SECONDS ?= 60
FUZZ_CC      ?= clang-14
FUZZ_NAMES   := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SAN     := fuzzer-no-link,$(if $(FUZZ_FAST),,address$(comma))undefined
FUZZERS      := $(patsubst %,$(BUILD)/tests/fuzz/fuzz_%,$(FUZZ_NAMES))
fuzz:
	@tests/support/deps.sh install fuzz
	$(again) fuzz-programs
	@BUILD=$(BUILD) tests/fuzz/run.sh $(BUILD)/san-$(subst $(comma),-,$(FUZZ_SAN))/tests/fuzz \
		$(if $(FUZZ_RUNS),runs $(FUZZ_RUNS),seconds $(FUZZ_SECONDS)) $(or $(FILES),$(FUZZ_NAMES))
fuzz-programs:
	+@$(MAKE) --no-print-directory CC="$(FUZZ_CC)" SAN=$(FUZZ_SAN) CFLAGS="-O2 -g$(if $(FUZZ_FAST), -fsanitize-trap=undefined)" fuzzers
fuzzers: $(FUZZERS)
$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/scratch.o $(BUILD)/under-test.a
	$(call say,FUZZ)$(CC) $(CFLAGS) -fsanitize=fuzzer $(PLOW_LDFLAGS) $(LDFLAGS) -o $@ $^ \
		-Wl,--as-needed $(call pkg_libs,$(SERVER_PKGS) libgpiod gdal) -lm

# The same readers without a fuzzer: each once more over its corpus and over what was ever found.
$(FUZZ_REPLAY): $(BUILD)/tests/fuzz/replay.o $(BUILD)/tests/fuzz/targets.o $(BUILD)/tests/fuzz/scratch.o \
		$(patsubst %,$(BUILD)/tests/fuzz/replay_%.o,$(FUZZ_NAMES)) $(BUILD)/under-test.a
	$(call say,LD)$(CC) $(CFLAGS) $(PLOW_LDFLAGS) $(LDFLAGS) -o $@ $^ \
		-Wl,--as-needed $(call pkg_libs,$(SERVER_PKGS) libgpiod gdal) -lm
$(BUILD)/tests/fuzz/replay_%.o: tests/fuzz/fuzz_%.c | packages
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(PLOW_CPPFLAGS) -DLLVMFuzzerTestOneInput=fuzz_$* $(CPPFLAGS) $(PLOW_CFLAGS) $(CFLAGS) \
		-c -o $@ $<
$(BUILD)/tests/fuzz/targets.c: $(patsubst %,tests/fuzz/fuzz_%.c,$(FUZZ_NAMES))
	@mkdir -p $(@D)
	@{ echo '#include "tests/fuzz/replay.h"'; \
	for n in $(FUZZ_NAMES); do echo "int fuzz_$$n(const uint8_t *data, size_t size);"; done; \
	echo 'const struct replay_target replay_targets[] = {'; \
	for n in $(FUZZ_NAMES); do echo "{\"$$n\", fuzz_$$n},"; done; \
	echo '{NULL, NULL}};'; } > $@
$(BUILD)/tests/fuzz/targets.o: $(BUILD)/tests/fuzz/targets.c
	$(call say,CC)$(CC) $(PLOW_CPPFLAGS) $(CPPFLAGS) $(PLOW_CFLAGS) $(CFLAGS) -c -o $@ $<

# How fast single parts are on one core: build/tests/bench/bench_NAME prints one JSON line.
$(BUILD)/tests/bench/bench_%: $(BUILD)/tests/bench/bench_%.o $(COMMON)
	$(call say,LD)$(CC) $(CFLAGS) $(PLOW_LDFLAGS) $(LDFLAGS) -o $@ $^ $(call pkg_libs,$(COMMON_PKGS))

# Every allocation of our own code is counted: there is to be none per fix.
WRAPPED := malloc calloc realloc reallocarray
$(BUILD)/tests/bench/bench_match: $(BUILD)/tests/bench/bench_match.o $(GIS) $(COMMON)
	$(call say,LD)$(CC) $(CFLAGS) $(PLOW_LDFLAGS) $(LDFLAGS) $(addprefix -Wl$(comma)--wrap=,$(WRAPPED)) -o $@ $^ \
		$(call pkg_libs,$(GIS_PKGS) zlib) -lm

$(BUILD)/tests/bench/bench_drive: $(BUILD)/tests/bench/bench_drive.o $(BUILD)/tests/sim/gnss.o $(BUILD)/tests/sim/random.o $(GIS) $(COMMON)
	$(call say,LD)$(CC) $(CFLAGS) $(PLOW_LDFLAGS) $(LDFLAGS) -o $@ $^ $(call pkg_libs,$(GIS_PKGS) zlib) -lm

$(BUILD)/tests/bench/bench_ingest: $(BUILD)/tests/bench/bench_ingest.o $(SERVER) $(HTTPD) $(GIS) $(COMMON)
	$(call say,LD)$(CC) $(CFLAGS) $(PLOW_LDFLAGS) $(LDFLAGS) -o $@ $^ $(call pkg_libs,$(SERVER_PKGS)) -lm

BENCHES := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/bench_*.c))
bench:
	@tests/support/deps.sh install bench || echo 'what needs them is left out'
	$(again) bench-run
bench-run: $(BENCHES) $(PROGRAMS) $(BUILD)/tests/support/flood web
	-@cd tests/bench/rival && npm ci --no-audit --no-fund --loglevel=error
	@PLOW_BIN=$(BUILD) FILES="$(FILES)" node tests/bench/bench.mjs

# How right the matcher is on real drives with known truth (docs/MATCHING.md).
bench-truth: $(BUILD)/plowctl $(BUILD)/plow-import $(BUILD)/tests/bench/bench_match
	@PLOW_BIN=$(BUILD) node tests/bench/truth.mjs --json $(BUILD)/bench-truth.json

# The cab's program for small arm64 computers.
ARM64 := aarch64-linux-gnu
cross:
	@tests/support/deps.sh install cross
	$(again) CC=$(ARM64)-gcc PKG_CONFIG="env PKG_CONFIG_LIBDIR=/usr/lib/$(ARM64)/pkgconfig pkg-config" \
		HEADER_PKGS="$(CLIENT_PKGS)" BUILD=$(BUILD)/arm64 $(BUILD)/arm64/plow-tracker

BINDIR  ?= $(PREFIX)/bin
DATADIR ?= $(PREFIX)/share
UNITDIR ?= $(PREFIX)/lib/systemd/system
install: all web
	PREFIX="$(PREFIX)" BINDIR="$(BINDIR)" DATADIR="$(DATADIR)" UNITDIR="$(UNITDIR)" INSTALL="$(INSTALL)" \
		DESTDIR="$(DESTDIR)" BUILD="$(BUILD)" deploy/install.sh install $(PROGRAMS)
uninstall:
	BINDIR="$(BINDIR)" DATADIR="$(DATADIR)" UNITDIR="$(UNITDIR)" DESTDIR="$(DESTDIR)" \
		deploy/install.sh uninstall $(PROGRAMS)

clean:
	rm -rf $(BUILD)

.PHONY: all packages demo test helpers soak test-run test-programs unit-program unit sanitize integration browser lint lint-c web screens fuzz bench bench-truth \
	bench-run fuzz-programs fuzzers replay-program cross install uninstall clean
.DELETE_ON_ERROR:
.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' -not -path '$(BUILD)/san-*' 2>/dev/null)
