package decide

import "github.com/ddbgen/ddbgen/internal/policy"

// A generation of the cache holds this many bytes of documents at most. Policies
// are a few kilobytes each, so this is some thousand of them.
const generationSize = 8 << 20

// cache keeps parsed documents by their bytes.
//
// It has two generations. What is asked for moves to the young one; when that is
// full it becomes the old one, and what was in the old one and not asked for in
// the meantime is forgotten. So the cache is bounded and keeps what is in use,
// with nothing to count on a hit.
type cache struct {
	young, old map[string]policy.Document
	size       int // bytes of the documents in young
}

// parse is policy.Parse, or what it returned before.
func (c *cache) parse(text []byte) (policy.Document, error) {
	if document, ok := c.young[string(text)]; ok {
		return document, nil
	}
	document, ok := c.old[string(text)]
	if !ok {
		var err error
		if document, err = policy.Parse(text); err != nil {
			return policy.Document{}, err
		}
	}
	c.keep(text, document)
	return document, nil
}

// keep puts a document into the young generation. One that would fill a good
// part of it is not kept, as it would drive out everything else.
func (c *cache) keep(text []byte, document policy.Document) {
	if len(text) > generationSize/8 {
		return
	}
	if c.young == nil || c.size+len(text) > generationSize {
		c.old, c.young, c.size = c.young, make(map[string]policy.Document), 0
	}
	c.young[string(text)] = document
	c.size += len(text)
}
