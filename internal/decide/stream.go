package decide

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// maxLine is where a line stops being a request with its policies and is a file
// that was piped here by mistake. AWS's quotas keep all policies of one request
// under a megabyte.
const maxLine = 64 << 20

const bufferSize = 64 << 10

// Stream answers every line of in, in order. It is false when some answer is an
// error; its own error is trouble with in or out.
func Stream(out io.Writer, in io.Reader) (good bool, err error) {
	w := bufio.NewWriterSize(out, bufferSize)
	lines := lineReader{in: bufio.NewReaderSize(flushingReader{in, w}, bufferSize), limit: maxLine}
	good, err = answerAll(w, &lines)
	// The writer keeps its first error, also one that a read ran into.
	if failed := w.Flush(); failed != nil {
		return false, fmt.Errorf("writing answers: %w", failed)
	}
	if err != nil {
		return false, fmt.Errorf("reading requests: %w", err)
	}
	return good, nil
}

func answerAll(w io.Writer, lines *lineReader) (good bool, err error) {
	d := NewDecider()
	for good = true; ; {
		line, err := lines.next()
		var text []byte
		ok := false
		switch {
		case errors.Is(err, io.EOF):
			return good, nil
		case errors.Is(err, errTooLong):
			text = d.encode(refused(nil, err))
		case err != nil:
			return false, err
		default:
			text, ok = d.Line(line)
		}
		good = good && ok
		if _, err := w.Write(text); err != nil {
			return false, err
		}
	}
}

// flushingReader writes out all answers before it waits for more requests. So a
// program that sends a line and reads its answer before it sends the next one is
// never kept waiting, and one that sends many at once gets the answers in few
// writes.
type flushingReader struct {
	in  io.Reader
	out *bufio.Writer
}

func (f flushingReader) Read(p []byte) (int, error) {
	if err := f.out.Flush(); err != nil {
		return 0, err
	}
	return f.in.Read(p)
}

var errTooLong = fmt.Errorf("the line is longer than %d MiB", maxLine>>20)

// lineReader cuts the input into lines of any length up to the limit.
type lineReader struct {
	in    *bufio.Reader
	limit int
	long  []byte // a line that does not fit the buffer of in
}

// next returns the next line without its newline, good until the next call, or
// io.EOF. The last line need not end in a newline. Of a line that is too long
// nothing is kept, and errTooLong is returned behind it.
func (l *lineReader) next() ([]byte, error) {
	part, err := l.in.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return endOfLine(part, err)
	}
	l.long = append(l.long[:0], part...)
	tooLong := false
	for errors.Is(err, bufio.ErrBufferFull) {
		part, err = l.in.ReadSlice('\n')
		tooLong = tooLong || len(l.long)+len(part) > l.limit+1
		if !tooLong {
			l.long = append(l.long, part...)
		}
	}
	if tooLong && (err == nil || errors.Is(err, io.EOF)) {
		return nil, errTooLong
	}
	return endOfLine(l.long, err)
}

// endOfLine turns what a read ended with into a line or an error.
func endOfLine(line []byte, err error) ([]byte, error) {
	switch {
	case err == nil:
		return line[:len(line)-1], nil
	case errors.Is(err, io.EOF) && len(line) > 0:
		return line, nil
	}
	return nil, err
}
