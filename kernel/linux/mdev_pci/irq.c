// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * Interrupts of the hardware, handed on as eventfds that user space connects
 * by VFIO_DEVICE_SET_IRQS.
 *
 * INTx	one level-triggered line. Only the driver in user space can make the
 *	function deassert it, so it is masked at the function until then:
 *	each signal masks it ("automasked"), and user space unmasks it when it
 *	has handled the cause, by ioctl or by an eventfd of its own. If the
 *	line is still asserted then, it signals again. A function that can not
 *	be masked is offered without INTx: it would block others on the line.
 * MSI, MSI-X  edge-triggered, no masking. As many vectors are allocated as the
 *	first call asks for; more take a disable first, as with vfio-pci.
 * REQ	"please close the device": somebody wants to remove it.
 *
 * Of the first three, one at a time is in use. ERR is not offered.
 */

#include <linux/interrupt.h>
#include <linux/nospec.h>
#include <linux/slab.h>

#include "mdev_pci.h"

static unsigned int mpci_irq_count(const struct mpci_func *func,
				   unsigned int index)
{
	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		return func->has_intx;
	case VFIO_PCI_MSI_IRQ_INDEX:
		return max(pci_msi_vec_count(func->pdev), 0);
	case VFIO_PCI_MSIX_IRQ_INDEX:
		return max(pci_msix_vec_count(func->pdev), 0);
	case VFIO_PCI_REQ_IRQ_INDEX:
		return 1;
	default:
		return 0;
	}
}

int mpci_irq_info(struct vfio_device *vdev, struct vfio_irq_info *info)
{
	info->count = mpci_irq_count(mpci_of(vdev)->func, info->index);
	info->flags = info->count ? VFIO_IRQ_INFO_EVENTFD : 0;
	if (info->count && info->index == VFIO_PCI_INTX_IRQ_INDEX)
		info->flags |= VFIO_IRQ_INFO_MASKABLE |
			       VFIO_IRQ_INFO_AUTOMASKED;
	/* Vectors can not be added while others are in use. */
	if (info->index == VFIO_PCI_MSI_IRQ_INDEX ||
	    info->index == VFIO_PCI_MSIX_IRQ_INDEX)
		info->flags |= info->count ? VFIO_IRQ_INFO_NORESIZE : 0;
	return 0;
}

static struct pci_dev *mpci_pdev(const struct mpci *mp)
{
	return mp->func->pdev;
}

/* The unmask eventfd may be the same: mpci_intx_unmask_wanted() must know. */
static void mpci_intx_signal(struct mpci_irq *irq)
{
	lockdep_assert_held(&irq->lock);
	irq->intx_masked = true;
	irq->signaller = raw_smp_processor_id();
	eventfd_signal(irq->intx);
	irq->signaller = -1;
}

/*
 * INTx. The line may be shared, so the handler asks the function whether it is
 * the one. A reset of the function can undo the mask behind our back: then it
 * is masked again, without a signal. The other way round, see
 * mpci_irq_after_reset().
 */
static irqreturn_t mpci_intx_handler(int irq, void *opaque)
{
	struct mpci *mp = opaque;
	irqreturn_t ret = IRQ_NONE;
	unsigned long flags;

	spin_lock_irqsave(&mp->irq.lock, flags);
	if (pci_check_and_mask_intx(mpci_pdev(mp))) {
		ret = IRQ_HANDLED;
		if (!mp->irq.intx_masked && !mp->irq.intx_disabled)
			mpci_intx_signal(&mp->irq);
	}
	spin_unlock_irqrestore(&mp->irq.lock, flags);
	return ret;
}

/* Bring the hardware in line with what masks INTx, and signal what waited. */
static void mpci_intx_update(struct mpci *mp)
{
	struct mpci_irq *irq = &mp->irq;

	lockdep_assert_held(&irq->lock);
	if (!mp->func->has_intx)
		return;
	if (!irq->intx || irq->intx_masked || irq->intx_disabled)
		pci_intx(mpci_pdev(mp), 0);
	else if (!pci_check_and_unmask_intx(mpci_pdev(mp)))
		mpci_intx_signal(irq);
}

static void mpci_intx_mask(struct mpci *mp, bool mask)
{
	unsigned long flags;

	spin_lock_irqsave(&mp->irq.lock, flags);
	mp->irq.intx_masked = mask;
	mpci_intx_update(mp);
	spin_unlock_irqrestore(&mp->irq.lock, flags);
}

/*
 * The command register is again what it was before the reset. If user space has
 * unmasked INTx meanwhile, it is masked there, and nobody would unmask it.
 */
void mpci_irq_after_reset(struct mpci *mp)
{
	unsigned long flags;

	spin_lock_irqsave(&mp->irq.lock, flags);
	mpci_intx_update(mp);
	spin_unlock_irqrestore(&mp->irq.lock, flags);
}

