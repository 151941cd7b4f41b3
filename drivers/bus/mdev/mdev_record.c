/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/queue.h>

#include <rte_eal.h>
#include <rte_eal_memconfig.h>
#include <rte_malloc.h>
#include <rte_string_fns.h>
#include <rte_tailq.h>

#include "private.h"

/**
 * @file
 * What the primary process uses.
 *
 * Secondary processes use the devices of their primary process, and open no other.
 * They learn from records in shared memory which these are. The memory is attached
 * after the first scan of the bus: until then there are no records.
 */

/*
 * A device in use. It is allocated when its attachment begins, and belongs to the
 * primary process, which frees it when the attachment fails or the device is detached.
 */
struct mdev_record {
	TAILQ_ENTRY(mdev_record) next;
	uint32_t number;
	char uuid[RTE_UUID_STRLEN];
	char name[RTE_UUID_STRLEN];
};

TAILQ_HEAD(mdev_record_list, mdev_record);

static struct rte_tailq_elem mdev_record_tailq = {
	.name = "MDEV_RECORD_LIST",
};
EAL_REGISTER_TAILQ(mdev_record_tailq)

/* Records may be of any order, as devices take different times to be attached. */
static struct mdev_record_list *
mdev_records(void)
{
	return RTE_TAILQ_CAST(mdev_record_tailq.head, mdev_record_list);
}

/* The list must be locked. */
static struct mdev_record *
mdev_record_find(const char *uuid)
{
	struct mdev_record *record;

	TAILQ_FOREACH(record, mdev_records(), next) {
		if (strcmp(record->uuid, uuid) == 0)
			return record;
	}

	return NULL;
}

bool
mdev_has_records(void)
{
	return mdev_record_tailq.head != NULL;
}

uint32_t
mdev_record_number(const char *uuid)
{
	const struct mdev_record *record;
	uint32_t number;

	if (!mdev_has_records())
		return 0;

	rte_mcfg_tailq_read_lock();
	record = mdev_record_find(uuid);
	number = record != NULL ? record->number : 0;
	rte_mcfg_tailq_read_unlock();

	return number;
}

bool
mdev_record_name(const char *uuid, char name[RTE_UUID_STRLEN])
{
	const struct mdev_record *record;

	if (!mdev_has_records())
		return false;

	rte_mcfg_tailq_read_lock();
	record = mdev_record_find(uuid);
	if (record != NULL)
		strlcpy(name, record->name, RTE_UUID_STRLEN);
	rte_mcfg_tailq_read_unlock();

	return record != NULL;
}

bool
mdev_record_uuid(const char *name, char uuid[RTE_UUID_STRLEN])
{
	const struct mdev_record *record;

	if (!mdev_has_records())
		return false;

	rte_mcfg_tailq_read_lock();
	TAILQ_FOREACH(record, mdev_records(), next) {
		if (strcmp(record->name, name) == 0) {
			strlcpy(uuid, record->uuid, RTE_UUID_STRLEN);
			break;
		}
	}
	rte_mcfg_tailq_read_unlock();

	return record != NULL;
}

bool
mdev_record_next(uint32_t *number, char uuid[RTE_UUID_STRLEN])
{
	const struct mdev_record *record, *best = NULL;

	if (!mdev_has_records())
		return false;

	rte_mcfg_tailq_read_lock();
	TAILQ_FOREACH(record, mdev_records(), next) {
		if (record->number > *number && (best == NULL || record->number < best->number))
			best = record;
	}
	if (best != NULL) {
		*number = best->number;
		strlcpy(uuid, best->uuid, RTE_UUID_STRLEN);
	}
	rte_mcfg_tailq_read_unlock();

	return best != NULL;
}

/*
 * How many devices in use, or about to be, have a number whose lowest byte is this. It is
 * a matter of the primary process, which changes it while it has locked the list.
 */
static uint16_t lowest_bytes[UINT8_MAX + 1];

/*
 * Choose the number of an attachment: a new one, and as long as that is possible with
 * another lowest byte than the devices in use have.
 */
static uint32_t
mdev_take_number(void)
{
	static uint32_t last_number;
	unsigned int i;

	for (i = 0; i < RTE_DIM(lowest_bytes); i++) {
		/* no attachment has number 0 */
		last_number = RTE_MAX(last_number + 1, UINT32_C(1));
		if (lowest_bytes[last_number % RTE_DIM(lowest_bytes)] == 0)
			break;
	}
	lowest_bytes[last_number % RTE_DIM(lowest_bytes)]++;

	return last_number;
}

static void
mdev_record_free(struct mdev_record *record)
{
	rte_mcfg_tailq_write_lock();
	lowest_bytes[record->number % RTE_DIM(lowest_bytes)]--;
	rte_mcfg_tailq_write_unlock();
	rte_free(record);
}

int
mdev_record_begin(struct rte_mdev_device *mdev, struct mdev_record **record)
{
	*record = NULL;
	if (rte_eal_process_type() != RTE_PROC_PRIMARY) {
		mdev->number = mdev_record_number(mdev->uuid);
		return mdev->number != 0 ? 0 : -ENODEV;
	}

	*record = rte_zmalloc("mdev_record", sizeof(**record), 0);
	if (*record == NULL)
		return -ENOMEM;

	rte_mcfg_tailq_write_lock();
	(*record)->number = mdev_take_number();
	rte_mcfg_tailq_write_unlock();

	strlcpy((*record)->uuid, mdev->uuid, sizeof((*record)->uuid));
	strlcpy((*record)->name, mdev->name, sizeof((*record)->name));
	mdev->number = (*record)->number;

	return 0;
}

void
mdev_record_end(struct mdev_record *record, bool attached)
{
	if (record == NULL)
		return;
	if (!attached) {
		mdev_record_free(record);
		return;
	}

	rte_mcfg_tailq_write_lock();
	TAILQ_INSERT_TAIL(mdev_records(), record, next);
	rte_mcfg_tailq_write_unlock();
}

struct mdev_record *
mdev_record_take(const char *uuid)
{
	struct mdev_record *record;

	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return NULL;

	rte_mcfg_tailq_write_lock();
	record = mdev_record_find(uuid);
	if (record != NULL)
		TAILQ_REMOVE(mdev_records(), record, next);
	rte_mcfg_tailq_write_unlock();

	return record;
}
