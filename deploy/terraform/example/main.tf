# The module as a configuration of one's own uses it: `terraform init && terraform apply` here, or copy
# it. The key comes from HW_ACCESS_KEY and HW_SECRET_KEY.

terraform {
  required_providers {
    huaweicloud = {
      source  = "huaweicloud/huaweicloud"
      version = ">= 1.75.2"
    }
  }
}

variable "region" {
  type = string
}

variable "bucket" {
  description = "Name of the OBS bucket to make for the package."
  type        = string
}

variable "package" {
  description = "The zip that `make package` wrote."
  type        = string
  default     = "../../../build/function.zip"
}

variable "problem_emails" {
  type    = set(string)
  default = []
}

provider "huaweicloud" {
  region = var.region
}

resource "huaweicloud_obs_bucket" "packages" {
  bucket = var.bucket
}

# The name changes with the content, so that a new package is noticed.
resource "huaweicloud_obs_bucket_object" "package" {
  bucket = huaweicloud_obs_bucket.packages.bucket
  key    = "vault-sync-${filesha256(var.package)}.zip"
  source = var.package
}

module "vault_sync" {
  source = "./.."

  region         = var.region
  code_url       = "https://${huaweicloud_obs_bucket.packages.bucket_domain_name}/${huaweicloud_obs_bucket_object.package.key}"
  problem_emails = var.problem_emails
}

output "function_urn" {
  value = module.vault_sync.function_urn
}
