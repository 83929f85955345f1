"""``tensorboardX.proto``: the messages that programs make themselves."""
