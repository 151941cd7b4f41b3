/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef EAL_DEVARGS_LIST_H
#define EAL_DEVARGS_LIST_H

/**
 * @file
 * The list of device arguments, for several threads.
 *
 * A lock protects the links of the list, for moments. Who holds the list may keep
 * pointers into it, while others change it: what is taken out is freed when nobody
 * holds the list any more. Holding is no lock, so that drivers can run meanwhile.
 */

#include <sys/queue.h>

#include <bus_driver.h>
#include <rte_dev.h>
#include <rte_devargs.h>

/** Lock the links of the list. */
void eal_devargs_lock(void);

/** Unlock the links of the list. */
void eal_devargs_unlock(void);

/** Hold the list: all of its arguments stay valid, even those that are taken out. */
void eal_devargs_hold(void);

/** End what eal_devargs_hold() began. */
void eal_devargs_release(void);

/**
 * That a thread attaches or detaches a device, here and in other processes; a variable
 * of the function that does. In a secondary process, what the primary asks for needs
 * none: the primary has one, and the hotplug thread does one after the other.
 */
struct eal_devargs_claim {
	LIST_ENTRY(eal_devargs_claim) next; /**< in the list of all of them */
	const struct rte_bus *bus;          /**< bus of the device, NULL if not granted */
	char name[RTE_DEV_NAME_MAX_LEN];    /**< name of the device */
	char id[RTE_DEV_NAME_MAX_LEN];      /**< what parse() of its bus writes, else its name */
};

/**
 * Hold the list, and claim a device: no other thread attaches or detaches it until
 * eal_devargs_unclaim(), nor replaces its arguments, nor gives its name to another one.
 *
 * @param claim
 *   Filled; it must stay where it is until then.
 * @param bus
 *   Bus of the device.
 * @param name
 *   Name of the device.
 * @return
 *   0 on success, -EBUSY if the device is claimed already, -EINVAL without a bus.
 */
int eal_devargs_claim(struct eal_devargs_claim *claim, const struct rte_bus *bus,
		      const char *name);

/**
 * Claim the device that device arguments name.
 *
 * @param claim
 *   As for eal_devargs_claim().
 * @param devargs
 *   The device arguments, as the user writes them.
 * @return
 *   As eal_devargs_claim(), or what rte_devargs_parse() returns.
 */
int eal_devargs_claim_named(struct eal_devargs_claim *claim, const char *devargs);

/**
 * End a claim, and what is held with it.
 *
 * @param claim
 *   A claim; one that was not granted has ended.
 */
void eal_devargs_unclaim(struct eal_devargs_claim *claim);

/**
 * Free arguments as soon as nobody holds the list. The list is locked.
 *
 * @param devargs
 *   Arguments that were taken out of the list. Whoever has come to them may go on
 *   to the next ones.
 */
void eal_devargs_retire(struct rte_devargs *devargs);

/**
 * Replace arguments in the list by other ones for the same device. The list is
 * locked.
 *
 * @param listed
 *   The arguments in the list: they stay where they are, with another content.
 * @param devargs
 *   The other ones; they are retired with the old content.
 */
void eal_devargs_replace(struct rte_devargs *listed, struct rte_devargs *devargs);

#endif /* EAL_DEVARGS_LIST_H */
