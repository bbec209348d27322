// Package verify holds what is there to what a spec says: the files of an output directory as they lie on disk, or the
// policies that a Terraform plan would put in place.
//
// The proof itself is the prover's, of the very bytes that were found. What this package adds is what a proof of
// documents cannot see: that a file was edited, is missing, or stands where Terraform would load it with the others; that
// a plan attaches something else to a role of the spec, or grants the spec's tables to somebody else.
package verify
