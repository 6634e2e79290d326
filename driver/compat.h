/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fallbacks for kernels before 5.10.
 *
 * Stable updates and vendors backport some of this. Macros are tested for here; Kbuild looks
 * for functions in the kernel's headers.
 */
#ifndef ALICE_COMPAT_H
#define ALICE_COMPAT_H

#include <linux/build_bug.h>
#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/ratelimit.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#ifndef static_assert
#define static_assert(expr)	extern char alice_assert[(expr) ? 1 : -1]
#endif

/*
 * kfree_rcu() cannot free vmalloc memory, and a callback of our own would need an
 * rcu_barrier() when the module is unloaded. Unlike the kernel's, this one sleeps.
 */
#ifndef kvfree_rcu
#define kvfree_rcu(ptr, rhf) do { \
	synchronize_rcu(); \
	kvfree(ptr); \
} while (0)
#endif

#ifdef ALICE_LACKS_sysfs_emit
#define sysfs_emit(buf, ...)	scnprintf(buf, PAGE_SIZE, __VA_ARGS__)
#endif

#ifdef ALICE_LACKS_compat_ptr_ioctl
#ifdef CONFIG_COMPAT
static inline long compat_ptr_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return file->f_op->unlocked_ioctl(file, cmd, (unsigned long)compat_ptr(arg));
}
#else
#define compat_ptr_ioctl	NULL
#endif
#endif /* ALICE_LACKS_compat_ptr_ioctl */

#ifdef ALICE_LACKS_copy_struct_from_user
/*
 * Reads the extra bytes one by one: a copy of many that fails may leave out some that
 * can be read.
 */
static inline int copy_struct_from_user(void *dst, size_t ksize, const void __user *src,
					size_t usize)
{
	size_t size = min(ksize, usize), at;
	u8 extra;

	for (at = ksize; at < usize; at++) {
		if (get_user(extra, (const u8 __user *)src + at))
			return -EFAULT;
		if (extra)
			return -E2BIG;
	}

	memset(dst + size, 0, ksize - size);

	return copy_from_user(dst, src, size) ? -EFAULT : 0;
}
#endif

#endif /* ALICE_COMPAT_H */
