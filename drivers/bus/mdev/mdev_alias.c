/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <rte_kvargs.h>
#include <rte_spinlock.h>
#include <rte_stdatomic.h>
#include <rte_string_fns.h>

#include "private.h"

/**
 * @file
 * Short names that users give to devices: bus=mdev,uuid=<uuid>,name=<alias>.
 *
 * The alias of a device is its name, also of its port, in all processes. It is in the
 * device arguments that the user gave, until these are replaced or removed; in the record
 * of a device in use; and here from the first scan on, as long as there is the device.
 */

/*
 * An alias that was seen. It is freed with the device, by another alias for the UUID or
 * another device for the name, or when the bus is cleaned up: only then if there is no
 * device, as the UUID is mistyped or the device is yet to come.
 */
struct mdev_known_alias {
	SLIST_ENTRY(mdev_known_alias) next;
	struct mdev_alias alias;
};

static SLIST_HEAD(, mdev_known_alias) known_list = SLIST_HEAD_INITIALIZER(known_list);
static rte_spinlock_t known_lock = RTE_SPINLOCK_INITIALIZER;

/*
 * From the first scan on, all that the user gave is known: nothing but a scan, which
 * holds the list of device arguments, may look there. Before, there is one thread.
 */
static RTE_ATOMIC(bool) all_known;

static bool
mdev_knows_all(void)
{
	return rte_atomic_load_explicit(&all_known, rte_memory_order_acquire);
}

/* Both keys must be there: without the UUID, the name is one that was given before. */
bool
mdev_read_alias(const struct rte_devargs *devargs, struct mdev_alias *alias)
{
	const char *uuid, *name;
	struct rte_kvargs *kvargs;
	char unused[RTE_UUID_STRLEN];
	bool found;

	if (devargs->bus_str == NULL || strstr(devargs->bus_str, "name=") == NULL)
		return false;
	kvargs = rte_kvargs_parse(devargs->bus_str, NULL);
	if (kvargs == NULL)
		return false;

	uuid = rte_kvargs_get(kvargs, "uuid");
	name = rte_kvargs_get(kvargs, "name");
	found = uuid != NULL && mdev_canonical_name(uuid, alias->uuid) == 0 &&
		name != NULL && mdev_canonical_name(name, unused) != 0;
	if (found)
		strlcpy(alias->name, name, sizeof(alias->name));
	rte_kvargs_free(kvargs);

	return found;
}

static bool
mdev_is_alias_of(const struct mdev_alias *alias, const char *uuid, const char *name)
{
	return (uuid == NULL || strcmp(alias->uuid, uuid) == 0) &&
		(name == NULL || strcmp(alias->name, name) == 0);
}

/* Find the latest one that the user gave, by the UUID, the name or both. */
static bool
mdev_find_given(const char *uuid, const char *name, struct mdev_alias *found)
{
	struct rte_devargs *devargs;
	struct mdev_alias alias;
	bool given = false;

	RTE_EAL_DEVARGS_FOREACH(MDEV_BUS_NAME, devargs) {
		if (devargs->policy != RTE_DEV_ALLOWED || !mdev_read_alias(devargs, &alias) ||
				!mdev_is_alias_of(&alias, uuid, name))
			continue;
		*found = alias;
		given = true;
	}

	return given;
}

static bool
mdev_find_known(const char *uuid, const char *name, struct mdev_alias *found)
{
	const struct mdev_known_alias *known;

	rte_spinlock_lock(&known_lock);
	SLIST_FOREACH(known, &known_list, next) {
		if (mdev_is_alias_of(&known->alias, uuid, name)) {
			*found = known->alias;
			break;
		}
	}
	rte_spinlock_unlock(&known_lock);

	return known != NULL;
}

static bool
mdev_find_alias(const char *uuid, const char *name, struct mdev_alias *found)
{
	return mdev_find_known(uuid, name, found) ||
		(!mdev_knows_all() && mdev_find_given(uuid, name, found));
}

int
mdev_resolve(const char *name, char uuid[RTE_UUID_STRLEN])
{
	struct mdev_alias alias;

	if (mdev_canonical_name(name, uuid) == 0)
		return 0;

	name = mdev_without_prefix(name);
	if (mdev_record_uuid(name, uuid))
		return 0;
	if (!mdev_find_alias(NULL, name, &alias))
		return -EINVAL;
	strlcpy(uuid, alias.uuid, RTE_UUID_STRLEN);

	return 0;
}

int
mdev_uuid_of(const struct rte_devargs *devargs, char uuid[RTE_UUID_STRLEN])
{
	struct mdev_alias alias;

	if (!mdev_read_alias(devargs, &alias))
		return mdev_resolve(devargs->name, uuid);
	strlcpy(uuid, alias.uuid, RTE_UUID_STRLEN);

	return 0;
}

void
mdev_name_of(const char *uuid, char name[RTE_UUID_STRLEN])
{
	struct mdev_alias alias;

	/* a device in use keeps its name */
	if (mdev_record_name(uuid, name))
		return;
	if (mdev_find_alias(uuid, NULL, &alias))
		strlcpy(name, alias.name, RTE_UUID_STRLEN);
	else
		strlcpy(name, uuid, RTE_UUID_STRLEN);
}

/* Forget what is known by the UUID or by the name, unless these are NULL. */
static void
mdev_forget_known(const char *uuid, const char *name)
{
	struct mdev_known_alias *known, *next;

	rte_spinlock_lock(&known_lock);
	for (known = SLIST_FIRST(&known_list); known != NULL; known = next) {
		next = SLIST_NEXT(known, next);
		if (!mdev_is_alias_of(&known->alias, uuid, name))
			continue;
		SLIST_REMOVE(&known_list, known, mdev_known_alias, next);
		free(known);
	}
	rte_spinlock_unlock(&known_lock);
}

