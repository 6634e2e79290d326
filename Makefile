# SPDX-License-Identifier: GPL-2.0-only
# Top-level targets: "make help" lists them.

TOP := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
include $(dir $(lastword $(MAKEFILE_LIST)))version.mk
include $(TOP)/udev-rules/group.mk
BUILD ?= $(TOP)/build

# With DESTDIR= alone, the module goes there, too.
INSTALL_MOD_PATH ?= $(DESTDIR)
STAGED := $(DESTDIR)$(INSTALL_MOD_PATH)

# part DIRECTORY: run make there.  File names are made absolute, except for a key in a token
# (pkcs11:).  Recipes that use this start with a plus, so that make passes on its job server.
# The umask makes installed files readable by everybody.
FILES := BUILD KDIR DESTDIR INSTALL_MOD_PATH MOK_KEY MOK_CERT
here = $(if $(word 2,$($1)),$(error $1='$($1)': file names given to make cannot \
	contain blanks),$(if $(filter pkcs11:%,$($1)),$($1),$(abspath $($1))))
part = umask 022 && $(MAKE) --no-print-directory -C $1 \
	$(foreach name,$(FILES),$(if $($(name)),$(name)='$(call here,$(name))'))
override BUILD := $(call here,BUILD)
export BUILD

SUITES ?=
export FUZZ_SECONDS ?= 60
export SOAK_SECONDS ?= 600
CELL ?=

.DEFAULT_GOAL := all

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9_-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "Variables: BUILD= (where everything is built), KDIR= or KVER= (kernel headers),"
	@echo "ARCH= and CROSS_COMPILE= (as for kernels), PREFIX=, GROUP=, DESTDIR="
	@echo "and INSTALL_MOD_PATH= (install), MOK_KEY= and MOK_CERT= (sign), XEN_TREE= and"
	@echo "NUMBER= (wire), SUITES= (test), CELL= and XEN_TREE= (matrix)."

.PHONY: all
all: driver lib tools ## build the driver for KDIR, the library and the tool

.PHONY: driver
driver: ## build the driver for KDIR (the running kernel's headers)
	@+$(call part,driver)

.PHONY: lib
lib: ## build libalice
	@+$(call part,lib)

# tools/ builds the library, too: the dependency keeps make -j from building it twice at once.
.PHONY: tools
tools: lib ## build alicectl
	@+$(call part,tools)

.PHONY: wire
wire: ## wire alice_op into the Xen source tree XEN_TREE
	@xen/wire $(if $(NUMBER),--number $(NUMBER)) $(or $(XEN_TREE),$(error name the tree: XEN_TREE=))

.PHONY: demo
demo: ## from nothing to an unprivileged user's hypercall in a real Xen
	@tests/lab/deps --install lab
	@tests/demo/run

.PHONY: recording
recording: ## docs/demo.svg, and docs/demo.md, from a run of the demo
	@tests/lab/deps --install lab
	@tests/demo/record

.PHONY: lab
lab: ## an interactive shell in the lab's dom0
	@tests/lab/deps --install lab
	@tests/lab/shell

.PHONY: quick
quick: ## the suites that have a short form, in less than five minutes
	@tests/lab/deps --install
	@tests/run --quick

.PHONY: check
check: ## static analysis, and what of quick needs no lab
	@tests/lab/deps --install
	@tests/run --host --quick

.PHONY: test
test: ## all suites but the long ones, in the lab (SUITES="a b" for some)
	@tests/lab/deps --install
	@tests/run $(SUITES)

.PHONY: test-long
test-long: ## long forms of suites; FLASK, cookbook, packages, benchmark
	@tests/lab/deps --install
	@tests/run --long

.PHONY: arm64-test
arm64-test: ## the suites that need a dom0, on arm64
	@tests/lab/deps --install arm64
	@tests/run arm64

.PHONY: matrix
matrix: ## every Xen, kernel and guest: docs/support.md (CELL="a b")
	@tests/lab/deps --install arm64
	@tests/matrix/run $(CELL)

.PHONY: sanitize
sanitize: ## suites and fault injection, on kernels and Xen with checks
	@tests/lab/deps --install kernel
	@tests/lab/deps --install fuzz
	@tests/run -j 1 -t 36000 planted faults sanitized

.PHONY: coverage
coverage: ## which lines of the driver the tests run, and why not the rest
	@tests/lab/deps --install kernel
	@tests/run coverage

.PHONY: fuzz
fuzz: ## random requests, lines and op tables (FUZZ_SECONDS=60 each)
	@tests/lab/deps --install fuzz
	@tests/lab/deps --install kernel
	@tests/run -j 1 -t 36000 fuzz tables

