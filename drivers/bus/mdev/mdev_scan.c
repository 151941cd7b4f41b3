/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <unistd.h>

#include <eal_export.h>
#include <eal_sysfs.h>
#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_memory.h>
#include <rte_spinlock.h>
#include <rte_string_fns.h>

#include "private.h"

/**
 * @file
 * Mediated devices in sysfs.
 *
 * The layout is that of Documentation/driver-api/vfio-mediated-device.rst in
 * the Linux kernel: each device is a link, named by the UUID, to a directory
 * below its parent device.
 */

#define SYSFS_MDEV_DEVICES "/sys/bus/mdev/devices"

/* How long a scan waits for devices that are being created, and how often it looks. */
#define MDEV_CREATION_US 2000000
#define MDEV_CREATION_STEP_US 10000

TAILQ_HEAD(mdev_list, rte_device);

/* What sysfs says of a device. */
struct mdev_attributes {
	char device_api[RTE_MDEV_API_MAX_LEN];
	char mdev_type[RTE_MDEV_TYPE_MAX_LEN];
	char parent_path[PATH_MAX];
	int numa_node;
};

/* the directory that lists the devices, or that of a test */
static const char *mdev_devices_path = SYSFS_MDEV_DEVICES;

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_set_sysfs_path)
void
rte_mdev_set_sysfs_path(const char *path)
{
	mdev_devices_path = path != NULL ? path : SYSFS_MDEV_DEVICES;
}

const char *
mdev_sysfs_path(void)
{
	return mdev_devices_path;
}

bool
mdev_is_in_sysfs(const char *uuid)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", mdev_sysfs_path(), uuid);

	return access(path, F_OK) == 0;
}

/* Read a link; the target is empty if it is none. */
static void
mdev_read_link(const char *path, char *target, size_t size)
{
	ssize_t len;

	len = readlink(path, target, size - 1);
	target[RTE_MAX(len, 0)] = '\0';
}

const char *
mdev_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/*
 * The parent of a device holds the directory to which the link of the device
 * points, relative to the directory of the bus.
 */
static void
mdev_read_parent(const char *dir, char *parent_path, size_t size)
{
	char target[PATH_MAX];
	char *slash;

	mdev_read_link(dir, target, sizeof(target));
	slash = strrchr(target, '/');
	if (slash == NULL) {
		strlcpy(parent_path, mdev_sysfs_path(), size);
		return;
	}
	*slash = '\0';

	if (target[0] == '/')
		strlcpy(parent_path, target, size);
	else if (snprintf(parent_path, size, "%s/%s", mdev_sysfs_path(), target) >= (int)size)
		parent_path[0] = '\0';
}

static int
mdev_read_numa_node(const char *parent_path)
{
	char path[PATH_MAX];
	char value[16];
	char *end;
	long node;

	snprintf(path, sizeof(path), "%s/numa_node", parent_path);
	if (eal_sysfs_read_str(path, value, sizeof(value)) < 0)
		return SOCKET_ID_ANY;

	node = strtol(value, &end, 10);
	if (end == value || *end != '\0' || node < 0 || node >= RTE_MAX_NUMA_NODES)
		return SOCKET_ID_ANY;

	return node;
}

static int
mdev_read_attributes(const char *uuid, struct mdev_attributes *attr)
{
	char target[PATH_MAX];
	char path[PATH_MAX];
	char dir[PATH_MAX];
	int ret;

	snprintf(dir, sizeof(dir), "%s/%s", mdev_sysfs_path(), uuid);

	snprintf(path, sizeof(path), "%s/mdev_type/device_api", dir);
	ret = eal_sysfs_read_str(path, attr->device_api, sizeof(attr->device_api));
	if (ret < 0)
		return ret;

	snprintf(path, sizeof(path), "%s/mdev_type", dir);
	mdev_read_link(path, target, sizeof(target));
	strlcpy(attr->mdev_type, mdev_basename(target), sizeof(attr->mdev_type));

	mdev_read_parent(dir, attr->parent_path, sizeof(attr->parent_path));
	attr->numa_node = mdev_read_numa_node(attr->parent_path);

	return 0;
}