void mpci_irq_intx_disable(struct mpci *mp, bool disable)
{
	unsigned long flags;

	spin_lock_irqsave(&mp->irq.lock, flags);
	if (mp->irq.intx_disabled != disable) {
		mp->irq.intx_disabled = disable;
		mpci_intx_update(mp);
	}
	spin_unlock_irqrestore(&mp->irq.lock, flags);
}

static int mpci_intx_connect(struct mpci *mp, struct eventfd_ctx *ctx)
{
	struct mpci_irq *irq = &mp->irq;
	struct eventfd_ctx *old = irq->intx;
	unsigned long flags;
	int ret;

	/* While it is masked, the handler does not look at the eventfd. */
	spin_lock_irqsave(&irq->lock, flags);
	irq->intx_masked = true;
	irq->intx = ctx;
	spin_unlock_irqrestore(&irq->lock, flags);

	if (old) {
		eventfd_ctx_put(old);
	} else {
		ret = request_irq(mpci_pdev(mp)->irq, mpci_intx_handler,
				  IRQF_SHARED, dev_name(mp->vdev.dev), mp);
		if (ret) {
			irq->intx = NULL;
			return ret;
		}
	}
	mpci_intx_mask(mp, false);
	return 0;
}

static void mpci_intx_disconnect(struct mpci *mp)
{
	struct mpci_irq *irq = &mp->irq;

	/* Waits for its thread, which takes irq.lock. */
	vfio_virqfd_disable(&irq->intx_unmask);
	if (!irq->intx)
		return;
	mpci_intx_mask(mp, true);
	free_irq(mpci_pdev(mp)->irq, mp);
	mdev_eventfd_replace(&irq->intx, NULL);
	irq->intx_masked = false;
}

/*
 * Called as soon as the unmask eventfd is signalled. If it is the eventfd of
 * INTx, too, that may be by ourselves, on this CPU and with the lock held. To
 * unmask then would signal again, and so on in a kernel thread that is accounted
 * to nobody, as long as the line is asserted.
 */
static int mpci_intx_unmask_wanted(void *opaque, void *unused)
{
	struct mpci *mp = opaque;

	return READ_ONCE(mp->irq.signaller) != raw_smp_processor_id();
}

/* Runs in a worker when user space signals its unmask eventfd. */
static void mpci_intx_unmask_thread(void *opaque, void *unused)
{
	mpci_intx_mask(opaque, false);
}

static int mpci_irq_mask(struct vfio_device *vdev, bool mask)
{
	struct mpci *mp = mpci_of(vdev);

	if (!mp->irq.intx)
		return -EINVAL;
	mpci_intx_mask(mp, mask);
	return 0;
}

static int mpci_irq_unmask_by(struct vfio_device *vdev, s32 fd)
{
	struct mpci *mp = mpci_of(vdev);
	struct virqfd **unmask = &mp->irq.intx_unmask;

	if (!mp->irq.intx)
		return -EINVAL;
	if (fd >= 0)
		return vfio_virqfd_enable(mp, mpci_intx_unmask_wanted,
					  mpci_intx_unmask_thread, NULL, unmask,
					  fd);
	vfio_virqfd_disable(unmask);
	return 0;
}

/* MSI and MSI-X: one handler for each vector that has an eventfd. */
static irqreturn_t mpci_msi_handler(int irq, void *opaque)
{
	struct mpci_vector *vector = opaque;

	eventfd_signal(vector->trigger);
	return IRQ_HANDLED;
}

/* User space names it, so it is kept in bounds whatever the CPU guesses. */
static struct mpci_vector *mpci_vector(struct mpci_irq *irq, unsigned int i)
{
	return &irq->vectors[array_index_nospec(i, irq->nr_vectors)];
}

static void mpci_vector_disconnect(struct mpci *mp, unsigned int i)
{
	struct mpci_vector *vector = mpci_vector(&mp->irq, i);

	if (!vector->trigger)
		return;
	free_irq(pci_irq_vector(mpci_pdev(mp), i), vector);
	mdev_eventfd_replace(&vector->trigger, NULL);
}

static int mpci_vector_connect(struct mpci *mp, unsigned int i, s32 fd)
{
	struct mpci_vector *vector = mpci_vector(&mp->irq, i);
	struct eventfd_ctx *ctx = mdev_eventfd(fd);
	int ret;

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);

	mpci_vector_disconnect(mp, i);
	if (!ctx)
		return 0;

	vector->trigger = ctx;
	snprintf(vector->name, sizeof(vector->name), MPCI_NAME "[%s] %u",
		 pci_name(mpci_pdev(mp)), i);
	ret = request_irq(pci_irq_vector(mpci_pdev(mp), i), mpci_msi_handler, 0,
			  vector->name, vector);
	if (ret)
		mdev_eventfd_replace(&vector->trigger, NULL);
	return ret;
}

