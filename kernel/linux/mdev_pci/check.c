// SPDX-License-Identifier: BSD-3-Clause
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * Check what one mdev_pci device promises to user space.
 *
 *	check UUID FUNCTION [SEED [STEPS] | reset | read]
 *
 * FUNCTION is the PCI function that the device was made of, by which the
 * answers are compared with the hardware. Regions, configuration space and
 * reset are checked on any function; interrupts on Intel's e1000 and e1000e,
 * which can be made to raise one, and the vectors of MSI-X on others; function
 * level reset on virtio and NVMe, which have it in QEMU. Then come as many steps of
 * whatever a program may ask for, and another look at the function. With the word
 * reset, only what a reset leaves is checked, of an e1000 or e1000e that can be
 * reset; with the word read, that who is killed ends to read a BAR of 64 MiB or
 * more. Needs root, and a device that nobody uses.
 *
 * Exit code: 0 all is well, 1 otherwise.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <linux/virtio_pci.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../mdev_check.h"

#define NR_BARS		6
#define MAX_CAPS	48
#define PAGE		4096
#define LARGE		(64 << 20)
#define HAPPENS_MS	10000
#define HAPPENS_NOT_MS	300

/* Registers of e1000 and e1000e, all in BAR 0. */
#define E1000_ICR	0x00c0	/* causes; reading clears them */
#define E1000_ICS	0x00c8	/* raises causes */
#define E1000_IMS	0x00d0	/* lets causes interrupt */
#define E1000_IMC	0x00d8
#define E1000E_IVAR	0x00e4	/* MSI-X vectors of causes */
#define E1000_RDBAL	0x2800	/* address of the receive ring */
#define E1000_LSC	(1u << 2)
#define E1000E_RXQ0	(1u << 20)
/* RXQ0 to vector 1 */
#define E1000E_RXQ0_1	(1u << 3 | 1)

#define CLASS_NVME	0x010802
/* Register in BAR 0: sizes of entries, which begin nothing */
#define NVME_CC		0x14
#define NVME_CC_SIZES	(6u << 16 | 4u << 20)

static const char *uuid, *function;
static struct vfio_device_info info;
static struct vfio_region_info regions[VFIO_PCI_NUM_REGIONS];

static void open_device(void)
{
	open_device_as(uuid, VFIO_TYPE1_IOMMU);
	info.argsz = sizeof(info);
	check(ioctl(device, VFIO_DEVICE_GET_INFO, &info) == 0);
}

/* What the kernel knows of the function */
static uint32_t hardware(unsigned int offset)
{
	char path[PATH_MAX];
	uint32_t value;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", function);
	fd = open(path, O_RDONLY);
	check(fd >= 0 && pread(fd, &value, sizeof(value), offset) == sizeof(value));
	close(fd);
	return value;
}

static uint64_t hardware_bar_size(unsigned int bar)
{
	unsigned long long start, end, flags;
	char path[PATH_MAX], line[80];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/resource", function);
	file = fopen(path, "r");
	check(file != NULL);
	do
		check(fgets(line, sizeof(line), file));
	while (bar--);
	fclose(file);
	check(sscanf(line, "%llx %llx %llx", &start, &end, &flags) == 3);
	return end ? end - start + 1 : 0;
}

static uint32_t get(unsigned int region, uint64_t offset)
{
	uint32_t value;

	check(pread(device, &value, sizeof(value), regions[region].offset + offset) ==
	      sizeof(value));
	return value;
}

static void set(unsigned int region, uint64_t offset, uint32_t value)
{
	check(pwrite(device, &value, sizeof(value), regions[region].offset + offset) ==
	      sizeof(value));
}

static uint32_t get_config(unsigned int offset)
{
	return get(VFIO_PCI_CONFIG_REGION_INDEX, offset);
}

static void set_config(unsigned int offset, uint32_t value)
{
	set(VFIO_PCI_CONFIG_REGION_INDEX, offset, value);
}

static bool try_mmap(unsigned int region, uint64_t offset, uint64_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, device,
		       regions[region].offset + offset);

	if (p == MAP_FAILED)
		return false;
	munmap(p, size);
	return true;
}

