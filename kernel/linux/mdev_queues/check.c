// SPDX-License-Identifier: BSD-3-Clause
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * Use a device of mdev_queues as a program does that has no DPDK, and see that it refuses
 * what makes no sense.
 *
 *	check UUID			what it is, and what it refuses
 *	check UUID nobody ERROR		rules may be made, or ERROR is the answer
 *	check UUID transmit COUNT	COUNT frames from queue 1 while queue 2 gets nonsense
 *	check UUID lose COUNT [COMMAND]	COUNT frames without an interface below, which the
 *					command takes away between two calls
 *	check UUID headers COUNT	COUNT frames of "traffic trains" in VLAN 5, and what
 *					their headers say; nonsense for one to port 9
 *	check UUID take QUEUES [FILE]	take frames until SIGTERM: "N FRAMES" for each queue,
 *					and the flags of the port
 *	check UUID rule PORT		the same with two queues, and a rule of this program:
 *					UDP to PORT is for the first one
 *	check UUID hang FILE		the same with one queue, of which nothing is taken
 *					at first, until its frames are the kernel's
 *
 * The device must be there, and its file be one's own.
 * Exit code: 0 all is well, 1 otherwise.
 */

#define _GNU_SOURCE

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "user.h"

/* Evaluates it once in a millisecond, for about 20 s at most */
#define wait_for(what) do { \
	time_t end = time(NULL) + 20; \
	bool happens; \
	while (!(happens = (what)) && time(NULL) < end) \
		usleep(1000); \
	check(happens && #what); \
} while (0)

static const char *uuid;
static struct queue queues[QUEUES + 1];

static struct netmdev_info get_info(void)
{
	struct netmdev_info info = { .argsz = sizeof(info) };

	check(try_call(NETMDEV_INFO, &info) == 0);
	return info;
}

static int try_flow(struct netmdev_flow *flow, uint32_t flags)
{
	flow->argsz = sizeof(*flow);
	flow->flags = flags;
	return try_call(NETMDEV_FLOW, flow);
}

/* UDP to a port, for a queue */
static struct netmdev_flow udp_flow(uint16_t port, uint64_t queue, uint32_t location)
{
	struct netmdev_flow flow = {};

	flow.spec.flow_type = UDP_V4_FLOW;
	flow.spec.h_u.udp_ip4_spec.pdst = htons(port);
	flow.spec.m_u.udp_ip4_spec.pdst = 0xffff;
	flow.spec.ring_cookie = queue;
	flow.spec.location = location;
	return flow;
}

static void check_regions(void)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };
	volatile struct netmdev_status *p;
	uint32_t value = 1;

	check(ioctl(device, VFIO_DEVICE_GET_INFO, &info) == 0);
	check(info.num_regions == 3 && info.num_irqs == NETMDEV_NUM_IRQS);
	check(find_region(NETMDEV_REGION_MEMORY).size == 0);
	check(find_region(NETMDEV_REGION_RINGS).size ==
	      2ULL * get_info().nr_queues * NETMDEV_RING_STRIDE);

	/* The status can be read only, in any way. */
	check(!map_region(NETMDEV_REGION_STATUS, PROT_READ | PROT_WRITE));
	p = map_region(NETMDEV_REGION_STATUS, PROT_READ);
	check(p && mprotect((void *)p, PAGE, PROT_READ | PROT_WRITE) < 0);
	check(pwrite(device, &value, 4, find_region(NETMDEV_REGION_STATUS).offset) < 0);
	check(!(p->seq & 1) && p->flags & NETMDEV_PRESENT && p->mtu == 1500);
	check(pread(device, &value, 4, find_region(NETMDEV_REGION_STATUS).offset + 8) == 4);
	check(value == p->mtu);
	munmap((void *)p, PAGE);
}

static void check_memory(void)
{
	uint64_t max = get_info().max_memory;

	check(max > MEMORY_SIZE && try_queue(NETMDEV_QUEUE_CREATE, 1, 8, 8, NULL) == ENXIO);
	check(try_memory(0) == EINVAL && try_memory(PAGE + 1) == EINVAL);
	check(try_memory(max + PAGE) == E2BIG && try_memory(-(uint64_t)PAGE) == E2BIG);
	map_device();
	check(try_memory(PAGE) == EEXIST);
	check(find_region(NETMDEV_REGION_MEMORY).size == MEMORY_SIZE);
}

