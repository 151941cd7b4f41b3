// SPDX-License-Identifier: BSD-3-Clause
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * Treat one mdev_vnet instance as badly as user space can, then check that it
 * still works.
 *
 *	fuzz UUID [SEED [STEPS]]
 *	fuzz UUID ATTACK [SEED]
 *
 * Each step is one of the things that a program can do to the device: write
 * rubbish into a register, into a ring, into an ioctl, take memory away, and
 * so on. A child process scribbles in the rings at the same time. At the end
 * the device is reset and must pass frames in both directions and signal its
 * interrupts. Needs root, and an interface that nobody else uses.
 *
 * An attack is one thing done on purpose, against the rest of the machine: see
 * the table of attacks.
 *
 * Exit code: 0 the device works and the kernel did not complain, 1 otherwise.
 */

#define _GNU_SOURCE

#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/pci_regs.h>
#include <linux/sockios.h>
#include <linux/userfaultfd.h>
#include <linux/vfio.h>
#include <linux/virtio_config.h>
#include <linux/virtio_net.h>
#include <linux/virtio_pci.h>
#include <linux/virtio_ring.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../mdev_sums.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define MEM_SIZE	(1024 * 1024)
/* The device tries to pin the whole chunk first, which has to fail at once. */
#define MEM_IOVA	(0x10000000ULL + CHUNK / 2)
/*
 * What the device remembers as one, and how often the same memory is mapped: in more
 * of them than a queue remembers at once
 */
#define CHUNK		(2 * 1024 * 1024)
#define NR_CHUNKS	20
#define RING_SIZE	256
#define RING_BYTES	(3 * 4096)
#define MAX_PAIRS	8
/* Those of each pair, and one to control them; it is there if there are several. */
#define MAX_QUEUES	(2 * MAX_PAIRS + 1)
/* Of the first pair */
#define RXQ		0
#define TXQ		1
#define BUF_SIZE	2048
#define BUF_OFFSET	(MAX_QUEUES * RING_BYTES)
#define NR_BUFS		((MEM_SIZE - BUF_OFFSET) / BUF_SIZE)
/* What the driver may take; without, the header is shorter. */
#define MERGED		(1U << VIRTIO_NET_F_MRG_RXBUF)
#define OFFLOADS	(1U << VIRTIO_NET_F_CSUM | \
			 1U << VIRTIO_NET_F_HOST_TSO4 | \
			 1U << VIRTIO_NET_F_HOST_TSO6 | \
			 1U << VIRTIO_NET_F_GUEST_CSUM | \
			 1U << VIRTIO_NET_F_GUEST_TSO4 | \
			 1U << VIRTIO_NET_F_GUEST_TSO6)
/* A TCP segment that is as long as many frames */
#define LARGE_LEN	20000
#define MSS		1000
#define TCP_HEADERS	(sizeof(struct ether_header) + sizeof(struct iphdr) + \
			 sizeof(struct tcphdr))
#define FRAME_LEN	100
#define ETHERTYPE	0x88b5	/* for local experiments */
#define PING_LEN	1442
#define MAX_BATCH	64
#define MSIX_ENTRY_SIZE	16
#define MSIX_ENTRY_CTRL	12
#define NR_EVENTS	6
#define TIMEOUT_MS	10000
#define PAGE		4096
#define CHECK_FRAMES	1000
/* More than the ring, less than what waits for a driver that is too slow */
#define CHECK_RECEIVED	(RING_SIZE * 3 / 2)
#define CHECK_INDICES	(512 * 1024)
/* No step and no check takes as long, unless the device hangs. */
#define HANG_SECONDS	60

/* One side of a ring; the other side is the device. */
struct queue {
	struct vring vring;
	uint16_t last_used;
};

static const char *uuid;
static char ifname[IFNAMSIZ];
static int container, group, device, packet;
/* For IPv4, with the virtio header that the kernel has for a frame */
static int with_header;
static int container_type = VFIO_TYPE1_IOMMU;
static int events[NR_EVENTS];
static uint64_t region_offset[VFIO_PCI_NUM_REGIONS];
static uint8_t *mem;
static struct queue queues[MAX_QUEUES];
static unsigned int nr_chunks = 1;
static size_t hdr_len;
/* What the driver knows of; without VIRTIO_NET_F_MQ it is one. */
static unsigned int nr_pairs;

static void die(const char *what)
{
	fprintf(stderr, "fuzz: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void fail(const char *what)
{
	fprintf(stderr, "fuzz: FAILED: %s\n", what);
	exit(1);
}

/* A generator of our own: the same steps for a seed with every C library. */
static uint64_t random_state;

static uint32_t rnd(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state >> 16;
}

static uint32_t below(uint32_t limit)
{
	return rnd() % limit;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* Access to the device. Errors are part of the game, so none is checked. */
static void region_write(unsigned int index, uint64_t off, uint64_t val,
			 size_t len)
{
	if (pwrite(device, &val, len, region_offset[index] + off) < 0)
		return;
}

static uint32_t region_read(unsigned int index, uint64_t off, size_t len)
{
	uint32_t val = 0;

	if (pread(device, &val, len, region_offset[index] + off) < 0)
		return ~0U;
	return val;
}

static void io_write(uint64_t off, uint32_t val, size_t len)
{
	region_write(VFIO_PCI_BAR0_REGION_INDEX, off, val, len);
}

static uint32_t io_read(uint64_t off, size_t len)
{
	return region_read(VFIO_PCI_BAR0_REGION_INDEX, off, len);
}

static void config_write(uint64_t off, uint32_t val, size_t len)
{
	region_write(VFIO_PCI_CONFIG_REGION_INDEX, off, val, len);
}

static uint32_t config_read(uint64_t off, size_t len)
{
	return region_read(VFIO_PCI_CONFIG_REGION_INDEX, off, len);
}

static int set_irqs(uint32_t flags, uint32_t index, uint32_t start,
		    uint32_t count, const int *fds)
{
	struct {
		struct vfio_irq_set set;
		int fds[16];
	} arg = {
		.set = {
			.argsz = sizeof(arg),
			.flags = flags,
			.index = index,
			.start = start,
			.count = count,
		},
	};

	uint32_t i;

	for (i = 0; fds && i < count && i < ARRAY_SIZE(arg.fds); i++)
		arg.fds[i] = fds[i];
	return ioctl(device, VFIO_DEVICE_SET_IRQS, &arg);
}

#define DMA_READ_WRITE	(VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)

static int dma_map_at(uint64_t iova, size_t off, size_t size, uint32_t flags)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = flags,
		.vaddr = (uintptr_t)mem + off,
		.iova = iova,
		.size = size,
	};

	return ioctl(container, VFIO_IOMMU_MAP_DMA, &map);
}

/* In all chunks. Returns how often that failed. */
static unsigned int dma_map_part(size_t off, size_t size)
{
	unsigned int failed = 0, i;

	for (i = 0; i < nr_chunks; i++)
		failed += dma_map_at(MEM_IOVA + i * CHUNK + off, off, size,
				     DMA_READ_WRITE) != 0;
	return failed;
}

static int dma_unmap_at(uint64_t iova, size_t size)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = iova,
		.size = size,
	};

	return ioctl(container, VFIO_IOMMU_UNMAP_DMA, &unmap);
}

static unsigned int dma_unmap_part(size_t off, size_t size)
{
	unsigned int failed = 0, i;

	for (i = 0; i < nr_chunks; i++)
		failed += dma_unmap_at(MEM_IOVA + i * CHUNK + off, size) != 0;
	return failed;
}

static unsigned int dma_map(void)
{
	return dma_map_part(0, MEM_SIZE);
}

static unsigned int dma_unmap(void)
{
	return dma_unmap_part(0, MEM_SIZE);
}

static void interface_up(bool up)
{
	struct ifreq ifr = {};

	strcpy(ifr.ifr_name, ifname);
	if (ioctl(packet, SIOCGIFFLAGS, &ifr))
		die("SIOCGIFFLAGS");
	ifr.ifr_flags &= ~IFF_UP;
	if (up)
		ifr.ifr_flags |= IFF_UP;
	if (ioctl(packet, SIOCSIFFLAGS, &ifr))
		die("SIOCSIFFLAGS");
}

/* The flag of a carrier that was lost lasts for a while. */
static bool interface_running(void)
{
	struct ethtool_value link = { .cmd = ETHTOOL_GLINK };
	struct ifreq ifr = { .ifr_data = (void *)&link };

	strcpy(ifr.ifr_name, ifname);
	if (ioctl(packet, SIOCETHTOOL, &ifr))
		die("ETHTOOL_GLINK");
	if (ioctl(packet, SIOCGIFFLAGS, &ifr))
		die("SIOCGIFFLAGS");
	return link.data && ifr.ifr_flags & IFF_RUNNING;
}

/* Set-up */
static void find_interface(void)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/net", uuid);
	dir = opendir(path);
	if (!dir)
		die(path);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			snprintf(ifname, sizeof(ifname), "%.15s",
				 entry->d_name);
	closedir(dir);
}

static int open_packet_socket(uint16_t ethertype)
{
	struct sockaddr_ll addr = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ethertype),
		.sll_ifindex = if_nametoindex(ifname),
	};
	int size = 4 * 1024 * 1024;
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ethertype));

	if (fd < 0 || bind(fd, (void *)&addr, sizeof(addr)))
		die("packet socket");
	/* Frames in the backlog of the device count as unsent, so both. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		die("socket buffers");
	return fd;
}

static void open_packet_sockets(void)
{
	int one = 1;

	packet = open_packet_socket(ETHERTYPE);
	with_header = open_packet_socket(ETHERTYPE_IP);
	if (setsockopt(with_header, SOL_PACKET, PACKET_VNET_HDR, &one,
		       sizeof(one)))
		die("PACKET_VNET_HDR");
}

static void open_device(void)
{
	char path[PATH_MAX], link[PATH_MAX];
	unsigned int i;
	ssize_t len;

	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/iommu_group",
		 uuid);
	len = readlink(path, link, sizeof(link) - 1);
	if (len < 0)
		die(path);
	link[len] = 0;
	snprintf(path, sizeof(path), "/dev/vfio/%.32s",
		 strrchr(link, '/') + 1);

	container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	group = open(path, O_RDWR | O_CLOEXEC);
	if (container < 0 || group < 0)
		die(path);
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) ||
	    ioctl(container, VFIO_SET_IOMMU, container_type))
		die("container");
	device = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, uuid);
	if (device < 0)
		die(uuid);

	for (i = 0; i < VFIO_PCI_NUM_REGIONS; i++) {
		struct vfio_region_info info = {
			.argsz = sizeof(info),
			.index = i,
		};

		if (ioctl(device, VFIO_DEVICE_GET_REGION_INFO, &info))
			die("VFIO_DEVICE_GET_REGION_INFO");
		region_offset[i] = info.offset;
	}

	for (i = 0; i < NR_EVENTS; i++) {
		events[i] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		if (events[i] < 0)
			die("eventfd");
	}

	mem = mmap(NULL, MEM_SIZE, PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED)
		die("mmap");
	if (dma_map())
		die("VFIO_IOMMU_MAP_DMA");
}

/* The number of the last one */
static unsigned int control_queue(void)
{
	return 2 * nr_pairs;
}

