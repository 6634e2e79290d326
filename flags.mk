# SPDX-License-Identifier: GPL-2.0-only
#
# Compiler flags for lib/ and tools/, and for tests that use their sources.
#
#   BUILD=DIR      build directory
#   CC, CFLAGS, CPPFLAGS, LDFLAGS as usual
#   CROSS_COMPILE=PREFIX  compile with PREFIXgcc
#   SANITIZE=1     use AddressSanitizer and UndefinedBehaviorSanitizer
#   XENCALL=no     build without --via privcmd, even if libxencall is installed
#   V=1            show the commands

top := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
include $(dir $(lastword $(MAKEFILE_LIST)))version.mk
BUILD ?= $(top)/build
lib := $(top)/lib
tools := $(top)/tools
lib_out := $(BUILD)/lib$(if $(SANITIZE),/asan)
out := $(BUILD)/tools$(if $(SANITIZE),/asan)

PKG_CONFIG ?= pkg-config
# "undefined" with make -R.
ifneq ($(filter default undefined,$(origin CC)),)
CC := $(if $(CROSS_COMPILE),$(CROSS_COMPILE)gcc,cc)
endif
CFLAGS ?= -O2 -g
LDFLAGS ?= -Wl,-z,relro -Wl,-z,now

comma := ,
warnings := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wformat=2
harden := -fPIE -fstack-protector-strong
ifeq ($(SANITIZE),)
# _FORTIFY_SOURCE needs the optimizer, and distributions may set it already.
ifneq ($(filter -O1 -O2 -O3 -Os,$(CFLAGS)),)
harden += $(if $(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)),,-D_FORTIFY_SOURCE=2)
endif
else
sanitize := -fsanitize=address$(comma)undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
endif

compile = $(CC) -std=c11 -D_GNU_SOURCE -I$(top)/uapi -iquote $(top) \
	$(warnings) $(harden) $(sanitize) $(CPPFLAGS) $(CFLAGS)
link = $(CC) -pie $(sanitize) $(CFLAGS) $(LDFLAGS)

# Use libxencall only if this compiler can link with it: pkg-config may find the library of
# another architecture.
xencall := $(shell $(PKG_CONFIG) --cflags --libs xencall 2>/dev/null)
probe = $(shell dir=$$(mktemp -d) && \
	echo 'int xencall_close(void *); int main(void) { return xencall_close(0); }' \
	>$$dir/probe.c && $(CC) $(CFLAGS) -o $$dir/probe $$dir/probe.c $(xencall) \
	>/dev/null 2>&1 && echo yes || echo no; rm -rf "$$dir")
ifeq ($(XENCALL),)
XENCALL := $(if $(xencall),$(probe),no)
endif

Q := $(if $(V),,@)
