# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

variable "name_prefix" {
  description = "Put before every name, so that environments can share an account."
  type        = string
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
}

variable "boundary" {
  description = "The JSON policy that is the permissions boundary."
  type        = string
}

variable "identity_providers" {
  description = "The issuers, without https://, whose identity providers are made here, each with the audiences of its tokens."
  type        = map(list(string))
}

variable "existing_identity_providers" {
  description = "The issuers, without https://, whose identity providers exist already."
  type        = list(string)
}

variable "roles" {
  description = "The JSON policy documents of each role (of each tenant's, where a role is made once a tenant) and the policies written elsewhere that stay attached."
  type = object({
    deployer = object({
      trust    = string
      policies = list(string)
    })
    planner = object({
      trust    = string
      policies = list(string)
    })
  })
}
