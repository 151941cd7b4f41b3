// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * Interrupts are eventfds that user space connects by VFIO_DEVICE_SET_IRQS.
 *
 * INTx	one level-triggered line. It is asserted while the virtio ISR is not
 *	0. VFIO calls it "automasked": each signal masks it, and user space
 *	unmasks it when it has handled the cause, by ioctl or by an eventfd.
 *	If the line is still asserted then, it signals again.
 * MSI-X a vector for each queue and one more, edge-triggered, no masking. INTx
 *	and MSI-X exclude each other. Enabling MSI-X moves the virtio device
 *	configuration, see virtio.c.
 * REQ	"please close the device": somebody wants to remove it.
 *
 * The other PCI indexes, MSI and ERR, have no interrupts.
 */

#include <linux/nospec.h>

#include "mdev_vnet.h"

static unsigned int mvnet_irq_count(unsigned int index)
{
	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
	case VFIO_PCI_REQ_IRQ_INDEX:
		return 1;
	case VFIO_PCI_MSIX_IRQ_INDEX:
		return mvnet_nr_vectors();
	default:
		return 0;
	}
}

int mvnet_irq_info(struct vfio_device *vdev, struct vfio_irq_info *info)
{
	info->count = mvnet_irq_count(info->index);
	info->flags = info->count ? VFIO_IRQ_INFO_EVENTFD : 0;
	if (info->index == VFIO_PCI_INTX_IRQ_INDEX)
		info->flags |= VFIO_IRQ_INFO_MASKABLE |
			       VFIO_IRQ_INFO_AUTOMASKED;
	return 0;
}

/* Those of an index of VFIO, from a number on that is known to be good. */
static struct eventfd_ctx **mvnet_irq_triggers(struct mvnet_irq *irq,
					       unsigned int index,
					       unsigned int start)
{
	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		return &irq->intx;
	case VFIO_PCI_MSIX_IRQ_INDEX:
		return &irq->msix[array_index_nospec(start, MVNET_MAX_VECTORS)];
	default:
		return &irq->req;
	}
}

/* Signal INTx if the line is asserted and nothing forbids it. */
static void mvnet_irq_update_intx(struct mvnet_irq *irq)
{
	if (!irq->isr || !irq->intx || irq->intx_masked || irq->intx_disabled)
		return;

	irq->intx_masked = true;
	mdev_eventfd_signal(irq->intx);
}

void mvnet_irq_raise(struct mvnet *mv, u16 vector, u8 isr)
{
	struct mvnet_irq *irq = &mv->irq;

	spin_lock_bh(&irq->lock);
	/* Drivers look at the ISR with MSI-X, too. */
	irq->isr |= isr;
	if (!irq->msix_enabled)
		mvnet_irq_update_intx(irq);
	else if (vector < MVNET_MAX_VECTORS)
		mdev_eventfd_signal(irq->msix[array_index_nospec(vector,
							      MVNET_MAX_VECTORS)]);
	spin_unlock_bh(&irq->lock);
}

/* Reading the ISR clears it, and with it the INTx line. */
u8 mvnet_irq_ack(struct mvnet *mv)
{
	struct mvnet_irq *irq = &mv->irq;
	u8 isr;

	spin_lock_bh(&irq->lock);
	isr = irq->isr;
	irq->isr = 0;
	spin_unlock_bh(&irq->lock);
	return isr;
}

bool mvnet_irq_msix_enabled(struct mvnet *mv)
{
	return READ_ONCE(mv->irq.msix_enabled);
}

bool mvnet_irq_intx_asserted(struct mvnet *mv)
{
	return READ_ONCE(mv->irq.isr) && !mvnet_irq_msix_enabled(mv);
}

void mvnet_irq_intx_disable(struct mvnet *mv, bool disable)
{
	struct mvnet_irq *irq = &mv->irq;

	spin_lock_bh(&irq->lock);
	irq->intx_disabled = disable;
	mvnet_irq_update_intx(irq);
	spin_unlock_bh(&irq->lock);
}

void mvnet_irq_request(struct mvnet *mv, unsigned int count)
{
	struct mvnet_irq *irq = &mv->irq;

	spin_lock_bh(&irq->lock);
	mdev_request(&mv->vdev, irq->req, count);
	spin_unlock_bh(&irq->lock);
}

static void mvnet_irq_mask_intx(struct mvnet *mv, bool mask)
{
	struct mvnet_irq *irq = &mv->irq;

	spin_lock_bh(&irq->lock);
	irq->intx_masked = mask;
	mvnet_irq_update_intx(irq);
	spin_unlock_bh(&irq->lock);
}

static void mvnet_irq_unmask(struct work_struct *work)
{
	struct mvnet *mv = container_of(work, struct mvnet, irq.unmask.work);

	WRITE_ONCE(mv->irq.unmasked, jiffies);
	mvnet_irq_mask_intx(mv, false);
}

