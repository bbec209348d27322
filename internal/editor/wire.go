package editor

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The language server protocol is JSON-RPC 2.0 in messages that begin with a
// header, as HTTP's do: Language Server Protocol 3.17, "Base Protocol".

// message is a request, an answer or a notification, told apart by what is set.
type message struct {
	Version string           `json:"jsonrpc"`
	ID      *json.RawMessage `json:"id,omitempty"`
	Method  string           `json:"method,omitempty"`
	Params  json.RawMessage  `json:"params,omitempty"`
	Result  json.RawMessage  `json:"result,omitempty"`
	Error   json.RawMessage  `json:"error,omitempty"`
}

// wire carries messages to a server and from it.
type wire struct {
	to io.Writer

	mutex   sync.Mutex // guards what follows, and writing
	number  int
	waiting map[string]chan<- message // by the id of the request
	heard   []string                  // the last messages, for a failure to show
	ended   chan struct{}             // closed when the server says no more
}

func newWire(to io.Writer) *wire {
	return &wire{to: to, waiting: map[string]chan<- message{}, ended: make(chan struct{})}
}

// ask sends a request, and returns where its answer will arrive.
func (w *wire) ask(method string, params any) (<-chan message, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.number++
	id := json.RawMessage(strconv.Itoa(w.number))
	answer := make(chan message, 1)
	w.waiting[string(id)] = answer
	return answer, w.write(message{ID: &id, Method: method, Params: encode(params)})
}

// tell sends a notification, which has no answer.
func (w *wire) tell(method string, params any) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.write(message{Method: method, Params: encode(params)})
}

func (w *wire) write(m message) error {
	m.Version = "2.0"
	body := encode(m)
	_, err := fmt.Fprintf(w.to, "Content-Length: %d\r\n\r\n%s", len(body), body)
	return err
}

// listen reads until the server ends. Answers go to who waits for them and
// notifications to notified; what the server itself asks for, which are rights
// to tell more, is granted with an empty answer.
func (w *wire) listen(from io.Reader, notified func(message)) {
	defer close(w.ended)
	for reader := bufio.NewReader(from); ; {
		m, err := readMessage(reader)
		if err != nil {
			return
		}
		w.remember(m)
		switch {
		case m.ID == nil:
			notified(m)
		case m.Method != "":
			w.grant(m)
		default:
			w.deliver(m)
		}
	}
}

func readMessage(from *bufio.Reader) (message, error) {
	var m message
	header, err := textproto.NewReader(from).ReadMIMEHeader()
	if err != nil {
		return m, err
	}
	length, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil {
		return m, err
	}
	body := make([]byte, length)
	if _, err := io.ReadFull(from, body); err != nil {
		return m, err
	}
	return m, json.Unmarshal(body, &m)
}

func (w *wire) deliver(m message) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if answer, waits := w.waiting[string(*m.ID)]; waits {
		delete(w.waiting, string(*m.ID))
		answer <- m
	}
}

func (w *wire) grant(m message) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	_ = w.write(message{ID: m.ID, Result: json.RawMessage("null")}) // a server that is gone asks for nothing
}

func (w *wire) remember(m message) {
	const keep, length = 10, 500
	text := string(encode(m))
	if len(text) > length {
		text = text[:length] + "…"
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.heard = append(w.heard, text)
	w.heard = slices.Delete(w.heard, 0, max(0, len(w.heard)-keep))
}

// said is what the server said last.
func (w *wire) said() string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return strings.Join(w.heard, "\n")
}

// encode encodes what this package makes itself.
func encode(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic("editor: " + err.Error())
	}
	return b
}
