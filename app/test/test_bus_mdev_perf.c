/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_cycles.h>
#include <rte_dev.h>

#include "test.h"

/*
 * How long it takes to attach a device, and to detach it. The environment names
 * the bus and the device; start with an option -a of no device.
 */

#define BUS_VARIABLE "MDEV_PERF_BUS"
#define DEVICE_VARIABLE "MDEV_PERF_DEVICE"
#define ROUNDS 5

/* What stands between two of these in the output of strace is one operation. */
static void
mark(const char *text)
{
	if (write(STDOUT_FILENO, text, strlen(text)) < 0)
		printf("%s", text);
}

static int
compare(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

static double
median_us(uint64_t *cycles)
{
	qsort(cycles, ROUNDS, sizeof(*cycles), compare);

	return cycles[ROUNDS / 2] * 1e6 / rte_get_tsc_hz();
}

static int
test_bus_mdev_perf(void)
{
	const char *bus = getenv(BUS_VARIABLE), *name = getenv(DEVICE_VARIABLE);
	uint64_t attach[ROUNDS], detach[ROUNDS];
	uint64_t begin;
	unsigned int i;

	if (bus == NULL || name == NULL) {
		printf("Skipped: name a device in " BUS_VARIABLE " and " DEVICE_VARIABLE "\n");
		return TEST_SKIPPED;
	}

	for (i = 0; i < ROUNDS; i++) {
		mark("mark: attach\n");
		begin = rte_rdtsc_precise();
		TEST_ASSERT_SUCCESS(rte_eal_hotplug_add(bus, name, ""), "cannot attach %s", name);
		attach[i] = rte_rdtsc_precise() - begin;
		mark("mark: attached\n");

		mark("mark: detach\n");
		begin = rte_rdtsc_precise();
		TEST_ASSERT_SUCCESS(rte_eal_hotplug_remove(bus, name), "cannot detach %s", name);
		detach[i] = rte_rdtsc_precise() - begin;
		mark("mark: detached\n");
	}

	printf("%s: attach %.0f us, detach %.0f us (median of %u)\n", name,
	       median_us(attach), median_us(detach), ROUNDS);

	return TEST_SUCCESS;
}

REGISTER_PERF_TEST(bus_mdev_perf_autotest, test_bus_mdev_perf);
