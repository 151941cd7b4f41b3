// SPDX-License-Identifier: BSD-3-Clause
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * Write rubbish into a device of mdev_queues: into its rings, its memory, its ioctls and
 * its file. It may refuse or drop anything, but the kernel must not complain, and the
 * device must work afterwards.
 *
 *	fuzz UUID SEED STEPS
 *
 * To be run while there is traffic. Exit code: 0 all is well, 1 otherwise.
 */

#include "user.h"

static uint64_t seed;
static uint32_t nr_queues;
static struct queue queues[QUEUES + 1];

static uint32_t any(uint32_t below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (seed >> 33) % below;
}

static uint64_t any_number(void)
{
	static const uint64_t border[] = {
		0, 1, 8, 64, PAGE, MEMORY_SIZE - 1, MEMORY_SIZE, MEMORY_SIZE + 1,
		INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX, UINT64_MAX - PAGE + 1,
	};

	switch (any(3)) {
	case 0:
		return border[any(sizeof(border) / sizeof(border[0]))];
	case 1:
		return any(NETMDEV_MAX_QUEUES + 2);
	default:
		return (uint64_t)any(UINT32_MAX) << any(32);
	}
}

static void any_bytes(void *at, size_t size)
{
	unsigned char *p = at;
	size_t i;

	for (i = 0; i < size; i++)
		p[i] = any(4) ? 0 : any(256);
}

/* A descriptor where the kernel looks next, or anywhere; it may be good */
static void fuzz_ring(void)
{
	struct queue *q = &queues[1 + any(QUEUES)];
	struct ring *ring = any(2) ? &q->rx : &q->tx;
	unsigned int next = any(2) ? ring->next_take : ring->next_post;
	struct netmdev_desc *desc;

	/* Not opened yet */
	if (!ring->desc)
		return;
	desc = &ring->desc[any(8) ? next : any(RING)];
	desc->addr = any(4) ? any(MEMORY_SIZE) : any_number();
	desc->len = any(4) ? any(SLOT) : any_number();
	desc->flags = any(8) ? (any(2) ? NETMDEV_DESC_AVAIL : NETMDEV_DESC_USED) : any(65536);
	if (any(4) == 0)
		any_bytes(ring->ctl, sizeof(*ring->ctl));
	if (any(4) == 0)
		any_bytes(memory + any(MEMORY_SIZE - 64), 64);
}

/* What a program does that means it well, but for what it sends */
static void work_queue(struct queue *q)
{
	unsigned int i, count = 0;
	uint64_t addr;

	for (i = 0; i < RING && take(&q->rx); i++) {
		post(&q->rx, next_buffer(&q->rx), SLOT);
		count++;
	}
	q->rx.ctl->taken += count;
	addr = next_buffer(&q->tx);
	any_bytes(memory + addr, 128);
	if (any(4))
		memset(memory + addr, 0, sizeof(struct netmdev_hdr));
	post(&q->tx, addr, any(16) ? 64 + any(SLOT - 64) : any(64));
	try_kick(q->nr);
	for (i = 0; i < RING && take(&q->tx); i++)
		;
}

/* A queue that was stopped for its nonsense is made anew. */
static void work(void)
{
	unsigned int nr = 1 + any(QUEUES);
	uint32_t state = status->queue[nr - 1].state;

	if (state == NETMDEV_QUEUE_LIVE || state == NETMDEV_QUEUE_STALLED) {
		if (queues[nr].nr)
			work_queue(&queues[nr]);
		return;
	}
	check(try_queue(NETMDEV_QUEUE_DISABLE, nr, 0, 0, NULL) == 0);
	open_queue(&queues[nr], nr, 1 + any(64));
}

static void fuzz_queue(void)
{
	static const uint32_t sizes[] = { 8, 8, 8, 16, 2048, 0 };
	struct netmdev_queue arg = {
		.argsz = sizeof(arg), .flags = 1 << any(3),
		.queue = any(8) ? 1 + any(nr_queues) : any_number(),
		.rx_size = any(8) ? sizes[any(6)] : any_number(),
		.tx_size = any(8) ? sizes[any(6)] : any_number(),
	};

	try_call(NETMDEV_QUEUE, &arg);
}

