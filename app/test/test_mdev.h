/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef TEST_MDEV_H
#define TEST_MDEV_H

/**
 * @file
 * What the tests of real mediated devices share. They run as root, and create
 * and remove devices in sysfs.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <rte_cycles.h>
#include <rte_dev.h>

#define MDEV_DEVICES "/sys/bus/mdev/devices"
#define MDEV_CREATE(parent, type) \
	"/sys/class/mdev_bus/" parent "/mdev_supported_types/" parent "-" type "/create"

/* How long to wait for what should happen at once: machines can be slow. */
#define MDEV_TIMEOUT_MS 20000

static inline int
mdev_write_file(const char *path, const char *text)
{
	ssize_t len = strlen(text);
	int fd, ret;

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = write(fd, text, len) == len ? 0 : -errno;
	close(fd);

	return ret;
}

/* The interrupt thread may not be back yet from the event of which a test knows. */
static inline int
mdev_stop_event_monitor(void)
{
	int ret;

	while ((ret = rte_dev_event_monitor_stop()) == -EAGAIN)
		rte_delay_us_sleep(1000);

	return ret;
}

static inline bool
mdev_exists(const char *uuid)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), MDEV_DEVICES "/%s", uuid);

	return access(path, F_OK) == 0;
}

/* Returns when no program has the device open any more. */
static inline int
mdev_remove(const char *uuid)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), MDEV_DEVICES "/%s/remove", uuid);

	return mdev_write_file(path, "1");
}

static inline unsigned int
mdev_count_files(const char *path)
{
	unsigned int count = 0;
	DIR *dir;

	dir = opendir(path);
	if (dir == NULL)
		return 0;
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);

	return count;
}

static inline bool
mdev_is_epoll_fd(int dir_fd, const char *name)
{
	char target[32] = "";

	return readlinkat(dir_fd, name, target, sizeof(target) - 1) > 0 &&
		strcmp(target, "anon_inode:[eventpoll]") == 0;
}

/*
 * Count the open files, but for epoll's: the interrupt thread closes its own and opens
 * another one, in its own time, whenever a callback has come or gone.
 */
static inline unsigned int
mdev_count_fds(void)
{
	unsigned int count = 0;
	struct dirent *entry;
	DIR *dir;

	dir = opendir("/proc/self/fd");
	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL)
		count += !mdev_is_epoll_fd(dirfd(dir), entry->d_name);
	closedir(dir);

	return count;
}

/* Count the areas of memory that are BARs of devices. */
static inline unsigned int
mdev_count_mapped_bars(void)
{
	unsigned int count = 0;
	char line[512];
	FILE *maps;

	maps = fopen("/proc/self/maps", "r");
	if (maps == NULL)
		return 0;
	while (fgets(line, sizeof(line), maps) != NULL)
		count += strstr(line, "[vfio-device]") != NULL ||
			 strstr(line, "/dev/vfio/devices/") != NULL;
	fclose(maps);

	return count;
}

/* Run a test in a secondary process with this command line, ended by NULL. */
static inline int
mdev_run_secondary(const char *test, const char * const args[])
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		/* what it does there; the prompt would do nothing */
		setenv("DPDK_TEST", test, 1);
		execv("/proc/self/exe", (char * const *)(uintptr_t)args);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;

	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

#endif /* TEST_MDEV_H */
