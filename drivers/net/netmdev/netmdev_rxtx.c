/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_ether.h>
#include <rte_malloc.h>
#include <rte_net.h>

#include "netmdev_pmd.h"

/**
 * @file
 * Queues, and the ways of frames through them.
 *
 * Receive, without a copy here, in one of two modes of a queue:
 *
 * - own: mbufs of the application's pool, which is in memory of the device, are posted;
 * - attach: a buffer of the device is posted, the kernel writes a frame into it, and it is
 *   attached to an mbuf of any pool. When that is freed, the buffer goes back to the pool
 *   of buffers, from which any queue posts it again.
 *
 * Transmit: a frame in the memory of the device is sent from there. Another one is copied
 * into a buffer. The kernel has taken all when NETMDEV_KICK returns.
 */

/* Buffers that are taken from their pool at once. */
#define NETMDEV_BURST 32

/*
 * Rings
 */

/* What the flags of a descriptor are when it is available, or used. */
static inline uint16_t
netmdev_avail_flags(bool wrap)
{
	return wrap ? NETMDEV_DESC_AVAIL : NETMDEV_DESC_USED;
}

static inline uint16_t
netmdev_used_flags(bool wrap)
{
	return wrap ? NETMDEV_DESC_AVAIL | NETMDEV_DESC_USED : 0;
}

/*
 * If it is, what else is in the descriptor and its buffer can be read: the load pairs with
 * the store of the flags in mq_ring_use() of the kernel driver.
 */
static inline bool
netmdev_is_used(const struct netmdev_desc *desc, bool wrap)
{
	uint16_t flags = rte_atomic_load_explicit(&desc->flags, rte_memory_order_acquire);

	return (flags & (NETMDEV_DESC_AVAIL | NETMDEV_DESC_USED)) == netmdev_used_flags(wrap);
}

static inline bool
netmdev_next_is_used(const struct netmdev_ring *ring)
{
	return ring->nb_free != ring->size &&
		netmdev_is_used(&ring->desc[ring->next_used], ring->used_wrap);
}

static inline void
netmdev_take(struct netmdev_ring *ring)
{
	ring->nb_free++;
	if (++ring->next_used == ring->size) {
		ring->next_used = 0;
		ring->used_wrap = !ring->used_wrap;
	}
}

/* Make the next descriptor available, with an address in MEMORY. */
static inline void
netmdev_give(struct netmdev_ring *ring, uint64_t addr, uint32_t len)
{
	struct netmdev_desc *desc = &ring->desc[ring->next_avail];

	desc->addr = addr;
	desc->len = len;
	desc->id = ring->next_avail;
	/* pairs with the load in mq_ring_peek() of the kernel driver, which may come at any time */
	rte_atomic_store_explicit(&desc->flags, netmdev_avail_flags(ring->avail_wrap),
				  rte_memory_order_release);

	ring->nb_free--;
	if (++ring->next_avail == ring->size) {
		ring->next_avail = 0;
		ring->avail_wrap = !ring->avail_wrap;
	}
}

static void
netmdev_ring_init(struct netmdev_ring *ring, uint8_t *window)
{
	ring->desc = (struct netmdev_desc *)window;
	ring->ctl = (struct netmdev_ring_ctl *)(window + NETMDEV_RING_CTL);
	ring->next_avail = 0;
	ring->next_used = 0;
	ring->nb_free = ring->size;
	ring->avail_wrap = true;
	ring->used_wrap = true;
	rte_atomic_store_explicit(&ring->ctl->driver.flags, NETMDEV_EVENT_DISABLE,
				  rte_memory_order_relaxed);
}

/*
 * Receive
 */

static inline bool
netmdev_is_own(const struct netmdev_rxq *rxq)
{
	return rxq->source == rxq->pool;
}

/* Some or none. */
static inline unsigned int
netmdev_get_bufs(struct rte_mempool *source, void **bufs, unsigned int n)
{
	if (rte_mempool_get_bulk(source, bufs, n) == 0)
		return n;

	return rte_mempool_get(source, bufs) == 0 ? 1 : 0;
}

