/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef MDEV_PRIVATE_H
#define MDEV_PRIVATE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rte_dev.h>
#include <rte_devargs.h>

#include "bus_mdev_driver.h"
#include "mdev_bus.h"
#include "mdev_logs.h"

/** Name of the bus, and with a colon the prefix of its device names. */
#define MDEV_BUS_NAME "mdev"

/*
 * Names and device arguments: mdev_params.c
 */

/* Convert a UUID in any accepted form to the canonical one. */
int mdev_canonical_name(const char *name, char uuid[RTE_UUID_STRLEN]);

/* Skip the name of the bus in front of a device name. */
const char *mdev_without_prefix(const char *name);

/* Tell whether a name can only be meant for a device of this bus, even if malformed. */
bool mdev_looks_like_uuid(const char *name);

/* Operation rte_bus::parse. */
int mdev_parse(const char *name, void *addr);

/* Operation rte_bus::devargs_parse. */
int mdev_devargs_parse(struct rte_devargs *devargs);

/* Find the device arguments that the user gave for the name of a device. */
struct rte_devargs *mdev_find_devargs(const char *name);

/*
 * Copy device arguments into a block that free() frees; without any, the copy is NULL.
 * A device in use has a copy, as EAL replaces its own when the device is named again.
 */
int mdev_copy_devargs(const struct rte_devargs *devargs, struct rte_devargs **copy);

/* Tell whether the user blocked the device, on this bus or on another one. */
bool mdev_is_blocked(const char *uuid);

/* Remember which devices are blocked; -ENOMEM on failure. And forget them all. */
int mdev_remember_blocked(void);
void mdev_forget_blocked(void);

/* Tell whether the device was blocked, whatever was said of it since. */
bool mdev_was_blocked(const char *uuid);

/* Find the name of another device among the arguments for a driver. */
bool mdev_find_stray(const char *args, char uuid[RTE_UUID_STRLEN]);

/* Find the next device, after start, that matches "key=value,...". */
struct rte_device *mdev_match_devices(const struct rte_device *start,
				      const char *str);

/*
 * Short names that users give to devices: mdev_alias.c
 */

/* Size of the longest alias: programs make names of their own from it. */
#define MDEV_ALIAS_LEN 16

struct mdev_alias {
	char uuid[RTE_UUID_STRLEN];
	char name[MDEV_ALIAS_LEN];
};

/* Get the alias that device arguments give to the device that they name. */
bool mdev_read_alias(const struct rte_devargs *devargs, struct mdev_alias *alias);

/* Convert a name, a UUID in any form or an alias, to the canonical UUID. */
int mdev_resolve(const char *name, char uuid[RTE_UUID_STRLEN]);

/* For messages: the name that the user gave, or all that is there instead of one. */
static inline const char *
mdev_name_given(const struct rte_devargs *devargs)
{
	return devargs->name[0] != '\0' ? devargs->name : devargs->bus_str;
}

/* Get the UUID of the device that device arguments name. */
int mdev_uuid_of(const struct rte_devargs *devargs, char uuid[RTE_UUID_STRLEN]);

/* Get the name of a device: its alias if it has one, else the canonical UUID. */
void mdev_name_of(const char *uuid, char name[RTE_UUID_STRLEN]);

/* Tell whether a name that is not known yet can be the alias of some device. */
bool mdev_may_be_alias(const char *name);

/* Check that a device can have an alias; a negative errno value with a message if not. */
int mdev_check_alias(const char *uuid, const char *name);

/* Remember the alias of a device, or those in the device arguments; -ENOMEM on failure. */
int mdev_note_alias(const char *uuid, const char *name);
int mdev_note_aliases(void);

/* Forget the alias of a device, or all of them. */
void mdev_forget_alias(const char *uuid);
void mdev_forget_aliases(void);

/*
 * Devices in sysfs, and the policy of the user: mdev_scan.c
 */

/* Get the directory in which the kernel lists the devices. */
const char *mdev_sysfs_path(void);

bool mdev_is_in_sysfs(const char *uuid);

/* The last component of a path. */
const char *mdev_basename(const char *path);

/* Operation rte_bus::scan: update the list of devices from sysfs. */
int mdev_scan(void);

/* Forget what the user was told of devices that are not used. */
void mdev_forget_told(void);

/* Tell whether the device may be opened now. */
bool mdev_is_allowed(const struct rte_mdev_device *mdev);

/* Tell whether a device can lose its alias: it is not in use, nor about to be. */
bool mdev_is_idle(const char *uuid);

/*
 * What the primary process uses, for all processes to see: mdev_record.c
 */

struct mdev_record;

/*
 * Give a device the number of the attachment that begins. In the primary process,
 * it is a new one, in a record that is NULL elsewhere.
 */
int mdev_record_begin(struct rte_mdev_device *mdev, struct mdev_record **record);

/* Make the record of a device that is attached known, or else free it. */
void mdev_record_end(struct mdev_record *record, bool attached);

/*
 * Take the record of a device out of sight, to be given to mdev_record_end(). It is
 * NULL in other processes than the primary.
 */
