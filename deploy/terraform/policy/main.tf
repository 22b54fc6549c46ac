# The least permissions, as `python -m deploy policy` derives them from template.yaml. This module has
# no provider, so that any Terraform can evaluate it alone.

variable "requests" {
  description = "Every request that the configuration itself holds, as JSON text."
  type        = list(string)
}

variable "has_messages" {
  description = "Whether requests arrive in messages, too, which may ask for anything."
  type        = bool
}

variable "has_queue" {
  description = "Whether a queue of DMS fires the function."
  type        = bool
}

variable "has_vpc" {
  description = "Whether the function is attached to a VPC."
  type        = bool
}

variable "continues" {
  description = "Whether the function starts a next run of itself."
  type        = bool
}

locals {
  parsed = [for text in var.requests : try(jsondecode(text), null)]

  # The fields of each `select`, and of each report.
  selections = [for request in local.parsed : try(keys(request.select), [])]
  reports    = [for request in local.parsed : keys(request) if try(request.action == "report", false)]

  # Each thing that the settings can switch on, and the actions that it leads to.
  features = [
    { # start the sync of a vault, and find out what became of one whose answer was lost
      used    = true
      actions = ["cbr:vaults:sync", "cbr:tasks:list"]
    },
    { # select all vaults, or those of a name
      used    = var.has_messages || anytrue([for fields in local.selections : contains(fields, "all") || contains(fields, "name")])
      actions = ["cbr:vaults:list"]
    },
    { # select vaults by their tags
      used    = var.has_messages || anytrue([for fields in local.selections : contains(fields, "tags")])
      actions = ["cbr:vaults:listResourceInstances"]
    },
    { # name the vaults that are behind
      used    = var.has_messages || anytrue([for fields in local.reports : contains(fields, "max_age_hours")])
      actions = ["cbr:vaults:list"]
    },
    { # start a next run
      used    = var.continues
      actions = ["functiongraph:function:invokeAsync"]
    },
    { # publish what was done
      used    = true
      actions = ["smn:topic:publish"]
    },
    { # FunctionGraph looks up the failure destination
      used    = true
      actions = ["smn:topic:list"]
    },
    { # FunctionGraph puts a network card for the function into the VPC
      used = var.has_vpc
      actions = [
        "vpc:vpcs:get", "vpc:subnets:get", "vpc:ports:get", "vpc:ports:create",
        "vpc:securityGroups:get", "vpc:vips:delete",
      ]
    },
    { # FunctionGraph looks up the queue
      used    = var.has_queue
      actions = ["dms:instance:get"]
    },
  ]

  used = [for feature in local.features : feature.actions if feature.used]

  # No action stands twice.
  new = [for number, actions in local.used : sort(setsubtract(actions, flatten(slice(local.used, 0, number))))]
}

output "document" {
  description = "The custom policy (version 1.1), as JSON text."
  value = jsonencode({
    Version   = "1.1"
    Statement = [for actions in local.new : { Effect = "Allow", Action = actions } if length(actions) > 0]
  })
}
