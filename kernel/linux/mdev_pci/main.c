// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * A mediated PCI function: a driver for any PCI function, which offers it as
 * one mediated device.
 *
 * Two drivers are in here. The PCI driver owns the hardware: it enables the
 * function, claims and maps its BARs, and makes it a parent of mediated
 * devices (struct mpci_func). It has no table of IDs and is bound only where
 * driver_override says so. The mdev driver makes the one mediated device that
 * user space opens through VFIO (struct mpci): see vfio.c, config.c and irq.c.
 *
 * DMA is not mediated. The function reads and writes memory at the addresses
 * that user space gives to it, so these must be physical addresses, and who
 * may open the device owns the machine: its kernel, its other programs. This
 * is why the module wants to be told allow_unsafe=1, why opening the device
 * needs CAP_SYS_RAWIO and taints the kernel, and why a function is refused
 * behind an IOMMU that would translate the addresses: vfio-pci serves it, and
 * safely. A mediated NIC that is not a sample hands out a part of a function
 * that it has made safe, by an IOMMU (PASID) or by copying, as mdev_vnet does.
 */

#include <linux/capability.h>
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "mdev_pci.h"

static bool allow_unsafe;
module_param(allow_unsafe, bool, 0444);
MODULE_PARM_DESC(allow_unsafe,
		 "Let user space reach all of memory through DMA (needed)");

/* Largest window that vfio.c has for a BAR. */
#define MPCI_MAX_BAR_SIZE	BIT_ULL(40)

static ssize_t mpci_show_description(struct mdev_type *type, char *buf)
{
	return sysfs_emit(buf, "the whole PCI function %s, DMA not protected\n",
			  dev_name(type->parent->dev));
}

/*
 * The one instance. It uses "emulated IOMMU", as every mediated device does
 * that is not behind an IOMMU of its own: VFIO notes what user space maps, but
 * pins nothing and programs no hardware.
 */
static int mpci_probe(struct mdev_device *mdev)
{
	struct mpci *mp;
	int ret;

	mp = vfio_alloc_device(mpci, vdev, &mdev->dev, &mpci_vfio_ops);
	if (IS_ERR(mp))
		return PTR_ERR(mp);

	mp->func = container_of(mdev->type, struct mpci_func, type);
	ret = vfio_register_emulated_iommu_dev(&mp->vdev);
	if (ret) {
		vfio_put_device(&mp->vdev);
		return ret;
	}

	dev_set_drvdata(&mdev->dev, mp);
	return 0;
}

static void mpci_remove(struct mdev_device *mdev)
{
	struct mpci *mp = dev_get_drvdata(&mdev->dev);

	/*
	 * Waits until user space has closed the device, and calls the request
	 * operation now and then to make it do so.
	 */
	vfio_unregister_group_dev(&mp->vdev);
	vfio_put_device(&mp->vdev);
}

static struct mdev_driver mpci_mdev_driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	/* For each parent. */
	.max_instances = 1,
	.driver = {
		.name = MPCI_NAME,
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
	},
	.probe = mpci_probe,
	.remove = mpci_remove,
	.show_description = mpci_show_description,
};

/* Between users: the state of old, BARs in place and bus mastering off. */
static void mpci_restore(struct mpci_func *func)
{
	pci_load_saved_state(func->pdev, func->state);
	pci_restore_state(func->pdev);
}

/*
 * The methods are the kernel's: function level reset where there is one, else
 * what else can reset this function alone. Configuration space survives.
 */
int mpci_reset(struct mpci *mp)
{
	int ret;

	lockdep_assert_held(&mp->lock);
	if (!mp->func->has_reset)
		return -ENOTTY;
	mpci_zap_bars(mp);
	/*
	 * This gives up if the lock of the PCI device is held, as it is while
	 * the driver is unbound, which waits for us.
	 */
	ret = pci_try_reset_function(mp->func->pdev);
	mpci_irq_after_reset(mp);
	return ret;
}

/* Does an address mean the same to the function and to the CPU? */
static bool mpci_dma_is_direct(struct pci_dev *pdev)
{
	struct iommu_domain *domain;

	if (!device_iommu_mapped(&pdev->dev))
		return true;
	domain = iommu_get_domain_for_dev(&pdev->dev);
	return domain && domain->type == IOMMU_DOMAIN_IDENTITY;
}

static int mpci_check(struct pci_dev *pdev)
{
	if (pdev->hdr_type != PCI_HEADER_TYPE_NORMAL) {
		dev_err(&pdev->dev, "not an ordinary PCI function\n");
		return -EINVAL;
	}
	if (!mpci_dma_is_direct(pdev)) {
		dev_err(&pdev->dev,
			"behind an IOMMU that translates addresses: use vfio-pci, or boot with iommu=pt\n");
		return -EPERM;
	}
	if (!allow_unsafe) {
		dev_err(&pdev->dev,
			"DMA would let user space reach all of memory: load the module with allow_unsafe=1 if you want that\n");
		return -EPERM;
	}
	return 0;
}

/*
 * The kernel programs the vectors, user space must not: an interrupt is a
 * write to memory, too. So the table is off limits, and with mmap so is every
 * page that it touches.
 */
static void mpci_find_msix_table(struct mpci_func *func)
{
	struct pci_dev *pdev = func->pdev;
	int nr = pci_msix_vec_count(pdev);
	u32 table = 0;

	if (nr <= 0)
		return;
	pci_read_config_dword(pdev, pdev->msix_cap + PCI_MSIX_TABLE, &table);
	func->msix_bar = table & PCI_MSIX_TABLE_BIR;
	func->msix_start = table & PCI_MSIX_TABLE_OFFSET;
	func->msix_end = func->msix_start + nr * PCI_MSIX_ENTRY_SIZE;
}

