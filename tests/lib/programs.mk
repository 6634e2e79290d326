# SPDX-License-Identifier: GPL-2.0-only
# Builds the test programs that run in the lab, static, below $(BUILD)/tests.
# tests/lib/suite.sh calls it.

TOP := $(abspath $(dir $(lastword $(MAKEFILE_LIST)))/../..)
BUILD ?= $(TOP)/build
OUT := $(BUILD)/tests

CC ?= cc
CC64 ?= $(CC)
CC32 ?= $(CC) -m32 -idirafter /usr/include/x86_64-linux-gnu
CFLAGS ?= -O1 -g0
ALL_CFLAGS := -std=c11 -D_DEFAULT_SOURCE -Wall -Wextra -Werror -static -pthread \
	-I$(TOP)/uapi -I$(TOP)/xen/public -I$(TOP)/tests/lib $(CFLAGS)

HEADERS := $(wildcard $(addprefix $(TOP)/,uapi/linux/*.h xen/public/*.h lib/*.h \
	$(foreach depth,*/*.h */*/*.h */*/*/*.h,tests/$(depth))))
LIB := $(addprefix $(TOP)/tests/lib/,device.c events.c privcmd.c tap.c tap-parts.c)
MODEL := $(TOP)/tests/lib/model.c

# Each program in both widths: NAME64 and NAME32.
device := $(wildcard $(TOP)/tests/device/*.c) $(LIB)
hypercall := $(wildcard $(TOP)/tests/hypercall/*.c) $(LIB)
bench := $(filter-out %/ops.c,$(wildcard $(TOP)/tests/on-request/bench/*.c)) $(LIB)
faults := $(wildcard $(TOP)/tests/on-request/faults/*.c) $(LIB)
fuzz := $(filter-out %/steps.c,$(wildcard $(TOP)/tests/on-request/fuzz/ioctl/*.c)) $(MODEL) $(LIB)
soak := $(wildcard $(TOP)/tests/on-request/soak/*.c) $(LIB)
fairness := $(wildcard $(TOP)/tests/on-request/fairness/*.c) $(LIB)
hostile := $(wildcard $(TOP)/tests/hostile/*.c) $(LIB)
live := $(addprefix $(TOP)/tests/live/,main.c long.c cycle.c) $(LIB)
events := $(TOP)/tests/events/main.c $(LIB)
tables := $(wildcard $(TOP)/tests/on-request/tables/*.c) $(LIB)
library := $(TOP)/tests/library/real.c $(wildcard $(TOP)/lib/*.c) $(TOP)/tests/lib/tap.c

# The linker warns of getgrgid_r() in a static program: its result is not needed.
$(OUT)/library64 $(OUT)/library32: ALL_CFLAGS += -D_GNU_SOURCE -iquote $(TOP)/lib

# Xen's headers for tools need it.
$(OUT)/live64 $(OUT)/live32: ALL_CFLAGS += -std=gnu11

# Faulty hypervisors, which some programs include.
INCLUDED := $(addprefix $(TOP)/tests/lab/variants/,hostile.c made.c)

# The example in the header's first comment.
example := $(OUT)/example.c

$(example): $(TOP)/uapi/linux/alice.h $(lastword $(MAKEFILE_LIST))
	@mkdir -p $(@D)
	@awk '/^ \*\t/ { print substr($$0, 4) } /^ \*\// { exit }' $< >$@

.SECONDEXPANSION:

$(OUT)/%64: $$($$*) $(HEADERS) $(INCLUDED) $(lastword $(MAKEFILE_LIST))
	@mkdir -p $(@D)
	@$(CC64) $(ALL_CFLAGS) -o $@ $(filter-out $(INCLUDED),$(filter %.c,$^))

$(OUT)/%32: $$($$*) $(HEADERS) $(INCLUDED) $(lastword $(MAKEFILE_LIST))
	@mkdir -p $(@D)
	@$(CC32) $(ALL_CFLAGS) -o $@ $(filter-out $(INCLUDED),$(filter %.c,$^))