static void check_queues(void)
{
	static const uint32_t bad_sizes[] = { 1, 4, 7, 9, 100, 4096, 0x80000000, 0xffffffff };
	uint32_t nr = get_info().nr_queues;
	unsigned int i;

	for (i = 0; i < sizeof(bad_sizes) / sizeof(bad_sizes[0]); i++) {
		check(try_queue(NETMDEV_QUEUE_CREATE, 1, bad_sizes[i], 8, NULL) == EINVAL);
		check(try_queue(NETMDEV_QUEUE_CREATE, 1, 8, bad_sizes[i], NULL) == EINVAL);
	}
	check(try_queue(NETMDEV_QUEUE_CREATE, 0, 8, 8, NULL) == EINVAL);
	check(try_queue(NETMDEV_QUEUE_CREATE, nr + 1, 8, 8, NULL) == EINVAL);
	check(try_queue(0, 1, 8, 8, NULL) == EINVAL);
	check(try_queue(NETMDEV_QUEUE_CREATE | NETMDEV_QUEUE_ENABLE, 1, 8, 8, NULL) == EINVAL);
	check(try_queue(NETMDEV_QUEUE_ENABLE, 1, 0, 0, NULL) == EINVAL);
	check(try_queue(NETMDEV_QUEUE_DISABLE, nr, 0, 0, NULL) == 0);
	check(try_kick(1) == ENXIO && try_kick(0) == EINVAL && try_kick(nr + 1) == EINVAL);

	check(try_queue(NETMDEV_QUEUE_CREATE, nr, 8, 2048, NULL) == 0);
	check(status->queue[nr - 1].state == NETMDEV_QUEUE_READY);
	check(try_queue(NETMDEV_QUEUE_ENABLE, nr, 0, 0, NULL) == 0);
	check(status->queue[nr - 1].state == NETMDEV_QUEUE_LIVE);
	check(try_queue(NETMDEV_QUEUE_ENABLE, nr, 0, 0, NULL) == EINVAL);
	check(try_queue(NETMDEV_QUEUE_CREATE, nr, 8, 8, NULL) == EBUSY);
	check(try_kick(nr) == 0);
	check(try_queue(NETMDEV_QUEUE_DISABLE, nr, 0, 0, NULL) == 0);
	check(status->queue[nr - 1].state == NETMDEV_QUEUE_NONE && try_kick(nr) == ENXIO);
}

/* With a rule at the last location: a gap is found, and the table becomes full. */
static void check_table(void)
{
	struct netmdev_flow flow;
	uint32_t i, max = get_info().max_rules;

	flow = udp_flow(7, 1, max - 3);
	check(try_flow(&flow, NETMDEV_FLOW_ADD) == 0);
	flow = udp_flow(7, 1, RX_CLS_LOC_ANY);
	check(try_flow(&flow, NETMDEV_FLOW_ADD) == 0 && flow.spec.location == max - 2);
	for (i = max - 3; i > 0; i--) {
		flow = udp_flow(7, 1, RX_CLS_LOC_ANY);
		check(try_flow(&flow, NETMDEV_FLOW_ADD) == 0 && flow.spec.location == i - 1);
	}
	flow = udp_flow(7, 1, RX_CLS_LOC_ANY);
	check(try_flow(&flow, NETMDEV_FLOW_ADD) == ENOSPC);
	for (i = 0; i < max - 1; i++) {
		flow = udp_flow(7, 1, i);
		check(try_flow(&flow, NETMDEV_FLOW_DELETE) == 0);
	}
}

