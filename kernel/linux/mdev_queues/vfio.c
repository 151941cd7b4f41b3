// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The device file: VFIO's questions, and the ioctls of netmdev.h. The first opening
 * makes the rings' memory; the last closing, also of a process that was killed, stops the
 * queues and frees everything, and the frames are the kernel's again.
 */

#include <linux/nospec.h>
#include <linux/uaccess.h>

#include "mdev_queues.h"

union mq_arg {
	u32 argsz;
	struct netmdev_info info;
	struct netmdev_mem mem;
	struct netmdev_queue queue;
	struct netmdev_flow flow;
	struct netmdev_kick kick;
};

static int mq_call_info(struct mq_device *mqd, union mq_arg *arg)
{
	struct netmdev_info *info = &arg->info;
	const struct mq *mq = mqd->mq;

	info->flags = 0;
	info->nr_queues = mq->nr_queues;
	info->ifindex = mq->ndev->ifindex;
	info->max_memory = (u64)READ_ONCE(mq_max_memory) << 20;
	info->max_rules = MQ_MAX_RULES;
	info->stall_ms = READ_ONCE(mq_stall_ms);
	return 0;
}

static int mq_call_mem(struct mq_device *mqd, union mq_arg *arg)
{
	if (arg->mem.flags)
		return -EINVAL;
	return mq_memory_alloc(mqd->mq, arg->mem.size);
}

/* The queue of this number; NULL if there is none, as of 0, which is the kernel's */
static struct mq_queue *mq_queue_of(struct mq *mq, u32 nr)
{
	if (!nr || nr > mq->nr_queues) {
		if (net_ratelimit())
			netdev_err(mq->ndev,
				   "a program asks for queue %u, but there are 1 to %u\n",
				   nr, mq->nr_queues);
		return NULL;
	}
	return &mq->queues[array_index_nospec(nr - 1, mq->nr_queues)];
}

/* Under mq.lock. */
static int mq_queue_do(struct mq_queue *q, struct netmdev_queue *arg)
{
	switch (arg->flags) {
	case NETMDEV_QUEUE_CREATE:
		return mq_queue_create(q, arg);
	case NETMDEV_QUEUE_ENABLE:
		return mq_queue_enable(q);
	case NETMDEV_QUEUE_DISABLE:
		mq_queue_disable(q);
		return 0;
	default:
		return -EINVAL;
	}
}

static int mq_call_queue(struct mq_device *mqd, union mq_arg *arg)
{
	struct mq_queue *q = mq_queue_of(mqd->mq, arg->queue.queue);
	int ret;

	if (!q)
		return -EINVAL;
	mutex_lock(&mqd->mq->lock);
	ret = mq_queue_do(q, &arg->queue);
	mutex_unlock(&mqd->mq->lock);
	return ret;
}

static bool mq_may_add_flow(const struct mq_device *mqd)
{
	struct net_device *ndev = mqd->mq->ndev;

	if (READ_ONCE(mqd->flows_allowed) ||
	    ns_capable(dev_net(ndev)->user_ns, CAP_NET_ADMIN))
		return true;
	if (net_ratelimit())
		netdev_err(ndev,
			   "a program may not make rules: it takes CAP_NET_ADMIN, or flows_allowed of %s\n",
			   dev_name(mqd->vdev.dev));
	return false;
}

static int mq_call_flow(struct mq_device *mqd, union mq_arg *arg)
{
	struct netmdev_flow *flow = &arg->flow;

	switch (flow->flags & ~NETMDEV_FLOW_MARK) {
	case NETMDEV_FLOW_ADD:
		if (!mq_may_add_flow(mqd))
			return -EPERM;
		return mq_flow_add(mqd->mq, MQ_PROGRAM, flow);
	case NETMDEV_FLOW_DELETE:
		return mq_flow_delete(mqd->mq, MQ_PROGRAM, flow->spec.location);
	case NETMDEV_FLOW_QUERY:
		return mq_flow_query(mqd->mq, MQ_PROGRAM, flow);
	default:
		return -EINVAL;
	}
}

static int mq_call_kick(struct mq_device *mqd, union mq_arg *arg)
{
	struct mq_queue *q = mq_queue_of(mqd->mq, arg->kick.queue);

	if (!q || arg->kick.flags)
		return -EINVAL;
	return mq_transmit(q);
}