static inline void
netmdev_rx_post(struct netmdev_rxq *rxq, void *buf)
{
	uint32_t offset = RTE_PKTMBUF_HEADROOM - sizeof(struct netmdev_hdr);
	void *addr = netmdev_buf_addr(buf);
	uint32_t len = rxq->buf_len;

	if (netmdev_is_own(rxq)) {
		addr = ((struct rte_mbuf *)buf)->buf_addr;
		len = ((struct rte_mbuf *)buf)->buf_len;
	}
	rxq->bufs[rxq->ring.next_avail] = buf;
	/* a tag that is put into the frame here goes before it, where the header was */
	netmdev_give(&rxq->ring, (uintptr_t)addr + offset - rxq->memory, len - offset);
}

static inline void
netmdev_rx_refill(struct netmdev_rxq *rxq)
{
	void *bufs[NETMDEV_BURST];
	unsigned int i, n;

	while (rxq->ring.nb_free > 0) {
		n = netmdev_get_bufs(rxq->source, bufs, RTE_MIN(rxq->ring.nb_free, NETMDEV_BURST));
		if (n == 0)
			break;
		for (i = 0; i < n; i++)
			netmdev_rx_post(rxq, bufs[i]);
	}
}

/* Called when the last mbuf that has the buffer is freed, in any thread. */
static void
netmdev_buf_free(void *addr __rte_unused, void *opaque)
{
	rte_mempool_put(rte_mempool_from_obj(opaque), opaque);
}

/* The reference count is 0 again when the buffer is freed. */
static inline void
netmdev_buf_attach(const struct netmdev_rxq *rxq, struct netmdev_buf *buf, struct rte_mbuf *m)
{
	void *addr = netmdev_buf_addr(buf);

	/* the function is that of this process */
	buf->shinfo.free_cb = netmdev_buf_free;
	buf->shinfo.fcb_opaque = buf;
	rte_mbuf_ext_refcnt_set(&buf->shinfo, 1);
	rte_pktmbuf_attach_extbuf(m, addr, (uintptr_t)addr, rxq->buf_len, &buf->shinfo);
	m->data_off = RTE_PKTMBUF_HEADROOM;
}

/* Put the tag that was taken out of the frame in again. */
static inline void
netmdev_insert_tag(struct rte_mbuf *m)
{
	uint8_t *frame = rte_pktmbuf_mtod(m, uint8_t *);
	rte_be16_t *tag;

	memmove(frame - RTE_VLAN_HLEN, frame, 2 * RTE_ETHER_ADDR_LEN);
	m->data_off -= RTE_VLAN_HLEN;
	m->data_len += RTE_VLAN_HLEN;
	m->pkt_len += RTE_VLAN_HLEN;

	/* the EtherType of the frame follows the tag, as it did before */
	tag = rte_pktmbuf_mtod_offset(m, rte_be16_t *, 2 * RTE_ETHER_ADDR_LEN);
	tag[0] = rte_cpu_to_be_16(RTE_ETHER_TYPE_VLAN);
	tag[1] = rte_cpu_to_be_16(m->vlan_tci);
}

static inline void
netmdev_rx_offloads(const struct netmdev_rxq *rxq, struct rte_mbuf *m,
		    const struct netmdev_hdr *hdr)
{
	if ((hdr->flags & NETMDEV_HDR_CSUM_VALID) != 0)
		m->ol_flags |= RTE_MBUF_F_RX_L4_CKSUM_GOOD;
	if ((hdr->flags & NETMDEV_HDR_HASH) != 0) {
		m->ol_flags |= RTE_MBUF_F_RX_RSS_HASH;
		m->hash.rss = hdr->hash;
	}
	if ((hdr->flags & NETMDEV_HDR_MARK) != 0) {
		m->ol_flags |= RTE_MBUF_F_RX_FDIR | RTE_MBUF_F_RX_FDIR_ID;
		m->hash.fdir.hi = hdr->mark;
	}
	if ((hdr->flags & NETMDEV_HDR_VLAN) != 0) {
		m->vlan_tci = hdr->vlan_tci;
		m->ol_flags |= RTE_MBUF_F_RX_VLAN;
		if (rxq->strip_vlan)
			m->ol_flags |= RTE_MBUF_F_RX_VLAN_STRIPPED;
		else
			netmdev_insert_tag(m);
	}
}

