// Package evaluate decides one concrete request under concrete policies, as AWS
// does, and says which statements decided.
//
// It knows nothing of specs or of how policies are generated: it reads
// documents and a request. It is the witness that a proof is held against, so
// it is written as AWS documents its procedure and not as a generator would
// find convenient.
//
// The procedure (IAM user guide, "How AWS enforcement code logic evaluates
// requests"), which decide.go follows in this order:
//
//  1. A Deny statement that matches, in any policy of any layer, ends it.
//  2. Each level of the resource control policies, each level of the service
//     control policies and each endpoint policy must allow.
//  3. In another account, the identity's policies and the resource's policy must
//     both allow. In the same account either is enough, but for KMS keys and
//     roles, whose own policy must let the account's policies count.
//  4. What an identity's policies allow, the permissions boundary and the session
//     policies must allow too. What a resource policy allows to the session or
//     the user itself, they need not.
//
// A statement matches when its principal, action, resource and all of its
// conditions do: statement.go and principal.go for the first three, condition.go
// for the operators, match.go for wildcards and variable.go for policy
// variables.
//
// # Where AWS's documentation is silent or contradicts itself
//
// The choices made here, so that they can be checked against AWS:
//
//   - A value that replaces a policy variable never acts as a wildcard.
//   - A context key is null when it is absent, has no values, or only empty ones.
//     ForAllValues and Null see null keys alike (user guide, "Condition
//     operators", multivalued ARN operators: "a null dataset, such as an empty
//     string"). As a variable, an empty value is an empty string.
//   - An operator without ForAllValues or ForAnyValue never matches a key that has
//     several values, or that is multivalued by nature, once it is present
//     ("Multivalued context keys require a condition set operator").
//   - ForAllValues:Null is always true and ForAnyValue:Null always false (user
//     guide, policy checks, "Null with qualifier").
//   - A wildcard in a Resource crosses colons. The user guide says so of a * that
//     ends a segment; here it is so for all.
//   - A level of resource control policies without any Allow statement allows,
//     because RCPFullAWSAccess is attached to every level and cannot be detached.
//   - NotPrincipal spares a principal that is named itself or by its role. AWS
//     "might" want the account named too.
//   - An account named in an endpoint policy is that account's root user only,
//     as with gateway endpoints.
package evaluate
