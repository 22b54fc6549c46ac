"""Reads, fills and checks ``template.yaml``."""
