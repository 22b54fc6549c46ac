"""Cloud Backup and Recovery: vaults, synchronisation, operation logs."""