struct mdev_record *mdev_record_take(const char *uuid);

/* Get the number under which the primary process uses a device, 0 if it does not. */
uint32_t mdev_record_number(const char *uuid);

/* Tell whether the shared memory is attached; until then there are no records. */
bool mdev_has_records(void);

/* Get the name of a device that the primary process uses, or its UUID by the name. */
bool mdev_record_name(const char *uuid, char name[RTE_UUID_STRLEN]);
bool mdev_record_uuid(const char *name, char uuid[RTE_UUID_STRLEN]);

/* Get the device with the next higher number, and this number. */
bool mdev_record_next(uint32_t *number, char uuid[RTE_UUID_STRLEN]);

/*
 * The list of devices: mdev_list.c
 */

enum mdev_state {
	MDEV_GONE, /* sysfs has it no more: nobody finds it, but pointers are valid */
	MDEV_PRESENT,
	MDEV_CHANGING, /* being attached or detached */
	MDEV_ATTACHED,
};

/*
 * Allocate a device, of that name, for the driver that it is dispatched to, NULL for
 * none.
 */
struct rte_mdev_device *mdev_alloc(const char *uuid, const char *name,
				   struct rte_mdev_driver *driver);

/* Free a device that is not in the list. */
void mdev_free(struct rte_mdev_device *mdev);

/*
 * Give a device arguments, allocated as mdev_copy_devargs() does, or NULL. They are the
 * device's then. Threads that read those before may go on until there are newer ones.
 */
void mdev_set_devargs(struct rte_mdev_device *mdev, struct rte_devargs *devargs);

/* Give the device the arguments that it had before, and the other way round. */
void mdev_exchange_devargs(struct rte_mdev_device *mdev);

/* Get the mediated device of a generic device of this bus. */
struct rte_mdev_device *mdev_of(const struct rte_device *dev);

/* Append a device to the list, or take it out. */
void mdev_insert(struct rte_mdev_device *mdev);
void mdev_remove(struct rte_mdev_device *mdev);

/* Let no device be freed, for moments: for threads that live as long as the process. */
void mdev_hold_devices(void);
void mdev_release_devices(void);

/* Get the device after start, NULL for the first one, with those that are gone. */
struct rte_device *mdev_next_known(const struct rte_device *start);

/* The same without those that are gone. */
struct rte_device *mdev_next(const struct rte_device *start);

/* Find the next known device, after start, of a canonical UUID. */
struct rte_mdev_device *mdev_find(const struct rte_mdev_device *start, const char *uuid);

/* Tell whether a device is attached, or being attached or detached. */
bool mdev_is_in_use(const struct rte_mdev_device *mdev);

/*
 * Begin to attach a device that is present, or to detach one that is attached: no
 * other thread can do so until mdev_end().
 */
int mdev_begin(struct rte_mdev_device *mdev, enum mdev_state from);
void mdev_end(struct rte_mdev_device *mdev, enum mdev_state to);

/* Note whether sysfs has a device; returns false if it is in use, and unchanged. */
bool mdev_set_present(struct rte_mdev_device *mdev, bool present);

/* Choose the driver of a device from its API and type. */
struct rte_mdev_driver *mdev_find_driver(const char *device_api,
					 const char *mdev_type);

/*
 * Messages that tell why a device cannot be used, and what helps: mdev_diagnose.c
 */

/* A device that was looked for in sysfs is not there, or not all of it. */
void mdev_explain_absent(const char *uuid);

/* VFIO is not enabled. */
void mdev_explain_disabled(const struct rte_mdev_device *dev);

/* The file through which VFIO hands out a device: of its group, or of its own. */
struct mdev_vfio_file {
	char path[PATH_MAX];
	char number_path[PATH_MAX]; /* the attribute of sysfs with its device number */
};

/* VFIO has no such file. */
void mdev_explain_no_file(const struct rte_mdev_device *dev);

/* VFIO could not open the device; returns a negative errno value. */
int mdev_explain_failure(const struct rte_mdev_device *dev,
			 const struct mdev_vfio_file *file);

/*
 * Under the name of a file, there may be that of another device, as in a container.
 * EAL must not open that: -EIO, with a message.
 */
int mdev_check_file(const struct rte_mdev_device *dev, const struct mdev_vfio_file *file);

/*
 * Operations of the bus: mdev.c
 */

bool mdev_match(const struct rte_driver *drv, const struct rte_device *dev);
int mdev_attach(struct rte_device *dev);
int mdev_attach_all(void);
int mdev_detach(struct rte_device *dev);
int mdev_cleanup(void);
struct rte_device *mdev_find_device(const struct rte_device *start, rte_dev_cmp_t cmp,
				    const void *data);
int mdev_dma_map(struct rte_device *dev, void *addr, uint64_t iova, size_t len);
int mdev_dma_unmap(struct rte_device *dev, void *addr, uint64_t iova, size_t len);
enum rte_iova_mode mdev_get_iommu_class(void);
int mdev_hot_unplug_handler(struct rte_device *dev);

#endif /* MDEV_PRIVATE_H */
