// Package prove decides, for all requests at once, whether the files of a build grant exactly what the spec means, and
// nothing more. It reads the bytes that were emitted and the model, and never the generators: what they have wrong, it
// would otherwise have wrong with them.
//
// What a document allows is a set of requests (package access), and so is what the spec means. Where the two differ, any
// element of the difference is a request that is granted and should not be, or the reverse; a finding shows it, after
// evaluate, which decides single requests by itself, has confirmed it.
//
// Policy variables stand for any text. What tenants can be is asked where it matters: whether two different ids can share a
// key.
package prove
