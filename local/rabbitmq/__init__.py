"""`serve --rabbitmq`: a real RabbitMQ, read for the functions of a served cloud."""