static void check_flows(void)
{
	uint32_t nr = get_info().nr_queues, max = get_info().max_rules;
	struct netmdev_flow flow = udp_flow(7, nr, max - 1);
	struct netmdev_flow other;

	check(try_flow(&flow, NETMDEV_FLOW_ADD | NETMDEV_FLOW_MARK) == 0);
	check(try_flow(&flow, NETMDEV_FLOW_ADD) == EEXIST);
	check(try_flow(&flow, 0) == EINVAL);
	check(try_flow(&flow, NETMDEV_FLOW_ADD | NETMDEV_FLOW_DELETE) == EINVAL);
	other = udp_flow(7, nr, RX_CLS_LOC_ANY);
	check(try_flow(&other, NETMDEV_FLOW_ADD) == 0 && other.spec.location == max - 2);
	check(try_flow(&other, NETMDEV_FLOW_QUERY) == 0 && other.packets == 0);
	check(try_flow(&other, NETMDEV_FLOW_DELETE) == 0);
	check(try_flow(&other, NETMDEV_FLOW_DELETE) == ENOENT);
	check(try_flow(&other, NETMDEV_FLOW_QUERY) == ENOENT);
	check_table();

	other = udp_flow(7, nr + 1, 0);
	check(try_flow(&other, NETMDEV_FLOW_ADD) == EINVAL);
	other = udp_flow(7, nr, 0);
	other.nr_queues = 2;
	check(try_flow(&other, NETMDEV_FLOW_ADD) == EINVAL);
	other = udp_flow(7, 1, max);
	check(try_flow(&other, NETMDEV_FLOW_ADD) == EINVAL);
	other = udp_flow(7, 1ULL << 32 | 1, 0);
	check(try_flow(&other, NETMDEV_FLOW_ADD) == EINVAL);
	other = udp_flow(7, 1, 0);
	other.spec.flow_type = ESP_V4_FLOW;
	check(try_flow(&other, NETMDEV_FLOW_ADD) == EINVAL);
}

static void check_arguments(void)
{
	struct netmdev_info info = { .argsz = sizeof(info) - 1 };

	check(try_call(NETMDEV_INFO, &info) == EINVAL);
	check(try_call(NETMDEV_INFO, NULL) == EFAULT);
	check(try_call(NETMDEV_IOCTL(5), &info) == ENOTTY);
}

/* A second program, while this one has the device */
static void check_busy(void)
{
	pid_t child = fork();
	int status_of_child;

	check(child >= 0);
	if (!child)
		_exit(try_open_group(uuid) == EBUSY ? 0 : 1);
	check(waitpid(child, &status_of_child, 0) == child && status_of_child == 0);
}

/* Without rights: rules, and memory above the limit of this process */
static void check_nobody(int error)
{
	struct rlimit none = { 1 << 20, 1 << 20 };
	struct netmdev_flow flow = udp_flow(7, 1, 0);

	check(setrlimit(RLIMIT_MEMLOCK, &none) == 0);
	check(try_memory(1 << 21) == ENOMEM && try_memory(1 << 19) == 0);
	check(try_flow(&flow, NETMDEV_FLOW_ADD) == error);
	check(try_flow(&flow, NETMDEV_FLOW_DELETE) == (error ? ENOENT : 0));
}

/* An empty datagram to 10.9.5.2 in VLAN 5, of which the kernel makes tag and checksum */
static uint32_t make_datagram(uint64_t addr)
{
	struct netmdev_hdr *hdr = (void *)(memory + addr);
	struct ether_header *eth = (void *)(hdr + 1);
	struct iphdr *ip = (void *)(eth + 1);
	struct udphdr *udp = (void *)(ip + 1);

	*hdr = (struct netmdev_hdr){
		.flags = NETMDEV_HDR_NEEDS_CSUM | NETMDEV_HDR_VLAN, .vlan_tci = 5,
		.csum_start = sizeof(*eth) + sizeof(*ip),
		.csum_offset = offsetof(struct udphdr, check),
	};
	memset(eth->ether_dhost, 0xff, ETH_ALEN);
	memcpy(eth->ether_shost, (void *)status->mac, ETH_ALEN);
	eth->ether_type = htons(ETHERTYPE_IP);
	*ip = (struct iphdr){
		.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP,
		.tot_len = htons(sizeof(*ip) + sizeof(*udp)),
		.saddr = inet_addr("10.9.5.1"), .daddr = inet_addr("10.9.5.2"),
	};
	ip->check = ip_checksum(ip, sizeof(*ip));
	*udp = (struct udphdr){
		.dest = htons(1000), .len = htons(sizeof(*udp)),
		.check = fold(pseudo_sum(ip, IPPROTO_UDP, sizeof(*udp))),
	};
	return (char *)(udp + 1) - (char *)hdr;
}