static bool mpci_can_mmap(const struct mpci_func *func, unsigned int i)
{
	resource_size_t size = func->bars[i].size;

	/* In the rest of the page there may be another function. */
	if (func->bars[i].is_ioport || size < PAGE_SIZE ||
	    !PAGE_ALIGNED(pci_resource_start(func->pdev, i)))
		return false;
	return i != func->msix_bar || !func->msix_end ||
	       func->msix_start >= PAGE_SIZE ||
	       PAGE_ALIGN(func->msix_end) < size;
}

static int mpci_map_bars(struct mpci_func *func)
{
	struct pci_dev *pdev = func->pdev;
	unsigned int i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		struct mpci_bar *bar = &func->bars[i];
		unsigned long flags = pci_resource_flags(pdev, i);
		resource_size_t size = pci_resource_len(pdev, i);

		if (!size || !pci_resource_start(pdev, i) ||
		    flags & IORESOURCE_UNSET || size > MPCI_MAX_BAR_SIZE)
			continue;
		bar->io = pci_iomap(pdev, i, 0);
		if (!bar->io)
			return -ENOMEM;
		bar->size = size;
		bar->is_ioport = flags & IORESOURCE_IO;
		bar->can_mmap = mpci_can_mmap(func, i);
	}
	return 0;
}

static void mpci_unmap_bars(struct mpci_func *func)
{
	unsigned int i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++)
		if (func->bars[i].io)
			pci_iounmap(func->pdev, func->bars[i].io);
}

/*
 * Enable the function, quiet: no bus master, no interrupt. Whether a reset
 * works is only certain after one.
 */
static int mpci_enable(struct mpci_func *func)
{
	struct pci_dev *pdev = func->pdev;
	int ret;

	ret = pci_enable_device(pdev);
	if (ret)
		return ret;

	pci_clear_master(pdev);
	func->has_intx = pdev->pin && pdev->irq && pci_intx_mask_supported(pdev);
	if (func->has_intx)
		pci_intx(pdev, 0);

	pci_save_state(pdev);
	func->state = pci_store_saved_state(pdev);
	if (!func->state) {
		pci_disable_device(pdev);
		return -ENOMEM;
	}
	/* The lock of the PCI device is held while a driver is bound to it. */
	func->has_reset = !__pci_reset_function_locked(pdev);
	mpci_restore(func);
	return 0;
}

static void mpci_disable(struct mpci_func *func)
{
	/* What was open until now could not be reset when it was closed. */
	if (func->has_reset)
		__pci_reset_function_locked(func->pdev);
	mpci_restore(func);
	if (func->has_intx)
		pci_intx(func->pdev, 1);
	kfree(func->state);
	pci_disable_device(func->pdev);
}

static int mpci_register_parent(struct mpci_func *func)
{
	func->type.sysfs_name = "function";
	func->type.pretty_name = "PCI function";
	func->types[0] = &func->type;
	return mdev_register_parent(&func->parent, &func->pdev->dev,
				    &mpci_mdev_driver, func->types,
				    ARRAY_SIZE(func->types));
}

static int mpci_bind(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct mpci_func *func;
	int ret;

	ret = mpci_check(pdev);
	if (ret)
		return ret;

	func = kzalloc(sizeof(*func), GFP_KERNEL);
	if (!func)
		return -ENOMEM;
	func->pdev = pdev;

	ret = pci_request_regions(pdev, MPCI_NAME);
	if (ret)
		goto free_func;

	ret = mpci_enable(func);
	if (ret)
		goto release_regions;

	mpci_find_msix_table(func);
	ret = mpci_map_bars(func);
	if (ret)
		goto unmap_bars;

	mpci_config_init(func);
	pci_set_drvdata(pdev, func);
	ret = mpci_register_parent(func);
	if (ret)
		goto unmap_bars;
	return 0;

unmap_bars:
	mpci_unmap_bars(func);
	mpci_disable(func);
release_regions:
	pci_release_regions(pdev);
free_func:
	kfree(func);
	return ret;
}

static void mpci_unbind(struct pci_dev *pdev)
{
	struct mpci_func *func = pci_get_drvdata(pdev);

	/* Removes the mediated device, which waits until it is closed. */
	mdev_unregister_parent(&func->parent);
	mpci_unmap_bars(func);
	mpci_disable(func);
	pci_release_regions(pdev);
	kfree(func);
}

static struct pci_driver mpci_pci_driver = {
	.name = MPCI_NAME,
	.probe = mpci_bind,
	.remove = mpci_unbind,
};

static int __init mpci_init(void)
{
	int ret;

	ret = mdev_register_driver(&mpci_mdev_driver);
	if (ret)
		return ret;

	ret = pci_register_driver(&mpci_pci_driver);
	if (ret)
		mdev_unregister_driver(&mpci_mdev_driver);
	return ret;
}

static void __exit mpci_exit(void)
{
	/* An open device holds the module, so none is. */
	pci_unregister_driver(&mpci_pci_driver);
	mdev_unregister_driver(&mpci_mdev_driver);
}

module_init(mpci_init);
module_exit(mpci_exit);

MODULE_DESCRIPTION("Sample mediated PCI function, DMA by physical addresses");
MODULE_AUTHOR("The DPDK mdev bus authors");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("post: vfio_iommu_type1");