/* What the sparse areas cover can be mapped, and the rest not. */
static void check_sparse(unsigned int region, struct vfio_region_info_cap_sparse_mmap *cap)
{
	uint64_t offset, size = regions[region].size;
	unsigned int i;

	check(cap->header.id == VFIO_REGION_INFO_CAP_SPARSE_MMAP && cap->nr_areas > 0);
	check(!try_mmap(region, 0, size));
	for (offset = 0; offset < size; offset += PAGE) {
		bool covered = false;

		for (i = 0; i < cap->nr_areas; i++)
			covered |= offset >= cap->areas[i].offset &&
				   offset < cap->areas[i].offset + cap->areas[i].size;
		check(try_mmap(region, offset, PAGE) == covered);
	}
}

static void check_region(unsigned int i)
{
	struct vfio_region_info *region = &regions[i];
	char buf[sizeof(*region) + 256] = "";
	struct vfio_region_info *full = (void *)buf;

	*region = (struct vfio_region_info){ .argsz = sizeof(*region), .index = i };
	check(ioctl(device, VFIO_DEVICE_GET_REGION_INFO, region) == 0);
	check(region->offset != (uint64_t)i << 40);
	if (i < NR_BARS)
		check(region->size == hardware_bar_size(i));
	check(pread(device, buf, 1, region->offset + region->size) < 0);

	if (region->flags & VFIO_REGION_INFO_FLAG_CAPS) {
		*full = (struct vfio_region_info){ .argsz = sizeof(buf), .index = i };
		check(region->argsz > sizeof(*region));
		check(ioctl(device, VFIO_DEVICE_GET_REGION_INFO, full) == 0);
		check(full->cap_offset >= sizeof(*full));
		check_sparse(i, (void *)(buf + full->cap_offset));
	} else {
		bool can = region->flags & VFIO_REGION_INFO_FLAG_MMAP;

		check(try_mmap(i, 0, can ? region->size : PAGE) == can);
	}
}

static void check_regions(void)
{
	struct vfio_region_info none = { .argsz = sizeof(none), .index = VFIO_PCI_NUM_REGIONS };
	unsigned int i;

	check(info.num_regions == VFIO_PCI_NUM_REGIONS);
	for (i = 0; i < VFIO_PCI_NUM_REGIONS; i++)
		check_region(i);
	check(ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &none) < 0);
}

/* The chain ends, and each of it is one that should be there. */
static void check_caps(void)
{
	static const uint8_t known[] = {
		PCI_CAP_ID_PM, PCI_CAP_ID_MSI, PCI_CAP_ID_VNDR, PCI_CAP_ID_EXP, PCI_CAP_ID_MSIX,
	};
	unsigned int pos = get_config(PCI_CAPABILITY_LIST) & 0xff, left = MAX_CAPS;

	check(!!pos == !!(get_config(PCI_COMMAND) >> 16 & PCI_STATUS_CAP_LIST));
	for (; pos; pos = get_config(pos) >> 8 & 0xff) {
		check(left-- && pos >= PCI_STD_HEADER_SIZEOF && pos % 4 == 0);
		check(memchr(known, get_config(pos) & 0xff, sizeof(known)));
	}

	if (regions[VFIO_PCI_CONFIG_REGION_INDEX].size <= PCI_CFG_SPACE_SIZE)
		return;
	pos = PCI_CFG_SPACE_SIZE;
	for (left = MAX_CAPS; pos; pos = PCI_EXT_CAP_NEXT(get_config(pos)))
		check(left-- && pos >= PCI_CFG_SPACE_SIZE);
}

static void check_bar_sizing(unsigned int i)
{
	unsigned int reg = PCI_BASE_ADDRESS_0 + 4 * i;
	uint64_t mask, size = regions[i].size;
	uint32_t type = get_config(reg);

	if (!size)
		return;
	set_config(reg, ~0u);
	mask = get_config(reg) | 0xffffffffULL << 32;
	if (type & PCI_BASE_ADDRESS_SPACE_IO) {
		mask &= PCI_BASE_ADDRESS_IO_MASK;
	} else {
		if (type & PCI_BASE_ADDRESS_MEM_TYPE_64) {
			set_config(reg + 4, ~0u);
			mask &= (uint64_t)get_config(reg + 4) << 32 | 0xffffffff;
		}
		mask &= PCI_BASE_ADDRESS_MEM_MASK;
	}
	check(~mask + 1 == size);
}

