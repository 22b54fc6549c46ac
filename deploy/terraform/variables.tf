# The parameters of template.yaml under their names in lower case, with the same defaults, and what
# Terraform makes besides: topics, subscriptions, the agency, the API and the alarms.

# Where

variable "region" {
  description = "Region of the function, of its topics and of its vaults."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9-]+$", var.region))
    error_message = "The value of region must be a region's name, such as eu-west-101."
  }
}

variable "project_id" {
  description = "Project of the vaults; empty takes the topic's."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{0,64}$", var.project_id))
    error_message = "The value of project_id must be a project's ID, not its name."
  }
}

variable "code_url" {
  description = "URL in OBS of the zip that `python -m deploy package` built. A new package needs a new URL: give each one a name of its own."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^https://\\S+\\.zip$", var.code_url))
    error_message = "The value of code_url must be an https:// URL that ends in .zip."
  }
}

# Function

variable "function_name" {
  description = "Name of the function."
  type        = string
  default     = "vault-sync"
  nullable    = false

  validation {
    # Cloud Eye's dimension, default-NAME, has at most 64 characters.
    condition     = can(regex("^[A-Za-z]([A-Za-z0-9_-]{0,54}[A-Za-z0-9])?$", var.function_name))
    error_message = "The value of function_name must have at most 56 letters, digits, - and _, begin with a letter and end with a letter or a digit."
  }
}

variable "runtime" {
  description = "Must be the runtime that the package was built for."
  type        = string
  default     = "Python3.12"
  nullable    = false

  validation {
    condition     = contains(["Python3.10", "Python3.12"], var.runtime)
    error_message = "The value of runtime must be Python3.10 or Python3.12."
  }
}

variable "memory_size" {
  description = "MB; also decides the share of a core: 0.2, and 0.1 for each 128 MB."
  type        = number
  default     = 256
  nullable    = false

  validation {
    condition     = contains([128, 256, 512, 768, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 3584, 4096, 8192, 10240], var.memory_size)
    error_message = "The value of memory_size must be one of FunctionGraph's sizes: 128, 256, 512 and so on up to 10240."
  }
}

variable "timeout" {
  description = "Seconds after which FunctionGraph ends a run, 3 to 259200."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = var.timeout >= 3 && var.timeout <= 259200 && floor(var.timeout) == var.timeout
    error_message = "The value of timeout must be a whole number from 3 to 259200."
  }
}

variable "environment" {
  description = "Further environment variables, such as MAX_CONCURRENCY or DEFAULT_REQUEST: docs/configuration.md has all of them."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = length(setintersection(keys(var.environment), [
      "SMN_TOPIC_URN", "REGION", "PROJECT_ID", "ALLOWED_PROJECTS", "CBR_ENDPOINT", "SMN_ENDPOINT",
      "FUNCTIONGRAPH_ENDPOINT", "CONTINUE_AS", "NOTIFY_ON",
    ])) == 0
    error_message = "The map environment must not name a setting that has a variable of its own, such as NOTIFY_ON."
  }
}

# What is synchronised, and when

variable "schedule" {
  description = "When the timer fires: second minute hour day month weekday, in the region's time zone unless CRON_TZ=Area/City stands in front."
  type        = string
  default     = "0 17 6 * * *"
  nullable    = false

  validation {
    condition     = can(regex("^(CRON_TZ=\\S+ )?(\\S+ ){5}\\S+$", var.schedule))
    error_message = "The value of schedule must have six fields: second minute hour day month weekday. With the five of Unix cron it would mean something else."
  }
}

variable "sync_request" {
  description = "Which vaults the timer synchronises, as JSON; fewer with for example {\"select\": {\"name\": \"prod-*\"}} or {\"vault_ids\": [\"...\"]}."
  type        = string
  default     = "{\"select\": {\"all\": true}}"
  nullable    = false

  validation {
    condition     = can(keys(jsondecode(var.sync_request))) && length(var.sync_request) < 2048
    error_message = "The value of sync_request must be a JSON object of less than 2 KB."
  }
}

variable "catch_up_timer" {
  description = "Synchronise every hour the vaults that are behind."
  type        = bool
  default     = true
  nullable    = false
}

variable "catch_up_schedule" {
  description = "When the timer that catches up fires; the same form as schedule."
  type        = string
  default     = "CRON_TZ=Etc/UTC 0 23 * * * *"
  nullable    = false

  validation {
    condition     = can(regex("^(CRON_TZ=\\S+ )?(\\S+ ){5}\\S+$", var.catch_up_schedule))
    error_message = "The value of catch_up_schedule must have six fields: second minute hour day month weekday."
  }
}