static unsigned int nr_queues(void)
{
	return control_queue() + 1;
}

/* Where the device finds that, in a chunk that others nearby are not in */
static uint64_t iova_of(const uint8_t *data)
{
	size_t off = data - mem;

	return MEM_IOVA + off / BUF_SIZE % nr_chunks * CHUNK + off;
}

static void queue_set_ring(unsigned int i)
{
	uint8_t *ring = mem + i * RING_BYTES;

	memset(ring, 0, RING_BYTES);
	vring_init(&queues[i].vring, RING_SIZE, ring, VIRTIO_PCI_VRING_ALIGN);
	queues[i].last_used = 0;
	io_write(VIRTIO_PCI_QUEUE_SEL, i, 2);
	io_write(VIRTIO_PCI_QUEUE_PFN,
		 iova_of(ring) >> VIRTIO_PCI_QUEUE_ADDR_SHIFT, 4);
}

/* Who is wrong about MSI-X looks at the wrong place. */
static unsigned int read_pairs(bool msix)
{
	static unsigned int last = 1;
	unsigned int nr = io_read(VIRTIO_PCI_CONFIG_OFF(msix) +
				  offsetof(struct virtio_net_config,
					   max_virtqueue_pairs), 2);

	if (nr && nr <= MAX_PAIRS)
		last = nr;
	return last;
}

static void driver_reset(void)
{
	config_write(PCI_COMMAND, PCI_COMMAND_IO | PCI_COMMAND_MEMORY |
		     PCI_COMMAND_MASTER, 2);
	io_write(VIRTIO_PCI_STATUS, 0, 1);
}

/* A driver as a driver should be. */
static void driver_set_up(bool msix, uint32_t features)
{
	unsigned int i;

	features &= io_read(VIRTIO_PCI_HOST_FEATURES, 4);
	hdr_len = features & MERGED ? sizeof(struct virtio_net_hdr_mrg_rxbuf) :
		  sizeof(struct virtio_net_hdr);

	io_write(VIRTIO_PCI_STATUS, VIRTIO_CONFIG_S_ACKNOWLEDGE |
		 VIRTIO_CONFIG_S_DRIVER, 1);
	nr_pairs = features & 1U << VIRTIO_NET_F_MQ ? read_pairs(msix) : 1;
	io_write(VIRTIO_PCI_GUEST_FEATURES, features, 4);
	for (i = 0; i < nr_queues(); i++) {
		queue_set_ring(i);
		if (msix)
			io_write(VIRTIO_MSI_QUEUE_VECTOR, i + 1, 2);
	}
	if (msix)
		io_write(VIRTIO_MSI_CONFIG_VECTOR, 0, 2);
	io_write(VIRTIO_PCI_STATUS, VIRTIO_CONFIG_S_ACKNOWLEDGE |
		 VIRTIO_CONFIG_S_DRIVER | VIRTIO_CONFIG_S_DRIVER_OK, 1);
}

static void driver_start_with(bool msix, uint32_t features)
{
	driver_reset();
	memset(mem + BUF_OFFSET, 0, MEM_SIZE - BUF_OFFSET);
	driver_set_up(msix, features);
}

static void driver_start(bool msix)
{
	driver_start_with(msix, ~0U);
}

static uint8_t *buffer(unsigned int i)
{
	return mem + BUF_OFFSET + (i % NR_BUFS) * BUF_SIZE;
}

/* If another one follows, it is the next one. */
static void queue_describe(struct queue *q, uint16_t i, const uint8_t *data,
			   uint32_t len, uint16_t flags)
{
	q->vring.desc[i] = (struct vring_desc){
		.addr = iova_of(data),
		.len = len,
		.flags = flags,
		.next = i + 1,
	};
}

static void queue_offer_chain(struct queue *q, uint16_t head)
{
	q->vring.avail->ring[q->vring.avail->idx % RING_SIZE] = head;
	__atomic_store_n(&q->vring.avail->idx, q->vring.avail->idx + 1,
			 __ATOMIC_RELEASE);
}

static void queue_offer(struct queue *q, uint16_t i, const uint8_t *data,
			uint32_t len, uint16_t flags)
{
	queue_describe(q, i, data, len, flags);
	queue_offer_chain(q, i);
}

static void queue_kick(unsigned int i)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!(queues[i].vring.used->flags & VRING_USED_F_NO_NOTIFY))
		io_write(VIRTIO_PCI_QUEUE_NOTIFY, i, 2);
}

/* Take back what the device has used; returns how many chains. */
static uint16_t queue_reclaim(struct queue *q)
{
	uint16_t idx = __atomic_load_n(&q->vring.used->idx, __ATOMIC_ACQUIRE);
	uint16_t nr = idx - q->last_used;

	q->last_used = idx;
	return nr;
}

/* The oldest chain that the device has used, NULL if there is none. */
static struct vring_used_elem *queue_next(struct queue *q)
{
	uint16_t idx = __atomic_load_n(&q->vring.used->idx, __ATOMIC_ACQUIRE);

	if (idx == q->last_used)
		return NULL;
	return &q->vring.used->ring[q->last_used++ % RING_SIZE];
}

static void frame_make(uint8_t *frame, uint32_t number)
{
	struct ether_header *eth = (void *)frame;

	memset(frame, number, FRAME_LEN);
	memset(eth->ether_dhost, 0xff, ETH_ALEN);
	memset(eth->ether_shost, 0x02, ETH_ALEN);
	eth->ether_type = htons(ETHERTYPE);
	memcpy(eth + 1, &number, sizeof(number));
}

static bool frame_is(const uint8_t *frame, uint32_t number)
{
	uint8_t expected[FRAME_LEN];

	frame_make(expected, number);
	return !memcmp(frame, expected, FRAME_LEN);
}

/* Complete the header of IP, which is 0 but for this, in a frame of that length. */
static struct iphdr *ip_make(uint8_t *frame, size_t len, uint8_t protocol,
			     const char *source, const char *destination)
{
	struct ether_header *eth = (void *)frame;
	struct iphdr *ip = (void *)(eth + 1);

	eth->ether_type = htons(ETHERTYPE_IP);
	ip->version = 4;
	ip->ihl = 5;
	ip->tot_len = htons(len - sizeof(*eth));
	ip->ttl = 64;
	ip->protocol = protocol;
	ip->saddr = inet_addr(source);
	ip->daddr = inet_addr(destination);
	ip->check = ip_checksum(ip, sizeof(*ip));
	return ip;
}

/* A segment whose checksum is to be filled in; its bytes tell their place. */
static void tcp_make(uint8_t *frame, size_t len)
{
	struct ether_header *eth = (void *)frame;
	struct tcphdr *tcp;
	struct iphdr *ip;
	size_t i;

	memset(frame, 0, TCP_HEADERS);
	memset(eth->ether_dhost, 0x06, ETH_ALEN);
	memset(eth->ether_shost, 0x02, ETH_ALEN);
	ip = ip_make(frame, len, IPPROTO_TCP, "198.51.100.1", "198.51.100.2");
	tcp = (void *)(ip + 1);
	tcp->doff = sizeof(*tcp) / 4;
	tcp->ack = 1;
	tcp->check = fold(pseudo_sum(ip, IPPROTO_TCP,
				     len - sizeof(*eth) - sizeof(*ip)));
	for (i = TCP_HEADERS; i < len; i++)
		frame[i] = i / 256 + i;
}

static bool event_wait(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	uint64_t count;

	return poll(&pfd, 1, TIMEOUT_MS) == 1 &&
	       read(fd, &count, sizeof(count)) == sizeof(count);
}

static void events_drain(void)
{
	uint64_t count;
	unsigned int i;

	for (i = 0; i < NR_EVENTS; i++)
		while (read(events[i], &count, sizeof(count)) > 0)
			;
}

static void irq_unmask(void)
{
	set_irqs(VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_UNMASK,
		 VFIO_PCI_INTX_IRQ_INDEX, 0, 1, NULL);
}

/* Take the cause away first, or INTx signals again when it is unmasked. */
static void irq_handled(void)
{
	io_read(VIRTIO_PCI_ISR, 1);
	events_drain();
	irq_unmask();
}

/* Also takes the error that the socket got when the interface went down. */
static void socket_drain(int fd)
{
	uint8_t frame[BUF_SIZE];

	while (recv(fd, frame, sizeof(frame), MSG_DONTWAIT) >= 0 ||
	       errno == ENETDOWN)
		;
}

static void packet_drain(void)
{
	socket_drain(packet);
	socket_drain(with_header);
}

static void wait_carrier(void)
{
	int64_t end = now_ms() + TIMEOUT_MS;

	while (!interface_running()) {
		if (now_ms() > end)
			fail("no carrier");
		usleep(1000);
	}
}

/* Frames from the ring to the interface: all arrive, in order. */
static void check_transmit(unsigned int txq)
{
	struct queue *q = &queues[txq];
	uint16_t inflight = 0;
	uint32_t sent = 0, received = 0;
	int64_t end = now_ms() + TIMEOUT_MS;

	while (received < CHECK_FRAMES) {
		uint8_t frame[BUF_SIZE];

		if (now_ms() > end)
			fail("a transmitted frame did not arrive");
		while (sent < CHECK_FRAMES && inflight < RING_SIZE) {
			uint8_t *buf = buffer(sent % RING_SIZE);

			memset(buf, 0, hdr_len);
			frame_make(buf + hdr_len, sent);
			queue_offer(q, sent % RING_SIZE, buf,
				    hdr_len + FRAME_LEN, 0);
			sent++;
			inflight++;
		}
		queue_kick(txq);
		inflight -= queue_reclaim(q);
		while (recv(packet, frame, sizeof(frame), MSG_DONTWAIT) ==
		       FRAME_LEN)
			if (!frame_is(frame, received++))
				fail("a transmitted frame is not what was sent");
	}
}

