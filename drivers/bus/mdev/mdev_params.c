/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>
#include <unistd.h>

#include <rte_errno.h>
#include <rte_kvargs.h>
#include <rte_spinlock.h>
#include <rte_string_fns.h>
#include <rte_uuid.h>

#include "private.h"

#define MDEV_NAME_PREFIX MDEV_BUS_NAME ":"
#define VMBUS_SYSFS_DEVICES "/sys/bus/vmbus/devices"

enum mdev_param {
	MDEV_PARAM_BUS, /* the key that opens the layer of the bus */
	MDEV_PARAM_UUID,
	MDEV_PARAM_NAME, /* the key that is common to buses: the UUID or the alias */
	MDEV_PARAM_DEVICE_API,
	MDEV_PARAM_MDEV_TYPE,
	MDEV_PARAM_MAX,
};

static const char * const mdev_param_keys[] = {
	[MDEV_PARAM_BUS] = "bus",
	[MDEV_PARAM_UUID] = "uuid",
	[MDEV_PARAM_NAME] = "name",
	[MDEV_PARAM_DEVICE_API] = "device_api",
	[MDEV_PARAM_MDEV_TYPE] = "mdev_type",
	[MDEV_PARAM_MAX] = NULL,
};

static bool
mdev_has_prefix(const char *name)
{
	return strncmp(name, MDEV_NAME_PREFIX, strlen(MDEV_NAME_PREFIX)) == 0;
}

const char *
mdev_without_prefix(const char *name)
{
	return mdev_has_prefix(name) ? name + strlen(MDEV_NAME_PREFIX) : name;
}

int
mdev_canonical_name(const char *name, char uuid[RTE_UUID_STRLEN])
{
	rte_uuid_t uu;

	if (rte_uuid_parse(mdev_without_prefix(name), uu) != 0)
		return -EINVAL;

	rte_uuid_unparse(uu, uuid, RTE_UUID_STRLEN);

	return 0;
}

/* No other bus has device names of five alphanumeric groups. */
bool
mdev_looks_like_uuid(const char *name)
{
	unsigned int dashes = 0;

	for (; *name != '\0'; name++) {
		if (*name == '-')
			dashes++;
		else if (!isalnum((unsigned char)*name))
			return false;
	}

	return dashes == 4;
}

/*
 * The devices of Hyper-V's VMBus are named by UUID, too. Where there is that bus,
 * what is no mediated device is left to it, even if it does not have it either.
 */
static bool
mdev_belongs_to_vmbus(const char *uuid)
{
	return access(VMBUS_SYSFS_DEVICES, F_OK) == 0 && !mdev_is_in_sysfs(uuid);
}

/*
 * Before it has attached the shared memory, a process does not know what its primary
 * process calls the devices, nor even that it is a secondary one.
 */
static bool
mdev_is_known_later(const char *name)
{
	return !mdev_has_records() && mdev_may_be_alias(name);
}

/*
 * A name that is meant for this bus is accepted even if it is malformed: the
 * scan then complains of that one name, where EAL would refuse to start.
 *
 * Which device it is can be asked of a layer that is about to give it another name.
 */
int
mdev_parse(const char *name, void *addr)
{
	const struct rte_devargs layer = { .bus_str = name };
	char uuid[RTE_UUID_STRLEN] = "";
	struct mdev_alias alias;
	bool valid;

	if (addr != NULL && mdev_read_alias(&layer, &alias)) {
		memcpy(addr, alias.uuid, sizeof(alias.uuid));
		return 0;
	}

	valid = mdev_resolve(name, uuid) == 0;
	if (!mdev_has_prefix(name)) {
		if (!valid && !mdev_looks_like_uuid(name))
			return -EINVAL;
		if (mdev_looks_like_uuid(name) && valid && mdev_belongs_to_vmbus(uuid))
			return -EINVAL;
	}

	if (addr != NULL)
		memcpy(addr, uuid, sizeof(uuid));

	return 0;
}

/* EAL gives a name to the first bus that takes it. */
static int
mdev_is_any_bus(const struct rte_bus *bus __rte_unused, const void *data __rte_unused)
{
	return 0;
}

