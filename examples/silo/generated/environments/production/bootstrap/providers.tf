# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

terraform {
  # use_lockfile below is generally available since Terraform 1.11.
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }

  # The administrator's state: the roles that are made here reach the environment's, and not this one.
  backend "s3" {
    bucket       = "acme-tfstate"
    key          = "silo/production.bootstrap.tfstate"
    region       = "eu-central-1"
    encrypt      = true
    use_lockfile = true
  }
}

# The policies name this account and region; the provider stops in any other account.
provider "aws" {
  region              = "us-east-1"
  allowed_account_ids = ["444455556666"]
}