/* Take the next frame: into the mbuf, if what was posted is none. */
static inline struct rte_mbuf *
netmdev_rx_one(struct netmdev_rxq *rxq, struct rte_mbuf *m)
{
	struct netmdev_ring *ring = &rxq->ring;
	void *buf = rxq->bufs[ring->next_used];
	uint32_t len = ring->desc[ring->next_used].len - sizeof(struct netmdev_hdr);
	const struct netmdev_hdr *hdr;

	netmdev_take(ring);
	if (netmdev_is_own(rxq)) {
		m = buf;
		rte_pktmbuf_reset(m);
	} else {
		netmdev_buf_attach(rxq, buf, m);
	}
	m->data_len = len;
	m->pkt_len = len;
	m->port = rxq->port_id;

	hdr = rte_pktmbuf_mtod_offset(m, const struct netmdev_hdr *, -(int)sizeof(*hdr));
	if (hdr->flags != 0)
		netmdev_rx_offloads(rxq, m, hdr);
	rxq->counters->bytes += len;

	return m;
}

static inline uint16_t
netmdev_rx_ready(const struct netmdev_ring *ring, uint16_t max)
{
	uint16_t pos = ring->next_used, n = 0;
	bool wrap = ring->used_wrap;

	max = RTE_MIN(max, ring->size - ring->nb_free);
	while (n < max && netmdev_is_used(&ring->desc[pos], wrap)) {
		n++;
		if (++pos == ring->size) {
			pos = 0;
			wrap = !wrap;
		}
	}

	return n;
}

uint16_t
netmdev_rx(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	struct netmdev_rxq *rxq = queue;
	uint16_t i, n;

	/* the functions of other processes are not replaced when the port is stopped */
	if (!rte_atomic_load_explicit(&rxq->started, rte_memory_order_acquire))
		return 0;

	n = netmdev_rx_ready(&rxq->ring, nb_pkts);
	if (n > 0 && !netmdev_is_own(rxq) && rte_pktmbuf_alloc_bulk(rxq->pool, pkts, n) != 0) {
		rte_eth_devices[rxq->port_id].data->rx_mbuf_alloc_failed += n;
		n = 0;
	}
	for (i = 0; i < n; i++)
		pkts[i] = netmdev_rx_one(rxq, pkts[i]);

	if (n > 0) {
		rxq->counters->packets += n;
		rxq->taken += n;
		/* it says that this side is alive, of no other data: see mq_is_alive() there */
		rte_atomic_store_explicit(&rxq->ring.ctl->taken, rxq->taken,
					  rte_memory_order_relaxed);
	}
	netmdev_rx_refill(rxq);

	return n;
}

bool
netmdev_rx_pending(const struct netmdev_rxq *rxq)
{
	return netmdev_next_is_used(&rxq->ring);
}

/*
 * Transmit
 */

/* Take the next descriptor back, and free what was sent from where it is. */
static inline void
netmdev_tx_take(struct netmdev_txq *txq)
{
	struct rte_mbuf *m = txq->mbufs[txq->ring.next_used];

	/* another process may have received it, which may be gone */
	if (m != NULL && RTE_MBUF_HAS_EXTBUF(m) && (uintptr_t)m->shinfo >= txq->first_buffer &&
			(uintptr_t)m->shinfo < txq->memory_end)
		m->shinfo->free_cb = netmdev_buf_free;
	rte_pktmbuf_free(m);
	txq->mbufs[txq->ring.next_used] = NULL;
	netmdev_take(&txq->ring);
}

/* The kernel has taken these. */
static inline void
netmdev_tx_reclaim(struct netmdev_txq *txq)
{
	while (netmdev_next_is_used(&txq->ring))
		netmdev_tx_take(txq);
}