/*
 * VMBus takes every UUID, also where there is no Hyper-V, while this bus leaves to it
 * what is its own. So this bus must be asked first, in whatever order they were loaded.
 */
RTE_INIT(mdev_be_asked_first)
{
	struct rte_bus *bus = rte_bus_find_by_name(MDEV_BUS_NAME);
	struct rte_bus *first = rte_bus_find(NULL, mdev_is_any_bus, NULL);

	if (first == bus)
		return;

	rte_bus_unregister(bus);
	TAILQ_INSERT_BEFORE(first, bus, next);
}

bool
mdev_find_stray(const char *args, char uuid[RTE_UUID_STRLEN])
{
	char name[sizeof(MDEV_NAME_PREFIX) + RTE_UUID_STRLEN];
	unsigned int depth = 0;
	const char *end;

	/* a value may be a list, in brackets, and hold UUIDs that are none of our business */
	for (end = args; ; end++) {
		if (*end == '[')
			depth++;
		else if (*end == ']' && depth > 0)
			depth--;
		if (*end != '\0' && (*end != ',' || depth > 0))
			continue;

		if (end - args < (ptrdiff_t)sizeof(name)) {
			strlcpy(name, args, end - args + 1);
			if (mdev_canonical_name(name, uuid) == 0)
				return true;
		}
		if (*end == '\0')
			return false;
		args = end + 1;
	}
}

/* A device is named by its UUID, or by the alias that it got before. */
static int
mdev_name_device(struct rte_devargs *devargs, const char *value)
{
	char uuid[RTE_UUID_STRLEN];

	if (mdev_resolve(value, uuid) == 0)
		mdev_name_of(uuid, devargs->name);
	else if (mdev_is_known_later(value))
		strlcpy(devargs->name, value, sizeof(devargs->name));
	else {
		MDEV_LOG(ERR, "%s: neither a UUID nor the name of a device, name it with uuid=<uuid>,name=%s",
			 value, value);
		return -EINVAL;
	}

	return 0;
}

/* The device gets an alias, unless the name is its UUID once more. */
static int
mdev_name_device_by(struct rte_devargs *devargs, const char *value, const char *name)
{
	char other[RTE_UUID_STRLEN];
	char uuid[RTE_UUID_STRLEN];
	int ret;

	if (mdev_canonical_name(value, uuid) != 0) {
		MDEV_LOG(ERR, "uuid=%s: not a UUID (8-4-4-4-12 hexadecimal digits)", value);
		return -EINVAL;
	}
	if (mdev_canonical_name(name, other) == 0 && strcmp(other, uuid) == 0)
		return mdev_name_device(devargs, uuid);

	ret = mdev_check_alias(uuid, name);
	if (ret == 0)
		strlcpy(devargs->name, name, sizeof(devargs->name));

	return ret;
}

/* With a key mistyped, other devices would be meant, or have another name. */
static struct rte_kvargs *
mdev_read_keys(const char *layer)
{
	struct rte_kvargs *kvargs;

	kvargs = rte_kvargs_parse(layer, mdev_param_keys);
	if (kvargs == NULL)
		MDEV_LOG(ERR, "%s: cannot parse it, the keys are uuid, name, device_api and mdev_type; those of other layers follow a /",
			 layer);

	return kvargs;
}

/* The layer of the bus names a device by keys, and may only serve to iterate over devices. */
static int
mdev_parse_keys(struct rte_devargs *devargs, const struct rte_kvargs *kvargs)
{
	const char *uuid = rte_kvargs_get(kvargs, mdev_param_keys[MDEV_PARAM_UUID]);
	const char *name = rte_kvargs_get(kvargs, mdev_param_keys[MDEV_PARAM_NAME]);

	if (name == NULL && rte_kvargs_count(kvargs, mdev_param_keys[MDEV_PARAM_NAME]) > 0)
		name = "";

	if (uuid != NULL && name != NULL)
		return mdev_name_device_by(devargs, uuid, name);
	if (uuid != NULL)
		return mdev_name_device_by(devargs, uuid, uuid);
	if (name != NULL)
		return mdev_name_device(devargs, name);

	return 0;
}

