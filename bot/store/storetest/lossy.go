package storetest

import (
	"bytes"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// Lossy stands between a client and a server and loses one answer.
type Lossy struct {
	Addr string
	Lost chan struct{} // closed when the answer is lost

	word  []byte
	armed atomic.Bool
}

// Lose starts a proxy before the server at addr. It passes everything on, until a
// request with the word in it: the server gets it and answers, the client's connection
// is cut instead. That happens once.
func Lose(t testing.TB, addr, word string) *Lossy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("start proxy: %v", err)
	}
	p := &Lossy{Addr: l.Addr().String(), Lost: make(chan struct{}), word: []byte(word)}
	p.armed.Store(true)
	var running sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	running.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", addr)
			if err != nil {
				client.Close()
				continue
			}
			mu.Lock()
			open = append(open, client, server)
			mu.Unlock()
			running.Go(func() { p.pass(client, server) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for _, c := range open {
			c.Close()
		}
		mu.Unlock()
		running.Wait()
	})
	return p
}

// pass joins the two until one closes.
func (p *Lossy) pass(client, server net.Conn) {
	defer client.Close()
	defer server.Close()
	var lose atomic.Bool
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer client.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := server.Read(buf)
			if err != nil {
				return
			}
			if lose.Load() { // the server has executed it, for it answers
				close(p.Lost)
				return
			}
			if _, err := client.Write(buf[:n]); err != nil {
				return
			}
		}
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if n > 0 && bytes.Contains(buf[:n], p.word) && p.armed.CompareAndSwap(true, false) {
			lose.Store(true)
		}
		if n > 0 {
			if _, err := io.Copy(server, bytes.NewReader(buf[:n])); err != nil {
				break
			}
		}
		if err != nil {
			break
		}
	}
	server.Close()
	<-done
}
