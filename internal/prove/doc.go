// Package prove decides, for all requests at once, whether the files of a build grant exactly what the spec means, and
// nothing more. It reads the bytes that were emitted and the model, and never the generators: what they have wrong, it
// would otherwise have wrong with them.
//
// A request is a principal, an action, a resource, and what each context key holds. A statement matches a product of sets
// of these (a box), a policy allows a union of boxes less another, and so does the spec. Sets of texts are automata, so
// a difference of two unions of boxes can be computed, and is empty exactly when the two agree on every request there is.
// Where it is not, any element of it is a request that is granted and should not be, or the reverse; a finding shows it,
// after evaluate, which decides single requests by itself, has confirmed it.
//
// Policy variables are letters of their own. If the documents agree for a variable, they agree for every text that the
// variable can stand for. What tenants can be is asked where it matters: whether two different ids can share a key.
//
// An operator, a shape of principal or a use of variables that is not decided here is an error and a finding, never
// passed over.
package prove
