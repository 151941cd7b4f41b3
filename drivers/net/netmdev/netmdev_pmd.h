/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef NETMDEV_PMD_H
#define NETMDEV_PMD_H

/**
 * @file
 * Driver for mediated devices of API netmdev: the kernel keeps the port, and this driver
 * has queues of it. Queue N of the port is queue N + 1 of the device, 0 is the kernel's.
 *
 * What the two say to each other is in netmdev.h, which the kernel driver has as well.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include <bus_mdev_driver.h>
#include <ethdev_driver.h>
#include <rte_atomic.h>
#include <rte_ether.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_stdatomic.h>

#include "netmdev_logs.h"

#define NETMDEV_ATOMIC __rte_atomic
#include "netmdev.h"

/** The regions of the device, in the order of their subtypes. */
enum netmdev_region {
	NETMDEV_STATUS,
	NETMDEV_RINGS,
	NETMDEV_MEMORY,
	NETMDEV_NUM_REGIONS,
};

/**
 * The device in this process. The bus allocates it with the device and frees it; the port
 * has it as its process_private.
 */
struct netmdev_device {
	struct rte_device device;
	/** VFIO's file of the device, from probe to removal. */
	int fd;
	struct rte_mdev_region regions[NETMDEV_NUM_REGIONS];
	/** Where they are mapped, NULL if they are not; the same in all processes. */
	void *addr[NETMDEV_NUM_REGIONS];
	/** Primary process: of the link, and the events of the Rx queues. The port's as well. */
	struct rte_intr_handle *intr_handle;
	/** How much of MEMORY, from its start, is a heap for the application. */
	size_t heap_size;
	bool shared;   /**< MEMORY, without the heap, is memory of DPDK. */
	bool has_heap; /**< EAL has the heap. */
	struct netmdev_port *port;
};

/** A packed ring, and how far this side is. */
struct netmdev_ring {
	struct netmdev_desc *desc;
	struct netmdev_ring_ctl *ctl;
	uint16_t size;
	uint16_t next_avail; /**< The next one to be made available. */
	uint16_t next_used;  /**< The next one that the kernel will have used. */
	uint16_t nb_free;    /**< How many are not available. */
	bool avail_wrap;
	bool used_wrap;
};

/** What is counted of an Rx queue, here and not by the kernel. */
struct __rte_cache_aligned netmdev_rx_counters {
	uint64_t packets;
	uint64_t bytes;
	uint64_t discarded; /**< Received, and not taken before the port stopped. */
};

/** What is counted of a Tx queue, here and not by the kernel. */
struct __rte_cache_aligned netmdev_tx_counters {
	uint64_t copied;
	uint64_t refused;   /**< Longer than a buffer, or not sent before a stop. */
};

/** Freed when the port is closed, or set up again. */
struct netmdev_rxq {
	struct netmdev_ring ring;
	void **bufs;                /**< What is posted in each available descriptor. */
	struct rte_mempool *pool;   /**< Of the application: where the mbufs come from. */
	/**
	 * Where the buffers come from that are posted: the pool, if that is in MEMORY (own
	 * mode), or the buffers of the device, to be attached to mbufs.
	 */
	struct rte_mempool *source;
	uintptr_t memory;           /**< Where MEMORY begins. */
	uint16_t buf_len;           /**< Room for headroom and frame. */
	uint16_t port_id;
	uint16_t taken;             /**< Since the queue was created. */
	bool __rte_atomic started;  /**< If not, no process may touch the ring. */
	bool strip_vlan;
	struct netmdev_rx_counters *counters; /**< In the port. */
};

/** Freed when the port is closed, or set up again. */
struct netmdev_txq {
	struct netmdev_ring ring;
	struct netmdev_buf **bufs;   /**< One for each descriptor: what is copied goes there. */
	struct rte_mbuf **mbufs;     /**< Those that are sent from where they are. */
	struct rte_mempool *buffers;
	uintptr_t memory;
	uintptr_t memory_end;
	uintptr_t first_buffer;      /**< In MEMORY, behind the heap. */
	uint16_t port_id;
	uint16_t queue;              /**< Its number in the device. */
	bool __rte_atomic started;   /**< If not, no process may touch the ring. */
	bool broken;                 /**< The kernel refused it, which was told. */
	struct netmdev_tx_counters *counters; /**< In the port. */
};