static void send_datagram(struct queue *q, uint16_t csum_start, uint32_t len)
{
	uint64_t addr = next_buffer(&q->tx);

	make_datagram(addr);
	((struct netmdev_hdr *)(memory + addr))->csum_start = csum_start;
	post(&q->tx, addr, len);
	check(try_kick(q->nr) == 0 && take(&q->tx));
}

/* Too long, and with a sum that begins in a header */
static void check_frames(void)
{
	uint16_t start = sizeof(struct ether_header) + sizeof(struct iphdr);
	uint32_t max = sizeof(struct netmdev_hdr) + sizeof(struct ether_header) + status->mtu;
	volatile struct netmdev_queue_status *of_queue = &status->queue[0];
	struct queue *q = &queues[1];

	open_queue(q, 1, 0);
	send_datagram(q, start, max);
	check(of_queue->tx_packets == 1 && of_queue->tx_dropped == 0);
	send_datagram(q, start, max + 1);
	send_datagram(q, start - 1, max);
	send_datagram(q, 0, max);
	check(of_queue->tx_packets == 1 && of_queue->tx_dropped == 3);
	check(try_queue(NETMDEV_QUEUE_DISABLE, 1, 0, 0, NULL) == 0);
}

static void check_all(void)
{
	check_regions();
	check_arguments();
	check_memory();
	check_queues();
	check_frames();
	check_flows();
	check_busy();
}

static void transmit(unsigned int count)
{
	struct queue *q = &queues[1];
	unsigned int i, used = 0;
	uint64_t addr;

	map_device();
	open_queue(q, 1, 0);
	open_queue(&queues[2], 2, 0);
	for (i = 0; i < count; i++) {
		addr = next_buffer(&q->tx);
		post(&q->tx, addr, make_datagram(addr));
		if (i == count / 2) {
			post(&queues[2].tx, MEMORY_SIZE - 10, 100);
			check(try_kick(2) == EIO && try_kick(2) == EIO);
			check(status->queue[1].state == NETMDEV_QUEUE_BROKEN);
		}
		if (i % 16 == 15 || i == count - 1)
			check(try_kick(1) == 0);
		while (take(&q->tx))
			used++;
	}
	check(used == count && status->queue[0].tx_packets == count);
	check(status->queue[0].tx_dropped == 0);
	/* The other one works again once it is made anew. */
	check(try_queue(NETMDEV_QUEUE_DISABLE, 2, 0, 0, NULL) == 0);
	open_queue(&queues[2], 2, 0);
	check(try_kick(2) == 0);
}

static void lose(unsigned int count, const char *command)
{
	struct netmdev_flow flow = udp_flow(7, 1, 0);
	struct queue *q = &queues[1];
	unsigned int i;
	uint64_t addr;

	map_device();
	open_queue(q, 1, 0);
	for (i = 0; i < count; i++) {
		addr = next_buffer(&q->tx);
		post(&q->tx, addr, make_datagram(addr));
	}
	check(!command || system(command) == 0);
	check(try_kick(1) == 0);
	check(status->queue[0].tx_dropped == count && status->queue[0].tx_packets == 0);
	check(!(status->flags & (NETMDEV_PRESENT | NETMDEV_LINK_UP)));
	check(try_flow(&flow, NETMDEV_FLOW_ADD) == 0);
	check(try_queue(NETMDEV_QUEUE_DISABLE, 1, 0, 0, NULL) == 0);
}

static volatile sig_atomic_t stopped;

static void stop(int signo)
{
	stopped = signo;
}

/* Looks at a frame that the queue has received. */
typedef void (*look_t)(const struct queue *q, const struct netmdev_desc *desc, void *arg);

static unsigned int take_burst(struct queue *q, look_t look, void *arg)
{
	struct netmdev_desc *desc;
	unsigned int count = 0;

	while ((desc = take(&q->rx))) {
		if (look)
			look(q, desc, arg);
		post(&q->rx, next_buffer(&q->rx), SLOT);
		count++;
	}
	if (count)
		__atomic_store_n(&q->rx.ctl->taken, q->rx.ctl->taken + count, __ATOMIC_RELEASE);
	return count;
}

