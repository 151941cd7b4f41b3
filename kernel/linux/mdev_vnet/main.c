// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * A mediated NIC: the parent device, its type, and the life of an instance.
 *
 * Loading the module makes the device mdev_vnet, a parent that exists in
 * software alone. Writing a UUID to the "create" file of its type makes an
 * instance: mvnet_probe() gives it two faces. For user space it is a VFIO
 * device that looks like a legacy virtio-net PCI function (vfio.c, pci.c,
 * irq.c, virtio.c); for the kernel it is a network interface (netdev.c).
 * Frames go from one to the other through the rings of vring.c, in memory that
 * pins.c holds.
 */

#include <linux/module.h>
#include <linux/sysfs.h>

#include "mdev_vnet.h"

/*
 * A worker waits for VFIO's lock of its container, which a program can hold
 * for as long as it wants. So the queue must be wide enough for every instance
 * to wait at the same time: none waits for somebody else's program.
 */
struct workqueue_struct *mvnet_wq;

unsigned int mvnet_nr_pairs = 1;
module_param_named(queue_pairs, mvnet_nr_pairs, uint, 0444);
MODULE_PARM_DESC(queue_pairs, "receive and transmit queues of a device, 1 to 8");

static struct mdev_soft_parent mvnet_parent = {
	.class.name = MVNET_NAME,
};

static struct mdev_type mvnet_type = {
	.sysfs_name = "nic",
	.pretty_name = "virtio-net NIC",
};

static struct mdev_type *mvnet_types[] = {
	&mvnet_type,
};

void mvnet_kick(struct mvnet *mv)
{
	queue_work(mvnet_wq, &mv->work);
}

static ssize_t mvnet_show_description(struct mdev_type *type, char *buf)
{
	return sysfs_emit(buf,
			  "legacy virtio-net PCI function, %u queue pairs, network interface in the kernel\n",
			  mvnet_nr_pairs);
}

static int mvnet_probe(struct mdev_device *mdev)
{
	struct mvnet *mv;
	int ret;

	mv = vfio_alloc_device(mvnet, vdev, &mdev->dev, &mvnet_vfio_ops);
	if (IS_ERR(mv))
		return PTR_ERR(mv);

	ret = mvnet_netdev_create(mv);
	if (ret)
		goto put_device;

	/* "Emulated IOMMU": user space maps memory, but no hardware sees it. */
	ret = vfio_register_emulated_iommu_dev(&mv->vdev);
	if (ret)
		goto destroy_netdev;

	dev_set_drvdata(&mdev->dev, mv);
	return 0;

destroy_netdev:
	mvnet_netdev_destroy(mv);
put_device:
	vfio_put_device(&mv->vdev);
	return ret;
}

static void mvnet_remove(struct mdev_device *mdev)
{
	struct mvnet *mv = dev_get_drvdata(&mdev->dev);

	/*
	 * Waits until user space has closed the device, and calls the request
	 * operation now and then to make it do so.
	 */
	vfio_unregister_group_dev(&mv->vdev);
	mvnet_netdev_destroy(mv);
	vfio_put_device(&mv->vdev);
}

static struct mdev_driver mvnet_driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	.max_instances = MVNET_MAX_INSTANCES,
	.driver = {
		.name = MVNET_NAME,
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
	},
	.probe = mvnet_probe,
	.remove = mvnet_remove,
	.show_description = mvnet_show_description,
};

static int __init mvnet_init(void)
{
	int ret;

	if (!mvnet_nr_pairs || mvnet_nr_pairs > MVNET_MAX_PAIRS) {
		pr_err(MVNET_NAME ": queue_pairs=%u, but it can be 1 to %d\n",
		       mvnet_nr_pairs, MVNET_MAX_PAIRS);
		return -EINVAL;
	}
	mvnet_wq = alloc_workqueue(MVNET_NAME, WQ_UNBOUND, MVNET_MAX_INSTANCES);
	if (!mvnet_wq)
		return -ENOMEM;

	ret = mdev_soft_parent_register(&mvnet_parent, &mvnet_driver,
					mvnet_types, ARRAY_SIZE(mvnet_types));
	if (ret)
		destroy_workqueue(mvnet_wq);
	return ret;
}

static void __exit mvnet_exit(void)
{
	/* Removes the instances; an open one holds the module, so none is. */
	mdev_soft_parent_unregister(&mvnet_parent);
	destroy_workqueue(mvnet_wq);
	mvnet_pins_exit();
}

module_init(mvnet_init);
module_exit(mvnet_exit);

MODULE_DESCRIPTION("Sample mediated NIC: virtio-net for user space, a network interface for the kernel");
MODULE_AUTHOR("The DPDK mdev bus authors");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("post: vfio_iommu_type1");
