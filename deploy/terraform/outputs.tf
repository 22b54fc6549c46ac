output "function_urn" {
  description = "The function's URN; continue_as takes it."
  value       = huaweicloud_fgs_function.function.urn
}

output "topic_urn" {
  description = "The topic that gets the notifications."
  value       = local.topic_urn
}

output "failure_topic_urn" {
  description = "The topic that is told of runs that failed."
  value       = local.failure_topic_urn
}

output "policy" {
  description = "What the agency may do."
  value       = module.policy.document
}

output "apig_group_id" {
  description = "The API's group, whose page in the console shows the API's address; null without an API."
  value       = one(huaweicloud_apig_group.function[*].id)
}

output "apig_app_code" {
  description = "What a caller sends as X-Apig-AppCode; null without an app."
  value       = one(huaweicloud_apig_appcode.caller[*].value)
  sensitive   = true
}
