# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

resource "aws_iam_role" "worker" {
  for_each = var.roles.worker

  name                 = "${var.name_prefix}silo-worker-${each.key}"
  path                 = "/ddbgen/silo/"
  description          = "One tenant's worker"
  assume_role_policy   = each.value.trust
  max_session_duration = 3600
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags

  # AWS refuses a trust policy that names a role which does not exist yet.
  depends_on = [aws_iam_role.gateway]
}

locals {
  worker_documents = merge([
    for tenant, role in var.roles.worker : {
      for i, document in role.policies : "${tenant}/${i + 1}" => {
        tenant   = tenant
        suffix   = i == 0 ? "" : "+${i + 1}"
        document = document
      }
    }
  ]...)
}

# One policy holds what fits AWS's quota; the second and later ones have their number in the name.
resource "aws_iam_policy" "worker" {
  for_each = local.worker_documents

  name        = "${aws_iam_role.worker[each.value.tenant].name}${each.value.suffix}"
  path        = "/ddbgen/silo/"
  description = "What the role worker may do"
  policy      = each.value.document
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "worker" {
  for_each = { for key, policy in aws_iam_policy.worker : key => { tenant = split("/", key)[0], policy = policy.arn } }

  role       = aws_iam_role.worker[each.value.tenant].name
  policy_arn = each.value.policy
}

# Nothing else stays attached: a policy attached by hand shows in the plan, and the apply detaches it.
resource "aws_iam_role_policy_attachments_exclusive" "worker" {
  for_each = var.roles.worker

  role_name = aws_iam_role.worker[each.key].name
  policy_arns = [
    for key, attachment in aws_iam_role_policy_attachment.worker : attachment.policy_arn
    if split("/", key)[0] == each.key
  ]
}

# The same for inline policies: there are none.
resource "aws_iam_role_policies_exclusive" "worker" {
  for_each = var.roles.worker

  role_name    = aws_iam_role.worker[each.key].name
  policy_names = []
}