/** A rule of rte_flow; in the list of the port, which frees it. */
struct rte_flow {
	TAILQ_ENTRY(rte_flow) next;
	uint32_t location; /**< By which the kernel knows it. */
	bool counts;       /**< It has an action COUNT. */
};

/**
 * What all processes share of a device: made by the primary process when it attaches the
 * device, freed when it detaches it. It is the port's dev_private until that is closed.
 */
struct netmdev_port {
	struct netmdev_info info;
	const struct netmdev_status *status;
	uint8_t *rings;
	size_t heap_size; /**< For other processes, see struct netmdev_device. */
	/** Parts of the rest of it, which belong to the device whoever has them. */
	struct rte_mempool *buffers;
	TAILQ_HEAD(, rte_flow) rules; /**< Protected by ethdev's lock for flows. */
	/** The kernel's counters when the application has reset them. */
	struct netmdev_queue_status base[NETMDEV_MAX_QUEUES];
	/** As the kernel's, they count on when a queue is set up again. */
	struct netmdev_rx_counters rx[NETMDEV_MAX_QUEUES];
	struct netmdev_tx_counters tx[NETMDEV_MAX_QUEUES];
};

/**
 * A buffer, an object of the pool of these. What is before the data is for the mbuf that
 * it is attached to; the data begin in the next cache line.
 */
struct netmdev_buf {
	struct rte_mbuf_ext_shared_info shinfo;
};

#define NETMDEV_BUF_DATA RTE_CACHE_LINE_SIZE

/** What a frame may have beside the MTU. */
#define NETMDEV_OVERHEAD (RTE_ETHER_HDR_LEN + RTE_VLAN_HLEN)

static inline void *
netmdev_buf_addr(struct netmdev_buf *buf)
{
	return RTE_PTR_ADD(buf, NETMDEV_BUF_DATA);
}

/** Room for headroom and frame. */
static inline uint16_t
netmdev_buf_len(const struct rte_mempool *buffers)
{
	return buffers->elt_size - NETMDEV_BUF_DATA;
}

/** The longest frame, with a VLAN tag, that a buffer takes. */
static inline uint16_t
netmdev_frame_len(const struct rte_mempool *buffers)
{
	return netmdev_buf_len(buffers) - RTE_PKTMBUF_HEADROOM;
}

static inline struct netmdev_device *
netmdev_of(const struct rte_eth_dev *dev)
{
	return dev->process_private;
}

static inline struct netmdev_port *
netmdev_port_of(const struct rte_eth_dev *dev)
{
	return dev->data->dev_private;
}

/* netmdev_device.c */

/** Let the kernel do something: 0, or a negative errno value. */
int netmdev_ioctl(const struct netmdev_device *dev, unsigned long request, void *arg);

/** Open the device and map it; in the primary process, make what all processes share. */
int netmdev_open(struct netmdev_device *dev, struct rte_mdev_device *mdev);

/** The counterpart of netmdev_open(). */
void netmdev_close(struct netmdev_device *dev, struct rte_mdev_device *mdev);

/** What STATUS says of the port itself, as of one moment. */
void netmdev_read_status(const struct netmdev_port *port, struct netmdev_status *status);

/** How many packets the application has, in any process. */
unsigned int netmdev_packets_out(const struct rte_mdev_device *mdev);

/* netmdev_heap.c */

/** Pages that EAL gets to know of: addresses within one follow each other for devices. */
#define NETMDEV_HEAP_PAGE RTE_PGSIZE_2M

/** Can there be a heap which is mapped for the devices of VFIO? */
int netmdev_heap_check(const struct rte_mdev_device *mdev);

