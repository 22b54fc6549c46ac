"""What API Gateway does with a request before and after a service has it."""
