// Package judge lets tests see which permissions a run of Terraform needs, and have it run with those of one role only.
//
// A judge is a proxy between Terraform and the emulator of package e2e, which itself enforces nothing that a policy of
// this project says. It takes each request for what AWS takes it for:
//
//  1. what is asked for: the service, the operation and its parameters (call.go);
//  2. which IAM actions that needs, on which resources, with which condition keys (one file for each service). Beside
//     the action of the operation itself these are the ones that AWS checks on its own side and no request shows, such
//     as iam:TagRole for a role that is created with tags, or the use of a table's key by DynamoDB for its caller;
//  3. whether the acting role has them: package evaluate decides, by the documents that the account holds at that moment;
//  4. if it has not, the answer that AWS would give, so that Terraform fails as it would there (denial.go).
//
// Conditions depend on what is in the account: the boundary and the tags of a role, the policy and the aliases of a key,
// the version of a policy that is in force. The judge knows by following the requests that pass and succeed (account.go).
// An administrator may do everything, and is followed too.
//
// All is recorded, and a record can be decided again under other documents in no time (record.go): whether a policy is
// minimal is a question to a record, not to Terraform.
//
// A request that the judge does not know fails the test. It is never waved through.
//
// # Where the actions, resources and keys come from
//
// The Service Authorization Reference ("Actions, resources, and condition keys for …") for each operation; for what is
// not on the wire the pages that the comments name. Keys that say nothing of a request of Terraform's, such as
// aws:SourceIp, are left out: no policy that is judged here tests them.
package judge
