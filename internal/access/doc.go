// Package access is what policies allow and deny, as sets of requests: for all requests at once, where package evaluate
// decides one.
//
// A request is a principal, an action, a resource, and what each context key holds. A statement matches a product of sets
// of these (a Box), a policy allows a union of boxes less another, and so does whatever is meant by a spec. Sets of texts
// are automata, so the difference of two unions of boxes can be computed, and is empty exactly when the two agree on every
// request there is. Where it is not, any element of it is a concrete request (Example), which the evaluator can be asked
// about (Confirm).
//
// Policy variables are letters of their own. If two documents agree for a variable, they agree for every text that the
// variable can stand for, unless one of them compares what the variable is compared with by a negation (Complemented).
// NewWorlds takes known texts for variables in place of letters, so many that the comparison is exact and for all texts (Gain).
//
// An operator, a shape of principal or a use of variables that is not decided here is an error, never passed over. Symbols that
// know the documents (NewSymbols with documents) decide nearly all: numbers, dates and addresses by the cuts that the documents
// make (order.go), variables wherever they stand (variable.go), NotPrincipal. What is left, opaque symbols make a proposition
// of (opaque.go): it may hold or not, and a difference that depends on it says so.
package access
