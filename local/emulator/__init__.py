"""The emulated cloud, apart from how requests reach it."""
