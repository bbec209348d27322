// Package decide answers requests that are written as JSON Lines: one request
// with its policies a line, one decision a line back, in order.
//
// It is a codec around package evaluate and decides nothing itself. What it adds
// is strictness, since whoever asks is a program and reads only the answer: an
// unknown or repeated field, a value of another type, a policy that AWS would
// not read, each makes an answer with an error, never a decision about something
// other than what was meant. A bad line costs that line only.
//
// The format is described in docs/decide.md. A line goes through reader.go (JSON
// from left to right), question.go (the fields and what they may hold) and
// answer.go; stream.go does so for a whole input.
//
// Most of the time of a line is the parsing of its policies, and who asks many
// questions mostly asks them about the same policies, so parsed documents are
// kept by their bytes: cache.go.
package decide
