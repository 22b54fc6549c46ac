# What the function publishes, and what FunctionGraph and Cloud Eye say of runs that failed. The second
# topic is another one, so that it is heard even where the first is wrong.

locals {
  topic_urn         = var.smn_topic_urn != "" ? var.smn_topic_urn : huaweicloud_smn_topic.notifications[0].id
  failure_topic_urn = var.failure_topic_urn != "" ? var.failure_topic_urn : huaweicloud_smn_topic.failures[0].id
}

resource "huaweicloud_smn_topic" "notifications" {
  count = var.smn_topic_urn == "" ? 1 : 0

  name = var.topic_name
}

resource "huaweicloud_smn_topic" "failures" {
  count = var.failure_topic_urn == "" ? 1 : 0

  name = "${var.topic_name}-failures"
}

resource "huaweicloud_smn_subscription" "everything" {
  for_each = var.emails

  topic_urn = local.topic_urn
  protocol  = "email"
  endpoint  = each.value
}

resource "huaweicloud_smn_subscription" "problems" {
  for_each = setsubtract(var.problem_emails, var.emails)

  topic_urn = local.topic_urn
  protocol  = "email"
  endpoint  = each.value
}

resource "huaweicloud_smn_subscription_filter_policy" "problems" {
  for_each = huaweicloud_smn_subscription.problems

  subscription_urn = each.value.id

  filter_policies {
    name          = "outcome"
    string_equals = ["problem"]
  }
}

# No filter here: messages of FunctionGraph and Cloud Eye have no attribute `outcome`.
resource "huaweicloud_smn_subscription" "failures" {
  for_each = setunion(var.emails, var.problem_emails)

  topic_urn = local.failure_topic_urn
  protocol  = "email"
  endpoint  = each.value
}

resource "huaweicloud_smn_subscription" "heartbeat" {
  count = var.heartbeat_url == "" ? 0 : 1

  topic_urn = local.topic_urn
  protocol  = "https"
  endpoint  = var.heartbeat_url
}
