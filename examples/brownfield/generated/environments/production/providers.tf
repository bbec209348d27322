# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }

  backend "s3" {
    bucket         = "acme-terraform"
    key            = "legacy/orders/production.tfstate"
    region         = "eu-central-1"
    encrypt        = true
    kms_key_id     = "arn:aws:kms:eu-central-1:444455556666:key/9876abcd-98ab-46cd-94ef-9876543210ab"
    dynamodb_table = "terraform-locks"
  }
}

# The policies name this account and region; the provider stops in any other account.
provider "aws" {
  region              = "eu-central-1"
  allowed_account_ids = ["444455556666"]
}
