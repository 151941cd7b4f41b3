// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * Mediated devices of any shape, for tests: what a device answers to VFIO's
 * questions is written into files below shape/ of its directory in sysfs, see
 * shape.c. Behind the answers there is memory and nothing else.
 *
 * For how a mediated device works, read mdev_vnet: this module is a tool.
 */

#include <linux/delay.h>
#include <linux/module.h>

#include "mdev_shapes.h"

#define MSHAPE_MAX_INSTANCES	64

/* Who makes a device can not be killed meanwhile. */
#define MSHAPE_MAX_DELAY_MS	10000

static unsigned int probe_delay_ms;

static int mshape_set_delay(const char *val, const struct kernel_param *kp)
{
	return param_set_uint_minmax(val, kp, 0, MSHAPE_MAX_DELAY_MS);
}

static const struct kernel_param_ops mshape_delay_ops = {
	.set = mshape_set_delay,
	.get = param_get_uint,
};

module_param_cb(probe_delay_ms, &mshape_delay_ops, &probe_delay_ms, 0644);
MODULE_PARM_DESC(probe_delay_ms, "How long it takes to make a device, up to 10000");

static struct mdev_soft_parent mshape_parent = {
	.class.name = MSHAPE_NAME,
};

static struct mdev_type mshape_type = {
	.sysfs_name = "device",
	.pretty_name = "test device",
};

static struct mdev_type *mshape_types[] = {
	&mshape_type,
};

static int mshape_probe(struct mdev_device *mdev)
{
	struct mshapes *ms;
	int ret;

	/* User space knows of the device already, and may look at it. */
	msleep(READ_ONCE(probe_delay_ms));
	ms = vfio_alloc_device(mshapes, vdev, &mdev->dev, &mshape_vfio_ops);
	if (IS_ERR(ms))
		return PTR_ERR(ms);

	dev_set_drvdata(&mdev->dev, ms);
	ret = vfio_register_emulated_iommu_dev(&ms->vdev);
	if (ret)
		vfio_put_device(&ms->vdev);
	return ret;
}

static void mshape_remove(struct mdev_device *mdev)
{
	struct mshapes *ms = dev_get_drvdata(&mdev->dev);

	vfio_unregister_group_dev(&ms->vdev);
	vfio_put_device(&ms->vdev);
}

static struct mdev_driver mshape_driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	.max_instances = MSHAPE_MAX_INSTANCES,
	.driver = {
		.name = MSHAPE_NAME,
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
		/* Made after probe, gone before remove. */
		.dev_groups = mshape_groups,
	},
	.probe = mshape_probe,
	.remove = mshape_remove,
};

static int __init mshape_module_init(void)
{
	return mdev_soft_parent_register(&mshape_parent, &mshape_driver,
					 mshape_types,
					 ARRAY_SIZE(mshape_types));
}

static void __exit mshape_module_exit(void)
{
	mdev_soft_parent_unregister(&mshape_parent);
}

module_init(mshape_module_init);
module_exit(mshape_module_exit);

MODULE_DESCRIPTION("Mediated test devices of any shape");
MODULE_AUTHOR("The DPDK mdev bus authors");
MODULE_LICENSE("GPL");
MODULE_SOFTDEP("post: vfio_iommu_type1");
