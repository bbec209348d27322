# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

# There is no backend here, so the state is a local file. To keep it elsewhere, put a backend.tf with
# terraform { backend "s3" { ... } } beside this file; a build leaves files alone that it did not write.
terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

# The policies name this account and region; the provider stops in any other account.
provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = ["444455556666"]
}
