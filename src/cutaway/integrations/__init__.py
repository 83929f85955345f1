"""Native ways in for the frameworks that train: one thin file each, which alone imports its library.

Each gives what is logged to a `cutaway.SummaryWriter`: scalars, hyper-parameters and, where the framework hands it
over, the model's structure. None of them needs tensorboard.
"""