/* What traffic.c has sent carries its number behind the UDP header. */
static void note(const struct queue *q, const struct netmdev_desc *desc, void *arg)
{
	const char *frame = memory + desc->addr + sizeof(struct netmdev_hdr);
	struct record *records = arg;
	uint32_t number;

	(void)q;
	memcpy(&number, frame + sizeof(struct ether_header) + sizeof(struct iphdr) +
	       sizeof(struct udphdr), sizeof(number));
	if (number < MAX_RECORDS)
		__atomic_or_fetch(&records[number].seen, SEEN_BY_USER, __ATOMIC_RELAXED);
}

/* Nothing of what is there, until the kernel has the frames; then they come again. */
static unsigned int hang(struct queue *q, struct record *records)
{
	volatile struct netmdev_queue_status *of_queue = &status->queue[q->nr - 1];
	unsigned int frames = 0;
	uint64_t received;

	wait_for(of_queue->state == NETMDEV_QUEUE_STALLED && of_queue->rx_fallback >= 50);
	received = of_queue->rx_packets;
	check(received > 0 && try_kick(q->nr) == 0);
	wait_for((frames += take_burst(q, note, records), of_queue->rx_packets > received &&
		  of_queue->state == NETMDEV_QUEUE_LIVE));
	return frames;
}

/* An eventfd for the first interrupts of an index */
static int connect_events(unsigned int index, unsigned int count)
{
	char buf[sizeof(struct vfio_irq_set) + NETMDEV_MAX_QUEUES * sizeof(int)];
	struct vfio_irq_set *set = (void *)buf;
	int event = eventfd(0, EFD_NONBLOCK);
	int fds[NETMDEV_MAX_QUEUES];
	unsigned int i;

	for (i = 0; i < count; i++)
		fds[i] = event;
	*set = (struct vfio_irq_set){
		.argsz = sizeof(*set) + count * sizeof(int), .index = index,
		.flags = VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_EVENTFD, .count = count,
	};
	memcpy(set->data, fds, count * sizeof(int));
	check(ioctl(device, VFIO_DEVICE_SET_IRQS, set) == 0);
	return event;
}

static void say_ready(void)
{
	printf("ready\n");
	fflush(stdout);
}

static void take_frames(unsigned int count, struct record *records, bool hangs)
{
	look_t look = records ? note : NULL;
	unsigned int frames[QUEUES + 1] = {};
	struct pollfd event = { .events = POLLIN };
	uint64_t events;
	unsigned int i;
	int changes;

	check(count <= QUEUES);
	map_device();
	event.fd = connect_events(NETMDEV_IRQ_RX, count);
	changes = connect_events(NETMDEV_IRQ_STATUS, 1);
	signal(SIGTERM, stop);
	for (i = 1; i <= count; i++)
		open_queue(&queues[i], i, RING);
	say_ready();
	if (hangs)
		frames[1] += hang(&queues[1], records);
	while (!stopped) {
		if (poll(&event, 1, 1000) > 0)
			check(read(event.fd, &events, sizeof(events)) > 0);
		for (i = 1; i <= count; i++)
			frames[i] += take_burst(&queues[i], look, records);
	}
	/* What comes from now on is the kernel's, what is in the rings is not lost. */
	for (i = 1; i <= count; i++) {
		check(try_queue(NETMDEV_QUEUE_DISABLE, i, 0, 0, NULL) == 0);
		frames[i] += take_burst(&queues[i], look, records);
		printf("%u %u\n", i, frames[i]);
	}
	events = 0;
	check(read(changes, &events, sizeof(events)) > 0 || errno == EAGAIN);
	printf("status %#x, changed %s\n", status->flags, events ? "yes" : "no");
}

static void take_by_own_rule(uint16_t port)
{
	struct netmdev_flow flow = udp_flow(port, 1, 0);

	check(try_flow(&flow, NETMDEV_FLOW_ADD) == 0);
	take_frames(2, NULL, false);
}

/*
 * Headers
 */

#define VLAN		5
#define MARK		0x12345678
#define SPREAD		2	/* queues from the first one on */
#define ALL_OF_RX	(NETMDEV_HDR_CSUM_VALID | NETMDEV_HDR_VLAN | NETMDEV_HDR_HASH | \
			 NETMDEV_HDR_MARK | NETMDEV_HDR_TIME)

static uint64_t real_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* The kernel notes when frames come if somebody wants to know; never closed. */
static void ask_for_times(void)
{
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	int on = 1;

	check(s >= 0 && setsockopt(s, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof(on)) == 0);
}