static void packet_send(uint32_t number)
{
	uint8_t frame[FRAME_LEN];

	frame_make(frame, number);
	if (send(packet, frame, sizeof(frame), 0) != sizeof(frame))
		die("send");
}

static void offer_receive_buffer(unsigned int i)
{
	queue_offer(&queues[RXQ], i, buffer(i), BUF_SIZE, VRING_DESC_F_WRITE);
}

static void check_received(const struct vring_used_elem *elem, uint32_t number)
{
	const struct virtio_net_hdr_mrg_rxbuf *hdr = (void *)buffer(elem->id);

	if (hdr->hdr.flags || hdr->hdr.gso_type ||
	    (hdr_len == sizeof(*hdr) && hdr->num_buffers != 1))
		fail("a received frame has the wrong header");
	if (elem->len != hdr_len + FRAME_LEN ||
	    !frame_is(buffer(elem->id) + hdr_len, number))
		fail("a received frame is not what was sent");
}

static bool is_ours(const struct vring_used_elem *elem)
{
	const struct ether_header *eth = (void *)(buffer(elem->id) + hdr_len);

	return eth->ether_type == htons(ETHERTYPE);
}

/*
 * Frames from the interface to the ring: all arrive, in order, though there
 * are more than the ring has room for. The kernel sends some of its own, too.
 */
static void check_receive(int event)
{
	struct queue *q = &queues[RXQ];
	uint32_t received = 0, i;

	for (i = 0; i < RING_SIZE / 2; i++)
		offer_receive_buffer(i);
	queue_kick(RXQ);
	for (i = 0; i < CHECK_RECEIVED; i++)
		packet_send(i);

	if (!event_wait(event))
		fail("no interrupt for a received frame");
	while (received < CHECK_RECEIVED) {
		int64_t end = now_ms() + TIMEOUT_MS;
		struct vring_used_elem *elem;

		while (!(elem = queue_next(q)))
			if (now_ms() > end)
				fail("a frame was not received");
		if (elem->id >= RING_SIZE)
			fail("the device used a buffer that does not exist");
		if (is_ours(elem))
			check_received(elem, received++);
		offer_receive_buffer(elem->id);
		queue_kick(RXQ);
	}
}

static bool link_up(bool msix)
{
	unsigned int off = VIRTIO_PCI_CONFIG_OFF(msix) +
			   offsetof(struct virtio_net_config, status);

	return io_read(off, 2) & VIRTIO_NET_S_LINK_UP;
}

/* With INTx, a frame that the kernel has sent meanwhile interrupts as well. */
static void wait_link_change(bool msix, int event)
{
	int64_t end = now_ms() + TIMEOUT_MS;

	for (;;) {
		uint32_t isr;

		if (now_ms() > end || !event_wait(event))
			fail("no interrupt for a change of the link");
		isr = io_read(VIRTIO_PCI_ISR, 1);
		if (isr & VIRTIO_PCI_ISR_CONFIG)
			return;
		if (msix || !isr)
			fail("the ISR does not tell the change of the link");
		irq_unmask();
	}
}

static void check_link(bool msix, int event)
{
	if (!link_up(msix))
		fail("the link is down");
	irq_handled();
	interface_up(false);
	wait_link_change(msix, event);
	if (link_up(msix))
		fail("the link is still up");
	interface_up(true);
}

/* A driver that breaks the rules is told so, and can start again. */
static void check_broken(bool msix, int event)
{
	irq_handled();
	queue_offer(&queues[TXQ], 0, mem + MEM_SIZE, hdr_len + FRAME_LEN, 0);
	queue_kick(TXQ);
	while (link_up(msix)) {
		if (!event_wait(event))
			fail("no interrupt for a queue that is broken");
		irq_handled();
	}
	driver_start(msix);
	if (!link_up(msix))
		fail("the link is down after a reset");
}

static void irqs_disable(void)
{
	uint32_t flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER;

	set_irqs(flags, VFIO_PCI_INTX_IRQ_INDEX, 0, 0, NULL);
	set_irqs(flags, VFIO_PCI_MSIX_IRQ_INDEX, 0, 0, NULL);
	set_irqs(flags, VFIO_PCI_REQ_IRQ_INDEX, 0, 0, NULL);
	events_drain();
}

static void check_config_space(void)
{
	uint32_t bar0, bar1;

	if (config_read(PCI_VENDOR_ID, 4) != 0x10001af4 ||
	    config_read(PCI_CLASS_REVISION, 4) != 0x02000000)
		fail("the PCI IDs changed");
	config_write(PCI_BASE_ADDRESS_0, ~0, 4);
	config_write(PCI_BASE_ADDRESS_1, ~0, 4);
	bar0 = config_read(PCI_BASE_ADDRESS_0, 4);
	bar1 = config_read(PCI_BASE_ADDRESS_1, 4);
	if (bar0 != (-64U | PCI_BASE_ADDRESS_SPACE_IO) || bar1 != -4096U)
		fail("the BARs have the wrong size");
}

/* What the first look at the device must find */
static void check_vectors_masked(void)
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		if (region_read(VFIO_PCI_BAR1_REGION_INDEX,
				i * MSIX_ENTRY_SIZE + MSIX_ENTRY_CTRL, 4) != 1)
			fail("a vector does not start masked");
}

static unsigned long counter(const char *name)
{
	unsigned long value;
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/net/%.15s/statistics/%s", ifname,
		 name);
	f = fopen(path, "r");
	if (!f || fscanf(f, "%lu", &value) != 1)
		die(path);
	fclose(f);
	return value;
}

/* A header for frames that tcp_make() has made */
static const struct virtio_net_hdr large_header = {
	.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	.gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
	.hdr_len = TCP_HEADERS,
	.gso_size = MSS,
	.csum_start = sizeof(struct ether_header) + sizeof(struct iphdr),
	.csum_offset = offsetof(struct tcphdr, check),
};

/* Is that the kernel's view of the same thing? */
static bool is_large_header(const struct virtio_net_hdr *hdr)
{
	return hdr->flags == large_header.flags &&
	       hdr->gso_type == large_header.gso_type &&
	       hdr->gso_size == large_header.gso_size &&
	       hdr->csum_start == large_header.csum_start &&
	       hdr->csum_offset == large_header.csum_offset;
}

static void offload_start(uint32_t features)
{
	driver_start_with(false, features);
	wait_carrier();
	packet_drain();
}

/* One frame of the driver, the header in a descriptor of its own, the rest in many */
static void transmit_in_parts(const struct virtio_net_hdr *hdr, size_t len,
			      size_t part)
{
	struct queue *q = &queues[TXQ];
	int64_t end = now_ms() + TIMEOUT_MS;
	uint8_t *frame = buffer(1);
	unsigned int i;
	size_t off;

	memset(buffer(0), 0xff, hdr_len);
	memcpy(buffer(0), hdr, sizeof(*hdr));
	queue_describe(q, 0, buffer(0), hdr_len, VRING_DESC_F_NEXT);
	for (off = 0, i = 1; off < len; off += part, i++)
		queue_describe(q, i, frame + off,
			       len - off < part ? len - off : part,
			       off + part < len ? VRING_DESC_F_NEXT : 0);
	queue_offer_chain(q, 0);
	do {
		if (now_ms() > end)
			fail("the transmit queue stopped");
		queue_kick(TXQ);
	} while (!queue_next(q));
}

static void check_transmit_large(void)
{
	uint8_t sent[LARGE_LEN], frame[sizeof(struct virtio_net_hdr) + LARGE_LEN];
	struct virtio_net_hdr *hdr = (void *)frame;
	struct pollfd pfd = { .fd = with_header, .events = POLLIN };

	offload_start(~0U);
	tcp_make(sent, LARGE_LEN);
	memcpy(buffer(1), sent, LARGE_LEN);
	transmit_in_parts(&large_header, LARGE_LEN, 999);
	if (poll(&pfd, 1, TIMEOUT_MS) != 1 ||
	    recv(with_header, frame, sizeof(frame), 0) != sizeof(frame) ||
	    memcmp(hdr + 1, sent, LARGE_LEN))
		fail("a large frame is not what was sent");
	if (!is_large_header(hdr))
		fail("the kernel was not told how to segment a large frame");
}

/* Each of them has something that must not be, and the kernel gets none. */
static void check_bad_headers(void)
{
	static const struct {
		uint32_t without;
		uint16_t len;
		struct virtio_net_hdr hdr;
	} bad[] = {
		{ 0, 1600, { } },
		{ 0, 1600, { .flags = 1, .csum_start = 34, .csum_offset = 16 } },
		{ 0, 60, { .flags = 1, .csum_start = 0xffff } },
		{ 0, 60, { .flags = 1, .csum_start = 59 } },
		{ 0, 60, { .flags = 1, .csum_start = 34, .csum_offset = 25 } },
		{ 0, 60, { .flags = 1, .csum_start = 34, .csum_offset = 0xffff } },
		{ 0, 60, { .gso_type = 0x7f, .gso_size = 1 } },
		{ 0, 4000, { 0, 1, 54, MSS, 34, 16 } },
		{ 0, 4000, { 1, 1, 54, 0, 34, 16 } },
		{ 0, 4000, { 1, 1, 54, 0xffff, 34, 16 } },
		{ 0, 4000, { 1, 1, 54, MSS, 34, 6 } },
		{ 0, 4000, { 1, 1, 54, MSS, 3990, 16 } },
		{ 0, 4000, { 1, 3, 54, MSS, 34, 6 } },
		{ 0, 4000, { 1, 5, 54, MSS, 34, 6 } },
		{ 0, 4000, { 1, 0x81, 54, MSS, 34, 16 } },
		{ 1U << VIRTIO_NET_F_CSUM, 60, { .flags = 1, .csum_start = 34 } },
		{ 1U << VIRTIO_NET_F_HOST_TSO4, 1400, { 1, 1, 54, MSS, 34, 16 } },
		{ 1U << VIRTIO_NET_F_HOST_TSO6, 1400, { 1, 4, 54, MSS, 34, 16 } },
	};
	unsigned long before;
	uint8_t frame[BUF_SIZE];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		offload_start(~bad[i].without);
		before = counter("rx_frame_errors");
		tcp_make(buffer(1), bad[i].len);
		transmit_in_parts(&bad[i].hdr, bad[i].len, 1500);
		if (counter("rx_frame_errors") != before + 1 ||
		    recv(with_header, frame, sizeof(frame), MSG_DONTWAIT) > 0) {
			fprintf(stderr, "fuzz: header %u\n", i);
			fail("a header that is not good was taken");
		}
	}
}