static int
mdev_add(struct mdev_list *list, const char *uuid, const char *name,
	 const struct mdev_attributes *attr)
{
	struct rte_mdev_driver *driver;
	struct rte_mdev_device *mdev;

	driver = mdev_find_driver(attr->device_api, attr->mdev_type);
	if (driver == NULL)
		MDEV_LOG(WARNING, "%s: no driver for device API %s (type %s), device left alone",
			 uuid, attr->device_api, attr->mdev_type);

	mdev = mdev_alloc(uuid, name, driver);
	if (mdev == NULL)
		return -ENOMEM;

	strlcpy(mdev->device_api, attr->device_api, sizeof(mdev->device_api));
	strlcpy(mdev->mdev_type, attr->mdev_type, sizeof(mdev->mdev_type));
	mdev->device->numa_node = attr->numa_node;

	mdev->parent_path = strdup(attr->parent_path);
	if (mdev->parent_path == NULL ||
			asprintf(&mdev->bus_info, "uuid=%s, device_api=%s, mdev_type=%s, parent=%s",
				 uuid, attr->device_api, attr->mdev_type,
				 mdev_basename(attr->parent_path)) < 0) {
		mdev->bus_info = NULL;
		mdev_free(mdev);
		return -ENOMEM;
	}
	mdev->device->bus_info = mdev->bus_info;

	TAILQ_INSERT_TAIL(list, mdev->device, next);

	return 0;
}

/* Tell whether a device is still what it was when it was found. */
static bool
mdev_is_same(const struct rte_mdev_device *mdev, const char *name,
	     const struct mdev_attributes *attr)
{
	return strcmp(mdev->name, name) == 0 &&
		strcmp(mdev->device_api, attr->device_api) == 0 &&
		strcmp(mdev->mdev_type, attr->mdev_type) == 0 &&
		strcmp(mdev->parent_path, attr->parent_path) == 0 &&
		mdev->device->numa_node == attr->numa_node &&
		mdev->driver == mdev_find_driver(attr->device_api, attr->mdev_type);
}

/*
 * Tell whether the bus has the device already. What vanished may have come back, and what
 * has become another device needs another object: others may have pointers to the old one.
 */
static bool
mdev_is_known(const char *uuid, const char *name, const struct mdev_attributes *attr)
{
	struct rte_mdev_device *mdev = NULL;
	bool known = false;

	while ((mdev = mdev_find(mdev, uuid)) != NULL) {
		bool same = mdev_is_same(mdev, name, attr);

		/* what is in use stays as it is */
		if (!mdev_set_present(mdev, same) || same)
			known = true;
	}

	return known;
}

/* Tell whether the device is in use, so that what sysfs says of it does not matter. */
static bool
mdev_is_used(const char *uuid)
{
	struct rte_mdev_device *mdev = NULL;

	while ((mdev = mdev_find(mdev, uuid)) != NULL) {
		if (mdev_is_in_use(mdev))
			return true;
	}

	return false;
}

bool
mdev_is_idle(const char *uuid)
{
	return !mdev_is_used(uuid) && (mdev_find(NULL, uuid) != NULL || !mdev_is_in_sysfs(uuid));
}

/* The alias of a device may have been that of another one, which nobody finds by it then. */
static void
mdev_hide_namesakes(const char *uuid, const char *name)
{
	struct rte_device *dev = NULL;

	while ((dev = mdev_next(dev)) != NULL) {
		if (strcmp(dev->name, name) == 0 && strcmp(mdev_of(dev)->uuid, uuid) != 0)
			mdev_set_present(mdev_of(dev), false);
	}
}

/* Append a device to the list, unless the bus already has it. */
static void
mdev_scan_one(struct mdev_list *list, const char *uuid)
{
	struct mdev_attributes attr;
	char name[RTE_UUID_STRLEN];
	int ret;

	if (mdev_is_used(uuid))
		return;

	mdev_name_of(uuid, name);
	if (strcmp(name, uuid) != 0)
		mdev_hide_namesakes(uuid, name);

	ret = mdev_read_attributes(uuid, &attr);
	if (ret == 0 && !mdev_is_known(uuid, name, &attr))
		ret = mdev_add(list, uuid, name, &attr);

	if (ret == -ENOENT)
		mdev_explain_absent(uuid);
	else if (ret < 0)
		MDEV_LOG(ERR, "%s: cannot read the mediated device: %s",
			 uuid, strerror(-ret));
}

/* Scan the devices that the user named, without a look at any other. */
static void
mdev_scan_named(struct mdev_list *list)
{
	char uuid[RTE_UUID_STRLEN];
	struct rte_devargs *devargs;

	RTE_EAL_DEVARGS_FOREACH(MDEV_BUS_NAME, devargs) {
		if (devargs->policy != RTE_DEV_ALLOWED)
			continue;
		if (mdev_resolve(devargs->name, uuid) == 0)
			mdev_scan_one(list, uuid);
		else if (devargs->name[0] == '\0')
			MDEV_LOG(ERR, "%s: names no device, add its UUID: bus=mdev,uuid=<uuid>",
				 devargs->bus_str);
		else
			MDEV_LOG(ERR, "%s: not a UUID (8-4-4-4-12 hexadecimal digits) and no alias, device ignored",
				 devargs->name);
	}
}

/*
 * Call a function, unless it is NULL, for each device in sysfs that the user
 * did not block. Returns the number of these devices.
 */
