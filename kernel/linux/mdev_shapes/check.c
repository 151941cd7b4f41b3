// SPDX-License-Identifier: BSD-3-Clause
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * Check that an mdev_shapes device has the shape that it is given, and that it
 * refuses what makes no sense.
 *
 *	check UUID [SEED [STEPS]]
 *	check UUID remove
 *
 * Needs root, a device that was just created, and cgroups of version 2 at
 * /sys/fs/cgroup with the memory controller. At the end come as many random steps:
 * writes into the files of the shape, and when one is accepted, whatever a program may
 * ask of the device. With the word remove, the device is removed while a program uses
 * it and it holds memory.
 * Exit code: 0 all is well, 1 otherwise.
 */

#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../mdev_check.h"

#define PAGE		4096
#define MIB		(1ULL << 20)
#define GIB		(1ULL << 30)
#define MAX_MEMORY	(64 * MIB)
#define IOVA		0x140000000ULL
#define CONFIG		VFIO_PCI_CONFIG_REGION_INDEX
#define TIMEOUT_MS	10000

static const char *uuid;

/* Returns 0 or an error. */
static int try_shape(const char *file, const char *text)
{
	char path[PATH_MAX];
	int fd, error;

	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/shape/%s", uuid, file);
	fd = open(path, O_WRONLY);
	check(fd >= 0);
	error = write(fd, text, strlen(text)) < 0 ? errno : 0;
	close(fd);
	return error;
}

static void set_shape(const char *file, const char *text)
{
	int error = try_shape(file, text);

	if (error) {
		fprintf(stderr, "check: %s: \"%s\": %s\n", file, text, strerror(error));
		exit(1);
	}
}

static void open_device(void)
{
	open_device_as(uuid, VFIO_TYPE1_IOMMU);
}

static struct vfio_device_info device_info(void)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	check(ioctl(device, VFIO_DEVICE_GET_INFO, &info) == 0);
	return info;
}

/* With the capabilities behind it; valid until the next call */
static struct vfio_region_info *region_info(unsigned int index)
{
	static char buf[1024];
	struct vfio_region_info *info = (void *)buf;

	*info = (struct vfio_region_info){ .argsz = sizeof(buf), .index = index };
	check(ioctl(device, VFIO_DEVICE_GET_REGION_INFO, info) == 0);
	return info;
}

static int try_irq_info(unsigned int index, struct vfio_irq_info *irq)
{
	*irq = (struct vfio_irq_info){ .argsz = sizeof(*irq), .index = index };
	return ioctl(device, VFIO_DEVICE_GET_IRQ_INFO, irq);
}

/* Text of a file, and a number in it */
static char *text_of(const char *path)
{
	static char text[32768];
	size_t at = 0;
	ssize_t len;
	int fd = open(path, O_RDONLY);

	check(fd >= 0);
	do {
		len = read(fd, text + at, sizeof(text) - 1 - at);
		check(len >= 0);
		at += len;
	} while (len);
	text[at] = '\0';
	close(fd);
	return text;
}

