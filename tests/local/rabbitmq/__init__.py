"""`serve --rabbitmq`, against a real RabbitMQ."""
