# What the function is asked, and the least permissions that follow. The policy follows the variables
# whenever they are applied. No resource stands in this file, so that it can be evaluated alone.

locals {
  timers = merge(
    {
      daily = { name = "vault-sync-daily", schedule = var.schedule, user_event = var.sync_request }
    },
    # What a run or a message missed, for whatever reason, is made good within the hour.
    var.catch_up_timer ? {
      catch_up = { name = "vault-sync-catch-up", schedule = var.catch_up_schedule, user_event = var.catch_up_request }
    } : {},
    var.report_timer ? {
      report = {
        name     = "vault-sync-report"
        schedule = var.report_schedule
        user_event = jsonencode({
          action         = "report"
          window_minutes = var.report_window_minutes
          max_age_hours  = var.report_max_age_hours
        })
      }
    } : {},
  )

  has_queue = var.kafka_trigger || var.rabbitmq_trigger || var.rocketmq_trigger
}

module "policy" {
  source = "./policy"

  requests     = concat([for timer in local.timers : timer.user_event], [lookup(var.environment, "DEFAULT_REQUEST", "")])
  has_messages = local.has_queue || var.smn_trigger || var.apig_trigger
  has_queue    = local.has_queue
  has_vpc      = var.vpc_id != ""
  continues    = var.continue_as != ""
}
