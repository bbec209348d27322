# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

variable "name_prefix" {
  description = "Put before every name, so that environments can share an account."
  type        = string
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
}

variable "table_arns" {
  description = "ARN of each table whose item access is recorded."
  type = object({
    ledger = string
  })
}

variable "kms_key_arn" {
  description = "ARN of the key that encrypts the records."
  type        = string
}
