# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

variable "name_prefix" {
  description = "Put before every name, so that environments can share an account."
  type        = string
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
}

variable "endpoints" {
  description = "Where each endpoint stands, the name of the service behind it, and its JSON policy."
  type = object({
    app = object({
      vpc_id          = string
      service_name    = string
      route_table_ids = list(string)
      policy          = string
    })
    streams = object({
      vpc_id             = string
      service_name       = string
      subnet_ids         = list(string)
      security_group_ids = list(string)
      policy             = string
    })
  })
}