/** Make the first part of MEMORY a heap, in the primary process; attach to it in others. */
int netmdev_heap_init(struct netmdev_device *dev, const struct rte_mdev_device *mdev);

/** The counterpart of netmdev_heap_init(): -EBUSY if something is allocated there. */
int netmdev_heap_fini(struct netmdev_device *dev, const struct rte_mdev_device *mdev);

/** How many objects the application has there, in any process. */
unsigned int netmdev_heap_objects(const struct netmdev_device *dev,
				  const struct rte_mdev_device *mdev);

/** Does the pool lie in MEMORY, all of it? */
bool netmdev_has_pool(const struct netmdev_device *dev, struct rte_mempool *pool);

/* netmdev_rxtx.c */

int netmdev_rx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
			   unsigned int socket, const struct rte_eth_rxconf *conf,
			   struct rte_mempool *pool);
int netmdev_tx_queue_setup(struct rte_eth_dev *dev, uint16_t queue, uint16_t nb_desc,
			   unsigned int socket, const struct rte_eth_txconf *conf);
void netmdev_rx_queue_release(struct rte_eth_dev *dev, uint16_t queue);
void netmdev_tx_queue_release(struct rte_eth_dev *dev, uint16_t queue);

uint16_t netmdev_rx(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts);
uint16_t netmdev_tx(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts);
uint16_t netmdev_tx_prepare(void *queue, struct rte_mbuf **pkts, uint16_t nb_pkts);

/** Has the kernel filled a buffer that was not taken yet? */
bool netmdev_rx_pending(const struct netmdev_rxq *rxq);

/** Create and enable all queues, with nothing in them; 0 or a negative errno value. */
int netmdev_start_queues(struct rte_eth_dev *dev);

/** Disable all queues, and take the buffers back. */
void netmdev_stop_queues(struct rte_eth_dev *dev);

/* netmdev_stats.c */

/** Of a queue. */
struct netmdev_queue_totals {
	uint64_t ipackets, ibytes, missed, opackets, obytes;
};

/** How many queues the port has, in the direction that has more. */
uint16_t netmdev_count_queues(const struct rte_eth_dev *dev);

/** A queue of the port; NULL if there is none in this direction. */
struct netmdev_rxq *netmdev_rxq_of(const struct rte_eth_dev *dev, uint16_t queue);
struct netmdev_txq *netmdev_txq_of(const struct rte_eth_dev *dev, uint16_t queue);

/** Get what was counted of a queue, and add it to the statistics of the port. */
void netmdev_add_queue(const struct rte_eth_dev *dev, uint16_t queue,
		       struct rte_eth_stats *stats, struct netmdev_queue_totals *totals);

int netmdev_stats_reset(struct rte_eth_dev *dev);
int netmdev_xstats_get(struct rte_eth_dev *dev, struct rte_eth_xstat *xstats,
		       unsigned int n);
int netmdev_xstats_get_names(struct rte_eth_dev *dev, struct rte_eth_xstat_name *names,
			     unsigned int n);

/* netmdev_intr.c */

int netmdev_link_update(struct rte_eth_dev *dev, int wait_to_complete);

/** Follow the link, in the primary process. */
int netmdev_intr_init(struct rte_eth_dev *dev, const struct rte_mdev_device *mdev);
void netmdev_intr_fini(struct rte_eth_dev *dev);

/** Connect an event to each Rx queue, if the application wants interrupts. */
int netmdev_rx_intr_connect(struct rte_eth_dev *dev);
void netmdev_rx_intr_disconnect(struct rte_eth_dev *dev);

int netmdev_rx_intr_enable(struct rte_eth_dev *dev, uint16_t queue);
int netmdev_rx_intr_disable(struct rte_eth_dev *dev, uint16_t queue);

/* netmdev_flow.c */

int netmdev_flow_ops_get(struct rte_eth_dev *dev, const struct rte_flow_ops **ops);

/** Delete all rules of the program. */
void netmdev_flow_delete_all(struct rte_eth_dev *dev);

#endif /* NETMDEV_PMD_H */