static void send_large(void)
{
	uint8_t frame[sizeof(struct virtio_net_hdr) + LARGE_LEN];

	memcpy(frame, &large_header, sizeof(large_header));
	tcp_make(frame + sizeof(large_header), LARGE_LEN);
	if (send(with_header, frame, sizeof(frame), 0) != sizeof(frame))
		die("send");
}

static void offer_small_buffers(unsigned int first, unsigned int nr, uint32_t len)
{
	unsigned int i;

	for (i = first; i < first + nr; i++)
		queue_offer(&queues[RXQ], i, buffer(i), len, VRING_DESC_F_WRITE);
	queue_kick(RXQ);
}

static struct vring_used_elem *await_used(unsigned int rxq)
{
	int64_t end = now_ms() + TIMEOUT_MS;
	struct vring_used_elem *elem;

	while (!(elem = queue_next(&queues[rxq])))
		if (now_ms() > end)
			fail("a frame was not received");
	return elem;
}

static bool is_connection(const uint8_t *frame)
{
	const struct iphdr *ip = (void *)(frame + sizeof(struct ether_header));

	return ip->version == 4 && ip->daddr == inet_addr("198.51.100.2");
}

/* The next frame, put together; the kernel sends some of its own, too. */
static size_t receive_merged(uint8_t *frame, struct virtio_net_hdr *header)
{
	const struct virtio_net_hdr_mrg_rxbuf *hdr;
	struct vring_used_elem *elem;
	unsigned int left;
	size_t len;

	do {
		elem = await_used(RXQ);
		hdr = (void *)buffer(elem->id);
		memcpy(header, hdr, sizeof(*header));
		len = elem->len - hdr_len;
		memcpy(frame, buffer(elem->id) + hdr_len, len);
		left = hdr_len == sizeof(*hdr) ? hdr->num_buffers - 1 : 0;
		while (left--) {
			elem = await_used(RXQ);
			memcpy(frame + len, buffer(elem->id), elem->len);
			len += elem->len;
		}
	} while (!is_connection(frame));
	return len;
}

/* Into many buffers, though at first there are too few */
static void check_receive_large(void)
{
	uint8_t expected[LARGE_LEN], frame[MEM_SIZE];
	struct virtio_net_hdr hdr;

	offload_start(~0U);
	offer_small_buffers(0, 5, 600);
	send_large();
	usleep(10 * 1000);
	offer_small_buffers(5, 50, 600);
	tcp_make(expected, LARGE_LEN);
	if (receive_merged(frame, &hdr) != LARGE_LEN ||
	    memcmp(frame, expected, LARGE_LEN))
		fail("a large frame was not received as it was sent");
	if (!is_large_header(&hdr))
		fail("the driver was not told how to segment a large frame");
}

/* More than may be merged: it is dropped, and others come. */
static void check_receive_too_large(void)
{
	int64_t end = now_ms() + TIMEOUT_MS;
	unsigned long before;

	offload_start(~0U);
	offer_small_buffers(0, 2 * MAX_BATCH, LARGE_LEN / MAX_BATCH);
	before = counter("tx_errors");
	send_large();
	while (counter("tx_errors") == before)
		if (now_ms() > end)
			fail("a frame that fits nowhere is not dropped");
	packet_send(7);
	while (!is_ours(await_used(RXQ)))
		;
}

/* What the driver does not take, the kernel does: checksums, segments */
static void check_receive_segments(uint32_t without)
{
	size_t left = LARGE_LEN - TCP_HEADERS, len;
	uint8_t frame[MEM_SIZE];
	struct virtio_net_hdr hdr;
	const struct iphdr *ip = (void *)(frame + sizeof(struct ether_header));

	offload_start(~without);
	offer_small_buffers(0, 100, BUF_SIZE);
	send_large();
	while (left) {
		len = receive_merged(frame, &hdr);
		if (hdr.gso_type || len > TCP_HEADERS + MSS)
			fail("a frame was not segmented");
		left -= len - TCP_HEADERS;
		if (hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM)
			continue;
		len -= (const uint8_t *)(ip + 1) - frame;
		if (fold(add_words(pseudo_sum(ip, IPPROTO_TCP, len), ip + 1, len)) != 0xffff)
			fail("a frame has a wrong checksum");
	}
	if (!!(hdr.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) !=
	    !(without & (1U << VIRTIO_NET_F_GUEST_CSUM)))
		fail("checksums are not left to the driver as it wants it");
}

static void check_offloads(void)
{
	check_transmit_large();
	check_bad_headers();
	check_receive_large();
	check_receive_too_large();
	check_receive_segments(1U << VIRTIO_NET_F_GUEST_TSO4);
	check_receive_segments(OFFLOADS);
	check_receive_segments(OFFLOADS | MERGED);
}

/* Returns what the device answers. */
static uint8_t command(uint8_t class, uint8_t cmd, uint16_t value)
{
	const struct virtio_net_ctrl_hdr hdr = { .class = class, .cmd = cmd };
	struct queue *q = &queues[control_queue()];
	int64_t end = now_ms() + TIMEOUT_MS;

	memcpy(buffer(0), &hdr, sizeof(hdr));
	memcpy(buffer(1), &value, sizeof(value));
	*buffer(2) = 0xff;
	queue_describe(q, 0, buffer(0), sizeof(hdr), VRING_DESC_F_NEXT);
	queue_describe(q, 1, buffer(1), sizeof(value), VRING_DESC_F_NEXT);
	queue_describe(q, 2, buffer(2), 1, VRING_DESC_F_WRITE);
	queue_offer_chain(q, 0);
	queue_kick(control_queue());
	while (!queue_next(q))
		if (now_ms() > end)
			fail("a command is not answered");
	return *buffer(2);
}

/* A segment each; the kernel chooses a queue for each connection. */
static void send_connections(unsigned int nr)
{
	uint8_t frame[sizeof(struct virtio_net_hdr) + FRAME_LEN] = {};
	uint8_t *segment = frame + sizeof(struct virtio_net_hdr);
	struct tcphdr *tcp = (void *)(segment + TCP_HEADERS - sizeof(*tcp));

	while (nr--) {
		tcp_make(segment, FRAME_LEN);
		tcp->source = htons(nr);
		if (send(with_header, frame, sizeof(frame), 0) != sizeof(frame))
			die("send");
	}
}

/* Each pair has some, and together they have all. */
static void check_received_by(unsigned int pairs)
{
	const unsigned int nr = 32, bufs = 64;
	int64_t end = now_ms() + TIMEOUT_MS;
	unsigned int received[MAX_PAIRS] = {}, total = 0, pair, i;
	struct vring_used_elem *elem;

	for (i = 0; i < pairs * bufs; i++)
		queue_offer(&queues[2 * (i / bufs) + RXQ], i, buffer(i), BUF_SIZE,
			    VRING_DESC_F_WRITE);
	send_connections(nr);
	for (pair = 0; total < nr; pair = (pair + 1) % pairs) {
		if (now_ms() > end)
			fail("a connection has no pair that is used");
		queue_kick(2 * pair + RXQ);
		elem = queue_next(&queues[2 * pair + RXQ]);
		if (!elem || !is_connection(buffer(elem->id) + hdr_len))
			continue;
		received[pair]++;
		total++;
	}
	for (pair = 0; pair < pairs; pair++)
		if (!received[pair])
			fail("a pair that is used has no connection");
}

static void set_pairs(unsigned int nr, uint8_t answer)
{
	if (command(VIRTIO_NET_CTRL_MQ, VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET, nr) != answer)
		fail("the number of pairs has the wrong answer");
}

/* The next driver knows of one pair only, though there is no reset between them. */
static void forget_pairs(void)
{
	io_write(VIRTIO_PCI_STATUS, VIRTIO_CONFIG_S_ACKNOWLEDGE |
		 VIRTIO_CONFIG_S_DRIVER, 1);
	io_write(VIRTIO_PCI_GUEST_FEATURES, io_read(VIRTIO_PCI_GUEST_FEATURES, 4) &
		 ~(1U << VIRTIO_NET_F_MQ), 4);
	io_write(VIRTIO_PCI_STATUS, VIRTIO_CONFIG_S_ACKNOWLEDGE |
		 VIRTIO_CONFIG_S_DRIVER | VIRTIO_CONFIG_S_DRIVER_OK, 1);
	wait_carrier();
}

static void check_pairs(void)
{
	unsigned int i;

	for (i = 0; i < nr_pairs; i++)
		check_transmit(2 * i + TXQ);
	set_pairs(2, VIRTIO_NET_OK);
	check_received_by(2);
	forget_pairs();
	check_received_by(1);
}

/* How many pairs are used is the only thing that there is to control. */
static void check_control(void)
{
	driver_start(false);
	if (nr_pairs == 1)
		return;
	wait_carrier();
	packet_drain();
	set_pairs(2, VIRTIO_NET_OK);
	set_pairs(0, VIRTIO_NET_ERR);
	set_pairs(1000, VIRTIO_NET_ERR);
	if (command(VIRTIO_NET_CTRL_MQ, 7, 1) != VIRTIO_NET_ERR ||
	    command(VIRTIO_NET_CTRL_MAC, 0, 1) != VIRTIO_NET_ERR)
		fail("a command that there is not has the wrong answer");
	set_pairs(1, VIRTIO_NET_OK);
	check_pairs();
}

/* The device works. */
static void check_device(bool msix)
{
	uint32_t flags = VFIO_IRQ_SET_DATA_EVENTFD |
			 VFIO_IRQ_SET_ACTION_TRIGGER;

	alarm(HANG_SECONDS);
	if (ioctl(device, VFIO_DEVICE_RESET))
		fail("VFIO_DEVICE_RESET");
	irqs_disable();
	if (set_irqs(flags, msix ? VFIO_PCI_MSIX_IRQ_INDEX :
		     VFIO_PCI_INTX_IRQ_INDEX, 0, msix ? 3 : 1, events))
		fail("VFIO_DEVICE_SET_IRQS");

	check_config_space();
	driver_start_with(msix, msix ? ~(OFFLOADS | MERGED) : ~0U);
	wait_carrier();
	packet_drain();
	check_transmit(TXQ);
	irq_handled();
	check_receive(events[msix ? RXQ + 1 : 0]);
	check_link(msix, events[0]);
	wait_carrier();
	check_broken(msix, events[0]);
	wait_carrier();
	irqs_disable();
}

