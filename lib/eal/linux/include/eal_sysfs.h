/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef EAL_SYSFS_H
#define EAL_SYSFS_H

/**
 * @file
 * Read a string attribute from sysfs.
 *
 * The rules that attributes follow (one value per file, ASCII text, usually
 * with a trailing newline) are those of Documentation/filesystems/sysfs.rst
 * in the Linux kernel.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @internal
 * Read the first line of a sysfs attribute into a string.
 *
 * The trailing newline is removed. On any error the buffer holds an empty
 * string.
 *
 * @param path
 *   Path of the attribute.
 * @param buf
 *   Where the string goes, always NUL-terminated.
 * @param size
 *   Size of the buffer in bytes, at least 1.
 * @return
 *   Length of the string (at least 1) on success, otherwise:
 *   - -ENODATA: the attribute is empty.
 *   - -ENAMETOOLONG: the string does not fit in the buffer.
 *   - -ENOENT, -ENODEV, -EACCES and so on: the errno of open(2) or read(2);
 *     -ENOENT means that there is no such attribute, -ENODEV that its device
 *     vanished after the attribute was opened.
 */
static inline int
eal_sysfs_read_str(const char *path, char *buf, size_t size)
{
	ssize_t len;
	char *end;
	int err;
	int fd;

	buf[0] = '\0';

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;

	/* sysfs hands out an attribute of less than a page in one read */
	len = read(fd, buf, size);
	err = errno;
	close(fd);
	if (len < 0) {
		buf[0] = '\0';
		return -err;
	}

	end = (char *)memchr(buf, '\n', len);
	if (end == NULL) {
		/* a full buffer has no room for the terminator */
		if ((size_t)len == size) {
			buf[0] = '\0';
			return -ENAMETOOLONG;
		}
		end = buf + len;
	}
	*end = '\0';

	return end == buf ? -ENODATA : (int)(end - buf);
}

#ifdef __cplusplus
}
#endif

#endif /* EAL_SYSFS_H */
