/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <dev_vfio.h>
#include <eal_sysfs.h>
#include <rte_eal.h>
#include <rte_errno.h>

#include "private.h"

/**
 * @file
 * Why a device cannot be used, and what helps.
 *
 * EAL tells only that it failed. What is asked of the kernel here is asked after that,
 * but for the number of a file that must not be opened.
 */

#define VFIO_CONTAINER_FILE "/dev/vfio/vfio"
#define IOMMUFD_FILE "/dev/iommu"
/* What a PCI function is opened by where VFIO does without an IOMMU. */
#define NOIOMMU_FILE "/dev/vfio/noiommu-"

/* Tell why a file of VFIO cannot be opened. */
static int
mdev_explain_open(const struct rte_mdev_device *dev, const char *path, int error)
{
	switch (error) {
	case ENOENT:
		MDEV_LOG(ERR, "%s: there is no %s, pass it into the container or start udev",
			 dev->name, path);
		return -ENOENT;
	case EBUSY:
		MDEV_LOG(ERR, "%s: %s is in use by another process", dev->name, path);
		return -EBUSY;
	case EACCES:
		MDEV_LOG(ERR, "%s: no rights on %s, give them to the user who runs this program",
			 dev->name, path);
		return -EACCES;
	case EPERM:
		MDEV_LOG(ERR, "%s: the system forbids to open %s whoever asks, allow it in the device cgroup of the container",
			 dev->name, path);
		return -EACCES;
	default:
		MDEV_LOG(ERR, "%s: cannot open %s: %s", dev->name, path, strerror(error));
		return -EIO;
	}
}

/* Returns 0 if the file can be opened. It does not stay open: a group can be opened once. */
static int
mdev_try_open(const struct rte_mdev_device *dev, const char *path)
{
	int fd;

	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return mdev_explain_open(dev, path, errno);

	close(fd);

	return 0;
}

static bool
mdev_module_is_loaded(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/module/%s", name);

	return access(path, F_OK) == 0;
}

void
mdev_explain_absent(const char *uuid)
{
	if (access(mdev_sysfs_path(), F_OK) != 0)
		MDEV_LOG(ERR, "%s: there is no %s, run: modprobe mdev",
			 uuid, mdev_sysfs_path());
	else if (mdev_is_in_sysfs(uuid))
		MDEV_LOG(ERR, "%s: the kernel does not tell its device API (mdev_type/device_api), remove the device and create it again",
			 uuid);
	else
		MDEV_LOG(ERR, "%s: no such mediated device in %s, create it with mdevctl",
			 uuid, mdev_sysfs_path());
}

/* EAL uses the container of groups where it can; some kernels have iommufd instead. */
static bool
mdev_needs_iommufd(void)
{
	if (access(VFIO_CONTAINER_FILE, F_OK) == 0)
		return false;

	return access(IOMMUFD_FILE, F_OK) == 0 || access("/sys/class/misc/vfio", F_OK) != 0;
}

/* Get the module of the kernel without which VFIO has nothing for its devices, or NULL. */
static const char *
mdev_missing_module(bool iommufd)
{
	if (!mdev_module_is_loaded("vfio"))
		return "vfio";
	if (!iommufd)
		return mdev_module_is_loaded("vfio_iommu_type1") ? NULL : "vfio_iommu_type1";

	/* it is not among the modules if it is built in */
	return access("/sys/class/misc/iommu", F_OK) == 0 ? NULL : "iommufd";
}

void
mdev_explain_disabled(const struct rte_mdev_device *dev)
{
	const bool iommufd = mdev_needs_iommufd();
	const char *file = iommufd ? IOMMUFD_FILE : VFIO_CONTAINER_FILE;
	const char *missing = mdev_missing_module(iommufd);

	if (missing != NULL)
		MDEV_LOG(ERR, "%s: kernel module %s is not loaded, run: modprobe %s",
			 dev->name, missing, missing);
	/* a secondary process gets what the primary opened */
	else if (rte_eal_process_type() != RTE_PROC_PRIMARY || mdev_try_open(dev, file) == 0)
		MDEV_LOG(ERR, "%s: VFIO could not be enabled, see the messages above", dev->name);
}