/* All of it does, with both kinds of interrupts. */
static void check_all(void)
{
	check_device(false);
	check_device(true);
	check_offloads();
	check_control();
}

/* The steps */
static uint32_t interesting(void)
{
	static const uint32_t values[] = {
		0, 1, 2, 3, 4, 7, 8, 0xf, 0x40, 0x7f, 0x80, 0xff, 0x100,
		0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000,
		0xffffffff, MEM_IOVA >> 12, (MEM_IOVA >> 12) + 1,
	};

	return below(2) ? values[below(ARRAY_SIZE(values))] : rnd();
}

static void step_config_write(void)
{
	config_write(below(260), interesting(), 1 << below(4));
}

static void step_command(void)
{
	config_write(PCI_COMMAND, rnd() & 0x407, 2);
}

static void step_io_write(void)
{
	static const struct {
		uint8_t off, len;
	} regs[] = {
		{ VIRTIO_PCI_GUEST_FEATURES, 4 }, { VIRTIO_PCI_QUEUE_PFN, 4 },
		{ VIRTIO_PCI_QUEUE_SEL, 2 }, { VIRTIO_PCI_QUEUE_NOTIFY, 2 },
		{ VIRTIO_PCI_STATUS, 1 }, { VIRTIO_MSI_CONFIG_VECTOR, 2 },
		{ VIRTIO_MSI_QUEUE_VECTOR, 2 }, { 20, 4 }, { 24, 4 },
	};
	unsigned int i = below(ARRAY_SIZE(regs));

	if (below(4))
		io_write(regs[i].off, interesting(), regs[i].len);
	else
		io_write(below(34), interesting(), 1 + below(8));
}

static void step_msix_write(void)
{
	region_write(VFIO_PCI_BAR1_REGION_INDEX, below(4100), rnd(),
		     1 + below(8));
}

static void step_far_access(void)
{
	uint8_t data[64] = {};
	off_t off = (uint64_t)rnd() << below(33);

	if (pread(device, data, below(sizeof(data)), off) < 0)
		off += below(3);
	/* Not into region 0 by accident: other steps do that on purpose. */
	if (off >= 4096 && pwrite(device, data, below(sizeof(data)), off) < 0)
		return;
}

static void step_read(void)
{
	unsigned int index = below(VFIO_PCI_NUM_REGIONS);

	region_read(index, below(4200), 1 + below(4));
}

static void step_rings(void)
{
	unsigned int n = below(64);

	while (n--)
		memcpy(mem + below(nr_queues() * RING_BYTES - 4),
		       &(uint32_t){ interesting() }, 4);
}

/* Rubbish that looks like descriptors gets further. */
static void step_descriptors(void)
{
	struct queue *q = &queues[below(nr_queues())];
	unsigned int i;

	for (i = 0; i < RING_SIZE; i++)
		q->vring.desc[i] = (struct vring_desc){
			.addr = MEM_IOVA + below(nr_chunks) * CHUNK +
				below(MEM_SIZE + 4096),
			.len = below(16) ? below(2048) : interesting(),
			.flags = below(8) ? below(4) : rnd(),
			.next = below(8) ? below(RING_SIZE) : rnd(),
		};
	for (i = 0; i < RING_SIZE; i++)
		q->vring.avail->ring[i] = below(32) ? below(RING_SIZE) : rnd();
	q->vring.avail->flags = below(2);
	q->vring.avail->idx += below(8) ? below(100) : rnd();
}

static void step_notify(void)
{
	io_write(VIRTIO_PCI_QUEUE_NOTIFY, below(4) ? below(nr_queues() + 1) : below(20), 2);
}

static void step_good_start(void)
{
	driver_reset();
	driver_set_up(below(2), below(4) ? ~0U : rnd());
}

/* Rubbish in a header, most of it not far from what is right */
static void header_make(uint8_t *buf)
{
	struct virtio_net_hdr hdr = {
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = below(4) ? below(6) : rnd(),
		.hdr_len = below(2) ? TCP_HEADERS : interesting(),
		.gso_size = below(2) ? below(1500) : interesting(),
		.csum_start = below(4) ? 34 : interesting(),
		.csum_offset = below(4) ? 16 : interesting(),
	};

	if (!below(4))
		hdr.flags = rnd();
	memcpy(buf, &hdr, sizeof(hdr));
}

static void step_good_frames(void)
{
	unsigned int rxq = 2 * below(nr_pairs), txq = rxq + 1;
	unsigned int n = below(100);

	while (n--) {
		uint16_t i = below(RING_SIZE);

		if (!below(4))
			header_make(buffer(i));
		queue_offer(&queues[txq], i, buffer(i), hdr_len + below(1600), 0);
		queue_offer(&queues[rxq], i, buffer(i), BUF_SIZE,
			    VRING_DESC_F_WRITE);
	}
	step_notify();
}

/* In as many descriptors as there happen to be */
static void step_large_frames(void)
{
	struct queue *q = &queues[2 * below(nr_pairs) + 1];
	unsigned int nr = 1 + below(40), i;

	tcp_make(buffer(0) + hdr_len, LARGE_LEN);
	header_make(buffer(0));
	for (i = 0; i < nr; i++)
		queue_describe(q, i, buffer(i), below(8) ? BUF_SIZE : below(BUF_SIZE),
			       i + 1 < nr ? VRING_DESC_F_NEXT : 0);
	queue_offer_chain(q, 0);
	step_notify();
}

static void step_large_packets(void)
{
	uint8_t frame[sizeof(struct virtio_net_hdr) + LARGE_LEN];
	unsigned int n = below(10);

	tcp_make(frame + sizeof(struct virtio_net_hdr), LARGE_LEN);
	while (n--) {
		header_make(frame);
		send(with_header, frame, sizeof(frame) - below(LARGE_LEN),
		     MSG_DONTWAIT);
	}
	socket_drain(with_header);
}

/* To use some pairs, and sometimes something else */
static void step_control(void)
{
	struct queue *q = &queues[control_queue()];
	unsigned int nr = 1 + below(4), i;

	*(uint32_t *)buffer(0) = below(4) ? 0x0004 | below(10) << 16 : interesting();
	for (i = 0; i < nr; i++)
		queue_describe(q, i, buffer(0), below(6),
			       i + 1 < nr ? VRING_DESC_F_NEXT : VRING_DESC_F_WRITE);
	queue_offer_chain(q, 0);
	queue_kick(control_queue());
}

static void step_irqs(void)
{
	int fds[16];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fds); i++)
		fds[i] = below(4) ? events[below(NR_EVENTS)] :
			 (int[]){ -1, -2, 1, container, 9999 }[below(5)];
	if (below(4))
		set_irqs((1 << below(3)) | (8 << below(3)),
			 below(VFIO_PCI_NUM_IRQS + 1), below(3), below(4), fds);
	else
		set_irqs(rnd() & 0x7f, interesting(), interesting(),
			 interesting() & 15, fds);
}

static void step_ioctl(void)
{
	static const unsigned long cmds[] = {
		VFIO_DEVICE_GET_INFO, VFIO_DEVICE_GET_REGION_INFO,
		VFIO_DEVICE_GET_IRQ_INFO, VFIO_DEVICE_SET_IRQS,
		VFIO_DEVICE_RESET, VFIO_DEVICE_FEATURE,
		VFIO_DEVICE_GET_PCI_HOT_RESET_INFO,
	};
	uint32_t arg[32];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(arg); i++)
		arg[i] = interesting();
	ioctl(device, cmds[below(ARRAY_SIZE(cmds))],
	      below(8) ? arg : (void *)(uintptr_t)rnd());
}

static void step_signal(void)
{
	uint64_t one = 1;

	if (write(events[below(NR_EVENTS)], &one, sizeof(one)) < 0)
		events_drain();
}

static void step_dma(void)
{
	uint64_t iova = MEM_IOVA + below(nr_chunks) * CHUNK;
	bool all = !below(8);

	if (all)
		dma_unmap();
	else
		dma_unmap_at(iova, MEM_SIZE);
	if (below(2))
		step_notify();
	if (all)
		dma_map();
	else
		dma_map_at(iova, 0, MEM_SIZE, DMA_READ_WRITE);
}

/* The pages stay in memory, but who touches them has to fault them in. */
static void step_absent(void)
{
	unsigned int first = below(MEM_SIZE / PAGE);
	unsigned int nr = 1 + below(MEM_SIZE / PAGE - first);

	if (madvise(mem + first * PAGE, nr * PAGE, MADV_DONTNEED))
		die("MADV_DONTNEED");
}

static void step_packets(void)
{
	uint8_t frame[1514];
	unsigned int n = below(40);

	while (n--) {
		frame_make(frame, n);
		if (send(packet, frame, 14 + below(1500), MSG_DONTWAIT) < 0)
			return;
	}
}

static void step_interface(void)
{
	if (!below(8))
		interface_up(below(4));
}

static void step_reset(void)
{
	ioctl(device, VFIO_DEVICE_RESET);
}

static const struct {
	void (*run)(void);
	unsigned int weight;
} steps[] = {
	{ step_config_write, 4 }, { step_command, 2 }, { step_io_write, 10 },
	{ step_msix_write, 1 }, { step_far_access, 2 }, { step_read, 4 },
	{ step_rings, 10 }, { step_descriptors, 10 }, { step_notify, 20 },
	{ step_good_start, 12 }, { step_good_frames, 12 }, { step_irqs, 10 },
	{ step_large_frames, 6 }, { step_large_packets, 3 }, { step_control, 3 },
	{ step_ioctl, 3 }, { step_signal, 3 }, { step_dma, 2 }, { step_absent, 2 },
	{ step_packets, 10 }, { packet_drain, 2 }, { step_interface, 1 },
	{ step_reset, 1 },
};

static void run_step(void)
{
	unsigned int total = 0, i, pick;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		total += steps[i].weight;
	pick = below(total);
	for (i = 0; pick >= steps[i].weight; i++)
		pick -= steps[i].weight;
	alarm(HANG_SECONDS);
	steps[i].run();
}

/* What the device has checked may be something else a moment later. */
static pid_t start_scribbler(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork");
	if (pid > 0)
		return pid;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		if (!below(4))
			step_rings();
		step_good_frames();
		usleep(below(200));
	}
}