/* Whatever is written, the function sees nothing of it but the bus master bit. */
static void check_config(void)
{
	uint32_t before[PCI_CFG_SPACE_SIZE / 4];
	unsigned int i, pos;

	check(get_config(PCI_VENDOR_ID) == hardware(PCI_VENDOR_ID));
	check(get_config(PCI_CLASS_REVISION) == hardware(PCI_CLASS_REVISION));
	check(!(get_config(PCI_COMMAND) & PCI_COMMAND_MASTER));
	for (pos = 0; pos < PCI_CFG_SPACE_SIZE; pos += 4)
		before[pos / 4] = hardware(pos);

	for (i = 0; i < NR_BARS; i++)
		check_bar_sizing(i);
	for (i = 0; i < 10000; i++)
		set_config(random() % regions[VFIO_PCI_CONFIG_REGION_INDEX].size & ~3, random());
	check_caps();
	set_config(PCI_COMMAND, 0xffff);
	check(hardware(PCI_COMMAND) & PCI_COMMAND_MASTER);
	set_config(PCI_COMMAND, 0);
	check(!(hardware(PCI_COMMAND) & PCI_COMMAND_MASTER));

	for (pos = 0; pos < PCI_CFG_SPACE_SIZE; pos += 4)
		check(before[pos / 4] == hardware(pos));

	/* Nothing is decoded, so nothing answers. */
	for (i = 0; i < NR_BARS; i++)
		check(!regions[i].size || pread(device, &pos, 1, regions[i].offset) < 0);
}

/* Reading this page took so many page faults. */
static long faults_of(volatile uint32_t *p)
{
	struct rusage before, after;

	getrusage(RUSAGE_THREAD, &before);
	(void)*p;
	getrusage(RUSAGE_THREAD, &after);
	return after.ru_minflt - before.ru_minflt;
}

/* A reset takes the pages of a BAR out of the page tables, for as long as it is. */
static void check_zapped(void)
{
	bool has_reset = info.flags & VFIO_DEVICE_FLAGS_RESET;
	volatile uint32_t *p;
	unsigned int i;

	for (i = 0; i < NR_BARS; i++)
		if (try_mmap(i, 0, PAGE))
			break;
	if (i == NR_BARS)
		return;
	p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, device, regions[i].offset);
	check(p != MAP_FAILED);
	faults_of(p);
	check(faults_of(p) == 0);
	check((ioctl(device, VFIO_DEVICE_RESET) == 0) == has_reset);
	check((faults_of(p) == 1) == has_reset);
	munmap((void *)p, PAGE);
}

/* Where is the capability of this ID, from there on? */
static unsigned int find_cap(unsigned int id, unsigned int pos)
{
	while (pos && (get_config(pos) & 0xff) != id)
		pos = get_config(pos) >> 8 & 0xff;
	return pos;
}

static unsigned int next_cap(unsigned int pos)
{
	return get_config(pos) >> 8 & 0xff;
}

/* A register of virtio that a reset clears, in which BAR and where */
static unsigned int device_status(uint64_t *offset)
{
	unsigned int pos = find_cap(PCI_CAP_ID_VNDR, get_config(PCI_CAPABILITY_LIST) & 0xff);

	while (pos && get_config(pos) >> 24 != VIRTIO_PCI_CAP_COMMON_CFG)
		pos = find_cap(PCI_CAP_ID_VNDR, next_cap(pos));
	check(pos);
	*offset = get_config(pos + VIRTIO_PCI_CAP_OFFSET) + VIRTIO_PCI_COMMON_STATUS;
	return get_config(pos + VIRTIO_PCI_CAP_BAR) & 0xff;
}

