package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "embed"
)

// Emulator is a moto server of its own, with the proxy in front of it.
type Emulator struct {
	// Account is the account every caller belongs to.
	Account string
	// Region is what callers without a region of their own use.
	Region string
	// URL is where AWS is, for Terraform's provider and any SDK.
	URL string

	ids *aliases
}

// StartEmulator starts an empty AWS account and ends it with the test.
func StartEmulator(t testing.TB, account, region string) *Emulator {
	t.Helper()
	Require(t)
	ids, log := &aliases{}, &tail{}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("what the emulator refused, and the end of its log:\n%s", log)
		}
	})
	proxy := httptest.NewServer(newProxy(startMoto(t, account, log), ids, log))
	t.Cleanup(proxy.Close)
	return &Emulator{Account: account, Region: region, URL: proxy.URL, ids: ids}
}

// startMoto returns the address of a new moto server. It lets the server choose
// its port and reads the choice from the log, so that two test binaries cannot
// pick the same one.
func startMoto(t testing.TB, account string, log *tail) (address string) {
	t.Helper()
	command := exec.Command("python3", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0")
	command.Env = append(cleanEnvironment(),
		"MOTO_ACCOUNT_ID="+account,
		// Roles attach policies that AWS itself maintains.
		"MOTO_IAM_LOAD_MANAGED_POLICIES=true",
		"PYTHONUNBUFFERED=1")
	command.SysProcAttr = dieWithParent()
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("starting moto: %v", err)
	}
	started := make(chan string, 1)
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		log.follow(bufio.NewScanner(stderr), started)
	}()
	t.Cleanup(func() {
		_ = command.Process.Kill() // it may have ended by itself
		<-drained
		_ = command.Wait() // a killed process has no good end
	})
	select {
	case address = <-started:
		waitUntilReady(t, address)
		return address
	case <-drained:
		t.Fatalf("moto ended before it served:\n%s", log)
	case <-time.After(time.Minute):
		t.Fatalf("moto did not start within a minute:\n%s", log)
	}
	return ""
}

func waitUntilReady(t testing.TB, address string) {
	t.Helper()
	for range 200 {
		response, err := http.Get(address + "/moto-api/data.json")
		if err == nil {
			_ = response.Body.Close() // nothing of it is read
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("moto at %s does not answer", address)
}

var (
	// servingAt is the line werkzeug, moto's web server, logs when it listens.
	servingAt = regexp.MustCompile(`Running on (http://127\.0\.0\.1:\d+)`)
	// accessLine is the one it logs for each request; the proxy knows more of those.
	accessLine = regexp.MustCompile(`" [1-5]\d\d -$`)
)

// tail keeps the last lines of a log.
type tail struct {
	mutex sync.Mutex
	lines []string
}

// follow reads until the process ends, and reports the address once.
func (l *tail) follow(log *bufio.Scanner, started chan<- string) {
	log.Buffer(nil, 16<<20)
	for log.Scan() {
		if match := servingAt.FindStringSubmatch(log.Text()); match != nil {
			started <- match[1]
		}
		if !accessLine.MatchString(log.Text()) {
			l.add(log.Text())
		}
	}
}

func (l *tail) add(line string) {
	const keep = 60
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.lines = append(l.lines, line)
	if len(l.lines) > keep {
		l.lines = slices.Delete(l.lines, 0, len(l.lines)-keep)
	}
}

func (l *tail) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return strings.Join(l.lines, "\n")
}

// environment is what a program needs to take the emulator for AWS.
func (e *Emulator) environment() []string {
	return append(cleanEnvironment(),
		"AWS_ENDPOINT_URL="+e.URL,
		"AWS_REGION="+e.Region,
		"AWS_DEFAULT_REGION="+e.Region,
		"AWS_ACCESS_KEY_ID=test",
		"AWS_SECRET_ACCESS_KEY=test",
		"AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"AWS_EC2_METADATA_DISABLED=true")
}

// cleanEnvironment is this process's environment without what could lead a
// child to a real account, to another configuration, or out through a web proxy.
func cleanEnvironment() []string {
	prefixes := []string{"AWS_", "TF_", "MOTO_", "HTTP_PROXY=", "HTTPS_PROXY=", "ALL_PROXY=", "NO_PROXY="}
	return slices.DeleteFunc(os.Environ(), func(setting string) bool {
		return slices.ContainsFunc(prefixes, func(prefix string) bool {
			return strings.HasPrefix(strings.ToUpper(setting), prefix)
		})
	})
}

// Call makes one call as boto3 names it, such as a person makes by hand beside
// Terraform: service "iam", operation "put_role_policy".
func (e *Emulator) Call(t testing.TB, service, operation string, arguments map[string]any) {
	t.Helper()
	const program = `import boto3, json, sys
call = json.load(sys.stdin)
getattr(boto3.client(call["service"]), call["operation"])(**call["arguments"])
json.dump({}, sys.stdout)`
	var nothing struct{}
	e.script(t, program, map[string]any{"service": service, "operation": operation, "arguments": arguments}, &nothing)
}

// script runs an embedded Python program against the emulator: one process,
// JSON in, JSON out. boto3 is there wherever moto is, so the project needs no
// AWS SDK of its own.
func (e *Emulator) script(t testing.TB, program string, input, output any) {
	t.Helper()
	question, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "python3", "-c", program)
	command.Env = e.environment()
	command.Stdin = bytes.NewReader(question)
	var stderr strings.Builder
	command.Stderr = &stderr
	answer, err := command.Output()
	if err != nil {
		t.Fatalf("the script failed: %v\n%s", err, stderr.String())
	}
	if err := json.Unmarshal(answer, output); err != nil {
		t.Fatalf("the script's answer: %v\n%s", err, answer)
	}
}