static int
mdev_parse_layer(struct rte_devargs *devargs)
{
	char uuid[RTE_UUID_STRLEN];
	struct rte_kvargs *kvargs;
	int ret;

	if (mdev_find_stray(devargs->bus_str, uuid)) {
		MDEV_LOG(ERR, "%s: a UUID without a key in the device arguments", uuid);
		return -EINVAL;
	}

	/* drivers and ethdev expect a string, even where there is no such layer */
	if (devargs->drv_str == NULL)
		devargs->drv_str = "";

	kvargs = mdev_read_keys(devargs->bus_str);
	if (kvargs == NULL)
		return -EINVAL;
	ret = mdev_parse_keys(devargs, kvargs);
	rte_kvargs_free(kvargs);

	return ret;
}

/*
 * Users may write a UUID in upper case or with the name of the bus in front, or the alias,
 * but EAL compares names letter by letter: from here on they are all of one form. The scan
 * complains of a name that is none.
 */
int
mdev_devargs_parse(struct rte_devargs *devargs)
{
	char uuid[RTE_UUID_STRLEN];

	if (devargs->bus_str != NULL)
		return mdev_parse_layer(devargs);

	if (mdev_resolve(devargs->name, uuid) == 0)
		mdev_name_of(uuid, devargs->name);

	return 0;
}

struct rte_devargs *
mdev_find_devargs(const char *name)
{
	struct rte_devargs *devargs;

	RTE_EAL_DEVARGS_FOREACH(MDEV_BUS_NAME, devargs) {
		if (strcmp(devargs->name, name) == 0)
			return devargs;
	}

	return NULL;
}

static size_t
mdev_string_size(const char *string)
{
	return string != NULL ? strlen(string) + 1 : 0;
}

/* Move a string to where there is room for it, and tell where the next one goes. */
static char *
mdev_move_string(const char **string, char *to)
{
	size_t size = mdev_string_size(*string);

	if (*string != NULL)
		*string = memcpy(to, *string, size);

	return to + size;
}

int
mdev_copy_devargs(const struct rte_devargs *devargs, struct rte_devargs **copy)
{
	/* all but the link, which belongs to the list */
	struct rte_devargs own = {};
	char *end;

	*copy = NULL;
	if (devargs == NULL)
		return 0;

	own.type = devargs->type;
	own.policy = devargs->policy;
	strlcpy(own.name, devargs->name, sizeof(own.name));
	own.bus = devargs->bus;
	own.cls = devargs->cls;
	own.bus_str = devargs->bus_str;
	own.cls_str = devargs->cls_str;
	own.drv_str = devargs->drv_str;

	*copy = malloc(sizeof(**copy) + mdev_string_size(own.bus_str) +
		       mdev_string_size(own.cls_str) + mdev_string_size(own.drv_str));
	if (*copy == NULL)
		return -ENOMEM;

	end = (char *)(*copy + 1);
	own.data = end;
	end = mdev_move_string(&own.bus_str, end);
	end = mdev_move_string(&own.cls_str, end);
	mdev_move_string(&own.drv_str, end);
	**copy = own;

	return 0;
}

/* Does it name the device? Buses may have put their own names in front. */
static bool
mdev_names_device(const struct rte_devargs *devargs, const char *uuid)
{
	const char *colon = strrchr(devargs->name, ':');

	return strcasecmp(colon != NULL ? colon + 1 : devargs->name, uuid) == 0;
}

/*
 * A device that was blocked when EAL started. Whoever attaches it by name replaces the
 * arguments that say so, and they are lost when it is detached or that fails. It is
 * freed when the bus is cleaned up.
 */
struct mdev_blocked {
	SLIST_ENTRY(mdev_blocked) next;
	char uuid[RTE_UUID_STRLEN];
};

static SLIST_HEAD(, mdev_blocked) blocked_list = SLIST_HEAD_INITIALIZER(blocked_list);
static rte_spinlock_t blocked_lock = RTE_SPINLOCK_INITIALIZER;

bool
mdev_was_blocked(const char *uuid)
{
	const struct mdev_blocked *blocked;

	rte_spinlock_lock(&blocked_lock);
	SLIST_FOREACH(blocked, &blocked_list, next) {
		if (strcmp(blocked->uuid, uuid) == 0)
			break;
	}
	rte_spinlock_unlock(&blocked_lock);

	return blocked != NULL;
}

