"""From template.yaml to the cloud: validate, package, plan, apply, render."""
