"""The emulated Huawei Cloud, and this project's tools on it."""