/* Where function level reset is offered, it resets. */
static void check_flr(void)
{
	unsigned int exp = find_cap(PCI_CAP_ID_EXP, get_config(PCI_CAPABILITY_LIST) & 0xff);
	uint64_t offset = NVME_CC;
	uint32_t value = NVME_CC_SIZES, mask = ~0u;
	unsigned int bar = 0;

	if (!exp || !(get_config(exp + PCI_EXP_DEVCAP) & PCI_EXP_DEVCAP_FLR))
		return;
	if (get_config(PCI_CLASS_REVISION) >> 8 != CLASS_NVME) {
		check((get_config(PCI_VENDOR_ID) & 0xffff) == 0x1af4);
		bar = device_status(&offset);
		value = 1;
		/* Other registers follow it. */
		mask = 0xff;
	}
	set(bar, offset, value);
	check((get(bar, offset) & mask) == value);
	set_config(exp + PCI_EXP_DEVCTL, 0);
	check((get(bar, offset) & mask) == value);
	set_config(exp + PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_BCR_FLR);
	check((get(bar, offset) & mask) == 0);
}

static bool is_master(void)
{
	return hardware(PCI_COMMAND) & PCI_COMMAND_MASTER;
}

/* The program that makes the function bus master ends, by a signal or not. */
static void master_by_other(int signal)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		set_config(PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
		check(is_master());
		kill(getpid(), signal);
		_exit(0);
	}
	check(waitpid(child, &status, 0) == child && (!signal || WTERMSIG(status) == signal));
}

/*
 * Who makes the function bus master is watched, not who opened the device; nor
 * who only writes back what was there.
 */