/* By number of ioctl: what it takes, and whether user space gets it back */
static const struct mq_call {
	int (*fn)(struct mq_device *mqd, union mq_arg *arg);
	size_t size;
	bool answers;
} mq_calls[] = {
	{ mq_call_info, sizeof(struct netmdev_info), true },
	{ mq_call_mem, sizeof(struct netmdev_mem), false },
	{ mq_call_queue, sizeof(struct netmdev_queue), true },
	{ mq_call_flow, sizeof(struct netmdev_flow), true },
	{ mq_call_kick, sizeof(struct netmdev_kick), false },
};

static long mq_call(struct mq_device *mqd, unsigned int nr, void __user *uarg)
{
	const struct mq_call *call;
	union mq_arg arg;
	int ret;

	call = &mq_calls[array_index_nospec(nr, ARRAY_SIZE(mq_calls))];
	if (copy_from_user(&arg, uarg, call->size))
		return -EFAULT;
	if (arg.argsz < call->size)
		return -EINVAL;
	ret = call->fn(mqd, &arg);
	if (!ret && call->answers && copy_to_user(uarg, &arg, call->size))
		return -EFAULT;
	return ret;
}

static void mq_info(struct vfio_device *vdev, struct vfio_device_info *info)
{
	info->flags = VFIO_DEVICE_FLAGS_RESET;
	info->num_regions = MQ_NUM_REGIONS;
	info->num_irqs = NETMDEV_NUM_IRQS;
}

static int mq_set_irqs(struct vfio_device *vdev, const struct vfio_irq_set *set,
		       const void *data)
{
	return mdev_irq_set(vdev, set, data, &mq_irqs);
}

/* No queue, no rule of the program; memory and eventfds stay. */
static int mq_reset(struct vfio_device *vdev)
{
	struct mq *mq = mq_of(vdev);
	unsigned int i;

	mq_flow_delete_all(mq, MQ_PROGRAM);
	mutex_lock(&mq->lock);
	for (i = 0; i < mq->nr_queues; i++)
		mq_queue_disable(&mq->queues[i]);
	mutex_unlock(&mq->lock);
	return 0;
}

static const struct mdev_vfio mq_vfio = {
	.info = mq_info,
	.region_info = mq_memory_region,
	.irq_info = mq_irq_info,
	.set_irqs = mq_set_irqs,
	.reset = mq_reset,
};

static long mq_ioctl(struct vfio_device *vdev, unsigned int cmd,
		     unsigned long arg)
{
	struct mq_device *mqd = container_of(vdev, struct mq_device, vdev);

	if (cmd >= NETMDEV_INFO && cmd - NETMDEV_INFO < ARRAY_SIZE(mq_calls))
		return mq_call(mqd, cmd - NETMDEV_INFO, (void __user *)arg);
	return mdev_vfio_ioctl(vdev, cmd, arg, &mq_vfio);
}

static ssize_t mq_rw(struct vfio_device *vdev, char __user *buf, size_t count,
		     loff_t *ppos, bool write)
{
	unsigned int index = *ppos >> MDEV_REGION_SHIFT;

	return mdev_rw(vdev, index, mdev_offset_in_region(*ppos),
		       mq_memory_size(mq_of(vdev), index), buf, count, ppos,
		       write, mq_memory_access);
}

static ssize_t mq_read(struct vfio_device *vdev, char __user *buf, size_t count,
		       loff_t *ppos)
{
	return mq_rw(vdev, buf, count, ppos, false);
}

static ssize_t mq_write(struct vfio_device *vdev, const char __user *buf,
			size_t count, loff_t *ppos)
{
	return mq_rw(vdev, (char __user *)buf, count, ppos, true);
}

/* There is one user at a time: VFIO lets only one open the group. */
static int mq_open_device(struct vfio_device *vdev)
{
	return mq_memory_open(mq_of(vdev));
}

static void mq_close_device(struct vfio_device *vdev)
{
	mq_reset(vdev);
	mq_irq_release(vdev);
	mq_memory_close(mq_of(vdev));
}

static void mq_release_device(struct vfio_device *vdev)
{
	mdev_compat_free(vdev);
}

/* There is no dma_unmap operation: no address of user space is used. */
const struct vfio_device_ops mq_vfio_ops = {
	.name = "vfio-mdev-queues",
	.release = mq_release_device,
	.open_device = mq_open_device,
	.close_device = mq_close_device,
	.read = mq_read,
	.write = mq_write,
	.ioctl = mq_ioctl,
	MDEV_COMPAT_REGION_INFO(mq_memory_region)
	MDEV_COMPAT_IOMMUFD
	MDEV_COMPAT_NO_DMA_UNMAP
	.mmap = mq_memory_mmap,
	.request = mq_irq_request,
};