/* Where the header is before the frame, nobody else may look. */
static inline bool
netmdev_is_in_memory(const struct netmdev_txq *txq, const struct rte_mbuf *m)
{
	uintptr_t addr = (uintptr_t)m->buf_addr;

	return addr >= txq->memory && addr < txq->memory_end && m->nb_segs == 1 &&
		m->data_off >= sizeof(struct netmdev_hdr) && rte_mbuf_refcnt_read(m) == 1 &&
		(!RTE_MBUF_HAS_EXTBUF(m) || rte_mbuf_ext_refcnt_read(m->shinfo) == 1) &&
		!RTE_MBUF_CLONED(m);
}

static inline void
netmdev_tx_header(struct netmdev_hdr *hdr, const struct rte_mbuf *m)
{
	uint64_t l4 = m->ol_flags & RTE_MBUF_F_TX_L4_MASK;

	memset(hdr, 0, sizeof(*hdr));
	if ((m->ol_flags & RTE_MBUF_F_TX_VLAN) != 0) {
		hdr->flags |= NETMDEV_HDR_VLAN;
		hdr->vlan_tci = m->vlan_tci;
	}
	if (l4 == RTE_MBUF_F_TX_TCP_CKSUM || l4 == RTE_MBUF_F_TX_UDP_CKSUM) {
		hdr->flags |= NETMDEV_HDR_NEEDS_CSUM;
		hdr->csum_start = m->l2_len + m->l3_len;
		hdr->csum_offset = l4 == RTE_MBUF_F_TX_TCP_CKSUM ?
			offsetof(struct rte_tcp_hdr, cksum) :
			offsetof(struct rte_udp_hdr, dgram_cksum);
	}
}

static inline void
netmdev_tx_copy(struct netmdev_txq *txq, struct rte_mbuf *m)
{
	struct netmdev_buf *buf = txq->bufs[txq->ring.next_avail];
	struct netmdev_hdr *hdr = netmdev_buf_addr(buf);
	uint8_t *frame = (uint8_t *)(hdr + 1);
	const struct rte_mbuf *seg;

	netmdev_tx_header(hdr, m);
	for (seg = m; seg != NULL; seg = seg->next) {
		memcpy(frame, rte_pktmbuf_mtod(seg, void *), seg->data_len);
		frame += seg->data_len;
	}
	netmdev_give(&txq->ring, (uintptr_t)hdr - txq->memory, sizeof(*hdr) + m->pkt_len);
	txq->counters->copied++;
	rte_pktmbuf_free(m);
}

static inline void
netmdev_tx_in_place(struct netmdev_txq *txq, struct rte_mbuf *m)
{
	struct netmdev_hdr *hdr = rte_pktmbuf_mtod_offset(m, struct netmdev_hdr *,
							  -(int)sizeof(*hdr));

	netmdev_tx_header(hdr, m);
	txq->mbufs[txq->ring.next_avail] = m;
	netmdev_give(&txq->ring, (uintptr_t)hdr - txq->memory, sizeof(*hdr) + m->pkt_len);
}

/* The kernel stops a queue that has a frame without these headers. */
static inline bool
netmdev_tx_has_headers(const struct rte_mbuf *m)
{
	uint64_t l4 = m->ol_flags & RTE_MBUF_F_TX_L4_MASK;
	uint32_t len = RTE_ETHER_HDR_LEN;

	if (l4 == RTE_MBUF_F_TX_TCP_CKSUM)
		len = m->l2_len + m->l3_len + sizeof(struct rte_tcp_hdr);
	else if (l4 == RTE_MBUF_F_TX_UDP_CKSUM)
		len = m->l2_len + m->l3_len + sizeof(struct rte_udp_hdr);

	return m->pkt_len >= RTE_MAX(len, (uint32_t)RTE_ETHER_HDR_LEN);
}

static inline void
netmdev_tx_one(struct netmdev_txq *txq, struct rte_mbuf *m)
{
	if (!netmdev_tx_has_headers(m) || m->pkt_len > netmdev_frame_len(txq->buffers)) {
		rte_pktmbuf_free(m);
		txq->counters->refused++;
	} else if (netmdev_is_in_memory(txq, m)) {
		netmdev_tx_in_place(txq, m);
	} else {
		netmdev_tx_copy(txq, m);
	}
}

