# Written by ddbgen. Change the spec and build again: a build stops at a generated file that was edited.

output "arns" {
  description = "ARN of each role; by tenant where a role is made once a tenant."
  value = {
    leaderboard    = aws_iam_role.leaderboard.arn
    own_top_scores = aws_iam_role.own_top_scores.arn
    player         = aws_iam_role.player.arn
    referee        = aws_iam_role.referee.arn
  }
}
