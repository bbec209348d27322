# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}