/* Memory that is absent for a while only delays the frames. */
static void check_absent(void)
{
	struct queue *tx = &queues[TXQ], *rx = &queues[RXQ];
	struct vring_used_elem *elem = NULL;
	int64_t end = now_ms() + TIMEOUT_MS;
	uint8_t frame[BUF_SIZE];

	driver_start(false);
	wait_carrier();
	packet_drain();

	frame_make(buffer(0) + hdr_len, 0);
	queue_offer(tx, 0, buffer(0), hdr_len + FRAME_LEN, 0);
	offer_receive_buffer(2);
	if (madvise(mem, MEM_SIZE, MADV_DONTNEED))
		die("MADV_DONTNEED");
	while (recv(packet, frame, sizeof(frame), MSG_DONTWAIT) != FRAME_LEN) {
		if (now_ms() > end)
			fail("a frame in absent memory was not transmitted");
		io_write(VIRTIO_PCI_QUEUE_NOTIFY, TXQ, 2);
		usleep(1000);
	}
	if (!frame_is(frame, 0))
		fail("a frame in absent memory is not what was sent");

	packet_send(1);
	do {
		if (now_ms() > end)
			fail("a frame was not received into absent memory");
		/* What DPDK's driver does with an empty buffer, and with any other */
		if (elem) {
			offer_receive_buffer(2);
			queue_kick(RXQ);
		}
		elem = queue_next(rx);
		/* The kernel sends some of its own, too. */
	} while (!elem || !elem->len || !is_ours(elem));
	check_received(elem, 1);
}

/* Attacks */

/* Who touches the page waits until the file is closed. */
static int make_page_wait(uint8_t *page)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = {
		.range = { .start = (uintptr_t)page, .len = PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) ||
	    madvise(page, PAGE, MADV_REMOVE) ||
	    ioctl(fd, UFFDIO_REGISTER, &area))
		die("userfaultfd");
	return fd;
}

static void *notify_always(void *arg)
{
	for (;;) {
		step_notify();
		usleep(1000);
	}
	return arg;
}

static void *map_always(void *arg)
{
	for (;;) {
		dma_map();
		usleep(1000);
	}
	return arg;
}

/* In a process of its own: the transmit ring waits for ever. */
static void hang(void)
{
	pthread_t thread;

	open_device();
	driver_start(false);
	make_page_wait((uint8_t *)queues[TXQ].vring.avail);
	if (pthread_create(&thread, NULL, notify_always, NULL) ||
	    pthread_create(&thread, NULL, map_always, NULL))
		die("pthread_create");
	pause();
}

/* Does a worker of the kernel wait for something, and go on waiting? */
static bool worker_hangs(void)
{
	unsigned int i;

	for (i = 0; i < 10; i++) {
		if (system("grep -q '(kworker.*) D' /proc/[0-9]*/stat"))
			return false;
		usleep(100 * 1000);
	}
	return true;
}

static void attack_hang(void)
{
	int64_t end;
	pid_t child = fork();

	if (child < 0)
		die("fork");
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		hang();
	}

	wait_carrier();
	packet_send(0);
	usleep(500 * 1000);
	if (worker_hangs())
		fail("a worker of the kernel waits for the program's memory");
	interface_up(false);
	interface_up(true);
	packet_drain();
	kill(child, SIGKILL);
	end = now_ms() + TIMEOUT_MS;
	while (waitpid(child, NULL, WNOHANG) != child) {
		if (now_ms() > end)
			fail("a program that was killed does not end");
		usleep(1000);
	}
	open_device();
}

/*
 * When an index goes from 0x00ff to 0x0100, both of its bytes change. Neither
 * side may see one new and one old byte: here both look and step all the time,
 * with frames that are too short to be delivered, which is the fastest way. The
 * program and the worker have to have a processor each.
 */
static void attack_indices(void)
{
	struct queue *q = &queues[TXQ];
	uint32_t done = 0;
	unsigned int i;
	int64_t end;

	open_device();
	driver_start(false);
	alarm(0);
	for (i = 0; i < RING_SIZE; i++)
		q->vring.avail->ring[i] = 0;
	q->vring.desc[0] = (struct vring_desc){
		.addr = iova_of(buffer(0)),
		.len = hdr_len,
	};

	end = now_ms() + TIMEOUT_MS;
	while (done < CHECK_INDICES) {
		uint16_t inflight = q->vring.avail->idx - q->last_used;
		uint16_t nr = queue_reclaim(q);

		if (nr > inflight)
			fail("an index is not what the device wrote");
		done += nr;
		if (nr)
			end = now_ms() + TIMEOUT_MS;
		else if (now_ms() > end)
			fail("the transmit queue stopped");
		if (inflight - nr == RING_SIZE)
			continue;
		__atomic_store_n(&q->vring.avail->idx, q->vring.avail->idx + 1,
				 __ATOMIC_RELEASE);
		queue_kick(TXQ);
	}
}

static void attack_absent(void)
{
	open_device();
	check_absent();
}

static void run(const char *command)
{
	char line[200];

	snprintf(line, sizeof(line), command, ifname);
	if (system(line))
		fail(line);
}

/* From 198.51.100.2, which the interface knows, to its own address */
static void ping_make(uint8_t *frame)
{
	struct ether_header *eth = (void *)frame;
	struct icmphdr *icmp;

	memset(frame, 0, PING_LEN);
	memset(eth->ether_dhost, 0xff, ETH_ALEN);
	eth->ether_shost[0] = 0x06;
	icmp = (void *)(ip_make(frame, PING_LEN, IPPROTO_ICMP, "198.51.100.2",
				"198.51.100.1") + 1);
	icmp->type = ICMP_ECHO;
	icmp->checksum = ip_checksum(icmp, PING_LEN - sizeof(*eth) -
				     sizeof(struct iphdr));
}

static void send_pings(unsigned int nr)
{
	struct queue *q = &queues[TXQ];
	int64_t end = now_ms() + TIMEOUT_MS;
	uint16_t inflight = 0;

	while (nr || inflight) {
		if (now_ms() > end)
			fail("the transmit queue stopped");
		for (; nr && inflight < RING_SIZE; nr--, inflight++)
			queue_offer(q, nr % RING_SIZE, buffer(0),
				    hdr_len + PING_LEN, 0);
		queue_kick(TXQ);
		inflight -= queue_reclaim(q);
	}
}

/* Pings that the kernel answers, without a buffer for the answers. */
static void attack_mute(void)
{
	unsigned int i;

	run("ip address add 198.51.100.1/24 dev %s");
	run("ip neighbour add 198.51.100.2 lladdr 06:00:00:00:00:00 dev %s");
	open_device();
	driver_start(false);
	wait_carrier();
	ping_make(buffer(0) + hdr_len);
	for (i = 0; i < 2; i++) {
		send_pings(3000);
		/* What the kernel may wait */
		usleep(1200 * 1000);
	}
	send_pings(3000);
	/* The processor that sends a ping over lo is the one that answers. */
	for (i = 0; i < 2; i++)
		run(i ? "taskset -c 1 ping -q -c 3 -i 0.2 -W 1 127.0.0.1" :
		    "taskset -c 0 ping -q -c 3 -i 0.2 -W 1 127.0.0.1");
	run("ip address flush dev %s");
}

/* What all processors did since the start, in ticks */
static void read_ticks(uint64_t *total, uint64_t *idle)
{
	uint64_t ticks[8];
	unsigned int i;
	FILE *f = fopen("/proc/stat", "r");

	if (!f || fscanf(f, "cpu") < 0)
		die("/proc/stat");
	*total = 0;
	for (i = 0; i < ARRAY_SIZE(ticks); i++) {
		if (fscanf(f, "%" SCNu64, &ticks[i]) != 1)
			die("/proc/stat");
		*total += ticks[i];
	}
	fclose(f);
	*idle = ticks[3] + ticks[4];
}

/* How many percent of all processors were busy in this second? */
static unsigned int busy_percent(void)
{
	uint64_t total[2], idle[2];

	read_ticks(&total[0], &idle[0]);
	sleep(1);
	read_ticks(&total[1], &idle[1]);
	return 100 - 100 * (idle[1] - idle[0]) / (total[1] - total[0]);
}

/* The interrupt unmasks itself, and its cause is never taken away. */
static void attack_storm(void)
{
	uint32_t flags = VFIO_IRQ_SET_DATA_EVENTFD;

	open_device();
	driver_start(false);
	wait_carrier();
	if (set_irqs(flags | VFIO_IRQ_SET_ACTION_TRIGGER,
		     VFIO_PCI_INTX_IRQ_INDEX, 0, 1, events) ||
	    set_irqs(flags | VFIO_IRQ_SET_ACTION_UNMASK,
		     VFIO_PCI_INTX_IRQ_INDEX, 0, 1, events))
		die("VFIO_DEVICE_SET_IRQS");
	queue_offer(&queues[TXQ], 0, buffer(0), hdr_len, 0);
	queue_kick(TXQ);
	sleep(1);
	if (busy_percent() > 20)
		fail("the kernel is busy with an interrupt that unmasks itself");
	irqs_disable();
}

#define TRACING	"/sys/kernel/tracing/"

static void trace(const char *file, const char *value)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), TRACING "%s", file);
	f = fopen(path, "w");
	if (!f || fputs(value, f) < 0 || fclose(f))
		die(path);
}

/* The most frames that the worker has dropped while it ran once */
static unsigned int longest_pass(void)
{
	unsigned int nr = 0, most = 0;
	FILE *f = fopen(TRACING "trace", "r");
	char line[512];

	if (!f)
		die(TRACING "trace");
	while (fgets(line, sizeof(line), f)) {
		if (strstr(line, "workqueue_execute_start"))
			nr = 0;
		else if (strstr(line, "kworker") && strstr(line, "kfree_skb"))
			nr++;
		if (nr > most)
			most = nr;
	}
	fclose(f);
	return most;
}

/* Run on one processor, before all others if there is a priority. */
static void schedule(int cpu, int priority)
{
	struct sched_param param = { .sched_priority = priority };
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus) ||
	    sched_setscheduler(0, priority ? SCHED_FIFO : SCHED_OTHER, &param))
		die("scheduler");
}

/* Keep the worker from its processor: until this is over, frames add up. */
static void send_at_once(unsigned int nr)
{
	schedule(0, 1);
	while (nr--)
		packet_send(nr);
	schedule(0, 0);
}

/*
 * Many frames, and chains of so many descriptors into which none fits. Returns how
 * many frames the worker looked at in one pass.
 */
