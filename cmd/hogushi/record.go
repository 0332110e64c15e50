package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"hogushi/bot/flow"
	"hogushi/bot/linetest"
	"hogushi/flows"
)

// recordable says what stands against writing a chat into a file.
func recordable(name, save string) error {
	if name == "" {
		return nil
	}
	if save != "" {
		return usageError{errors.New("--record and --save exclude each other: a test begins anew")}
	}
	if filepath.Ext(name) != ".yaml" {
		return usageError{fmt.Errorf("--record: the name of a test ends in .yaml, not like %s", name)}
	}
	if _, err := os.Lstat(name); err == nil {
		return usageError{fmt.Errorf("--record: %s is already there; choose a new name", name)}
	}
	return nil
}

// did shows what comes of something that has a name in tests, and records it.
func (p *parlour) did(name string, d *linetest.Delivery) {
	if p.show(d) {
		p.record.Happened(p.clock.Now(), name)
	}
}

// write makes a test of what was recorded, as the flows are now, and says what to do with it.
func (p *parlour) write(name string) error {
	test, err := p.test(strings.TrimSuffix(filepath.Base(name), ".yaml"))
	if err == nil {
		err = os.MkdirAll(filepath.Dir(name), 0o755)
	}
	if err == nil {
		err = writeNew(name, test)
	}
	if err != nil {
		return fmt.Errorf("write --record: %w", err)
	}
	fmt.Fprintf(p.Stderr, "会話テストを %s に書きました。中を見て、「says:」には大切な言葉だけを残してください。\n", name)
	return nil
}

func (p *parlour) test(name string) ([]byte, error) {
	dir, err := directory(p.flows, flows.Files)
	if err != nil {
		return nil, err
	}
	program, problems := flow.Compile(dir, p.clinic, flow.Live)
	if program == nil {
		return nil, problems.Err()
	}
	return p.record.Test(program, p.clinic, name)
}

// writeNew writes a file that isn't there yet.
func writeNew(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