static unsigned int
mdev_walk(void (*func)(struct mdev_list *list, const char *uuid),
	  struct mdev_list *list)
{
	char uuid[RTE_UUID_STRLEN];
	unsigned int count = 0;
	struct dirent *entry;
	DIR *dir;

	/* without the module mdev there is no such directory, and no device */
	dir = opendir(mdev_sysfs_path());
	if (dir == NULL)
		return 0;

	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (mdev_canonical_name(entry->d_name, uuid) != 0) {
			MDEV_LOG(WARNING, "%s/%s is not named by a UUID, entry ignored",
				 mdev_sysfs_path(), entry->d_name);
			continue;
		}
		if (mdev_is_blocked(uuid))
			continue;
		count++;
		if (func != NULL)
			func(list, uuid);
	}
	closedir(dir);

	return count;
}

/* With a name that cannot be understood, any device may be the one to block. */
static bool
mdev_blocklist_is_clear(void)
{
	char uuid[RTE_UUID_STRLEN];
	struct rte_devargs *devargs;
	bool clear = true;

	RTE_EAL_DEVARGS_FOREACH(MDEV_BUS_NAME, devargs) {
		if (devargs->policy != RTE_DEV_BLOCKED ||
				mdev_canonical_name(devargs->name, uuid) == 0)
			continue;
		MDEV_LOG(ERR, "%s: cannot be blocked, not a UUID: no mediated device is used",
			 mdev_name_given(devargs));
		clear = false;
	}

	return clear;
}

bool
mdev_is_allowed(const struct rte_mdev_device *mdev)
{
	if (mdev_is_blocked(mdev->uuid))
		return false;

	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return mdev_record_number(mdev->uuid) != 0;

	return mdev_find_devargs(mdev->name) != NULL ||
		(mdev_scan_mode() == RTE_BUS_SCAN_BLOCKLIST && mdev_blocklist_is_clear());
}

/* how many unused devices the user was told of last, since the bus was cleaned up */
static unsigned int told_unused;

void
mdev_forget_told(void)
{
	told_unused = 0;
}

/* A program may scan again and again, so this is only said of another number of devices. */
static void
mdev_tell_opt_in(void)
{
	unsigned int count = mdev_walk(NULL, NULL);

	if (count > 0 && count != told_unused)
		MDEV_LOG(NOTICE, "%u mediated device(s) present, none used: name one with -a <uuid>",
			 count);
	told_unused = count;
}

static void
mdev_scan_primary(struct mdev_list *list)
{
	if (mdev_scan_mode() == RTE_BUS_SCAN_BLOCKLIST && mdev_blocklist_is_clear())
		mdev_walk(mdev_scan_one, list);
	else if (rte_devargs_next(MDEV_BUS_NAME, NULL) != NULL)
		mdev_scan_named(list);
	else
		mdev_tell_opt_in();
}

/* The devices of a secondary process are those of its primary process, as are the names. */
static int
mdev_scan_secondary(struct mdev_list *list)
{
	char name[RTE_UUID_STRLEN];
	char uuid[RTE_UUID_STRLEN];
	uint32_t number = 0;
	int ret = 0;

	while (mdev_record_next(&number, uuid)) {
		/* the name is needed when the primary process has detached the device */
		mdev_name_of(uuid, name);
		if (strcmp(name, uuid) != 0 && mdev_note_alias(uuid, name) != 0)
			ret = -ENOMEM;
		mdev_scan_one(list, uuid);
	}

	return ret;
}

/* Another thread may have removed the arguments that this one has come to. */
static bool
mdev_is_listed(const struct rte_devargs *wanted)
{
	struct rte_devargs *devargs;

	RTE_EAL_DEVARGS_FOREACH(MDEV_BUS_NAME, devargs) {
		if (devargs == wanted)
			return true;
	}

	return false;
}

/* The name that device arguments should have; what is blocked is known by its UUID. */
static int
mdev_proper_name(const struct rte_devargs *devargs, char name[RTE_UUID_STRLEN])
{
	char uuid[RTE_UUID_STRLEN];
	int ret;

	ret = mdev_uuid_of(devargs, uuid);
	if (ret != 0)
		return ret;

	if (devargs->policy == RTE_DEV_BLOCKED)
		strlcpy(name, uuid, RTE_UUID_STRLEN);
	else
		mdev_name_of(uuid, name);

	return 0;
}

/*
 * An EAL that does not ask the bus to parse the names leaves them as the user wrote
 * them. The latest arguments of a device replace earlier ones that were spelled
 * differently.
 */