static int
mdev_remember_one(const char *uuid)
{
	struct mdev_blocked *blocked;

	if (mdev_was_blocked(uuid))
		return 0;

	blocked = malloc(sizeof(*blocked));
	if (blocked == NULL)
		return -ENOMEM;
	strlcpy(blocked->uuid, uuid, sizeof(blocked->uuid));

	rte_spinlock_lock(&blocked_lock);
	SLIST_INSERT_HEAD(&blocked_list, blocked, next);
	rte_spinlock_unlock(&blocked_lock);

	return 0;
}

int
mdev_remember_blocked(void)
{
	char uuid[RTE_UUID_STRLEN];
	struct rte_devargs *devargs;
	int ret = 0;

	RTE_EAL_DEVARGS_FOREACH(MDEV_BUS_NAME, devargs) {
		if (devargs->policy == RTE_DEV_BLOCKED &&
				mdev_canonical_name(devargs->name, uuid) == 0 &&
				mdev_remember_one(uuid) != 0)
			ret = -ENOMEM;
	}

	return ret;
}

void
mdev_forget_blocked(void)
{
	struct mdev_blocked *blocked;

	rte_spinlock_lock(&blocked_lock);
	while ((blocked = SLIST_FIRST(&blocked_list)) != NULL) {
		SLIST_REMOVE_HEAD(&blocked_list, next);
		free(blocked);
	}
	rte_spinlock_unlock(&blocked_lock);
}

bool
mdev_is_blocked(const char *uuid)
{
	const struct rte_devargs *devargs;
	char name[RTE_UUID_STRLEN];

	mdev_name_of(uuid, name);
	devargs = mdev_find_devargs(name);
	if (devargs != NULL)
		return devargs->policy == RTE_DEV_BLOCKED;

	if (mdev_was_blocked(uuid))
		return true;

	/* it may have been another bus that took the name */
	RTE_EAL_DEVARGS_FOREACH(NULL, devargs) {
		if (devargs->policy == RTE_DEV_BLOCKED && mdev_names_device(devargs, uuid))
			return true;
	}

	return false;
}

static int
mdev_uuid_differs(const char *key __rte_unused, const char *value, void *wanted)
{
	char uuid[RTE_UUID_STRLEN];

	if (value == NULL || mdev_canonical_name(value, uuid) != 0)
		return -1;

	return strcmp(uuid, wanted) != 0 ? -1 : 0;
}

static int
mdev_name_differs(const char *key, const char *value, void *device)
{
	struct rte_mdev_device *mdev = device;

	if (value != NULL && strcmp(value, mdev->name) == 0)
		return 0;

	return mdev_uuid_differs(key, value, mdev->uuid);
}

static int
mdev_string_differs(const char *key __rte_unused, const char *value, void *string)
{
	return value == NULL || strcmp(value, string) != 0 ? -1 : 0;
}

static bool
mdev_device_matches(struct rte_mdev_device *mdev, const struct rte_kvargs *kvargs)
{
	return rte_kvargs_process(kvargs, mdev_param_keys[MDEV_PARAM_UUID],
				  mdev_uuid_differs, mdev->uuid) == 0 &&
		rte_kvargs_process(kvargs, mdev_param_keys[MDEV_PARAM_NAME],
				   mdev_name_differs, mdev) == 0 &&
		rte_kvargs_process(kvargs, mdev_param_keys[MDEV_PARAM_DEVICE_API],
				   mdev_string_differs, mdev->device_api) == 0 &&
		rte_kvargs_process(kvargs, mdev_param_keys[MDEV_PARAM_MDEV_TYPE],
				   mdev_string_differs, mdev->mdev_type) == 0;
}

struct rte_device *
mdev_match_devices(const struct rte_device *start, const char *str)
{
	struct rte_kvargs *kvargs = NULL;
	struct rte_device *dev;

	if (str != NULL) {
		kvargs = mdev_read_keys(str);
		if (kvargs == NULL) {
			rte_errno = EINVAL;
			return NULL;
		}
	}

	dev = mdev_next(start);
	while (dev != NULL && kvargs != NULL && !mdev_device_matches(mdev_of(dev), kvargs))
		dev = mdev_next(dev);

	rte_kvargs_free(kvargs);

	return dev;
}
