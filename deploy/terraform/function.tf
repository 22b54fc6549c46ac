locals {
  settings = merge(var.environment, {
    SMN_TOPIC_URN          = local.topic_urn
    REGION                 = var.region
    PROJECT_ID             = var.project_id
    ALLOWED_PROJECTS       = var.allowed_projects
    CBR_ENDPOINT           = var.cbr_endpoint
    SMN_ENDPOINT           = var.smn_endpoint
    FUNCTIONGRAPH_ENDPOINT = var.continue_endpoint
    CONTINUE_AS            = var.continue_as
    NOTIFY_ON              = var.notify_on
  })
}

resource "huaweicloud_fgs_function" "function" {
  name                  = var.function_name
  app                   = "default"
  description           = "Synchronises the restore points of CBR hybrid-cloud vaults"
  functiongraph_version = "v2"
  runtime               = var.runtime
  handler               = "index.handler"
  initializer_handler   = "index.initializer"
  initializer_timeout   = 30
  code_type             = "obs"
  code_url              = var.code_url
  memory_size           = var.memory_size
  timeout               = var.timeout
  agency                = huaweicloud_identity_agency.function.name
  enable_lts_log        = true # FunctionGraph makes a log group and a stream of its own
  user_data             = jsonencode({ for name, value in local.settings : name => value if value != "" })
  vpc_id                = var.vpc_id != "" ? var.vpc_id : null
  network_id            = var.subnet_id != "" ? var.subnet_id : null

  lifecycle {
    precondition {
      condition     = (var.vpc_id == "") == (var.subnet_id == "")
      error_message = "The variables vpc_id and subnet_id go together: give both or neither."
    }

    precondition {
      condition     = var.continue_as == "" || can(regex(":function:default:${var.function_name}(:.*)?$", var.continue_as))
      error_message = "The value of continue_as must be the URN of this very function, as the output function_urn shows it."
    }
  }
}

# Without this policy nobody hears of a run that failed.
resource "huaweicloud_fgs_async_invoke_configuration" "function" {
  function_urn                   = huaweicloud_fgs_function.function.urn
  max_async_retry_attempts       = 2
  max_async_event_age_in_seconds = 3600

  on_failure {
    destination = "SMN"
    param       = jsonencode({ topic_urn = local.failure_topic_urn })
  }
}