variable "catch_up_request" {
  description = "Which vaults are caught up with, as JSON: those of sync_request, and after how many hours without a successful sync, 1 to 720."
  type        = string
  default     = "{\"select\": {\"all\": true, \"older_than_hours\": 26}}"
  nullable    = false

  validation {
    condition     = can(keys(jsondecode(var.catch_up_request))) && length(var.catch_up_request) < 2048
    error_message = "The value of catch_up_request must be a JSON object of less than 2 KB."
  }
}

variable "report_timer" {
  description = "Report how the syncs ended, and which vaults are behind."
  type        = bool
  default     = true
  nullable    = false
}

variable "report_schedule" {
  description = "When the report's timer fires; the same form as schedule."
  type        = string
  default     = "CRON_TZ=Etc/UTC 0 43 * * * *"
  nullable    = false

  validation {
    condition     = can(regex("^(CRON_TZ=\\S+ )?(\\S+ ){5}\\S+$", var.report_schedule))
    error_message = "The value of report_schedule must have six fields: second minute hour day month weekday."
  }
}

variable "report_window_minutes" {
  description = "Minutes that a report covers; the interval of report_schedule, so that reports neither miss nor repeat a sync."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.report_window_minutes >= 1 && var.report_window_minutes <= 43200 && floor(var.report_window_minutes) == var.report_window_minutes
    error_message = "The value of report_window_minutes must be a whole number from 1 to 43200."
  }
}

variable "report_max_age_hours" {
  description = "A vault whose last successful sync is older, 1 to 720 hours, is reported as behind."
  type        = number
  default     = 26
  nullable    = false

  validation {
    condition     = var.report_max_age_hours >= 1 && var.report_max_age_hours <= 720 && floor(var.report_max_age_hours) == var.report_max_age_hours
    error_message = "The value of report_max_age_hours must be a whole number from 1 to 720."
  }
}

variable "allowed_projects" {
  description = "Other projects whose vaults an event may name, separated by commas; empty allows none."
  type        = string
  default     = ""
  nullable    = false
}

variable "continue_as" {
  description = "The function's own URN: vaults for which one run's time is too short go to a next run, instead of an error; empty does not."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.continue_as == "" || can(regex("^urn:fss:[a-z0-9-]+:[A-Za-z0-9_-]+:function:[\\w-]+:[\\w-]+(:[\\w.!-]+)?$", var.continue_as))
    error_message = "The value of continue_as must be a function's URN, urn:fss:REGION:PROJECT_ID:function:default:NAME."
  }
}

# Who hears of it

variable "notify_on" {
  description = "Send a message after each run, or only when there is a problem."
  type        = string
  default     = "always"
  nullable    = false

  validation {
    condition     = contains(["always", "problems"], var.notify_on)
    error_message = "The value of notify_on must be always or problems."
  }
}

variable "smn_topic_urn" {
  description = "Topic that gets the notifications; empty makes one, called topic_name."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.smn_topic_urn == "" || can(regex("^urn:smn:[a-z0-9-]+:[A-Za-z0-9_-]+:[A-Za-z0-9][A-Za-z0-9_-]{0,254}$", var.smn_topic_urn))
    error_message = "The value of smn_topic_urn must be a topic's URN, urn:smn:REGION:PROJECT_ID:NAME."
  }
}

variable "failure_topic_urn" {
  description = "Topic that FunctionGraph and Cloud Eye themselves tell of runs that failed; empty makes one, called topic_name-failures."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.failure_topic_urn == "" || can(regex("^urn:smn:[a-z0-9-]+:[A-Za-z0-9_-]+:[A-Za-z0-9][A-Za-z0-9_-]{0,254}$", var.failure_topic_urn))
    error_message = "The value of failure_topic_urn must be a topic's URN, urn:smn:REGION:PROJECT_ID:NAME."
  }
}

variable "topic_name" {
  description = "Name of the topic to make."
  type        = string
  default     = "vault-sync"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9_-]{0,245}$", var.topic_name))
    error_message = "The value of topic_name must have at most 246 letters, digits, - and _, and begin with a letter or a digit."
  }
}

