# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

variable "name_prefix" {
  description = "Put before every name, so that environments can share an account."
  type        = string
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
}

variable "roles" {
  description = "The JSON policy documents of each role (of each tenant's, where a role is made once a tenant) and the policies written elsewhere that stay attached."
  type = object({
    gateway = object({
      trust    = string
      policies = list(string)
    })
    worker = map(object({
      trust    = string
      policies = list(string)
    }))
  })
}

variable "permissions_boundary" {
  description = "ARN of the permissions boundary: the most that a role which is made here can ever do, whatever is attached to it."
  type        = string
}
