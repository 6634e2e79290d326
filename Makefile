# SPDX-License-Identifier: GPL-2.0-only
# One face over everything: "make help" lists it.

TOP := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
export BUILD ?= $(TOP)/build

SUITES ?=
CELL ?=
COMPONENTS := driver tools udev-rules

.DEFAULT_GOAL := all

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "Variables: BUILD= (where everything is built), KDIR= or KVER= (kernel headers),"
	@echo "PREFIX= and DESTDIR= (install), XEN_TREE= and NUMBER= (wire), SUITES= (test),"
	@echo "CELL= and XEN_TREE= (matrix)."

.PHONY: all
all: driver tools ## build the driver for KDIR and the tool

.PHONY: driver
driver: ## build the driver for KDIR (the running kernel's headers)
	@$(MAKE) --no-print-directory -C driver

.PHONY: tools
tools: ## build alicectl
	@$(MAKE) --no-print-directory -C tools

.PHONY: wire
wire: ## wire alice_op into the Xen source tree XEN_TREE
	@xen/wire $(if $(NUMBER),--number $(NUMBER)) $(or $(XEN_TREE),$(error name the tree: XEN_TREE=))

.PHONY: demo
demo: ## from nothing to an unprivileged user's hypercall in a real Xen
	@tests/lab/deps --install
	@tests/demo/run

.PHONY: lab
lab: ## an interactive shell in the lab's dom0
	@tests/lab/deps --install
	@tests/lab/shell

.PHONY: check
check: ## static analysis and the tests that need no lab
	@tests/lab/deps --install
	@tests/run --host

.PHONY: test
test: ## everything, in the lab (SUITES="a b" for some)
	@tests/lab/deps --install
	@tests/run $(SUITES)

.PHONY: arm64-test
arm64-test: ## the suites that need a dom0, on arm64
	@tests/lab/deps --install arm64
	@tests/run -t 3600 arm64

.PHONY: matrix
matrix: ## every Xen, kernel and kind of guest, into docs/support.md (CELL="a b" for some)
	@tests/lab/deps --install arm64
	@tests/matrix/run $(CELL)

.PHONY: hypervisor-test
hypervisor-test: ## the hypercall alone, from a test kernel, in seconds
	@tests/lab/deps --install
	@tests/run microkernel

.PHONY: bench
bench: ## what calls cost, in instructions, as tables and build/bench.json
	@tests/lab/deps --install
	@tests/bench/run

.PHONY: bench-check
bench-check: ## fail where a call costs more than what is committed
	@tests/lab/deps --install
	@tests/run bench

.PHONY: bench-doc
bench-doc: ## commit to the figures of make bench: docs/performance.md
	@tests/lab/deps --install curves
	@tests/bench/doc

.PHONY: install
install: all ## install driver, tool, udev rule, group (needs root)
	@$(MAKE) --no-print-directory -C driver modules_install $(if $(DESTDIR),INSTALL_MOD_PATH='$(DESTDIR)')
	@$(MAKE) --no-print-directory -C tools install
	@$(MAKE) --no-print-directory -C udev-rules install
	@$(if $(DESTDIR),:,$(MAKE) --no-print-directory -C udev-rules activate)
	@$(if $(DESTDIR),:,echo "Installed. Now: modprobe alice; adduser USER alice")

.PHONY: uninstall
uninstall: ## remove what install installed, but the module and the group
	@$(MAKE) --no-print-directory -C tools uninstall
	@$(MAKE) --no-print-directory -C udev-rules uninstall

.PHONY: clean
clean: ## remove everything that was built or fetched
	rm -rf '$(BUILD)'