variable "problem_emails" {
  description = "Addresses that get problems only: problems that the function finds, and runs that failed. Each must confirm its subscription."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "emails" {
  description = "Addresses that get every notification."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "heartbeat_url" {
  description = "An https:// address that gets every notification and raises an alarm when the hourly report does not come; empty has none."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.heartbeat_url == "" || can(regex("^https://\\S+$", var.heartbeat_url))
    error_message = "The value of heartbeat_url must be an https:// URL."
  }
}

variable "alarms" {
  description = "Have Cloud Eye raise an alarm when runs fail, and when nothing runs."
  type        = bool
  default     = true
  nullable    = false
}

# What the function may do

variable "agency" {
  description = "Name of the agency to make, and of its policy."
  type        = string
  default     = "vault-sync"
  nullable    = false

  validation {
    condition     = can(regex("^[\\w.-]{1,64}$", var.agency))
    error_message = "The value of agency must have at most 64 letters, digits, -, _ and full stops."
  }
}

variable "agency_projects" {
  description = "Names of the projects in which the agency may do its work: the function's own, and each of allowed_projects. Empty takes the region's own project."
  type        = set(string)
  default     = []
  nullable    = false
}

# How the services are reached

variable "cbr_endpoint" {
  description = "Another endpoint for CBR, such as a VPC endpoint; empty takes the region's."
  type        = string
  default     = ""
  nullable    = false
}

variable "smn_endpoint" {
  description = "Another endpoint for SMN; empty takes the region's."
  type        = string
  default     = ""
  nullable    = false
}

variable "continue_endpoint" {
  description = "Another endpoint for FunctionGraph, which only continue_as needs; empty takes the region's."
  type        = string
  default     = ""
  nullable    = false
}

variable "vpc_id" {
  description = "VPC of the queue instance; empty leaves the function outside any VPC."
  type        = string
  default     = ""
  nullable    = false
}

variable "subnet_id" {
  description = "Network ID of the queue instance's own subnet."
  type        = string
  default     = ""
  nullable    = false
}

# Queues

variable "kafka_trigger" {
  description = "Synchronise what the messages of a DMS for Kafka topic ask for."
  type        = bool
  default     = false
  nullable    = false
}

variable "kafka_instance_id" {
  description = "ID of the Kafka instance."
  type        = string
  default     = ""
  nullable    = false
}

variable "kafka_topic" {
  description = "Name of the Kafka topic."
  type        = string
  default     = ""
  nullable    = false
}

variable "kafka_user" {
  description = "User name, where the instance asks for one."
  type        = string
  default     = ""
  nullable    = false
}

variable "kafka_password" {
  description = "The user's password."
  type        = string
  default     = ""
  nullable    = false
  sensitive   = true
}

variable "kafka_tls" {
  description = "Whether the instance asks for SASL_SSL."
  type        = bool
  default     = false
  nullable    = false
}

variable "rabbitmq_trigger" {
  description = "Synchronise what the messages of a DMS for RabbitMQ exchange ask for."
  type        = bool
  default     = false
  nullable    = false
}

variable "rabbitmq_instance_id" {
  description = "ID of the RabbitMQ instance."
  type        = string
  default     = ""
  nullable    = false
}

variable "rabbitmq_exchange" {
  description = "Name of the exchange."
  type        = string
  default     = ""
  nullable    = false
}

variable "rabbitmq_vhost" {
  description = "Virtual host of the exchange."
  type        = string
  default     = ""
  nullable    = false
}

variable "rabbitmq_user" {
  description = "User name."
  type        = string
  default     = ""
  nullable    = false
}

variable "rabbitmq_password" {
  description = "The user's password."
  type        = string
  default     = ""
  nullable    = false
  sensitive   = true
}

variable "rocketmq_trigger" {
  description = "Synchronise what the messages of a DMS for RocketMQ topic ask for."
  type        = bool
  default     = false
  nullable    = false
}

variable "rocketmq_instance_id" {
  description = "ID of the RocketMQ instance."
  type        = string
  default     = ""
  nullable    = false
}

variable "rocketmq_topic" {
  description = "Name of the RocketMQ topic."
  type        = string
  default     = ""
  nullable    = false
}

variable "smn_trigger" {
  description = "Synchronise what the messages of another SMN topic ask for."
  type        = bool
  default     = false
  nullable    = false
}

variable "smn_trigger_topic_urn" {
  description = "The topic to listen to; must not be smn_topic_urn, or the function would answer itself."
  type        = string
  default     = ""
  nullable    = false
}

# An API

variable "apig_trigger" {
  description = "Synchronise what a POST request to an API of APIG asks for; the answer says whether."
  type        = bool
  default     = false
  nullable    = false
}

variable "apig_instance_id" {
  description = "ID of the dedicated APIG instance; the API's group is made there."
  type        = string
  default     = ""
  nullable    = false
}

variable "apig_path" {
  description = "The API's path."
  type        = string
  default     = "/vault-sync"
  nullable    = false

  validation {
    condition     = can(regex("^/\\S{0,511}$", var.apig_path))
    error_message = "The value of apig_path must begin with / and have no spaces."
  }
}

variable "apig_auth" {
  description = "How callers prove who they are, as an app of APIG or as an IAM user."
  type        = string
  default     = "APP"
  nullable    = false

  validation {
    condition     = contains(["APP", "IAM"], var.apig_auth)
    error_message = "The value of apig_auth must be APP or IAM: an API without authentication is not offered."
  }
}

variable "apig_requests_per_minute" {
  description = "Requests a minute that the API lets through."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.apig_requests_per_minute >= 1 && floor(var.apig_requests_per_minute) == var.apig_requests_per_minute
    error_message = "The value of apig_requests_per_minute must be a whole number from 1."
  }
}