/*
 * Runs in a worker when user space signals its unmask eventfd. But that may be
 * the eventfd that we signal, or come from another device that gets ours: a
 * line that stays asserted goes round for ever then, in time of the kernel that
 * is on nobody's account. So it is once per jiffy.
 */
static void mvnet_irq_unmask_thread(void *opaque, void *unused)
{
	struct mvnet *mv = opaque;
	bool again = READ_ONCE(mv->irq.unmasked) == jiffies;

	queue_delayed_work(mvnet_wq, &mv->irq.unmask, again);
}

static int mvnet_irq_mask(struct vfio_device *vdev, bool mask)
{
	mvnet_irq_mask_intx(mvnet_of_vdev(vdev), mask);
	return 0;
}

/* Not under irq.lock: disabling waits for the thread. */
static int mvnet_irq_unmask_by(struct vfio_device *vdev, s32 fd)
{
	struct mvnet *mv = mvnet_of_vdev(vdev);

	if (fd >= 0)
		return vfio_virqfd_enable(mv, NULL, mvnet_irq_unmask_thread,
					  NULL, &mv->irq.intx_unmask, fd);
	vfio_virqfd_disable(&mv->irq.intx_unmask);
	return 0;
}

static void mvnet_irq_disable(struct vfio_device *vdev, u32 index)
{
	struct mvnet_irq *irq = &mvnet_of_vdev(vdev)->irq;
	struct eventfd_ctx **trigger = mvnet_irq_triggers(irq, index, 0);
	unsigned int i;

	spin_lock_bh(&irq->lock);
	for (i = 0; i < mvnet_irq_count(index); i++)
		mdev_eventfd_replace(&trigger[i], NULL);
	if (index == VFIO_PCI_MSIX_IRQ_INDEX)
		irq->msix_enabled = false;
	if (index == VFIO_PCI_INTX_IRQ_INDEX)
		irq->intx_masked = false;
	spin_unlock_bh(&irq->lock);

	if (index == VFIO_PCI_INTX_IRQ_INDEX) {
		vfio_virqfd_disable(&irq->intx_unmask);
		cancel_delayed_work_sync(&irq->unmask);
	}
}

/* Either all eventfds of the call are connected or none is. */
static int mvnet_irq_connect(struct vfio_device *vdev,
			     const struct vfio_irq_set *set, const s32 *fds)
{
	struct mvnet_irq *irq = &mvnet_of_vdev(vdev)->irq;
	struct eventfd_ctx **trigger = mvnet_irq_triggers(irq, set->index,
							  set->start);
	struct eventfd_ctx *ctx[MVNET_MAX_VECTORS] = {};
	int ret = 0;
	u32 i;

	for (i = 0; i < set->count; i++) {
		ctx[i] = mdev_eventfd(fds[i]);
		if (IS_ERR(ctx[i])) {
			ret = PTR_ERR(ctx[i]);
			ctx[i] = NULL;
			goto put;
		}
	}

	spin_lock_bh(&irq->lock);
	if ((set->index == VFIO_PCI_MSIX_IRQ_INDEX && irq->intx) ||
	    (set->index == VFIO_PCI_INTX_IRQ_INDEX && irq->msix_enabled)) {
		ret = -EINVAL;
		goto unlock;
	}

	for (i = 0; i < set->count; i++)
		swap(trigger[i], ctx[i]);
	if (set->index == VFIO_PCI_MSIX_IRQ_INDEX) {
		irq->msix_enabled = true;
	} else if (set->index == VFIO_PCI_INTX_IRQ_INDEX) {
		irq->intx_masked = false;
		mvnet_irq_update_intx(irq);
	}
unlock:
	spin_unlock_bh(&irq->lock);
put:
	/* What is left here was replaced, or never came into use. */
	for (i = 0; i < set->count; i++)
		mdev_eventfd_replace(&ctx[i], NULL);
	return ret;
}

static void mvnet_irq_signal(struct vfio_device *vdev, u32 index, u32 vector)
{
	struct mvnet_irq *irq = &mvnet_of_vdev(vdev)->irq;

	spin_lock_bh(&irq->lock);
	mdev_eventfd_signal(*mvnet_irq_triggers(irq, index, vector));
	spin_unlock_bh(&irq->lock);
}

const struct mdev_irqs mvnet_irqs = {
	.connect = mvnet_irq_connect,
	.disable = mvnet_irq_disable,
	.signal = mvnet_irq_signal,
	.mask = mvnet_irq_mask,
	.unmask_by = mvnet_irq_unmask_by,
};

void mvnet_irq_init(struct mvnet *mv)
{
	spin_lock_init(&mv->irq.lock);
	INIT_DELAYED_WORK(&mv->irq.unmask, mvnet_irq_unmask);
}

void mvnet_irq_release(struct mvnet *mv)
{
	mvnet_irq_disable(&mv->vdev, VFIO_PCI_INTX_IRQ_INDEX);
	mvnet_irq_disable(&mv->vdev, VFIO_PCI_MSIX_IRQ_INDEX);
	mvnet_irq_disable(&mv->vdev, VFIO_PCI_REQ_IRQ_INDEX);
}
