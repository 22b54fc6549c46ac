# Cloud Eye looks at the function from outside
# (support.huaweicloud.com/usermanual-functiongraph/functiongraph_01_0213.html).

locals {
  alarms   = var.alarms ? 1 : 0
  function = "default-${var.function_name}"
  hourly   = var.catch_up_timer || var.report_timer
}

resource "huaweicloud_ces_alarmrule" "failed" {
  count = local.alarms

  alarm_name           = "${var.function_name}-failed"
  alarm_description    = "A run of the function ${var.function_name} ended in an error"
  alarm_action_enabled = true

  metric {
    namespace = "SYS.FunctionGraph"
  }

  resources {
    dimensions {
      name  = "package-functionname"
      value = local.function
    }
  }

  condition {
    metric_name         = "failcount"
    period              = 300
    filter              = "sum"
    comparison_operator = ">"
    value               = 0
    count               = 1
    unit                = "Count"
    alarm_level         = 2
    suppress_duration   = 3600
  }

  alarm_actions {
    type              = "notification"
    notification_list = [local.failure_topic_urn]
  }
}

# Cloud Eye raises nothing while it has no data at all; heartbeat_url does not depend on it.
resource "huaweicloud_ces_alarmrule" "silent" {
  count = local.alarms

  alarm_name           = "${var.function_name}-silent"
  alarm_description    = "The function ${var.function_name} did not run"
  alarm_action_enabled = true

  metric {
    namespace = "SYS.FunctionGraph"
  }

  resources {
    dimensions {
      name  = "package-functionname"
      value = local.function
    }
  }

  condition {
    metric_name         = "count"
    period              = local.hourly ? 3600 : 86400
    filter              = "sum"
    comparison_operator = "<"
    value               = 1
    count               = 2
    unit                = "Count"
    alarm_level         = 2
    suppress_duration   = 86400
  }

  alarm_actions {
    type              = "notification"
    notification_list = [local.failure_topic_urn]
  }
}
