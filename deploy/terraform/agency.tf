# The agency that trusts FunctionGraph.

resource "huaweicloud_identity_role" "function" {
  name        = var.agency
  description = "What the function ${var.function_name} needs and nothing else"
  type        = "XA"
  policy      = module.policy.document
}

resource "huaweicloud_identity_agency" "function" {
  name                  = var.agency
  description           = "For the function ${var.function_name}"
  delegated_domain_name = "op_svc_cff" # FunctionGraph

  dynamic "project_role" {
    for_each = length(var.agency_projects) > 0 ? var.agency_projects : [var.region]

    content {
      project = project_role.value
      roles   = [huaweicloud_identity_role.function.name]
    }
  }

  lifecycle {
    precondition {
      condition     = var.allowed_projects == "" || length(var.agency_projects) > length(split(",", var.allowed_projects))
      error_message = "With allowed_projects, agency_projects must name the function's own project and each of the others."
    }
  }
}
