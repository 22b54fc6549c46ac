"""How requests reach the emulated cloud: over HTTP, or in the process that makes them."""
