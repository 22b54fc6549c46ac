# What fires the function. The event data are FunctionGraph's own
# (support.huaweicloud.com/intl/en-us/api-functiongraph/functiongraph_06_0122.html).

resource "huaweicloud_fgs_function_trigger" "timer" {
  for_each = local.timers

  function_urn = huaweicloud_fgs_function.function.urn
  type         = "TIMER"
  status       = "ACTIVE"
  event_data = jsonencode({
    name          = each.value.name
    schedule_type = "Cron"
    schedule      = each.value.schedule
    user_event    = each.value.user_event
  })
}

resource "huaweicloud_fgs_function_trigger" "kafka" {
  count = var.kafka_trigger ? 1 : 0

  function_urn = huaweicloud_fgs_function.function.urn
  type         = "KAFKA"
  status       = "ACTIVE" # from the second apply on: the provider does not send it when it creates
  event_data = jsonencode({
    for name, value in {
      instance_id      = var.kafka_instance_id
      topic_ids        = [var.kafka_topic]
      batch_size       = 100
      kafka_user       = var.kafka_user
      kafka_password   = var.kafka_password
      kafka_ssl_enable = var.kafka_tls
    } : name => value if value != ""
  })

  lifecycle {
    precondition {
      condition     = var.vpc_id != "" && var.kafka_instance_id != "" && var.kafka_topic != ""
      error_message = "With kafka_trigger, the variables vpc_id, subnet_id, kafka_instance_id and kafka_topic are needed."
    }
  }
}

resource "huaweicloud_fgs_function_trigger" "rabbitmq" {
  count = var.rabbitmq_trigger ? 1 : 0

  function_urn = huaweicloud_fgs_function.function.urn
  type         = "RABBITMQ"
  status       = "ACTIVE"
  event_data = jsonencode({
    for name, value in {
      instance_id     = var.rabbitmq_instance_id
      exchange_name   = var.rabbitmq_exchange
      vhost           = var.rabbitmq_vhost
      access_user     = var.rabbitmq_user
      access_password = var.rabbitmq_password
      batch_size      = 100
    } : name => value if value != ""
  })

  lifecycle {
    precondition {
      condition = alltrue([
        for value in [var.vpc_id, var.rabbitmq_instance_id, var.rabbitmq_exchange, var.rabbitmq_password] : value != ""
      ])
      error_message = "With rabbitmq_trigger, the variables vpc_id, subnet_id, rabbitmq_instance_id, rabbitmq_exchange and rabbitmq_password are needed."
    }
  }
}

resource "huaweicloud_fgs_function_trigger" "rocketmq" {
  count = var.rocketmq_trigger ? 1 : 0

  function_urn = huaweicloud_fgs_function.function.urn
  type         = "ROCKETMQ"
  status       = "ACTIVE" # as for Kafka
  event_data = jsonencode({
    instance_id = var.rocketmq_instance_id
    topic_ids   = [var.rocketmq_topic]
    batch_size  = 100
  })

  lifecycle {
    precondition {
      condition     = var.vpc_id != "" && var.rocketmq_instance_id != "" && var.rocketmq_topic != ""
      error_message = "With rocketmq_trigger, the variables vpc_id, subnet_id, rocketmq_instance_id and rocketmq_topic are needed."
    }
  }
}

resource "huaweicloud_fgs_function_trigger" "smn" {
  count = var.smn_trigger ? 1 : 0

  function_urn = huaweicloud_fgs_function.function.urn
  type         = "SMN"
  status       = "ACTIVE"
  event_data   = jsonencode({ topic_urn = var.smn_trigger_topic_urn })

  lifecycle {
    precondition {
      condition     = var.smn_trigger_topic_urn != "" && !contains([local.topic_urn, local.failure_topic_urn], var.smn_trigger_topic_urn)
      error_message = "With smn_trigger, smn_trigger_topic_urn must name a topic that the function's own messages do not go to."
    }
  }
}
