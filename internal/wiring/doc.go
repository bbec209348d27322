// Package wiring reads Terraform back: it answers which documents a root attaches to what.
//
// It is an interpreter of the small part of Terraform's language that a build emits. It evaluates a root and the local
// modules that the root calls, and lists every resource instance, every provider and the backend with their arguments. Two
// kinds of value stay symbols. A file that is read is the path of that file, because the question is which file, not what
// is in it; and what AWS decides only when it makes a resource (an ARN, an id) is the address of the resource and the name
// of the attribute. Symbols are values of their own and no text, so no text in a configuration can be taken for one.
//
// What the answer is used for is a proof, so the interpreter never guesses. A block, an argument, a function, an operator
// or an attribute that it does not know for certain is an error with the place where it stands, and so is everything that
// would depend on what a symbol stands for, such as comparing an ARN with a text. Where Terraform converts a value on its
// own and this package would have to imitate that, it refuses too: what a build emits does without.
//
// It shares no code with what writes the Terraform, nor with Terraform itself; only the parser is HashiCorp's.
package wiring