static unsigned int flood(unsigned int nr_descs)
{
	struct queue *q = &queues[RXQ];
	unsigned int i;

	/* Else a frame would look at all of them, which is not allowed. */
	driver_start_with(false, ~MERGED);
	for (i = 0; i < RING_SIZE; i++) {
		offer_receive_buffer(i);
		q->vring.desc[i].len = 0;
		q->vring.desc[i].next = i + 1;
		if (i + 1 < nr_descs)
			q->vring.desc[i].flags |= VRING_DESC_F_NEXT;
		q->vring.avail->ring[i] = 0;
	}
	wait_carrier();

	trace("trace", "");
	trace("events/workqueue/workqueue_execute_start/enable", "1");
	trace("events/skb/kfree_skb/enable", "1");
	send_at_once(300);
	usleep(500 * 1000);
	trace("events/enable", "0");
	if (!link_up(false))
		fail("the receive queue stopped");
	return longest_pass();
}

/*
 * The worker ends a pass when it has taken a batch of frames, or looked at as many
 * descriptors as there are. Processor 0 has to be the one of the worker.
 */
static void attack_flood(void)
{
	unsigned int most;

	run("mountpoint -q " TRACING " || mount -t tracefs %s " TRACING);
	open_device();
	most = flood(1);
	if (most < 2)
		fail("the worker drops no frames that do not fit, or they do not pile up");
	if (most > MAX_BATCH)
		fail("the worker does not count the frames that it takes");
	if (flood(RING_SIZE) != 1)
		fail("the worker does not count the descriptors that it looks at");
}

/* A driver that takes no frames, and at once the next one, which does. */
static void change_drivers(unsigned int nr_frames, unsigned int wait_ms)
{
	struct queue *q = &queues[RXQ];
	struct vring_used_elem *elem;
	unsigned int i;

	driver_start(false);
	wait_carrier();
	for (i = 0; i < nr_frames; i++)
		packet_send(i);
	driver_start(false);
	for (i = 0; i < RING_SIZE; i++)
		offer_receive_buffer(i);
	queue_kick(RXQ);
	wait_carrier();
	usleep(wait_ms * 1000);
	while ((elem = queue_next(q)))
		if (is_ours(elem))
			fail("a driver got a frame of the last one");
}

/* The second time the qdisc lets them out one by one, and has most of them for long. */
static void attack_next(void)
{
	unsigned int round;

	open_device();
	for (round = 0; round < 10; round++)
		change_drivers(1000, 20);
	run("tc qdisc replace dev %s root tbf rate 100kbit burst 2000 limit 100000");
	change_drivers(500, 200);
	run("tc qdisc del dev %s root");
}

/* From the next byte on, the worker's processor does nothing else. */
static void start_hog(int socket[2])
{
	pid_t pid = fork();
	int64_t end;
	char byte;

	if (pid < 0)
		die("fork");
	if (pid > 0) {
		if (read(socket[0], &byte, 1) != 1)
			die("hog");
		return;
	}

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(device);
	close(group);
	close(container);
	schedule(0, 1);
	if (write(socket[1], "", 1) != 1 || read(socket[1], &byte, 1) != 1)
		die("hog");
	for (end = now_ms() + 1500; now_ms() < end; )
		;
	_exit(0);
}

/*
 * Remove the device while the worker holds frames of it and gets no processor.
 * It must not deliver them any more: the interface is gone. The worker loses
 * the processor when it gives the lock to us, so the kernel must be preemptible.
 */
static void attack_late(void)
{
	int any = socket(AF_PACKET, SOCK_RAW, htons(ETHERTYPE));
	uint8_t frame[BUF_SIZE];
	char path[PATH_MAX];
	int hog[2], remove;
	unsigned int i;

	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/remove", uuid);
	remove = open(path, O_WRONLY);
	if (any < 0 || remove < 0 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, hog))
		die(path);
	open_device();
	driver_start(false);
	wait_carrier();
	for (i = 0; i < MAX_BATCH; i++) {
		frame_make(buffer(i) + hdr_len, i);
		queue_offer(&queues[TXQ], i, buffer(i), hdr_len + FRAME_LEN, 0);
	}
	start_hog(hog);

	schedule(0, 2);
	queue_kick(TXQ);
	usleep(300);
	close(device);
	if (write(hog[0], "", 1) != 1)
		die("hog");
	while (recv(any, frame, sizeof(frame), MSG_DONTWAIT) > 0)
		;
	schedule(1, 0);
	close(group);
	close(container);
	if (write(remove, "1", 1) != 1)
		fail("the device can not be removed");
	if (recv(any, frame, sizeof(frame), MSG_DONTWAIT) > 0)
		fail("an interface that is gone receives frames");
	exit(0);
}

/* How many KiB of this program's memory are pinned? */
static unsigned long pinned(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	unsigned long kib = 0;
	char line[100];

	if (!f)
		die("/proc/self/status");
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "VmLck: %lu", &kib) == 1)
			break;
	fclose(f);
	return kib;
}

static void expect_pinned(bool expected)
{
	int64_t end = now_ms() + TIMEOUT_MS;

	while (!!pinned() != expected) {
		if (now_ms() > end)
			fail(expected ? "no memory is pinned" :
			     "memory is still pinned");
		queue_kick(TXQ);
		usleep(1000);
	}
}

static void *unmap_often(void *arg)
{
	unsigned int i;

	/* Clears what frames the socket would take. */
	driver_start(false);
	for (i = 0; i < 300; i++) {
		driver_reset();
		driver_set_up(false, ~0U);
		send_pings(RING_SIZE / 2);
		if (dma_unmap() || dma_map())
			die("VFIO_IOMMU_MAP_DMA");
	}
	driver_start(false);
	check_transmit(TXQ);
	if (pinned())
		fail("memory is pinned again and again while it is unmapped");
	return arg;
}

/* Memory comes and goes while frames are transmitted. */
static void attack_pins(void)
{
	pthread_t thread, unmapper;

	open_device();
	driver_start(false);
	wait_carrier();
	packet_drain();
	check_transmit(TXQ);
	expect_pinned(true);
	if (dma_unmap())
		die("VFIO_IOMMU_UNMAP_DMA");
	if (pinned())
		fail("memory is pinned that the program has unmapped");
	if (dma_map())
		die("VFIO_IOMMU_MAP_DMA");
	driver_start(false);
	check_transmit(TXQ);
	expect_pinned(true);

	if (pthread_create(&thread, NULL, notify_always, NULL))
		die("pthread_create");
	/* In a thread of its own: when that has ended, its unmapping is over. */
	if (pthread_create(&unmapper, NULL, unmap_often, NULL))
		die("pthread_create");
	pthread_join(unmapper, NULL);
	expect_pinned(true);

	close(device);
	close(group);
	close(container);
	pthread_cancel(thread);
	pthread_join(thread, NULL);
	open_device();
	driver_start(false);
	check_transmit(TXQ);
	expect_pinned(true);
	close(device);
	if (pinned())
		fail("memory is pinned by a device that is closed");
	close(group);
	close(container);
	open_device();
}

/* Often enough that the buffer is pinned: the slow way may take the first frames. */
static void transmit_from(uint8_t *buf)
{
	struct queue *q = &queues[TXQ];
	int64_t end = now_ms() + TIMEOUT_MS;
	unsigned int i;

	for (i = 0; i < 20; i++) {
		queue_offer(q, 0, buf, hdr_len + FRAME_LEN, 0);
		do {
			if (now_ms() > end)
				fail("the transmit queue stopped");
			queue_kick(TXQ);
		} while (!queue_next(q));
	}
}

/* A program that unmaps one part of its memory after the other is not punished. */
static void attack_parts(void)
{
	size_t size = 8 * PAGE, off;

	open_device();
	if (dma_unmap())
		die("VFIO_IOMMU_UNMAP_DMA");
	for (off = 0; off < MEM_SIZE; off += size)
		if (dma_map_part(off, size))
			die("VFIO_IOMMU_MAP_DMA");
	for (off = MEM_SIZE; off > 0; ) {
		off -= size;
		driver_start(false);
		wait_carrier();
		transmit_from(mem + off + size - BUF_SIZE);
		expect_pinned(true);
		if (dma_unmap_part(off, size) || dma_map_part(off, size))
			die("VFIO_IOMMU_MAP_DMA");
	}
	driver_start(false);
	check_transmit(TXQ);
	expect_pinned(true);
}

/* A descriptor that follows itself, and in the next moment is an empty last one */
static void *change_always(void *arg)
{
	struct vring_desc *desc = arg;
	unsigned int i;

	for (;;) {
		__atomic_store_n(&desc->len, 6, __ATOMIC_RELEASE);
		__atomic_store_n(&desc->flags, VRING_DESC_F_NEXT,
				 __ATOMIC_RELEASE);
		for (i = 0; i < 20; i++)
			__atomic_store_n(&desc->next, 0, __ATOMIC_RELEASE);
		__atomic_store_n(&desc->len, 0, __ATOMIC_RELEASE);
		__atomic_store_n(&desc->flags, 0, __ATOMIC_RELEASE);
		pthread_testcancel();
	}
	return arg;
}

/*
 * A chain that changes while the device looks at it. Of a loop it can see as much as
 * makes a frame, and then an end. It takes two processors that run in parallel.
 */
static void attack_change(void)
{
	struct queue *q = &queues[TXQ];
	pthread_t thread;
	int64_t end;

	open_device();
	driver_start(false);
	wait_carrier();
	expect_pinned(true);
	if (pthread_create(&thread, NULL, change_always, q->vring.desc))
		die("pthread_create");
	for (end = now_ms() + 3000; now_ms() < end; ) {
		driver_start(false);
		usleep(1000);
		__atomic_store_n(&q->vring.avail->idx, RING_SIZE,
				 __ATOMIC_RELEASE);
		io_write(VIRTIO_PCI_QUEUE_NOTIFY, TXQ, 2);
		usleep(1000);
	}
	pthread_cancel(thread);
	pthread_join(thread, NULL);
}

/* In a process of its own: it ends when nothing expects it. */
static void attack_killed(void)
{
	int tell[2];
	char byte;
	pid_t child;

	if (pipe(tell))
		die("pipe");
	child = fork();
	if (child < 0)
		die("fork");
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		open_device();
		driver_start(false);
		wait_carrier();
		send_pings(RING_SIZE);
		expect_pinned(true);
		if (write(tell[1], "", 1) != 1)
			die("pipe");
		for (;;)
			send_pings(RING_SIZE);
	}
	if (read(tell[0], &byte, 1) != 1)
		die("pipe");
	packet_send(0);
	kill(child, SIGKILL);
	packet_send(0);
	waitpid(child, NULL, 0);
	packet_drain();
	open_device();
}

