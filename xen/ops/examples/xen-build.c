/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Op xen-build: which Xen this is.
 *
 * Shows text in an answer: of fixed length, padded with NULs, and as the rest
 * of the answer.
 */

#include <xen/alice.h>
#include <xen/version.h>

#define BUILD_OUT(f)                                                          \
    f(u32, major) f(u32, minor) f(c16, extra) f(bytes, compiler)

ALICE_OP(74, xen_build, "Which Xen this is, and what compiled it", 0,
         ALICE_NONE, BUILD_OUT)
{
    out->major = xen_major_version();
    out->minor = xen_minor_version();
    strlcpy(out->extra, xen_extra_version(), sizeof(out->extra));

    return alice_answer(out->compiler, out_tail, xen_compiler(),
                        strlen(xen_compiler()));
}
