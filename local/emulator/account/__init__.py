"""The account: projects, access keys, and the agencies that services act by."""