/* What is available stays so if it fails; the kernel says whether the queue is usable. */
static inline void
netmdev_tx_kick(struct netmdev_txq *txq)
{
	const struct netmdev_device *dev = netmdev_of(&rte_eth_devices[txq->port_id]);
	struct netmdev_kick kick = { .argsz = sizeof(kick), .queue = txq->queue };
	int ret;

	ret = netmdev_ioctl(dev, NETMDEV_KICK, &kick);
	if (ret < 0 && !txq->broken) {
		NETMDEV_LOG(ERR, "%s: queue %u does not transmit: %s, restart the port",
			    dev->device.name, txq->queue - 1, strerror(-ret));
		txq->broken = true;
	}
}

uint16_t
netmdev_tx(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	struct netmdev_txq *txq = queue;
	uint16_t n;

	if (!rte_atomic_load_explicit(&txq->started, rte_memory_order_acquire))
		return 0;

	netmdev_tx_reclaim(txq);
	for (n = 0; n < nb_pkts && txq->ring.nb_free > 0; n++)
		netmdev_tx_one(txq, pkts[n]);
	if (n > 0) {
		netmdev_tx_kick(txq);
		netmdev_tx_reclaim(txq);
	}

	return n;
}

/* What can be done for a packet that is sent, and what only describes it */
#define NETMDEV_TX_FLAGS (RTE_MBUF_F_TX_VLAN | RTE_MBUF_F_TX_L4_MASK | \
			  RTE_MBUF_F_TX_IPV4 | RTE_MBUF_F_TX_IPV6)

static int
netmdev_tx_prepare_one(const struct netmdev_txq *txq, struct rte_mbuf *m)
{
	if ((m->ol_flags & RTE_MBUF_F_TX_OFFLOAD_MASK & ~NETMDEV_TX_FLAGS) != 0 ||
			(m->ol_flags & RTE_MBUF_F_TX_L4_MASK) == RTE_MBUF_F_TX_SCTP_CKSUM)
		return -ENOTSUP;
	if (!netmdev_tx_has_headers(m) || m->pkt_len > netmdev_frame_len(txq->buffers))
		return -EINVAL;

	/* the sum over the pseudo header */
	return rte_net_intel_cksum_prepare(m);
}

uint16_t
netmdev_tx_prepare(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts)
{
	uint16_t i;
	int ret;

	for (i = 0; i < nb_pkts; i++) {
		ret = netmdev_tx_prepare_one(queue, pkts[i]);
		if (ret != 0) {
			rte_errno = -ret;
			break;
		}
	}

	return i;
}

/*
 * Set up, start and stop
 */

/* The number of descriptors is a power of two, which no limit of ethdev can say. */
static uint16_t
netmdev_ring_size(const struct rte_eth_dev *dev, uint16_t queue, const char *direction,
		  uint16_t nb_desc)
{
	uint16_t size = rte_align32pow2(nb_desc);

	if (size != nb_desc)
		NETMDEV_LOG(NOTICE, "%s: queue %u gets %u %s descriptors, the next power of two of %u",
			    dev->device->name, queue, size, direction, nb_desc);

	return size;
}

/* What is allocated in the heap keeps the device from being detached. */
static int
netmdev_queue_socket(unsigned int socket)
{
	return rte_malloc_heap_socket_is_external(socket) == 1 ? SOCKET_ID_ANY : (int)socket;
}

int
netmdev_rx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
		       unsigned int socket, const struct rte_eth_rxconf *conf,
		       struct rte_mempool *pool)
{
	const struct netmdev_device *device = netmdev_of(dev);
	uint64_t offloads = conf->offloads | dev->data->dev_conf.rxmode.offloads;
	uint16_t size = netmdev_ring_size(dev, queue, "Rx", nb_desc);
	struct netmdev_rxq *rxq;

	if ((rte_pktmbuf_priv_flags(pool) & RTE_PKTMBUF_POOL_F_PINNED_EXT_BUF) != 0) {
		NETMDEV_LOG(ERR, "%s: mbufs of pool %s have buffers already, no other can be attached",
			    dev->device->name, pool->name);
		return -EINVAL;
	}

