package decide

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

const (
	goodLine   = `{"id":"1","request":{"principal":"s3.amazonaws.com","action":"a:B","resource":"*"}}`
	goodAnswer = `{"id":"1","decision":"implicit_deny","decided_by":[],"error":null}` + "\n"
	badAnswer  = `{"id":null,"decision":null,"decided_by":[],"error":"column 1: expected an object, found the end of the line"}` + "\n"
)

func TestStream(t *testing.T) {
	tests := []struct {
		name, in, want string
		good           bool
	}{
		{"nothing", "", "", true},
		{"a line", goodLine + "\n", goodAnswer, true},
		{"the last line without a newline", goodLine + "\n" + goodLine, goodAnswer + goodAnswer, true},
		{"lines that end as on Windows", goodLine + "\r\n" + goodLine + "\r\n", goodAnswer + goodAnswer, true},
		{"an empty line is a line", goodLine + "\n\n" + goodLine + "\n", goodAnswer + badAnswer + goodAnswer, false},
		{"a bad last line", goodLine + "\n\n", goodAnswer + badAnswer, false},
		{"lines of megabytes", longLine(5<<20) + "\n" + goodLine + "\n" + longLine(1<<20), goodAnswer + goodAnswer + goodAnswer, true},
	}
	for _, test := range tests {
		for how, in := range map[string]io.Reader{
			"at once":      strings.NewReader(test.in),
			"half by half": iotest.HalfReader(strings.NewReader(test.in)),
			"with its end": iotest.DataErrReader(strings.NewReader(test.in)),
		} {
			t.Run(test.name+" "+how, func(t *testing.T) {
				var out bytes.Buffer
				good, err := Stream(&out, in)
				if diff := cmp.Diff(test.want, out.String()); diff != "" || good != test.good || err != nil {
					t.Errorf("good: %v, error: %v (-want +got):\n%s", good, err, diff)
				}
			})
		}
	}
}

// longLine is goodLine with a value of the given size.
func longLine(size int) string {
	return strings.Replace(goodLine, `"*"`, `"*","context":{"a:b":"`+strings.Repeat("x", size)+`"}`, 1)
}

// TestConversation: an answer comes before the next line is sent, even when a
// part of the next line came along with the first.
func TestConversation(t *testing.T) {
	requests, requestWriter := io.Pipe()
	answerReader, answers := io.Pipe()
	done := make(chan error)
	go func() {
		_, err := Stream(answers, requests)
		answers.CloseWithError(io.EOF)
		done <- err
	}()
	reader := bufio.NewReader(answerReader)
	half := len(goodLine) / 2
	send := goodLine + "\n" + goodLine[:half]
	for range 3 {
		if _, err := io.WriteString(requestWriter, send); err != nil {
			t.Fatal(err)
		}
		if got, err := reader.ReadString('\n'); got != goodAnswer || err != nil {
			t.Fatalf("got %q, %v", got, err)
		}
		send = goodLine[half:] + "\n" + goodLine[:half]
	}
	requestWriter.CloseWithError(io.EOF)
	if rest, err := io.ReadAll(reader); !strings.Contains(string(rest), "a string is not closed") || err != nil {
		t.Errorf("the half of a line is answered by %q, %v", rest, err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestTrouble: what was answered before reading failed is still written.
func TestTrouble(t *testing.T) {
	broken := errors.New("broken")
	var out bytes.Buffer
	in := io.MultiReader(strings.NewReader(goodLine+"\n"+goodLine), iotest.ErrReader(broken))
	good, err := Stream(&out, in)
	if good || !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "reading requests: ") || out.String() != goodAnswer {
		t.Errorf("reading: got %v, %v, %q", good, err, out.String())
	}
	for _, lines := range []int{1, 10_000} {
		good, err = Stream(failingWriter{broken}, strings.NewReader(strings.Repeat(goodLine+"\n", lines)))
		if good || !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "writing answers: ") {
			t.Errorf("writing %d answers: got %v, %v", lines, good, err)
		}
	}
}

type failingWriter struct{ err error }

func (f failingWriter) Write([]byte) (int, error) { return 0, f.err }

// TestTooLong: a line over the limit is known to be one, and the lines around it
// are read as ever.
func TestTooLong(t *testing.T) {
	const size = 16 // the least that bufio takes
	line := func(n int) string { return strings.Repeat("x", n) }
	in := strings.Join([]string{line(3), line(39), line(40), line(41), line(100), line(5), line(200)}, "\n")
	lines := lineReader{in: bufio.NewReaderSize(strings.NewReader(in), size), limit: 40}
	var got []int
	for {
		text, err := lines.next()
		if errors.Is(err, io.EOF) {
			break
		}
		n := len(text)
		if errors.Is(err, errTooLong) {
			n = -1
		} else if err != nil {
			t.Fatal(err)
		}
		got = append(got, n)
	}
	if diff := cmp.Diff([]int{3, 39, 40, -1, -1, 5, -1}, got); diff != "" {
		t.Errorf("-1 is too long (-want +got):\n%s", diff)
	}
}

// TestTooLongAnswer: such a line has an answer as any other has.
func TestTooLongAnswer(t *testing.T) {
	in := io.MultiReader(io.LimitReader(spaces{}, maxLine+1), strings.NewReader("\n"+goodLine))
	var out bytes.Buffer
	good, err := Stream(&out, in)
	want := `{"id":null,"decision":null,"decided_by":[],"error":"the line is longer than 64 MiB"}` + "\n" + goodAnswer
	if diff := cmp.Diff(want, out.String()); diff != "" || good || err != nil {
		t.Errorf("good: %v, error: %v (-want +got):\n%s", good, err, diff)
	}
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