static void
mdev_canonicalize_devargs(void)
{
	char name[RTE_UUID_STRLEN];
	struct rte_devargs *devargs;

	RTE_EAL_DEVARGS_FOREACH(MDEV_BUS_NAME, devargs) {
		if (mdev_proper_name(devargs, name) != 0)
			continue;
		if (strcmp(devargs->name, name) != 0)
			strlcpy(devargs->name, name, sizeof(devargs->name));
		/* removing by name removes the first of that name */
		if (mdev_find_devargs(name) != devargs && mdev_is_listed(devargs))
			rte_devargs_remove(devargs);
	}
}

/*
 * Let nobody find the devices that sysfs no longer has. A device that was only detached
 * stays, so that somebody who still has a pointer to it gets an error.
 */
static void
mdev_hide_vanished(void)
{
	struct rte_device *dev = NULL;

	while ((dev = mdev_next(dev)) != NULL) {
		struct rte_mdev_device *mdev = mdev_of(dev);

		if (mdev_is_in_use(mdev) || mdev_is_in_sysfs(mdev->uuid))
			continue;
		mdev_set_present(mdev, false);
		mdev_forget_alias(mdev->uuid);
	}
}

/*
 * The kernel tells of a new device before a driver is bound to it, which may take a while:
 * the link to its type comes last.
 */
static bool
mdev_is_being_created(const char *uuid)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s/mdev_type", mdev_sysfs_path(), uuid);

	return access(path, F_OK) != 0 && mdev_is_in_sysfs(uuid);
}

/*
 * The devices that were waited for in vain, by their inodes: one that is created again has
 * another. The oldest ones are forgotten.
 */
static ino_t broken[64];
static unsigned int oldest_broken;
static rte_spinlock_t broken_lock = RTE_SPINLOCK_INITIALIZER;

static ino_t
mdev_inode(const char *uuid)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", mdev_sysfs_path(), uuid);

	return stat(path, &st) == 0 ? st.st_ino : 0;
}

static bool
mdev_is_broken(ino_t inode)
{
	unsigned int i;

	rte_spinlock_lock(&broken_lock);
	for (i = 0; i < RTE_DIM(broken) && broken[i] != inode; i++)
		;
	rte_spinlock_unlock(&broken_lock);

	return i < RTE_DIM(broken);
}

static void
mdev_note_broken(ino_t inode)
{
	rte_spinlock_lock(&broken_lock);
	broken[oldest_broken] = inode;
	oldest_broken = (oldest_broken + 1) % RTE_DIM(broken);
	rte_spinlock_unlock(&broken_lock);
}

/* Wait for a device, unless that was in vain before. What is in use is being removed. */
static void
mdev_await(const char *uuid, unsigned int *waited)
{
	ino_t inode;

	if (!mdev_is_being_created(uuid))
		return;

	inode = mdev_inode(uuid);
	if (mdev_is_used(uuid) || mdev_is_broken(inode))
		return;

	while (*waited < MDEV_CREATION_US && mdev_is_being_created(uuid)) {
		rte_delay_us_sleep(MDEV_CREATION_STEP_US);
		*waited += MDEV_CREATION_STEP_US;
	}
	if (mdev_is_being_created(uuid))
		mdev_note_broken(inode);
}

/*
 * Who attaches a device as soon as the kernel tells of it comes too early. This does not
 * concern secondary processes: their devices are in use.
 */
static void
mdev_await_named(void)
{
	unsigned int waited = 0;
	char uuid[RTE_UUID_STRLEN];
	struct rte_devargs *devargs;

	RTE_EAL_DEVARGS_FOREACH(MDEV_BUS_NAME, devargs) {
		if (devargs->policy == RTE_DEV_ALLOWED && mdev_uuid_of(devargs, uuid) == 0)
			mdev_await(uuid, &waited);
	}
}

int
mdev_scan(void)
{
	/* one after the other: only a scan adds devices, and none twice */
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	struct mdev_list found = TAILQ_HEAD_INITIALIZER(found);
	struct rte_device *dev;
	int ret;

	if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		mdev_await_named();

	pthread_mutex_lock(&mutex);
	mdev_hide_vanished();

	ret = mdev_note_aliases();
	mdev_canonicalize_devargs();
	if (ret == 0)
		ret = mdev_remember_blocked();
	if (ret == 0 && rte_eal_process_type() == RTE_PROC_PRIMARY)
		mdev_scan_primary(&found);
	else if (ret == 0)
		ret = mdev_scan_secondary(&found);
	if (ret != 0)
		MDEV_LOG(ERR, "no memory to remember the names of devices");

	/* kept apart until here, the new devices don't slow down mdev_find() */
	while ((dev = TAILQ_FIRST(&found)) != NULL) {
		TAILQ_REMOVE(&found, dev, next);
		mdev_insert(mdev_of(dev));
	}
	pthread_mutex_unlock(&mutex);

	return ret;
}