void
mdev_explain_no_file(const struct rte_mdev_device *dev)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", dev->parent_path, dev->uuid);
	if (access(path, F_OK) != 0) {
		MDEV_LOG(ERR, "%s: the device was removed", dev->name);
		return;
	}

	snprintf(path, sizeof(path), "%s/%s/driver", dev->parent_path, dev->uuid);
	if (access(path, F_OK) != 0)
		MDEV_LOG(ERR, "%s: no kernel driver is bound to the device, remove it and create it again (before Linux 5.19, run: modprobe vfio_mdev)",
			 dev->name);
	else
		MDEV_LOG(ERR, "%s: the device has no %s, remove it and create it again", dev->name,
			 dev_vfio_get_mode() == DEV_VFIO_MODE_CDEV ?
			 "file in /dev/vfio/devices" : "IOMMU group");
}

/* Has this process opened a PCI function that has no IOMMU? */
static bool
mdev_uses_noiommu(void)
{
	char target[sizeof(NOIOMMU_FILE)] = "";
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	dir = opendir("/proc/self/fd");
	if (dir == NULL)
		return false;
	while (!found && (entry = readdir(dir)) != NULL)
		found = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1) > 0 &&
			strcmp(target, NOIOMMU_FILE) == 0;
	closedir(dir);

	return found;
}

/*
 * The kernel answers EINVAL if another file of the device is in use. What it asks the driver
 * of the device then may fail so as well.
 */
static int
mdev_explain_busy(const struct rte_mdev_device *dev, const char *path)
{
	if (dev_vfio_get_mode() != DEV_VFIO_MODE_CDEV)
		return mdev_explain_open(dev, path, EBUSY);

	MDEV_LOG(ERR, "%s: %s is in use by another process, or its kernel driver refuses it",
		 dev->name, path);

	return -EBUSY;
}

int
mdev_explain_failure(const struct rte_mdev_device *dev, const struct mdev_vfio_file *file)
{
	const bool primary = rte_eal_process_type() == RTE_PROC_PRIMARY;
	int ret;

	/* what a secondary process uses is what the primary opened */
	if (!primary && mdev_record_number(dev->uuid) == 0) {
		MDEV_LOG(ERR, "%s: the primary process does not use this device", dev->name);
		return -EIO;
	}

	/* the file of a device in use can be opened, the kernel tells EAL later */
	if (primary && rte_errno == EBUSY)
		return mdev_explain_busy(dev, file->path);

	ret = primary ? mdev_try_open(dev, file->path) : 0;
	if (ret != 0)
		return ret;

	if (mdev_uses_noiommu())
		MDEV_LOG(ERR, "%s: VFIO cannot use it beside a PCI function without an IOMMU (%s...), leave out one of them",
			 dev->name, NOIOMMU_FILE);
	else
		MDEV_LOG(ERR, "%s: VFIO cannot use %s, see the messages above",
			 dev->name, file->path);

	return -EIO;
}

int
mdev_check_file(const struct rte_mdev_device *dev, const struct mdev_vfio_file *file)
{
	char actual[32];
	char wanted[32];
	struct stat st;

	/* a secondary process gets what the primary opened */
	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return 0;

	/* what is missing is told of when it cannot be opened */
	if (eal_sysfs_read_str(file->number_path, wanted, sizeof(wanted)) < 0)
		return 0;
	if (stat(file->path, &st) != 0)
		return 0;

	snprintf(actual, sizeof(actual), "%u:%u", major(st.st_rdev), minor(st.st_rdev));
	if (strcmp(actual, wanted) == 0)
		return 0;

	MDEV_LOG(ERR, "%s: %s is device %s instead of %s, pass the right file into the container",
		 dev->name, file->path, actual, wanted);

	return -EIO;
}

/* Find a bus of the same name that belongs to another copy of this library. */
static int
mdev_compare_other(const struct rte_bus *bus, const void *name)
{
	return strcmp(rte_bus_name(bus), name) != 0 || bus->scan == mdev_scan;
}

static const char *
mdev_library_of(rte_bus_scan_t function)
{
	Dl_info info;

	return dladdr((void *)(uintptr_t)function, &info) != 0 ? info.dli_fname : "unknown";
}

/* Drivers register with either of them, and would be missing in the other one. */
RTE_INIT_PRIO(mdev_notice_other, BUS)
{
	const struct rte_bus *other = rte_bus_find(NULL, mdev_compare_other, MDEV_BUS_NAME);

	if (other != NULL)
		MDEV_LOG(ERR, "the library of the bus is loaded twice, as %s and as %s: remove one of them, or leave out option -d",
			 mdev_library_of(other->scan), mdev_library_of(mdev_scan));
}