static void fuzz_flow(void)
{
	struct netmdev_flow flow = {};

	any_bytes(&flow, sizeof(flow));
	flow.spec.location = any(8) ? any(20) : any_number();
	flow.spec.ring_cookie = any(8) ? any(10) : any_number();
	flow.spec.flow_type = any(2) ? any(20) | any(8) << 29 : any_number();
	if (any(2)) {
		memset(&flow.spec.m_u, 0, sizeof(flow.spec.m_u));
		memset(&flow.spec.m_ext, 0, sizeof(flow.spec.m_ext));
	}
	flow.nr_queues = any(4);
	flow.argsz = sizeof(flow);
	flow.flags = 1 << any(4);
	try_call(NETMDEV_FLOW, &flow);
}

/* Any of the device, whatever it means */
static void fuzz_ioctl(void)
{
	char arg[512];
	uint32_t argsz = any(sizeof(arg));
	unsigned long cmd = any(2) ? (unsigned long)NETMDEV_IOCTL(any(6)) :
				     (unsigned long)_IO(';', 100 + any(24));

	any_bytes(arg, sizeof(arg));
	memcpy(arg, &argsz, sizeof(argsz));
	if (cmd != VFIO_DEVICE_RESET)
		ioctl(device, cmd, any(16) ? arg : (char *)(uintptr_t)any(PAGE));
}

static void fuzz_access(void)
{
	uint64_t offset = ((uint64_t)any(4) << 40) + (any(2) ? any(PAGE * 20) : any_number());
	size_t size = PAGE * (1 + any(20));
	char buf[64];
	void *p;

	any_bytes(buf, sizeof(buf));
	if (any(2))
		pwrite(device, buf, any(sizeof(buf)), offset & INT64_MAX);
	else
		pread(device, buf, any(sizeof(buf)), offset & INT64_MAX);
	p = mmap(NULL, size, PROT_READ | (any(2) ? PROT_WRITE : 0),
		 any(4) ? MAP_SHARED : MAP_PRIVATE, device, offset & ~(PAGE - 1ULL) & INT64_MAX);
	if (p != MAP_FAILED)
		munmap(p, size);
}

static void fuzz_step(void)
{
	switch (any(64)) {
	case 0:
		fuzz_queue();
		break;
	case 1:
	case 2:
		fuzz_flow();
		break;
	case 3:
	case 4:
		fuzz_ioctl();
		break;
	case 5:
	case 6:
		fuzz_access();
		break;
	case 7:
		try_kick(any_number());
		break;
	case 8:
		fuzz_ring();
		break;
	default:
		work();
		break;
	}
}

static uint32_t count_queues(void)
{
	struct netmdev_info info = { .argsz = sizeof(info) };

	check(try_call(NETMDEV_INFO, &info) == 0);
	return info.nr_queues;
}

/* Rubbish alone hardly makes a queue that works: one gets some frames before the next. */
static void open_any_queue(void)
{
	uint32_t nr = 1 + any(nr_queues);
	struct queue q;

	check(try_queue(NETMDEV_QUEUE_DISABLE, nr, 0, 0, NULL) == 0);
	open_queue(&q, nr, RING);
	usleep(10000);
}

static void fuzz(unsigned long steps)
{
	unsigned long i;

	for (i = 0; i < steps; i++) {
		if (i % 500 == 0)
			open_any_queue();
		fuzz_step();
		if (i % 5000 == 4999)
			check(ioctl(device, VFIO_DEVICE_RESET) == 0);
	}
}

/* How far the rubbish has got */
static void show_traffic(void)
{
	unsigned long long rx = 0, tx = 0;
	uint32_t i;

	for (i = 0; i < nr_queues; i++) {
		rx += status->queue[i].rx_packets;
		tx += status->queue[i].tx_packets;
	}
	printf("%llu frames received, %llu transmitted\n", rx, tx);
	check(rx > 100 && tx > 100);
}

/* It works as if nothing had been. */
static void check_queue(void)
{
	struct queue q;

	check(ioctl(device, VFIO_DEVICE_RESET) == 0 && count_queues() == nr_queues);
	open_queue(&q, 1, RING);
	check(status->queue[0].state == NETMDEV_QUEUE_LIVE && try_kick(1) == 0);
}

int main(int argc, char *argv[])
{
	check(argc == 4);
	open_device_as(argv[1], VFIO_TYPE1_IOMMU);
	map_device();
	nr_queues = count_queues();
	seed = strtoull(argv[2], NULL, 0);
	fuzz(strtoul(argv[3], NULL, 0));
	show_traffic();
	check_queue();
	close_device();
	return 0;
}
