/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef TEST_MDEV_SHAPES_H
#define TEST_MDEV_SHAPES_H

/**
 * @file
 * What tests tell and ask the kernel module mdev_shapes, besides the shape of a device.
 */

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "test_mdev.h"

#define MDEV_SHAPES_CREATE MDEV_CREATE("mdev_shapes", "device")
#define MDEV_SHAPES_FILE(uuid, name) MDEV_DEVICES "/" uuid "/shape/" name

/* Can devices be made? */
static inline bool
mdev_shapes_are_there(void)
{
	if (access(MDEV_SHAPES_CREATE, W_OK) == 0)
		return true;
	printf("Skipped: load the module mdev_shapes, and run this as root\n");

	return false;
}

/* Raise an interrupt; the file is that of the name "trigger". */
static inline int
mdev_shapes_raise(const char *file, unsigned int index, unsigned int vector)
{
	char text[32];

	snprintf(text, sizeof(text), "%u %u", index, vector);

	return mdev_write_file(file, text);
}

/* Let the parent pin a page; the file is that of the name "pins". */
static inline int
mdev_shapes_pin(const char *file, uint64_t iova)
{
	char text[64];

	snprintf(text, sizeof(text), "%#" PRIx64 " 1", iova);

	return mdev_write_file(file, text);
}

/* Tell whether the parent reads this word at the address, and pins nothing else. */
static inline bool
mdev_shapes_has_pinned(const char *file, uint64_t iova, uint32_t word)
{
	char text[128] = "", expected[128];
	FILE *pins;

	snprintf(expected, sizeof(expected), "%#" PRIx64 " 1 %#010x\n", iova, word);
	pins = fopen(file, "r");
	if (pins == NULL)
		return false;
	if (fread(text, 1, sizeof(text) - 1, pins) == 0)
		text[0] = '\0';
	fclose(pins);

	return strcmp(text, expected) == 0;
}

#endif /* TEST_MDEV_SHAPES_H */