static void check_watched(void)
{
	set_config(PCI_COMMAND, PCI_COMMAND_MEMORY);
	master_by_other(0);
	check(!is_master() && !(get_config(PCI_COMMAND) & PCI_COMMAND_MASTER));
	master_by_other(SIGKILL);
	check(!is_master() && !(get_config(PCI_COMMAND) & PCI_COMMAND_MASTER));
	set_config(PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	check(is_master());
	master_by_other(SIGKILL);
	check(is_master());
	set_config(PCI_COMMAND, PCI_COMMAND_MEMORY);
}

/* The program with the driver got the files from another one, which ends before it. */
static void be_driver(int broker)
{
	char c;

	set_config(PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	check(is_master());
	check(read(broker, &c, 1) == 0);
	check(is_master());
	exit(0);
}

static void check_broker(void)
{
	int alive[2], status;
	pid_t broker, driver;

	check(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0 && pipe(alive) == 0);
	broker = fork();
	if (broker == 0) {
		open_device();
		driver = fork();
		if (driver == 0) {
			close(alive[1]);
			be_driver(alive[0]);
		}
		while (!is_master())
			check(waitpid(driver, NULL, WNOHANG) == 0);
		exit(0);
	}
	close(alive[0]);
	close(alive[1]);
	check(waitpid(broker, &status, 0) == broker && status == 0);
	check(wait(&status) > 0 && status == 0);
	check(!is_master());
}

static void check_reset(void)
{
	bool intel = (get_config(PCI_VENDOR_ID) & 0xffff) == 0x8086;
	bool has_reset = info.flags & VFIO_DEVICE_FLAGS_RESET;

	set_config(PCI_COMMAND, PCI_COMMAND_MEMORY);
	if (intel)
		set(0, E1000_RDBAL, 0x12345680);
	check((ioctl(device, VFIO_DEVICE_RESET) == 0) == has_reset);
	if (intel)
		check((get(0, E1000_RDBAL) == 0) == has_reset);
}

static unsigned int irq_count(unsigned int index)
{
	struct vfio_irq_info irq = { .argsz = sizeof(irq), .index = index };

	check(ioctl(device, VFIO_DEVICE_GET_IRQ_INFO, &irq) == 0);
	return irq.count;
}

static int try_set_irqs(unsigned int index, uint32_t flags, unsigned int start,
			unsigned int count, int fd)
{
	char buf[sizeof(struct vfio_irq_set) + sizeof(fd)];
	struct vfio_irq_set *irqs = (void *)buf;

	*irqs = (struct vfio_irq_set){
		.argsz = sizeof(buf), .flags = flags, .index = index,
		.start = start, .count = count,
	};
	memcpy(irqs->data, &fd, sizeof(fd));
	return ioctl(device, VFIO_DEVICE_SET_IRQS, irqs);
}

static void connect_irq(unsigned int index, unsigned int vector, int fd)
{
	check(try_set_irqs(index, VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_EVENTFD,
			   vector, 1, fd) == 0);
}

static void disable_irqs(unsigned int index)
{
	check(try_set_irqs(index, VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_NONE,
			   0, 0, -1) == 0);
}

static void unmask_intx(void)
{
	check(try_set_irqs(VFIO_PCI_INTX_IRQ_INDEX,
			   VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_DATA_NONE, 0, 1, -1) == 0);
}

/* How often was it signalled since the last time? */
static uint64_t signals(int event, int timeout)
{
	struct pollfd poll_fd = { .fd = event, .events = POLLIN };
	uint64_t count;

	if (poll(&poll_fd, 1, timeout) == 0)
		return 0;
	check(read(event, &count, sizeof(count)) == sizeof(count));
	return count;
}

static void raise_cause(uint32_t cause)
{
	set(0, E1000_IMS, cause);
	set(0, E1000_ICS, cause);
}

static void check_intx(void)
{
	int event = eventfd(0, 0), unmask = eventfd(0, 0);
	uint64_t one = 1;

	connect_irq(VFIO_PCI_INTX_IRQ_INDEX, 0, event);
	raise_cause(E1000_LSC);
	check(signals(event, HAPPENS_MS) == 1);
	/* It masks itself, */
	check(signals(event, HAPPENS_NOT_MS) == 0);
	/* and comes again, as long as the cause is there. */
	unmask_intx();
	check(signals(event, HAPPENS_MS) == 1);
	check(try_set_irqs(VFIO_PCI_INTX_IRQ_INDEX,
			   VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_DATA_EVENTFD,
			   0, 1, unmask) == 0);
	check(write(unmask, &one, sizeof(one)) == sizeof(one));
	check(signals(event, HAPPENS_MS) == 1);
	check(get(0, E1000_ICR) & E1000_LSC);
	unmask_intx();
	check(signals(event, HAPPENS_NOT_MS) == 0);
	/* PCI's own way to mask it */
	set_config(PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_INTX_DISABLE);
	raise_cause(E1000_LSC);
	check(signals(event, HAPPENS_NOT_MS) == 0);
	set_config(PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	check(signals(event, HAPPENS_MS) == 1);
	get(0, E1000_ICR);
	set(0, E1000_IMC, ~0u);

	/* One kind at a time */
	if (irq_count(VFIO_PCI_MSI_IRQ_INDEX))
		check(try_set_irqs(VFIO_PCI_MSI_IRQ_INDEX, VFIO_IRQ_SET_ACTION_TRIGGER |
				   VFIO_IRQ_SET_DATA_EVENTFD, 0, 1, event) < 0);
	disable_irqs(VFIO_PCI_INTX_IRQ_INDEX);
	close(event);
	close(unmask);
}

/* Time that the kernel has used, in hundredths of a second */
static unsigned long system_time(void)
{
	unsigned long time;
	FILE *file = fopen("/proc/stat", "r");

	check(file && fscanf(file, "cpu %*u %*u %lu", &time) == 1);
	fclose(file);
	return time;
}

/* One eventfd that INTx signals and that unmasks it: the kernel comes to rest. */
static void check_intx_loop(void)
{
	int event = eventfd(0, EFD_NONBLOCK);
	unsigned long before;

	connect_irq(VFIO_PCI_INTX_IRQ_INDEX, 0, event);
	check(try_set_irqs(VFIO_PCI_INTX_IRQ_INDEX,
			   VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_DATA_EVENTFD,
			   0, 1, event) == 0);
	raise_cause(E1000_LSC);
	before = system_time();
	usleep(1000000);
	check(system_time() - before < 30);
	get(0, E1000_ICR);
	set(0, E1000_IMC, ~0u);
	disable_irqs(VFIO_PCI_INTX_IRQ_INDEX);
	close(event);
}

struct unmask {
	int event;
	unsigned int delay;
};

static void *unmask_later(void *arg)
{
	const struct unmask *unmask = arg;
	uint64_t one = 1;

	usleep(unmask->delay);
	check(write(unmask->event, &one, sizeof(one)) == sizeof(one));
	return NULL;
}

/* What is unmasked during a reset, which is a few ms, is unmasked after it. */
static void check_intx_reset(void)
{
	struct unmask unmask = { .event = eventfd(0, 0) };
	int event = eventfd(0, 0);
	pthread_t thread;

	connect_irq(VFIO_PCI_INTX_IRQ_INDEX, 0, event);
	check(try_set_irqs(VFIO_PCI_INTX_IRQ_INDEX,
			   VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_DATA_EVENTFD,
			   0, 1, unmask.event) == 0);
	for (; unmask.delay < 10000; unmask.delay += 500) {
		check(try_set_irqs(VFIO_PCI_INTX_IRQ_INDEX,
				   VFIO_IRQ_SET_ACTION_MASK | VFIO_IRQ_SET_DATA_NONE,
				   0, 1, -1) == 0);
		check(pthread_create(&thread, NULL, unmask_later, &unmask) == 0);
		check(ioctl(device, VFIO_DEVICE_RESET) == 0);
		pthread_join(thread, NULL);
		raise_cause(E1000_LSC);
		check(signals(event, HAPPENS_MS) == 1);
		get(0, E1000_ICR);
		set(0, E1000_IMC, ~0u);
	}
	disable_irqs(VFIO_PCI_INTX_IRQ_INDEX);
	close(event);
	close(unmask.event);
}

/* The signal comes, and not after the vector is disconnected. */
static void check_msi(unsigned int index, unsigned int vector, uint32_t cause)
{
	int event = eventfd(0, 0);

	connect_irq(index, vector, event);
	raise_cause(cause);
	check(signals(event, HAPPENS_MS) >= 1);
	get(0, E1000_ICR);
	connect_irq(index, vector, -1);
	/* The function may have repeated it until its cause was read. */
	signals(event, 0);
	raise_cause(cause);
	check(signals(event, HAPPENS_NOT_MS) == 0);
	get(0, E1000_ICR);
	set(0, E1000_IMC, ~0u);
	/* No more than at first */
	check(try_set_irqs(index, VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_EVENTFD,
			   vector + 1, 1, event) < 0);
	disable_irqs(index);
	close(event);
}

/* There are as many vectors as the function has, and all can be connected. */
static void check_vectors(void)
{
	unsigned int cap = find_cap(PCI_CAP_ID_MSIX, get_config(PCI_CAPABILITY_LIST) & 0xff);
	unsigned int i, count = irq_count(VFIO_PCI_MSIX_IRQ_INDEX);
	int event;

	check(count == (cap ? (hardware(cap) >> 16 & PCI_MSIX_FLAGS_QSIZE) + 1 : 0));
	if (!count)
		return;
	event = eventfd(0, 0);
	for (i = count; i--; )
		connect_irq(VFIO_PCI_MSIX_IRQ_INDEX, i, event);
	check(hardware(cap) >> 16 & PCI_MSIX_FLAGS_ENABLE);
	check(try_set_irqs(VFIO_PCI_MSIX_IRQ_INDEX, VFIO_IRQ_SET_ACTION_TRIGGER |
			   VFIO_IRQ_SET_DATA_EVENTFD, count, 1, event) < 0);
	disable_irqs(VFIO_PCI_MSIX_IRQ_INDEX);
	check(!(hardware(cap) >> 16 & PCI_MSIX_FLAGS_ENABLE));
	close(event);
}

/* It is a copy, so the hardware does not see what is written. */
static void random_config(void)
{
	off_t offset = regions[VFIO_PCI_CONFIG_REGION_INDEX].offset + random() % 260;
	uint64_t value = random();
	size_t len = random() % 9;
	ssize_t ret = random() % 2 ? pread(device, &value, len, offset) :
		      pwrite(device, &value, len, offset);

	check(ret <= (ssize_t)len);
}

static void random_info(void)
{
	struct vfio_region_info region = {
		.argsz = random() % (sizeof(region) + 1),
		.index = random() % 16 ? random() % (VFIO_PCI_NUM_REGIONS + 1) : random(),
	};
	struct vfio_irq_info irq = {
		.argsz = random() % (2 * sizeof(irq)),
		.index = random() % 16 ? random() % (VFIO_PCI_NUM_IRQS + 1) : random(),
	};

	check(ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &region) <= 0);
	check(ioctl(device, VFIO_DEVICE_GET_IRQ_INFO, &irq) <= 0);
}

static void random_steps(unsigned int steps)
{
	int event = eventfd(0, EFD_NONBLOCK);

	open_device();
	check_regions();
	while (steps--) {
		switch (random() % 8) {
		case 0:
			random_info();
			break;
		case 1:
			random_config();
			break;
		default:
			random_irqs(event);
		}
		if (steps % 100)
			continue;
		close_device();
		open_device();
	}
	close_device();
	close(event);
}

static void check_irqs(void)
{
	uint32_t id = get_config(PCI_VENDOR_ID);

	check(irq_count(VFIO_PCI_ERR_IRQ_INDEX) == 0);
	check(irq_count(VFIO_PCI_REQ_IRQ_INDEX) == 1);
	if (id != 0x100e8086 && id != 0x10d38086) {
		check_vectors();
		return;
	}

	/* MSI and MSI-X are writes to memory. */
	set_config(PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	check(irq_count(VFIO_PCI_INTX_IRQ_INDEX) == 1);
	check_intx();
	check_intx_loop();
	if (id == 0x100e8086)
		return;
	check(irq_count(VFIO_PCI_MSI_IRQ_INDEX) == 1 && irq_count(VFIO_PCI_MSIX_IRQ_INDEX) > 1);
	check_msi(VFIO_PCI_MSI_IRQ_INDEX, 0, E1000_LSC);
	/* QEMU aborts if MSI-X is enabled while it still holds back an interrupt. */
	usleep(1000 * HAPPENS_NOT_MS);
	set(0, E1000E_IVAR, E1000E_RXQ0_1);
	check_msi(VFIO_PCI_MSIX_IRQ_INDEX, 1, E1000E_RXQ0);
}

static unsigned int large_bar(void)
{
	unsigned int i;

	for (i = 0; i < NR_BARS; i++)
		if (regions[i].size >= LARGE)
			return i;
	check(!"a large BAR");
	return 0;
}

/* Who is killed while it reads a large BAR does not read on: its end stays unread. */
static void check_killed(void)
{
	volatile unsigned char *buf = mmap(NULL, LARGE, PROT_READ | PROT_WRITE,
					   MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	unsigned int bar;
	unsigned char unread;
	pid_t child;
	int status;

	check(buf != MAP_FAILED);
	open_device();
	check_regions();
	bar = large_bar();
	unread = get(bar, 0) + 1;
	buf[0] = unread;
	buf[LARGE - 1] = unread;
	child = fork();
	if (child == 0)
		exit(pread(device, (void *)buf, LARGE, regions[bar].offset) != LARGE);
	while (buf[0] == unread)
		check(waitpid(child, NULL, WNOHANG) == 0);
	kill(child, SIGKILL);
	check(waitpid(child, &status, 0) == child && WTERMSIG(status) == SIGKILL);
	check(buf[LARGE - 1] == unread);
	close_device();
}

static void check_reset_only(void)
{
	open_device();
	check_regions();
	check(info.flags & VFIO_DEVICE_FLAGS_RESET);
	set_config(PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	check_intx_reset();
	check_zapped();
	close_device();
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: check UUID FUNCTION [SEED [STEPS] | reset | read]\n");
		return 1;
	}
	uuid = argv[1];
	function = argv[2];
	if (argc > 3 && !strcmp(argv[3], "read")) {
		check_killed();
		return 0;
	}
	if (argc > 3 && !strcmp(argv[3], "reset")) {
		check_reset_only();
		return 0;
	}

	open_device();
	check_regions();
	check_caps();
	check_irqs();
	set_config(PCI_COMMAND, 0);
	check_config();
	check_reset();
	check_zapped();
	check_flr();
	check_watched();
	set_config(PCI_COMMAND, PCI_COMMAND_MASTER);
	close_device();
	check_broker();

	/* The next one finds it as the first one did. */
	check(!(hardware(PCI_COMMAND) & PCI_COMMAND_MASTER));
	srandom(argc > 3 ? atoi(argv[3]) : 1);
	random_steps(argc > 4 ? atoi(argv[4]) : 2000);
	open_device();
	check_regions();
	check_caps();
	check(!(get_config(PCI_COMMAND) & PCI_COMMAND_MASTER));
	check_irqs();
	close_device();
	return 0;
}
