/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <rte_log.h>
#include <rte_spinlock.h>
#include <rte_string_fns.h>

#include "eal_devargs_list.h"
#include "eal_private.h"

static rte_spinlock_t list_lock = RTE_SPINLOCK_INITIALIZER;
static unsigned int holders;
static LIST_HEAD(, eal_devargs_claim) claims = LIST_HEAD_INITIALIZER(claims);

/*
 * What waits to be freed, the latest first. The link to the next one in the list of
 * device arguments stays for who is there, so that these are linked by the other one.
 */
static struct rte_devargs *retired;

static void
free_retired(struct rte_devargs *devargs)
{
	struct rte_devargs *older;

	for (; devargs != NULL; devargs = older) {
		older = (void *)devargs->next.tqe_prev;
		rte_devargs_reset(devargs);
		free(devargs);
	}
}

void
eal_devargs_lock(void)
{
	rte_spinlock_lock(&list_lock);
}

void
eal_devargs_unlock(void)
{
	struct rte_devargs *unused = NULL;

	if (holders == 0) {
		unused = retired;
		retired = NULL;
	}
	rte_spinlock_unlock(&list_lock);
	free_retired(unused);
}

void
eal_devargs_hold(void)
{
	eal_devargs_lock();
	holders++;
	eal_devargs_unlock();
}

void
eal_devargs_release(void)
{
	eal_devargs_lock();
	holders--;
	eal_devargs_unlock();
}

static bool
is_claimed(const struct eal_devargs_claim *wanted)
{
	const struct eal_devargs_claim *claim;

	LIST_FOREACH(claim, &claims, next) {
		if (claim->bus == wanted->bus && (strcmp(claim->name, wanted->name) == 0 ||
						  memcmp(claim->id, wanted->id,
							 sizeof(claim->id)) == 0))
			return true;
	}

	return false;
}

/*
 * A bus that gives other names to what device arguments name, knows which device that is:
 * it may be about to get another name.
 */
static bool
is_identified(const struct rte_bus *bus, const char *name, char id[RTE_DEV_NAME_MAX_LEN])
{
	return bus->devargs_parse != NULL && bus->parse != NULL && name != NULL &&
		bus->parse(name, id) == 0 && id[0] != '\0';
}

static void
identify(struct eal_devargs_claim *claim, const struct rte_bus *bus,
	 const struct rte_devargs *da)
{
	claim->bus = bus;
	strlcpy(claim->name, da->name, sizeof(claim->name));
	memset(claim->id, 0, sizeof(claim->id));
	if (!is_identified(bus, da->bus_str, claim->id) &&
			!is_identified(bus, da->name, claim->id))
		strlcpy(claim->id, da->name, sizeof(claim->id));
}

static int
claim_device(struct eal_devargs_claim *claim, const struct rte_bus *bus,
	     const struct rte_devargs *da)
{
	bool claimed;

	identify(claim, bus, da);

	eal_devargs_lock();
	claimed = is_claimed(claim);
	if (!claimed) {
		LIST_INSERT_HEAD(&claims, claim, next);
		holders++;
	}
	eal_devargs_unlock();
	if (!claimed)
		return 0;

	claim->bus = NULL;
	EAL_LOG(ERR, "Another thread attaches or detaches the device (%s), try again", da->name);

	return -EBUSY;
}

int
eal_devargs_claim(struct eal_devargs_claim *claim, const struct rte_bus *bus, const char *name)
{
	struct rte_devargs da = { .bus = NULL };

	claim->bus = NULL;
	if (bus == NULL) {
		EAL_LOG(ERR, "The device (%s) belongs to no bus", name);
		return -EINVAL;
	}
	strlcpy(da.name, name, sizeof(da.name));

	return claim_device(claim, bus, &da);
}

int
eal_devargs_claim_named(struct eal_devargs_claim *claim, const char *devargs)
{
	struct rte_devargs da;
	int ret;

	claim->bus = NULL;
	ret = rte_devargs_parse(&da, devargs);
	if (ret == 0 && da.bus == NULL) {
		EAL_LOG(ERR, "The device arguments name no bus: %s", devargs);
		ret = -EINVAL;
	}
	if (ret == 0)
		ret = claim_device(claim, da.bus, &da);
	rte_devargs_reset(&da);

	return ret;
}

void
eal_devargs_unclaim(struct eal_devargs_claim *claim)
{
	if (claim->bus == NULL)
		return;

	eal_devargs_lock();
	LIST_REMOVE(claim, next);
	holders--;
	eal_devargs_unlock();
}

void
eal_devargs_retire(struct rte_devargs *devargs)
{
	devargs->next.tqe_prev = (void *)retired;
	retired = devargs;
}

/* Who walks the list reads name, bus and policy: what is the same is not written. */
void
eal_devargs_replace(struct rte_devargs *listed, struct rte_devargs *devargs)
{
	char *old_data = listed->data;

	if (listed->type != devargs->type)
		listed->type = devargs->type;
	if (listed->policy != devargs->policy)
		listed->policy = devargs->policy;
	listed->cls = devargs->cls;
	listed->bus_str = devargs->bus_str;
	listed->cls_str = devargs->cls_str;
	listed->drv_str = devargs->drv_str;
	listed->data = devargs->data;

	devargs->data = old_data;
	eal_devargs_retire(devargs);
}
