// Package storetest is the contract of package store as a test, and the real Redis that
// tests run against.
package storetest

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Server is a redis-server of its own for one test, on the loopback, without any file.
type Server struct {
	URL  string // redis://127.0.0.1:PORT/0
	Addr string // 127.0.0.1:PORT

	t    testing.TB
	args []string
	mu   sync.Mutex
	proc *process // nil while stopped
}

type process struct {
	cmd    *exec.Cmd
	out    bytes.Buffer
	exited chan struct{}
}

// Redis starts a redis-server, with further arguments if any (`--appendonly yes`), and
// stops it at the end of the test.
func Redis(t testing.TB, args ...string) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("find redis-server: not installed; `make test` installs it (apt-get install redis-server)")
	}
	s := &Server{t: t, args: append([]string{"--save", "", "--appendonly", "no", "--bind", "127.0.0.1",
		"--dir", t.TempDir(), "--databases", "1"}, args...)}
	t.Cleanup(s.Stop)
	var err error
	for range 10 { // a free port may be taken before the server has it
		if s.Addr, err = freeAddr(); err != nil {
			break
		}
		if s.proc, err = s.launch(); err == nil {
			s.URL = "redis://" + s.Addr + "/0"
			return s
		}
	}
	t.Fatalf("start redis-server: %v", err)
	return nil
}

// Stop kills the server: connections break, data is lost. It may be called twice.
func (s *Server) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proc != nil {
		s.proc.kill()
		s.proc = nil
	}
}

// Start starts the server again on its port, empty.
func (s *Server) Start() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proc != nil {
		s.t.Fatal("start redis-server: it runs")
	}
	var err error
	for range 10 {
		if s.proc, err = s.launch(); err == nil {
			return
		}
	}
	s.t.Fatalf("start redis-server again: %v", err)
}

// Pause makes the server hang: it keeps its connections and data and answers nothing.
func (s *Server) Pause() { s.signal(syscall.SIGSTOP) }

// Resume ends Pause.
func (s *Server) Resume() { s.signal(syscall.SIGCONT) }

func (s *Server) signal(sig syscall.Signal) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proc == nil {
		s.t.Fatal("signal redis-server: it doesn't run")
	}
	if err := s.proc.cmd.Process.Signal(sig); err != nil {
		s.t.Fatalf("signal redis-server: %v", err)
	}
}

// launch starts the process and returns when it answers.
func (s *Server) launch() (*process, error) {
	_, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return nil, err
	}
	p := &process{exited: make(chan struct{})}
	p.cmd = exec.Command("redis-server", append([]string{"--port", port}, s.args...)...)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.cmd.Wait()
		close(p.exited)
	}()
	poll := time.NewTicker(2 * time.Millisecond)
	defer poll.Stop()
	limit := time.NewTimer(10 * time.Second)
	defer limit.Stop()
	for {
		select {
		case <-p.exited:
			return nil, fmt.Errorf("it ended: %s", strings.TrimSpace(p.out.String()))
		case <-limit.C:
			p.kill()
			return nil, fmt.Errorf("no answer in 10 s: %s", strings.TrimSpace(p.out.String()))
		case <-poll.C:
			if p.answers(s.Addr) {
				return p, nil
			}
		}
	}
}

// answers says whether this very process, not another that took the port, answers.
func (p *process) answers(addr string) bool {
	conn, err := net.DialTimeout("tcp", addr, time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := conn.Write([]byte("INFO server\r\n")); err != nil {
		return false
	}
	want := fmt.Sprintf("process_id:%d", p.cmd.Process.Pid)
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		if line := lines.Text(); strings.HasPrefix(line, "process_id:") {
			return line == want
		}
	}
	return false
}

func (p *process) kill() {
	p.cmd.Process.Kill() // ends a paused one too
	<-p.exited
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