static void write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	check(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static int exit_status(pid_t child)
{
	int status;

	check(waitpid(child, &status, 0) == child);
	return status;
}

static uint32_t get(uint64_t offset)
{
	uint32_t value;

	check(pread(device, &value, sizeof(value), offset) == sizeof(value));
	return value;
}

static bool try_set(uint64_t offset, uint32_t value)
{
	return pwrite(device, &value, sizeof(value), offset) == sizeof(value);
}

static void *map(uint64_t offset, uint64_t size, int prot)
{
	void *p = mmap(NULL, size, prot, MAP_SHARED, device, offset);

	return p == MAP_FAILED ? NULL : p;
}

static void check_default(void)
{
	struct vfio_irq_info irq;
	unsigned int i;

	open_device();
	check(device_info().num_regions == VFIO_PCI_NUM_REGIONS);
	check(!(device_info().flags & VFIO_DEVICE_FLAGS_RESET));
	check(ioctl(device, VFIO_DEVICE_RESET) < 0);
	check(region_info(CONFIG)->size == PCI_CFG_SPACE_SIZE);
	check(region_info(0)->size == PAGE && region_info(1)->size == 0);
	for (i = 0; i < VFIO_PCI_NUM_IRQS; i++)
		check(try_irq_info(i, &irq) == 0 && !irq.count &&
		      irq.flags == VFIO_IRQ_INFO_EVENTFD);
	close_device();
}

/* Of 64 KiB, every other page */
#define EIGHT_AREAS(n) " 0x" n "0000+0x1000 0x" n "2000+0x1000 0x" n "4000+0x1000 0x" n "6000+0x1000" \
	" 0x" n "8000+0x1000 0x" n "a000+0x1000 0x" n "c000+0x1000 0x" n "e000+0x1000"

static void check_refused(void)
{
	static const struct {
		const char *file, *text;
	} nonsense[] = {
		{ "ids", "1 2 3 4" },
		{ "ids", "0x10000 2 3 4 5" },
		{ "ids", "1 2 3 4 5 6" },
		{ "ids", "1 2 3 4 0x1000000" },
		{ "regions", " " },
		{ "regions", "13 0x1000 0 rw" },	/* no such region */
		{ "regions", "1 0x1000" },
		{ "regions", "1 0x1000 0x800 rwm" },	/* no page border */
		{ "regions", "1 0x800 0x1000 rwm" },
		{ "regions", "1 0x1000 0x1000 rx" },
		{ "regions", "1 8 0x1000 rwmi" },	/* ports are not mapped */
		{ "regions", "1 0x1000 0 rw" },		/* where region 0 is */
		{ "regions", "1 0x1000 0x8000000000000000 rw" },
		{ "regions", "1 0x1000 0x7fffffffffffff00 rw" },
		{ "regions", "1 0x100000000 0x10000000000 rw" }, /* not in 32 bits */
		{ "regions", "5 0x1000 0x50000000000 rwl" },	/* no upper half */
		{ "regions", "9 0x1000 0x90000000000 rwl" },	/* no BAR */
		{ "regions", "1 0 0x1000 rw" },
		{ "regions", "1 0x4000 0x4000 rwm 0x0" },
		{ "regions", "1 0x4000 0x4000 rwm 0x0+0x5000" },
		{ "regions", "1 0x4000 0x4000 rwm 0x0+0x800" },
		{ "regions", "1 0x4000 0x4000 rwm 0x0+0x2000 0x1000+0x1000" },
		{ "regions", "1 0x4000 0x4000 rw 0x0+0x1000" },
		{ "regions", "1 0x60000 0x80000 rwm" EIGHT_AREAS("0") EIGHT_AREAS("1")
			     EIGHT_AREAS("2") EIGHT_AREAS("3") EIGHT_AREAS("4")
			     " 0x50000+0x1000" },	/* one area too many */
		{ "regions", "7 63 0x70000000000 rw" },
		{ "regions", "7 4097 0x70000000000 rw" },
		{ "regions", "7 256 0x70000000000 w" },
		{ "regions", "7 4096 0x70000000000 rwm" },
		{ "irqs", "2 0 0 0 0" },
		{ "irqs", "0 3 0 0 0" },
		{ "irqs", "0 64 0 0 0" },
		{ "irqs", "0 0 2049 0 0" },
		{ "irqs", "0 0 2048 0 0" },		/* too many for the BAR */
		{ "irqs", "0 0 0 0" },
		{ "irqs", "-1 0 0 0 0" },
		{ "msix", "6 0 0 0" },
		{ "msix", "0 0 0" },
		{ "reset", "2" },
		{ "reset", "1 1" },
		{ "absent_irq_fails", "\n" },
		{ "trigger", "5 0" },
		{ "trigger", "0 0" },
		{ "trigger", "rubbish" },
		{ "trigger", "0x100000000 0" },
		{ "pins", "0x140000000" },
		{ "pins", "0x140000000 0" },
		{ "pins", "0x140000800 1" },		/* no page border */
		{ "pins", "0x140000000 1 1" },
		{ "pins", "0xfffffffffffff000 2" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(nonsense); i++) {
		if (try_shape(nonsense[i].file, nonsense[i].text) == EINVAL)
			continue;
		fprintf(stderr, "check: %s: \"%s\" was not refused\n", nonsense[i].file,
			nonsense[i].text);
		exit(1);
	}
}

static void check_sparse(void)
{
	struct vfio_region_info *info = region_info(2);
	struct vfio_region_info_cap_sparse_mmap *cap = (void *)((char *)info + info->cap_offset);
	uint32_t *p;

	check(info->flags & VFIO_REGION_INFO_FLAG_CAPS && info->cap_offset);
	check(cap->header.id == VFIO_REGION_INFO_CAP_SPARSE_MMAP && cap->nr_areas == 3);
	check(cap->areas[1].offset == 0x3000 && cap->areas[1].size == 0x2000);
	check(!map(info->offset, info->size, PROT_READ));
	check(!map(info->offset + 0x2000, PAGE, PROT_READ));
	p = map(info->offset + 0x3000, 0x2000, PROT_READ | PROT_WRITE);
	check(p);
	/* Both ways show the same. */
	p[PAGE / 4] = 0x12345678;
	check(get(info->offset + 0x4000) == 0x12345678);
	check(try_set(info->offset + 0x3004, 0x9abcdef0) && p[1] == 0x9abcdef0);
	munmap(p, 0x2000);
}

/* A whole GiB, of which two pages cost something */
static void check_large(void)
{
	uint64_t offset = region_info(0)->offset;
	uint32_t *p = map(offset, GIB, PROT_READ | PROT_WRITE);

	check(region_info(0)->size == GIB && p);
	p[0] = 1;
	p[GIB / 4 - 1] = 2;
	check(get(offset) == 1 && get(offset + GIB / 2) == 0 && get(offset + GIB - 4) == 2);
	munmap(p, GIB);
}

static void check_read_only(void)
{
	uint64_t offset = region_info(4)->offset;
	void *p;

	check(!(region_info(4)->flags & VFIO_REGION_INFO_FLAG_WRITE));
	check(!try_set(offset, 1) && get(offset) == 0);
	check(!map(offset, PAGE, PROT_READ | PROT_WRITE));
	p = map(offset, PAGE, PROT_READ);
	check(p && mprotect(p, PAGE, PROT_READ | PROT_WRITE) < 0);
	munmap(p, PAGE);
}

static void check_config(void)
{
	check(region_info(CONFIG)->offset == 0 && region_info(CONFIG)->size == 4096);
	check(get(PCI_VENDOR_ID) == 0x56781234 && get(PCI_SUBSYSTEM_VENDOR_ID) == 0xdef09abc);
	check(get(PCI_CLASS_REVISION) == 0x02000000);
	check(get(PCI_CAPABILITY_LIST) == 0x60);
	check((get(0x60) & 0xff) == PCI_CAP_ID_MSIX);
	/* The vectors are masked, from the first one to the last. */
	check(get(0x22008 + PCI_MSIX_ENTRY_VECTOR_CTRL) == PCI_MSIX_ENTRY_CTRL_MASKBIT);
	check(get(0x22008 + 2047 * PCI_MSIX_ENTRY_SIZE + PCI_MSIX_ENTRY_VECTOR_CTRL) ==
	      PCI_MSIX_ENTRY_CTRL_MASKBIT);
	check(get(0x60) >> 16 == 2047 && get(0x60 + PCI_MSIX_TABLE) == (0x2008 | 2));
	check(get(PCI_CFG_SPACE_SIZE) == (PCI_EXT_CAP_ID_DSN | 1 << 16));
	check(try_set(PCI_BASE_ADDRESS_0, ~0u) && try_set(PCI_BASE_ADDRESS_0 + 4, ~0u));
	check(get(PCI_BASE_ADDRESS_0) == ((uint32_t)-GIB | PCI_BASE_ADDRESS_MEM_TYPE_64));
	check(get(PCI_BASE_ADDRESS_0 + 4) == ~0u);
	check(try_set(PCI_BASE_ADDRESS_3, ~0u) && get(PCI_BASE_ADDRESS_3) == 0xfffffff9);
	check(!try_set(4096, 0));
}

static void check_extra_region(void)
{
	struct vfio_region_info *info = region_info(12);
	struct vfio_region_info_cap_type *cap = (void *)((char *)info + info->cap_offset);

	check(device_info().num_regions == 13 && info->size == 0x2000);
	check(cap->header.id == VFIO_REGION_INFO_CAP_TYPE && cap->subtype == 12);
	check(cap->type == ((uint32_t)VFIO_REGION_TYPE_PCI_VENDOR_TYPE | 0x1234));
	check(try_set(info->offset + 0x1ffc, 5) && get(info->offset + 0x1ffc) == 5);
}

static int set_irq(unsigned int index, uint32_t flags, unsigned int vector, int fd)
{
	char buf[sizeof(struct vfio_irq_set) + sizeof(fd)];
	struct vfio_irq_set *set = (void *)buf;

	*set = (struct vfio_irq_set){
		.argsz = sizeof(buf), .flags = flags, .index = index, .start = vector, .count = 1,
	};
	memcpy(set->data, &fd, sizeof(fd));
	return ioctl(device, VFIO_DEVICE_SET_IRQS, set);
}

static bool signalled(int event)
{
	struct pollfd poll_fd = { .fd = event, .events = POLLIN };
	uint64_t count;

	return poll(&poll_fd, 1, TIMEOUT_MS) == 1 &&
	       read(event, &count, sizeof(count)) == sizeof(count) && count == 1;
}

static void check_irqs(void)
{
	const uint32_t connect = VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_EVENTFD;
	int event = eventfd(0, EFD_NONBLOCK);
	struct vfio_irq_info irq;
	uint64_t count;

	check(try_irq_info(VFIO_PCI_MSIX_IRQ_INDEX, &irq) == 0 && irq.count == 2048);
	check(try_irq_info(VFIO_PCI_MSI_IRQ_INDEX, &irq) < 0);
	check(try_shape("trigger", "2 2047") == ENXIO);
	check(set_irq(VFIO_PCI_MSIX_IRQ_INDEX, connect, 2047, event) == 0);
	set_shape("trigger", "2 2047");
	check(signalled(event));
	check(set_irq(VFIO_PCI_INTX_IRQ_INDEX, connect, 0, event) < 0);
	check(set_irq(VFIO_PCI_MSIX_IRQ_INDEX, connect, 2047, -1) == 0);

	/* INTx masks itself, and what comes meanwhile waits. */
	check(set_irq(VFIO_PCI_INTX_IRQ_INDEX, connect, 0, event) == 0);
	set_shape("trigger", "0 0");
	check(signalled(event));
	set_shape("trigger", "0 0");
	check(read(event, &count, sizeof(count)) < 0);
	check(set_irq(VFIO_PCI_INTX_IRQ_INDEX,
		      VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_DATA_NONE, 0, -1) == 0);
	check(signalled(event));
	check(set_irq(VFIO_PCI_REQ_IRQ_INDEX, connect, 0, event) == 0);
	set_shape("trigger", "4 0");
	check(signalled(event));
	close(event);
}

static void check_shape(void)
{
	set_shape("ids", "0x1234 0x5678 0x9abc 0xdef0 0x020000");
	set_shape("regions", "0 0x40000000 0x100000000 rwml");
	set_shape("regions", "7 4096 0 rw");
	set_shape("regions", "2 0x10000 0x20000 rwm 0x0+0x1000 0x3000+0x2000 0xf000+0x1000");
	set_shape("regions", "3 8 0x1008 rwi");
	set_shape("regions", "4 0x1000 0x30000 rm");
	set_shape("regions", "12 0x2000 0x40000 rwm");
	/* From now on a BAR of a table that does not fit is refused, too. */
	set_shape("msix", "2 0x2008 2 0xb000");
	set_shape("irqs", "1 0 2048 0 1");
	check(try_shape("regions", "2 0x8000 0x20000 rw") == EINVAL);
	check(try_shape("regions", "7 64 0 rw") == EINVAL);
	set_shape("reset", "1\n");
	set_shape("absent_irq_fails", "1");

	open_device();
	check(try_shape("reset", "0") == EBUSY);
	check_config();
	check_large();
	check_sparse();
	check_read_only();
	check_extra_region();
	check_irqs();
	check(get(0x1008) == 0 && try_set(0x100c, 7) && get(0x100c) == 7);
	check(device_info().flags & VFIO_DEVICE_FLAGS_RESET);
	check(try_set(0x22008 + PCI_MSIX_ENTRY_VECTOR_CTRL, 0));
	check(ioctl(device, VFIO_DEVICE_RESET) == 0 && get(0x100c) == 0);
	check(get(0x22008 + PCI_MSIX_ENTRY_VECTOR_CTRL) == PCI_MSIX_ENTRY_CTRL_MASKBIT);
	check(try_set(0x100c, 7));
	close_device();

	/* Nothing is left for the next one. */
	open_device();
	check(get(0x100c) == 0);
	close_device();
}

#define CGROUP	"/sys/fs/cgroup/mdev_shapes-check"

static unsigned long long accounted(void)
{
	return strtoull(text_of(CGROUP "/memory.current"), NULL, 10);
}

/* There is an end to the memory of a device, and who causes it bears it. */
static void check_memory(void)
{
	uint64_t offset, done;
	unsigned long long before;
	char *p;
	pid_t child;

	check(mkdir(CGROUP, 0755) == 0);
	write_to(CGROUP "/cgroup.procs", "0");
	open_device();
	offset = region_info(0)->offset;
	before = accounted();
	for (done = 0; done < MAX_MEMORY / 2; done += PAGE)
		check(try_set(offset + done, 1));
	check(accounted() >= before + MAX_MEMORY / 2);

	while (done < 2 * MAX_MEMORY && try_set(offset + done, 1))
		done += PAGE;
	check(errno == ENOSPC && done <= MAX_MEMORY && done > MAX_MEMORY - MIB);
	check(get(offset + done) == 0 && try_set(offset, 1));
	child = fork();
	if (child == 0) {
		p = map(offset + done, PAGE, PROT_READ | PROT_WRITE);
		*(volatile char *)p = 1;
		exit(1);
	}
	check(exit_status(child) == SIGBUS);

	close_device();
	check(accounted() < before + MIB);
	write_to("/sys/fs/cgroup/cgroup.procs", "0");
	check(rmdir(CGROUP) == 0);
}

/*
 * A buffer of a GiB that costs little: the same 2 MiB over and over, but for the
 * end, which has its own.
 */
static char *large_buffer(void)
{
	char *buf = mmap(NULL, GIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = memfd_create("check", 0);
	uint64_t at;

	check(buf != MAP_FAILED && fd >= 0 && ftruncate(fd, 4 * MIB) == 0);
	for (at = 0; at < GIB; at += 2 * MIB)
		check(mmap(buf + at, 2 * MIB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd,
			   at == GIB - 2 * MIB ? 2 * MIB : 0) != MAP_FAILED);
	close(fd);
	return buf;
}

/* Who is killed while it reads a large region does not read on. */
static void check_killed(void)
{
	volatile char *buf = large_buffer();
	uint64_t offset;
	pid_t child;

	open_device();
	offset = region_info(0)->offset;
	buf[0] = 1;
	buf[GIB - 1] = 1;
	child = fork();
	if (child == 0)
		exit(pread(device, (char *)buf, GIB, offset) != GIB);
	while (buf[0])
		check(waitpid(child, NULL, WNOHANG) == 0);
	kill(child, SIGKILL);
	check(exit_status(child) == SIGKILL && buf[GIB - 1] == 1);
	munmap((char *)buf, GIB);
	close_device();
}

/* How many pages of all programs are pinned */
static long pinned_pages(void)
{
	const char *text;
	const char *acquired, *released;

	/* This sums up what the processors have counted. */
	text_of("/proc/sys/vm/stat_refresh");
	text = text_of("/proc/vmstat");
	acquired = strstr(text, "nr_foll_pin_acquired ");
	released = strstr(text, "nr_foll_pin_released ");
	check(acquired && released);
	return atol(strchr(acquired, ' ')) - atol(strchr(released, ' '));
}

static bool pins_are(const char *text)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/shape/pins", uuid);
	return !strcmp(text_of(path), text);
}

/* The first word of each page is its number. */
static uint32_t *map_dma(uint64_t iova, unsigned int nr_pages, uint32_t flags)
{
	uint32_t *p = mmap(NULL, nr_pages * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct vfio_iommu_type1_dma_map dma = {
		.argsz = sizeof(dma), .flags = flags, .vaddr = (uintptr_t)p,
		.iova = iova, .size = nr_pages * PAGE,
	};
	unsigned int i;

	check(p != MAP_FAILED);
	for (i = 0; i < nr_pages; i++)
		p[i * PAGE / sizeof(*p)] = i;
	check(ioctl(container, VFIO_IOMMU_MAP_DMA, &dma) == 0);
	return p;
}

static void unmap_dma(void *p, uint64_t iova, unsigned int nr_pages)
{
	struct vfio_iommu_type1_dma_unmap dma = {
		.argsz = sizeof(dma), .iova = iova, .size = nr_pages * PAGE,
	};

	check(ioctl(container, VFIO_IOMMU_UNMAP_DMA, &dma) == 0 && dma.size == nr_pages * PAGE);
	munmap(p, nr_pages * PAGE);
}

#define DMA_RW	(VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)

static void check_pins_refused(void)
{
	uint32_t *p;

	check(try_shape("pins", "0x140000000 1") == ENODEV);
	open_device();
	p = map_dma(IOVA, 16, DMA_RW);
	check(try_shape("pins", "0x140000000 1") == EACCES && pins_are(""));
	unmap_dma(p, IOVA, 16);
	close_device();
	check(try_shape("pins", "0x140000000 1") == ENODEV);

	open_device_as(uuid, VFIO_TYPE1v2_IOMMU);
	p = map_dma(IOVA, 16, VFIO_DMA_MAP_FLAG_READ);
	check(try_shape("pins", "0x140000000 1") == EPERM);
	check(try_shape("pins", "0x140010000 1") == EINVAL);
	check(try_shape("pins", "0x140000000 513") == E2BIG);
	check(pins_are(""));
	unmap_dma(p, IOVA, 16);
	close_device();
}

/* Two mappings next to each other: unmapping one lets go of what is in it. */
static void check_unmapped(void)
{
	long before = pinned_pages();
	uint32_t *p, *q;

	p = map_dma(IOVA, 16, DMA_RW);
	q = map_dma(IOVA + 16 * PAGE, 512, DMA_RW);
	set_shape("pins", "0x140000000 4");
	set_shape("pins", "0x140006000 1\n");
	set_shape("pins", "0x14000f000 2");
	set_shape("pins", "0x140011000 511");
	check(try_shape("pins", "0x140003000 1") == EBUSY);
	p[6 * PAGE / sizeof(*p)] = 0x12345678;
	check(pins_are("0x140000000 4 0x00000000\n"
		       "0x140006000 1 0x12345678\n"
		       "0x14000f000 2 0x0000000f\n"
		       "0x140011000 511 0x00000001\n"));
	check(pinned_pages() == before + 518);

	unmap_dma(p, IOVA, 16);
	check(pins_are("0x140011000 511 0x00000001\n"));
	check(pinned_pages() == before + 511);
	check(try_shape("pins", "0x140000000 4") == EINVAL);
	p = map_dma(IOVA, 16, DMA_RW);
	set_shape("pins", "0x140000000 16");
	unmap_dma(q, IOVA + 16 * PAGE, 512);
	check(pins_are("0x140000000 16 0x00000000\n"));
	unmap_dma(p, IOVA, 16);
	check(pins_are("") && pinned_pages() == before);
}

static void check_many_pins(void)
{
	uint32_t *p = map_dma(IOVA, 512, DMA_RW);
	char text[32];
	unsigned int i;

	/* All or nothing */
	check(try_shape("pins", "0x1401ff000 2") == EINVAL && pins_are(""));
	for (i = 0; i < 64; i++) {
		snprintf(text, sizeof(text), "0x%llx 1", IOVA + i * PAGE);
		set_shape("pins", text);
	}
	check(try_shape("pins", "0x140040000 1") == E2BIG);
	/* It is not unmapped, and goes when the device is closed. */
	munmap(p, 512 * PAGE);
}

/* The program with the memory; what the device holds is up to the parent. */
static pid_t start_holder(uid_t uid)
{
	const struct rlimit two_pages = { 2 * PAGE, 2 * PAGE };
	int ready[2];
	pid_t child;
	char c;

	check(pipe(ready) == 0);
	child = fork();
	if (child == 0) {
		open_device_as(uuid, VFIO_TYPE1v2_IOMMU);
		if (uid)
			check(setrlimit(RLIMIT_MEMLOCK, &two_pages) == 0 && setuid(uid) == 0);
		map_dma(IOVA, 16, DMA_RW);
		check(write(ready[1], "", 1) == 1);
		for (;;)
			pause();
	}
	close(ready[1]);
	check(read(ready[0], &c, 1) == 1);
	close(ready[0]);
	return child;
}

static void check_pins(void)
{
	long before = pinned_pages();
	pid_t child;

	check_pins_refused();
	open_device_as(uuid, VFIO_TYPE1v2_IOMMU);
	check_unmapped();
	check_many_pins();
	check(pinned_pages() == before + 64);
	close_device();
	check(pins_are("") && pinned_pages() == before);

	child = start_holder(0);
	set_shape("pins", "0x140000000 16");
	check(pinned_pages() == before + 16);
	kill(child, SIGKILL);
	check(exit_status(child) == SIGKILL);
	check(pins_are("") && pinned_pages() == before);

	child = start_holder(65534);
	check(try_shape("pins", "0x140000000 3") == ENOMEM && pins_are(""));
	check(pinned_pages() == before);
	set_shape("pins", "0x140000000 2");
	check(try_shape("pins", "0x140004000 1") == ENOMEM);
	kill(child, SIGKILL);
	check(exit_status(child) == SIGKILL && pinned_pages() == before);
}

/* The removal waits for the program, and nothing of its memory is held after it. */
static void check_removed(void)
{
	long before = pinned_pages();
	pid_t program = start_holder(0), remover;
	char path[PATH_MAX];

	set_shape("pins", "0x140000000 16");
	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/shape", uuid);
	remover = fork();
	if (remover == 0) {
		strcpy(strrchr(path, '/'), "/remove");
		write_to(path, "1");
		exit(0);
	}
	/* The files go first. */
	while (access(path, F_OK) == 0)
		check(waitpid(remover, NULL, WNOHANG) == 0);
	check(pinned_pages() == before + 16);
	kill(program, SIGKILL);
	check(exit_status(program) == SIGKILL && exit_status(remover) == 0);
	check(pinned_pages() == before);
}

/* Words that may come in a file, and some that may not */
static void random_text(char *text, size_t size)
{
	static const char *const words[] = {
		"0", "1", "2", "3", "4", "7", "8", "9", "12", "16", "32", "63", "64", "256",
		"2048", "4096", "0x800", "0x1000", "0x2000", "0x10000", "0x40000000",
		"0xffffffff", "0x1000000000", "0x7ffffffffffff000", "0xffffffffffffffff",
		"r", "rw", "rwm", "rwml", "rwi", "rmp", "x", "0x0+0x1000", "0x1000+0x1000",
		"0x800+0x10", "+", "-1", "", "0x1000+",
	};
	unsigned int nr = random() % 12;

	*text = '\0';
	while (nr--) {
		strncat(text, words[random() % ARRAY_SIZE(words)], size - strlen(text) - 1);
		if (nr)
			strncat(text, " ", size - strlen(text) - 1);
	}
}

/* How many random steps have been made */
static unsigned int made;

static void random_interrupts(void)
{
	int event = eventfd(0, EFD_NONBLOCK);
	unsigned int steps;

	for (steps = random() % 20; steps; steps--, made++)
		random_irqs(event);
	close(event);
}

/* Pins, some of them in what is mapped, which may go at any time */
static void random_pins(void)
{
	uint32_t *p = map_dma(IOVA, 16, DMA_RW);
	unsigned int steps;
	char text[32];

	for (steps = random() % 20; steps; steps--, made++) {
		snprintf(text, sizeof(text), "0x%llx %ld", IOVA + random() % 18 * PAGE,
			 random() % 4);
		try_shape("pins", text);
		if (random() % 8 == 0) {
			unmap_dma(p, IOVA, 16);
			check(pins_are(""));
			p = map_dma(IOVA, 16, DMA_RW);
		}
	}
	munmap(p, 16 * PAGE);
}

/* Use what it says of itself, as far as it goes. */
static void look(void)
{
	unsigned int i, nr;
	char buf[64];

	open_device_as(uuid, VFIO_TYPE1v2_IOMMU);
	random_pins();
	nr = device_info().num_regions;
	for (i = 0; i < nr; i++, made++) {
		struct vfio_region_info *info = region_info(i);
		char *p;

		if (!info->size)
			continue;
		if (pread(device, buf, sizeof(buf), info->offset + random() % info->size) < 0)
			check(!(info->flags & VFIO_REGION_INFO_FLAG_READ));
		if (pwrite(device, buf, sizeof(buf), info->offset + random() % info->size) < 0)
			check(!(info->flags & VFIO_REGION_INFO_FLAG_WRITE));
		p = map(info->offset, info->size, PROT_READ);
		if (p) {
			check(info->flags & VFIO_REGION_INFO_FLAG_MMAP);
			(void)*(volatile char *)(p + random() % info->size);
			munmap(p, info->size);
		}
	}
	for (i = 0; i < VFIO_PCI_NUM_IRQS; i++) {
		snprintf(buf, sizeof(buf), "%u %ld", i, random() % 4096);
		try_shape("trigger", buf);
		made++;
		random_interrupts();
	}
	close_device();
}

static void fuzz(unsigned int steps)
{
	static const char *const files[] = {
		"ids", "regions", "regions", "regions", "irqs", "msix", "reset",
		"absent_irq_fails", "trigger", "pins",
	};
	unsigned int accepted = 0;
	char text[256];

	for (; made < steps; made++) {
		random_text(text, sizeof(text));
		if (try_shape(files[random() % ARRAY_SIZE(files)], text) == 0) {
			accepted++;
			look();
		}
	}
	printf("%u steps, %u random shapes\n", made, accepted);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: check UUID [SEED [STEPS] | remove]\n");
		return 1;
	}
	uuid = argv[1];
	if (argc > 2 && !strcmp(argv[2], "remove")) {
		check_removed();
		return 0;
	}
	srandom(argc > 2 ? atoi(argv[2]) : 1);

	check_default();
	check_refused();
	check_default();
	check_shape();
	check_memory();
	check_killed();
	check_pins();
	fuzz(argc > 3 ? atoi(argv[3]) : 80000);
	return 0;
}