/* Without the right to lock memory, frames are moved all the same. */
static void attack_limit(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3];
	const struct rlimit none = {};

	if (syscall(SYS_capget, &header, caps))
		die("capget");
	caps[0].effective &= ~(1U << CAP_IPC_LOCK);
	caps[0].permitted &= ~(1U << CAP_IPC_LOCK);
	if (syscall(SYS_capset, &header, caps) ||
	    setrlimit(RLIMIT_MEMLOCK, &none))
		die("capset");
	open_device();
	check_device(false);
	if (pinned())
		fail("memory is pinned in spite of the limit");
}

/* A frame for which there are too few buffers, and never more */
static void attack_few(void)
{
	unsigned long before;

	open_device();
	offload_start(~0U);
	offer_small_buffers(0, 5, 600);
	before = counter("tx_errors");
	send_large();
	packet_send(0);
	while (!is_ours(await_used(RXQ)))
		;
	if (counter("tx_errors") != before + 1)
		fail("a frame that is larger than all buffers is not counted");
}

/* Is a frame transmitted while the worker gets no processor? Its is number 0. */
static bool transmits_at_once(unsigned int txq)
{
	int64_t end = now_ms() + TIMEOUT_MS;
	struct queue *q = &queues[txq];
	bool at_once;

	schedule(0, 1);
	queue_offer(q, 0, buffer(0), hdr_len + FRAME_LEN, 0);
	io_write(VIRTIO_PCI_QUEUE_NOTIFY, txq, 2);
	at_once = queue_next(q);
	schedule(0, 0);
	while (!at_once && !queue_next(q)) {
		if (now_ms() > end)
			fail("the transmit queue stopped");
		queue_kick(txq);
		usleep(100);
	}
	return at_once;
}

static void await_direct(unsigned int txq)
{
	int64_t end = now_ms() + 1000;

	while (!transmits_at_once(txq))
		if (now_ms() > end)
			fail("the worker alone transmits");
}

/* Full batches, each with a buffer that the device has to pin: it wants to be told. */
static void attack_wanted(void)
{
	struct queue *q = &queues[TXQ];
	unsigned int quiet = 0, chunk, i;
	uint16_t inflight;

	nr_chunks = NR_CHUNKS;
	open_device();
	driver_start(false);
	wait_carrier();
	for (chunk = 1; chunk < nr_chunks; chunk++) {
		await_direct(TXQ);
		for (i = 0; i < MAX_BATCH; i++)
			queue_offer(q, i, buffer(i < 10 ? 0 : chunk),
				    hdr_len + FRAME_LEN, 0);
		schedule(0, 1);
		io_write(VIRTIO_PCI_QUEUE_NOTIFY, TXQ, 2);
		inflight = MAX_BATCH - queue_reclaim(q);
		quiet += inflight && q->vring.used->flags & VRING_USED_F_NO_NOTIFY;
		schedule(0, 0);
		while (inflight) {
			queue_kick(TXQ);
			inflight -= queue_reclaim(q);
		}
	}
	if (quiet > nr_chunks / 2)
		fail("the device wants no notification when it has to pin memory");
}

/* The queue is always full. */
static void *transmit_always(void *arg)
{
	struct vring *vring = arg;

	for (;;) {
		__atomic_store_n(&vring->avail->idx,
				 __atomic_load_n(&vring->used->idx, __ATOMIC_ACQUIRE) +
				 RING_SIZE, __ATOMIC_RELEASE);
		queue_kick(TXQ);
		pthread_testcancel();
	}
	return arg;
}

/*
 * What one pair transmits can not be pinned, for the device may only read it. It
 * takes several pairs, and the worker on processor 0.
 */
static void attack_slow(void)
{
	const uint64_t readable = MEM_IOVA + CHUNK;
	struct queue *q = &queues[TXQ];
	pthread_t thread;
	unsigned int round;

	open_device();
	if (dma_map_at(readable, 0, MEM_SIZE, VFIO_DMA_MAP_FLAG_READ))
		die("VFIO_IOMMU_MAP_DMA");
	for (round = 0; round < 10; round++) {
		offload_start(~0U);
		memcpy(buffer(0), &large_header, sizeof(large_header));
		tcp_make(buffer(0) + hdr_len, LARGE_LEN);
		queue_describe(q, 0, buffer(0), hdr_len + LARGE_LEN, 0);
		q->vring.desc[0].addr += readable - MEM_IOVA;
		schedule(1, 0);
		if (pthread_create(&thread, NULL, transmit_always, &q->vring))
			die("pthread_create");
		usleep(20 * 1000);
		/* All queues are made to leave the mode in which they are fast. */
		queue_set_ring(2 + RXQ);
		await_direct(2 + TXQ);
		pthread_cancel(thread);
		pthread_join(thread, NULL);
	}
}

static void *notify_second_pair(void *arg)
{
	schedule(1, 0);
	for (;;) {
		io_write(VIRTIO_PCI_QUEUE_NOTIFY, 2 + RXQ, 2);
		pthread_testcancel();
	}
	return arg;
}

/*
 * Frames wait for room in a pair that the driver leaves and comes back to. They are
 * gone then, also the one for which the device looks for room at that moment: it
 * always does, and that takes long. Takes several pairs.
 */
static void attack_left(void)
{
	const unsigned int chain = 200;
	struct queue *q = &queues[2 + RXQ];
	struct vring_used_elem *elem;
	unsigned int round, i;
	pthread_t thread;

	open_device();
	if (pthread_create(&thread, NULL, notify_second_pair, NULL))
		die("pthread_create");
	for (round = 0; round < 20; round++) {
		driver_start(false);
		wait_carrier();
		set_pairs(2, VIRTIO_NET_OK);
		for (i = 0; i < chain; i++)
			queue_describe(q, i, buffer(i), 0, VRING_DESC_F_WRITE |
				       (i + 1 < chain ? VRING_DESC_F_NEXT : 0));
		queue_offer_chain(q, 0);
		/* until the queue is direct */
		usleep(20 * 1000);
		send_connections(32);
		set_pairs(1, VIRTIO_NET_OK);
		set_pairs(2, VIRTIO_NET_OK);
		queue_offer(q, chain, buffer(chain), BUF_SIZE, VRING_DESC_F_WRITE);
		usleep(20 * 1000);
		while ((elem = queue_next(q)))
			if (is_connection(buffer(elem->id) + hdr_len))
				fail("a pair got a frame of before it was left");
	}
	pthread_cancel(thread);
	pthread_join(thread, NULL);
}

/* Holds the kernel's lock of all interfaces until the memory is there. */
static void *ask_into(void *arg)
{
	struct ifreq ifr = { .ifr_data = arg };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	strcpy(ifr.ifr_name, "lo");
	ioctl(fd, SIOCETHTOOL, &ifr);
	close(fd);
	return arg;
}

/* The device is not held up by who holds that lock. */
static void attack_rtnl(void)
{
	uint8_t *page = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct ethtool_gfeatures *ask = (void *)(page + PAGE - sizeof(ask->cmd));
	pthread_t thread;
	int64_t end;
	int wait;

	open_device();
	if (page == MAP_FAILED)
		die("mmap");
	wait = make_page_wait(page + PAGE);
	ask->cmd = ETHTOOL_GFEATURES;
	if (pthread_create(&thread, NULL, ask_into, ask))
		die("pthread_create");
	usleep(100 * 1000);
	/* Ends what waits, but for who holds the device */
	alarm(3);
	for (end = now_ms() + 1000; now_ms() < end; )
		driver_start(false);
	close(wait);
	pthread_join(thread, NULL);
	alarm(HANG_SECONDS);
	driver_start(false);
	wait_carrier();
}

static const struct {
	const char *name;
	void (*run)(void);
} attacks[] = {
	{ "hang", attack_hang },
	{ "absent", attack_absent },
	{ "indices", attack_indices },
	{ "mute", attack_mute },
	{ "storm", attack_storm },
	{ "flood", attack_flood },
	{ "next", attack_next },
	{ "pins", attack_pins },
	{ "parts", attack_parts },
	{ "change", attack_change },
	{ "killed", attack_killed },
	{ "limit", attack_limit },
	{ "few", attack_few },
	{ "wanted", attack_wanted },
	{ "rtnl", attack_rtnl },
	/* take several pairs */
	{ "slow", attack_slow },
	{ "left", attack_left },
	/* removes the device */
	{ "late", attack_late },
};

static void run_attack(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(attacks); i++)
		if (!strcmp(name, attacks[i].name))
			break;
	if (i == ARRAY_SIZE(attacks))
		fail("no such attack");

	alarm(HANG_SECONDS);
	interface_up(true);
	packet_drain();
	attacks[i].run();
	/* Each leaves the device open, and it must work as before. */
	check_device(false);
}

/* Bits that the kernel sets for ever when it oopses or warns. */
static unsigned long complaints(void)
{
	const unsigned long died = 1 << 7, warned = 1 << 9;
	unsigned long taint = 0;
	FILE *f = fopen("/proc/sys/kernel/tainted", "r");

	if (!f || fscanf(f, "%lu", &taint) != 1)
		die("/proc/sys/kernel/tainted");
	fclose(f);
	return taint & (died | warned);
}

int main(int argc, char **argv)
{
	bool attack = argc > 2 && isalpha(*argv[2]);
	unsigned int seed_arg = attack ? 3 : 2;
	unsigned long seed = (unsigned int)argc > seed_arg ?
			     strtoul(argv[seed_arg], NULL, 0) : 1;
	unsigned long nr = argc > 3 ? strtoul(argv[3], NULL, 0) : 20000;
	unsigned long before, i;
	pid_t child;

	if (argc < 2 || argc > 4) {
		fprintf(stderr, "usage: fuzz UUID [SEED [STEPS]]\n"
			"       fuzz UUID ATTACK [SEED]\n");
		return 1;
	}
	uuid = argv[1];
	find_interface();
	open_packet_sockets();
	/* Both types that DPDK uses; memory can be pinned in v2 only. */
	if (seed % 2 == 0)
		container_type = VFIO_TYPE1v2_IOMMU;
	if (attack) {
		run_attack(argv[2]);
		return 0;
	}
	/* The generator never leaves 0. */
	random_state = seed * 2 + 1;

	before = complaints();
	nr_chunks = NR_CHUNKS;
	open_device();
	check_vectors_masked();
	interface_up(true);
	check_all();

	child = start_scribbler();
	for (i = 0; i < nr; i++)
		run_step();
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);

	interface_up(true);
	check_all();
	if (complaints() != before)
		fail("the kernel complained, see its log");
	printf("fuzz: %s survived %lu steps, seed %lu\n", ifname, nr, seed);
	return 0;
}