void
mdev_forget_alias(const char *uuid)
{
	mdev_forget_known(uuid, NULL);
}

void
mdev_forget_aliases(void)
{
	mdev_forget_known(NULL, NULL);
	rte_atomic_store_explicit(&all_known, false, rte_memory_order_release);
}

int
mdev_note_alias(const char *uuid, const char *name)
{
	struct mdev_known_alias *known;
	struct mdev_alias old;

	if (mdev_find_known(uuid, name, &old))
		return 0;

	known = calloc(1, sizeof(*known));
	if (known == NULL)
		return -ENOMEM;
	strlcpy(known->alias.uuid, uuid, sizeof(known->alias.uuid));
	strlcpy(known->alias.name, name, sizeof(known->alias.name));

	if (mdev_find_known(uuid, NULL, &old))
		MDEV_LOG(NOTICE, "%s: the device is %s now, no longer %s", uuid, name, old.name);
	mdev_forget_known(uuid, NULL);
	mdev_forget_known(NULL, name);

	rte_spinlock_lock(&known_lock);
	SLIST_INSERT_HEAD(&known_list, known, next);
	rte_spinlock_unlock(&known_lock);

	return 0;
}

int
mdev_note_aliases(void)
{
	char unused[RTE_UUID_STRLEN];
	struct rte_devargs *devargs;
	struct mdev_alias alias;
	int ret = 0;

	RTE_EAL_DEVARGS_FOREACH(MDEV_BUS_NAME, devargs) {
		if (devargs->policy == RTE_DEV_ALLOWED && mdev_read_alias(devargs, &alias) &&
				!mdev_record_name(alias.uuid, unused) &&
				mdev_note_alias(alias.uuid, alias.name) != 0)
			ret = -ENOMEM;
	}
	rte_atomic_store_explicit(&all_known, true, rte_memory_order_release);

	return ret;
}

/* It begins with a letter, so that programs do not take it for the number of a port. */
static bool
mdev_is_well_formed(const char *name)
{
	if (!isalpha((unsigned char)*name))
		return false;
	for (; *name != '\0'; name++) {
		if (!isalnum((unsigned char)*name) && strchr("_.-", *name) == NULL)
			return false;
	}

	return true;
}

/* Find a bus of that name, or for whose device it is the name, but for this bus. */
static int
mdev_compare_takes(const struct rte_bus *bus, const void *name)
{
	if (strcmp(rte_bus_name(bus), name) == 0)
		return 0;
	if (strcmp(rte_bus_name(bus), MDEV_BUS_NAME) == 0 || bus->parse == NULL)
		return 1;

	return bus->parse(name, NULL) != 0;
}

bool
mdev_may_be_alias(const char *name)
{
	return strlen(name) < MDEV_ALIAS_LEN && mdev_is_well_formed(name) &&
		!mdev_looks_like_uuid(name) && rte_bus_find(NULL, mdev_compare_takes, name) == NULL;
}

/* The name is only looked at, as it may be longer than an alias can be. */
static int
mdev_check_form(const char *uuid, const char *name)
{
	const struct rte_bus *bus;

	if (strlen(name) >= MDEV_ALIAS_LEN) {
		MDEV_LOG(ERR, "%s: name=%s is longer than %u characters, choose a shorter one",
			 uuid, name, MDEV_ALIAS_LEN - 1);
		return -EINVAL;
	}
	if (!mdev_is_well_formed(name) || mdev_looks_like_uuid(name)) {
		MDEV_LOG(ERR, "%s: name=%s cannot be its name: use a letter, then letters, digits, '_', '.' and '-'",
			 uuid, name);
		return -EINVAL;
	}

	bus = rte_bus_find(NULL, mdev_compare_takes, name);
	if (bus != NULL) {
		MDEV_LOG(ERR, "%s: name=%s means something on bus %s, choose another one",
			 uuid, name, rte_bus_name(bus));
		return -EINVAL;
	}

	return 0;
}

/*
 * A name is taken from another device only for one that is there, as a mistyped UUID is
 * not, and not at all among those that are named at the start.
 */
static int
mdev_check_taken(const char *uuid, const char *name)
{
	char other[RTE_UUID_STRLEN];

	if (mdev_resolve(name, other) != 0 || strcmp(other, uuid) == 0)
		return 0;

	if (!mdev_knows_all() || !mdev_is_idle(other)) {
		MDEV_LOG(ERR, "%s: name=%s is the name of device %s, choose another one",
			 uuid, name, other);
		return -EEXIST;
	}
	if (!mdev_is_in_sysfs(uuid)) {
		MDEV_LOG(ERR, "%s: no such mediated device, %s stays the name of device %s: correct the UUID",
			 uuid, name, other);
		return -ENODEV;
	}

	return 0;
}

int
mdev_check_alias(const char *uuid, const char *name)
{
	char other[RTE_UUID_STRLEN];
	int ret;

	ret = mdev_check_form(uuid, name);
	if (ret != 0)
		return ret;

	if (mdev_record_name(uuid, other) && strcmp(other, name) != 0) {
		MDEV_LOG(ERR, "%s: the device is in use as %s, detach it to name it %s",
			 uuid, other, name);
		return -EEXIST;
	}

	return mdev_check_taken(uuid, name);
}