	rxq = rte_zmalloc_socket("netmdev_rxq", sizeof(*rxq) + size * sizeof(*rxq->bufs),
				 RTE_CACHE_LINE_SIZE, netmdev_queue_socket(socket));
	if (rxq == NULL)
		return -ENOMEM;
	rxq->bufs = (void **)(rxq + 1);
	rxq->ring.size = size;
	rxq->pool = pool;
	if (netmdev_has_pool(device, pool)) {
		rxq->source = pool;
		rxq->buf_len = rte_pktmbuf_data_room_size(pool);
	} else {
		rxq->source = device->port->buffers;
		rxq->buf_len = netmdev_buf_len(rxq->source);
	}
	rxq->memory = (uintptr_t)device->addr[NETMDEV_MEMORY];
	rxq->port_id = dev->data->port_id;
	rxq->counters = &device->port->rx[queue];
	rxq->strip_vlan = (offloads & RTE_ETH_RX_OFFLOAD_VLAN_STRIP) != 0;
	dev->data->rx_queues[queue] = rxq;

	return 0;
}

int
netmdev_tx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
		       unsigned int socket, const struct rte_eth_txconf *conf __rte_unused)
{
	const struct netmdev_device *device = netmdev_of(dev);
	uint16_t size = netmdev_ring_size(dev, queue, "Tx", nb_desc);
	struct netmdev_txq *txq;

	txq = rte_zmalloc_socket("netmdev_txq", sizeof(*txq) +
				 size * (sizeof(*txq->bufs) + sizeof(*txq->mbufs)),
				 RTE_CACHE_LINE_SIZE, netmdev_queue_socket(socket));
	if (txq == NULL)
		return -ENOMEM;
	txq->bufs = (struct netmdev_buf **)(txq + 1);
	txq->mbufs = (struct rte_mbuf **)(txq->bufs + size);
	txq->ring.size = size;
	txq->buffers = device->port->buffers;
	txq->memory = (uintptr_t)device->addr[NETMDEV_MEMORY];
	txq->memory_end = txq->memory + device->regions[NETMDEV_MEMORY].size;
	txq->first_buffer = txq->memory + device->heap_size;
	txq->port_id = dev->data->port_id;
	txq->queue = queue + 1;
	txq->counters = &device->port->tx[queue];
	dev->data->tx_queues[queue] = txq;

	return 0;
}

void
netmdev_rx_queue_release(struct rte_eth_dev *dev, uint16_t queue)
{
	rte_free(dev->data->rx_queues[queue]);
	dev->data->rx_queues[queue] = NULL;
}

void
netmdev_tx_queue_release(struct rte_eth_dev *dev, uint16_t queue)
{
	rte_free(dev->data->tx_queues[queue]);
	dev->data->tx_queues[queue] = NULL;
}

static int
netmdev_no_buffers(const struct rte_eth_dev *dev, uint16_t queue, const struct rte_mempool *source)
{
	NETMDEV_LOG(ERR, "%s: queue %u does not get the buffers that it needs, %s has %u in all: use fewer descriptors, or more memory by the device's argument %s=",
		    dev->device->name, queue, source->name, source->populated_size,
		    source == netmdev_port_of(dev)->buffers ? "mem" : "heap");

	return -ENOMEM;
}

static int
netmdev_start_rx(struct netmdev_rxq *rxq, uint8_t *window)
{
	netmdev_ring_init(&rxq->ring, window);
	rxq->taken = 0;
	netmdev_rx_refill(rxq);

	return rxq->ring.nb_free == 0 ? 0 : -ENOMEM;
}

static int
netmdev_start_tx(struct netmdev_txq *txq, uint8_t *window)
{
	netmdev_ring_init(&txq->ring, window);
	txq->broken = false;

	if (rte_mempool_get_bulk(txq->buffers, (void **)txq->bufs, txq->ring.size) == 0)
		return 0;

	/* a failed call may have written there: nothing is to be put back */
	txq->bufs[0] = NULL;

	return -ENOMEM;
}

