# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

variable "name_prefix" {
  description = "Put before every name, so that environments can share an account."
  type        = string
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
}

variable "policies" {
  description = "The JSON resource policy of each table that has one."
  type = object({
    orders = string
  })
}