.PHONY: soak
soak: ## SOAK_SECONDS=600 of calls while module and guest come and go
	@tests/lab/deps --install
	@tests/run -v soak

.PHONY: fairness
fairness: ## what one hostile member of the group can cost others
	@tests/lab/deps --install
	@tests/run fairness

.PHONY: hypervisor-test
hypervisor-test: ## the hypercall alone, from a test kernel, in seconds
	@tests/lab/deps --install
	@tests/run microkernel

.PHONY: bench
bench: ## what calls cost, in instructions, as tables and build/bench.json
	@tests/lab/deps --install
	@tests/on-request/bench/run

.PHONY: bench-check
bench-check: ## fail if a call costs more than the committed figures
	@tests/lab/deps --install
	@tests/run bench

.PHONY: bench-doc
bench-doc: ## update docs/performance.md with the figures of make bench
	@tests/lab/deps --install curves
	@tests/on-request/bench/doc

.PHONY: deb
deb: ## Debian packages, in build/deb
	@tests/lab/deps --install deb
	@debian/make-deb '$(BUILD)/deb'

.PHONY: deb-test
deb-test: ## what the packages do once they are installed, in the lab (long)
	@tests/lab/deps --install
	@tests/run -j 1 deb-install xen-deb

.PHONY: packaging-test
packaging-test: ## packages for Fedora, Arch and NixOS: build, install, compare
	@tests/lab/deps --install packaging
	@tests/run packaging

.PHONY: xen-deb
xen-deb: ## Debian's Xen of SUITE=bookworm with alice_op, a package beside it
	@tests/lab/deps --install xen-deb
	@debian/make-xen-deb '$(or $(SUITE),bookworm)' '$(BUILD)/xen-deb'

.PHONY: install
install: all install-user ## install driver, library, tool, udev rule, group (as root)
	@+$(call part,driver) modules_install
	@+$(if $(STAGED),:,$(call part,udev-rules) activate)

.PHONY: install-user
install-user: lib tools ## install everything except the driver
	@+$(call part,lib) install
	@+$(call part,tools) install
	@+$(call part,udev-rules) install
	@+$(call part,uapi) install

.PHONY: modules_install
modules_install: driver ## install the driver alone
	@+$(call part,driver) modules_install

.PHONY: dkms-source
dkms-source: ## install the driver's source for DKMS, below /usr/src
	@+$(call part,driver) dkms-source

.PHONY: sign
sign: ## sign the driver with MOK_KEY and MOK_CERT: docs/secure-boot.md
	@+$(call part,driver) sign

.PHONY: uninstall
uninstall: ## remove what install installed, except the group
	@+$(call part,driver) uninstall
	@+$(call part,lib) uninstall
	@+$(call part,tools) uninstall
	@+$(call part,udev-rules) uninstall
	@+$(call part,uapi) uninstall
	@$(if $(STAGED),:,[ ! -e /sys/module/alice ] || \
		echo "The module is still loaded: 'rmmod alice' unloads it.")

# The newest entry of a changelog, but none of those before it, is its maintainer's.
.PHONY: maintainer
maintainer: ## copy ALICE_MAINTAINER to packages and SECURITY.md
	@sed -i 's|^Maintainer: .*|Maintainer: $(ALICE_MAINTAINER)|' \
		debian/control xen/debian/control.in
	@sed -i '0,/^ -- /s|^ -- .*>| -- $(ALICE_MAINTAINER)|' debian/changelog
	@sed -i '/^%changelog/,/^\*/s|^\(\*\( [^ ]*\)\{4\} \).*>|\1$(ALICE_MAINTAINER)|' \
		packaging/alice.spec
	@sed -i 's|^    .* <.*@.*>$$|    $(ALICE_MAINTAINER)|' SECURITY.md

# The driver is compiled by links to its sources.  Where the running kernel has no headers,
# those of the lab will do.
commands = $(BUILD)/compile_commands
lab_kdir = $(filter-out %-common,$(wildcard $(BUILD)/kernel/bookworm/usr/src/linux-headers-*))

.PHONY: compile_commands
compile_commands: ## write compile_commands.json, which clangd and others read
	@tests/lab/deps --install editor
	@rm -rf '$(commands)'
	@bear --output compile_commands.json -- $(MAKE) --no-print-directory \
		BUILD='$(commands)' $(if $(or $(KDIR),$(KVER),$(wildcard \
		/lib/modules/$(shell uname -r)/build)),,$(addprefix KDIR=,$(lab_kdir))) all
	@sed -i 's|"$(commands)/driver/[^/]*/\([a-z]*\.c\)"|"$(TOP)/driver/\1"|' \
		compile_commands.json

.PHONY: clean
clean: ## remove everything that was built or fetched
	rm -rf '$(BUILD)' compile_commands.json