/* The checksum is filled in, of what was sent as one of a train, too. */
static void check_payload(const struct iphdr *ip, size_t len)
{
	const struct udphdr *udp = (const void *)(ip + 1);
	size_t udp_len = ntohs(udp->len);

	check(ip->protocol == IPPROTO_UDP && udp->dest == htons(7));
	check(ntohs(ip->tot_len) == len && len == sizeof(*ip) + udp_len);
	check(ip_checksum(ip, sizeof(*ip)) == 0 && udp->check != 0);
	check(fold(add_words(pseudo_sum(ip, IPPROTO_UDP, udp_len), udp, udp_len)) == 0xffff);
}

static void check_header(const struct queue *q, const struct netmdev_desc *desc, void *since)
{
	const struct netmdev_hdr *hdr = (void *)(memory + desc->addr);
	const struct ether_header *eth = (const void *)(hdr + 1);

	if (hdr->flags != ALL_OF_RX)
		fprintf(stderr, "flags are %#x\n", hdr->flags);
	check(hdr->flags == ALL_OF_RX && hdr->vlan_tci == VLAN && hdr->mark == MARK);
	check(hdr->csum_start == 0 && hdr->csum_offset == 0 && hdr->reserved == 0);
	check(hdr->time >= *(uint64_t *)since && hdr->time <= real_ns());
	check(q->nr == 1 + ((uint64_t)hdr->hash * SPREAD >> 32));
	check(eth->ether_type == htons(ETHERTYPE_IP));
	check_payload((const void *)(eth + 1), desc->len - sizeof(*hdr) - sizeof(*eth));
}

static void add_rules_for_headers(void)
{
	struct netmdev_flow flow = udp_flow(7, 1, 0);
	struct netmdev_flow nonsense = udp_flow(9, SPREAD + 1, 1);

	flow.spec.flow_type |= FLOW_EXT;
	flow.spec.h_ext.vlan_tci = htons(VLAN);
	flow.spec.m_ext.vlan_tci = htons(0xfff);
	flow.nr_queues = SPREAD;
	flow.mark = MARK;
	check(try_flow(&flow, NETMDEV_FLOW_ADD | NETMDEV_FLOW_MARK) == 0);
	check(try_flow(&nonsense, NETMDEV_FLOW_ADD) == 0);
}

static void check_headers(unsigned int count)
{
	struct queue *nonsense = &queues[SPREAD + 1];
	uint64_t since = real_ns();
	unsigned int i, frames = 0;

	ask_for_times();
	map_device();
	for (i = 1; i <= SPREAD; i++)
		open_queue(&queues[i], i, RING);
	open_queue(nonsense, SPREAD + 1, 0);
	post(&nonsense->rx, MEMORY_SIZE - 10, SLOT);
	add_rules_for_headers();
	say_ready();
	wait_for((frames += take_burst(&queues[1], check_header, &since) +
			    take_burst(&queues[2], check_header, &since), frames >= count));
	check(frames == count);
	check(status->queue[SPREAD].state == NETMDEV_QUEUE_BROKEN);
	check(status->queue[SPREAD].rx_fallback == 1 && status->queue[SPREAD].rx_packets == 0);
}

int main(int argc, char *argv[])
{
	const char *what = argc > 2 ? argv[2] : "";

	check(argc > 1);
	uuid = argv[1];
	open_device_as(uuid, VFIO_TYPE1_IOMMU);
	if (!strcmp(what, ""))
		check_all();
	else if (!strcmp(what, "nobody") && argc == 4)
		check_nobody(atoi(argv[3]));
	else if (!strcmp(what, "transmit") && argc == 4)
		transmit(atoi(argv[3]));
	else if (!strcmp(what, "lose") && argc > 3)
		lose(atoi(argv[3]), argv[4]);
	else if (!strcmp(what, "headers") && argc == 4)
		check_headers(atoi(argv[3]));
	else if (!strcmp(what, "take") && argc > 3)
		take_frames(atoi(argv[3]), argc > 4 ? map_records(argv[4]) : NULL, false);
	else if (!strcmp(what, "rule") && argc == 4)
		take_by_own_rule(atoi(argv[3]));
	else if (!strcmp(what, "hang") && argc == 4)
		take_frames(1, map_records(argv[3]), true);
	else
		return 2;
	close_device();
	return 0;
}
