"""``nn.Module``, its containers and the layers of torch.nn: how they are built, what is in them, what calling them does.

Enters: classes, arguments and instances, and the declarations of ``layers/``.  Leaves: instances with their attributes,
outputs of calls with their entries on the tape, and :func:`~.torch_classes.torch_class`, the class behind ``nn.<name>``.
"""
