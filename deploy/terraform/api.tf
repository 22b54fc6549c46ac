# An API of a dedicated APIG instance, which answers with what was done. Nobody gets in without
# authentication.

locals {
  api      = var.apig_trigger ? 1 : 0
  app      = var.apig_trigger && var.apig_auth == "APP" ? 1 : 0
  api_name = replace(var.function_name, "-", "_")
  app_name = replace(var.function_name, "_", "-")
  release  = "DEFAULT_ENVIRONMENT_RELEASE_ID"
}

resource "huaweicloud_apig_group" "function" {
  count = local.api

  instance_id = var.apig_instance_id
  name        = "${local.api_name}_apis"

  lifecycle {
    precondition {
      condition     = var.apig_instance_id != ""
      error_message = "With apig_trigger, the variable apig_instance_id is needed."
    }
  }
}

resource "huaweicloud_apig_api" "function" {
  count = local.api

  instance_id             = var.apig_instance_id
  group_id                = huaweicloud_apig_group.function[0].id
  name                    = "vault_sync"
  type                    = "Public"
  request_protocol        = "HTTPS"
  request_method          = "ANY" # the function answers 405 to anything but a POST
  request_path            = var.apig_path
  matching                = "Exact"
  security_authentication = var.apig_auth
  simple_authentication   = var.apig_auth == "APP" # an AppCode in a header is enough

  func_graph {
    function_urn    = replace(huaweicloud_fgs_function.function.urn, "/:latest$/", "")
    version         = "latest"
    invocation_type = "sync"
    timeout         = 60000 # milliseconds that APIG waits, its most
  }
}

resource "huaweicloud_apig_api_publishment" "function" {
  count = local.api

  instance_id = var.apig_instance_id
  env_id      = local.release
  api_id      = huaweicloud_apig_api.function[0].id
}

resource "huaweicloud_apig_throttling_policy" "function" {
  count = local.api

  instance_id      = var.apig_instance_id
  name             = "${local.api_name}_limit"
  type             = "API-based"
  period           = 1
  period_unit      = "MINUTE"
  max_api_requests = var.apig_requests_per_minute
}

resource "huaweicloud_apig_throttling_policy_associate" "function" {
  count = local.api

  instance_id = var.apig_instance_id
  policy_id   = huaweicloud_apig_throttling_policy.function[0].id
  publish_ids = [huaweicloud_apig_api_publishment.function[0].publish_id]
}

# Who may call, with APP: one application with an AppCode.

resource "huaweicloud_apig_application" "caller" {
  count = local.app

  instance_id = var.apig_instance_id
  name        = "${local.app_name}-caller"
}

resource "huaweicloud_apig_appcode" "caller" {
  count = local.app

  instance_id    = var.apig_instance_id
  application_id = huaweicloud_apig_application.caller[0].id
}

resource "huaweicloud_apig_application_authorization" "caller" {
  count      = local.app
  depends_on = [huaweicloud_apig_api_publishment.function]

  instance_id    = var.apig_instance_id
  application_id = huaweicloud_apig_application.caller[0].id
  env_id         = local.release
  api_ids        = [huaweicloud_apig_api.function[0].id]
}
