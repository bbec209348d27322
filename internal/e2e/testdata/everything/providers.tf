terraform {
  required_version = ">= 1.5.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.83"
    }
  }
}

provider "aws" {
  region              = "ap-northeast-1"
  allowed_account_ids = ["444455556666"]
  max_retries         = 4

  default_tags {
    tags = {
      ManagedBy = "e2e"
    }
  }
}