/* The bursts of all processes look at it before they look at the ring. */
static void
netmdev_set_started(struct netmdev_rxq *rxq, struct netmdev_txq *txq, bool started)
{
	if (rxq != NULL)
		rte_atomic_store_explicit(&rxq->started, started, rte_memory_order_release);
	if (txq != NULL)
		rte_atomic_store_explicit(&txq->started, started, rte_memory_order_release);
}

static int
netmdev_start_queue(struct rte_eth_dev *dev, uint16_t queue)
{
	struct netmdev_rxq *rxq = netmdev_rxq_of(dev, queue);
	struct netmdev_txq *txq = netmdev_txq_of(dev, queue);
	uint8_t *rings = netmdev_port_of(dev)->rings;
	struct netmdev_queue request = {
		.argsz = sizeof(request),
		.flags = NETMDEV_QUEUE_CREATE,
		.queue = queue + 1,
		.rx_size = rxq != NULL ? rxq->ring.size : 0,
		.tx_size = txq != NULL ? txq->ring.size : 0,
	};
	int ret;

	ret = netmdev_ioctl(netmdev_of(dev), NETMDEV_QUEUE, &request);
	if (ret < 0)
		goto refused;

	if (rxq != NULL && netmdev_start_rx(rxq, rings + request.rx_offset) < 0)
		return netmdev_no_buffers(dev, queue, rxq->source);
	if (txq != NULL && netmdev_start_tx(txq, rings + request.tx_offset) < 0)
		return netmdev_no_buffers(dev, queue, txq->buffers);

	request.flags = NETMDEV_QUEUE_ENABLE;
	ret = netmdev_ioctl(netmdev_of(dev), NETMDEV_QUEUE, &request);
	if (ret < 0)
		goto refused;
	netmdev_set_started(rxq, txq, true);

	return 0;

refused:
	NETMDEV_LOG(ERR, "%s: the device refuses queue %u with %u Rx and %u Tx descriptors: %s",
		    dev->device->name, queue, request.rx_size, request.tx_size, strerror(-ret));
	return ret;
}

static void
netmdev_stop_rx(struct netmdev_rxq *rxq)
{
	struct netmdev_ring *ring = &rxq->ring;

	rxq->counters->discarded += netmdev_rx_ready(ring, ring->size);
	while (ring->nb_free < ring->size) {
		rte_mempool_put(rxq->source, rxq->bufs[ring->next_used]);
		netmdev_take(ring);
	}
}

static void
netmdev_stop_tx(struct netmdev_txq *txq)
{
	struct netmdev_ring *ring = &txq->ring;

	netmdev_tx_reclaim(txq);
	while (ring->nb_free < ring->size) {
		netmdev_tx_take(txq);
		txq->counters->refused++;
	}
	if (txq->bufs[0] != NULL)
		rte_mempool_put_bulk(txq->buffers, (void **)txq->bufs, ring->size);
	txq->bufs[0] = NULL;
}

/* As far as it was started. */
static void
netmdev_stop_queue(struct rte_eth_dev *dev, uint16_t queue)
{
	struct netmdev_rxq *rxq = netmdev_rxq_of(dev, queue);
	struct netmdev_txq *txq = netmdev_txq_of(dev, queue);
	struct netmdev_queue request = {
		.argsz = sizeof(request),
		.flags = NETMDEV_QUEUE_DISABLE,
		.queue = queue + 1,
	};

	netmdev_set_started(rxq, txq, false);
	netmdev_ioctl(netmdev_of(dev), NETMDEV_QUEUE, &request);
	if (rxq != NULL && rxq->ring.desc != NULL)
		netmdev_stop_rx(rxq);
	if (txq != NULL && txq->ring.desc != NULL)
		netmdev_stop_tx(txq);
}

int
netmdev_start_queues(struct rte_eth_dev *dev)
{
	uint16_t i;
	int ret;

	for (i = 0; i < netmdev_count_queues(dev); i++) {
		ret = netmdev_start_queue(dev, i);
		if (ret < 0) {
			netmdev_stop_queues(dev);
			return ret;
		}
	}

	return 0;
}

void
netmdev_stop_queues(struct rte_eth_dev *dev)
{
	uint16_t i;

	for (i = 0; i < netmdev_count_queues(dev); i++)
		netmdev_stop_queue(dev, i);
}
