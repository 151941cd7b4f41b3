/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 *
 * To be loaded before the C library (LD_PRELOAD): mmap() as it is before Linux 4.17,
 * which does not know MAP_FIXED_NOREPLACE and so takes another place where one is taken.
 */

#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* by the name that programs call it with 64 bits for offsets in files, as those of meson */
void *
mmap64(void *addr, size_t length, int prot, int flags, int fd, off64_t offset)
{
	return (void *)syscall(SYS_mmap, addr, length, prot, flags & ~MAP_FIXED_NOREPLACE,
			       fd, offset);
}