static void mpci_msi_disable(struct mpci *mp)
{
	struct mpci_irq *irq = &mp->irq;
	unsigned int i;

	if (!irq->nr_vectors)
		return;

	for (i = 0; i < irq->nr_vectors; i++)
		mpci_vector_disconnect(mp, i);
	pci_free_irq_vectors(mpci_pdev(mp));
	/* That unmasks INTx, for which there is no handler. */
	mpci_intx_mask(mp, false);
	kvfree(irq->vectors);
	irq->vectors = NULL;
	irq->nr_vectors = 0;
	irq->msi_index = 0;
}

static int mpci_msi_enable(struct mpci *mp, unsigned int index, unsigned int nr)
{
	struct mpci_irq *irq = &mp->irq;
	unsigned int type = index == VFIO_PCI_MSIX_IRQ_INDEX ? PCI_IRQ_MSIX :
							       PCI_IRQ_MSI;
	int ret;

	irq->vectors = kvcalloc(nr, sizeof(*irq->vectors), GFP_KERNEL_ACCOUNT);
	if (!irq->vectors)
		return -ENOMEM;

	ret = pci_alloc_irq_vectors(mpci_pdev(mp), nr, nr, type);
	if (ret < 0) {
		kvfree(irq->vectors);
		irq->vectors = NULL;
		return ret;
	}
	irq->nr_vectors = nr;
	irq->msi_index = index;
	return 0;
}

static int mpci_msi_connect(struct mpci *mp, const struct vfio_irq_set *set,
			    const s32 *fds)
{
	struct mpci_irq *irq = &mp->irq;
	bool enable = !irq->nr_vectors;
	u32 i;
	int ret;

	if (enable) {
		ret = mpci_msi_enable(mp, set->index, set->start + set->count);
		if (ret)
			return ret;
	} else if (irq->msi_index != set->index ||
		   set->start + set->count > irq->nr_vectors) {
		return -EINVAL;
	}

	for (i = 0; i < set->count; i++) {
		ret = mpci_vector_connect(mp, set->start + i, fds[i]);
		if (ret)
			goto disconnect;
	}
	return 0;

disconnect:
	while (i--)
		mpci_vector_disconnect(mp, set->start + i);
	if (enable)
		mpci_msi_disable(mp);
	return ret;
}

static int mpci_irq_connect_one(struct mpci *mp, unsigned int index, s32 fd)
{
	struct eventfd_ctx *ctx = mdev_eventfd(fd);
	int ret = 0;

	if (IS_ERR(ctx))
		return PTR_ERR(ctx);

	if (index == VFIO_PCI_REQ_IRQ_INDEX)
		mdev_eventfd_replace(&mp->irq.req, ctx);
	else if (!ctx)
		mpci_intx_disconnect(mp);
	else
		ret = mpci_intx_connect(mp, ctx);
	if (ret)
		eventfd_ctx_put(ctx);
	return ret;
}

static int mpci_irq_connect(struct vfio_device *vdev,
			    const struct vfio_irq_set *set, const s32 *fds)
{
	struct mpci *mp = mpci_of(vdev);

	switch (set->index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		if (mp->irq.nr_vectors)
			return -EINVAL;
		fallthrough;
	case VFIO_PCI_REQ_IRQ_INDEX:
		return mpci_irq_connect_one(mp, set->index, *fds);
	default:
		return mp->irq.intx ? -EINVAL : mpci_msi_connect(mp, set, fds);
	}
}

static void mpci_irq_disable(struct vfio_device *vdev, u32 index)
{
	struct mpci *mp = mpci_of(vdev);

	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		mpci_intx_disconnect(mp);
		break;
	case VFIO_PCI_REQ_IRQ_INDEX:
		mdev_eventfd_replace(&mp->irq.req, NULL);
		break;
	default:
		if (mp->irq.msi_index == index)
			mpci_msi_disable(mp);
	}
}

static struct eventfd_ctx *mpci_irq_trigger(struct mpci_irq *irq,
					    unsigned int index, unsigned int i)
{
	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		return irq->intx;
	case VFIO_PCI_REQ_IRQ_INDEX:
		return irq->req;
	default:
		return index == irq->msi_index && i < irq->nr_vectors ?
		       mpci_vector(irq, i)->trigger : NULL;
	}
}

static void mpci_irq_signal(struct vfio_device *vdev, u32 index, u32 vector)
{
	mdev_eventfd_signal(mpci_irq_trigger(&mpci_of(vdev)->irq, index,
					     vector));
}

const struct mdev_irqs mpci_irqs = {
	.connect = mpci_irq_connect,
	.disable = mpci_irq_disable,
	.signal = mpci_irq_signal,
	.mask = mpci_irq_mask,
	.unmask_by = mpci_irq_unmask_by,
};

void mpci_irq_init(struct mpci *mp)
{
	spin_lock_init(&mp->irq.lock);
	mp->irq.signaller = -1;
}

void mpci_irq_release(struct mpci *mp)
{
	mpci_intx_disconnect(mp);
	mpci_msi_disable(mp);
	mdev_eventfd_replace(&mp->irq.req, NULL);
}
