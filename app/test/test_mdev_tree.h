/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef TEST_MDEV_TREE_H
#define TEST_MDEV_TREE_H

/**
 * @file
 * Mediated devices that are there only in sysfs, for tests that open none: directories
 * and links like those of the kernel. Below a temporary directory, "devices" is the tree
 * of devices and "bus" the directory that lists the mediated ones.
 */

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bus_mdev_driver.h>
#include <rte_common.h>

#define PARENT "parent0"
#define TYPES "devices/" PARENT "/mdev_supported_types"

static char tree_root[PATH_MAX];
static char tree_bus[PATH_MAX];

/* Name a file or directory of the tree; the next call reuses the string. */
__rte_format_printf(1, 2)
static inline const char *
tree(const char *format, ...)
{
	static char path[PATH_MAX];
	va_list args;
	int len;

	len = snprintf(path, sizeof(path), "%s/", tree_root);
	va_start(args, format);
	vsnprintf(path + len, sizeof(path) - len, format, args);
	va_end(args);

	return path;
}

static inline int
write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (file == NULL)
		return -1;
	fputs(text, file);

	return fclose(file);
}

static inline int
make_dir(const char *path)
{
	return mkdir(path, 0755) < 0 && errno != EEXIST ? -1 : 0;
}

static inline int
make_type(const char *type, const char *device_api)
{
	if (make_dir(tree(TYPES "/%s", type)) < 0)
		return -1;

	return write_file(tree(TYPES "/%s/device_api", type), device_api);
}

static inline int
make_device(const char *uuid, const char *type)
{
	char target[PATH_MAX];

	snprintf(target, sizeof(target), "../mdev_supported_types/%s", type);
	if (make_dir(tree("devices/" PARENT "/%s", uuid)) < 0 ||
			symlink(target, tree("devices/" PARENT "/%s/mdev_type", uuid)) < 0)
		return -1;

	snprintf(target, sizeof(target), "../devices/" PARENT "/%s", uuid);

	return symlink(target, tree("bus/%s", uuid));
}

/* Make a tree without types and devices, and let the bus look there. */
static inline int
make_tree(void)
{
	snprintf(tree_root, sizeof(tree_root), "/tmp/test_bus_mdev.XXXXXX");
	if (mkdtemp(tree_root) == NULL)
		return -1;

	if (make_dir(tree("bus")) < 0 || make_dir(tree("devices")) < 0 ||
			make_dir(tree("devices/" PARENT)) < 0 || make_dir(tree(TYPES)) < 0)
		return -1;

	snprintf(tree_bus, sizeof(tree_bus), "%s", tree("bus"));
	rte_mdev_set_sysfs_path(tree_bus);

	return 0;
}

static inline int
remove_entry(const char *path, const struct stat *st __rte_unused,
	     int flag __rte_unused, struct FTW *ftw __rte_unused)
{
	return remove(path);
}

static inline int
remove_tree(void)
{
	return nftw(tree_root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

#endif /* TEST_MDEV_TREE_H */
