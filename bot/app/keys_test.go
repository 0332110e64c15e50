package app

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hogushi/bot/seal"
	"hogushi/config"
)

// home gives the test a configuration directory of its own and returns the key file there.
func home(t *testing.T) string {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(t.TempDir(), "config"))
	file, err := config.KeyFile()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func absent(t *testing.T, name string) {
	t.Helper()
	if _, err := os.Lstat(name); err == nil {
		t.Errorf("%s is there", name)
	}
}

func TestNewKey(t *testing.T) {
	file, dir := home(t), t.TempDir()
	env := config.Environment{DataDir: dir}
	first, note, err := Keys(env)
	if err != nil || !strings.Contains(note, file) {
		t.Fatalf("first Keys: got %q, %v, want the file named", note, err)
	}
	for name, want := range map[string]fs.FileMode{file: 0o600, filepath.Dir(file): fs.ModeDir | 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode() != want {
			t.Errorf("%s: got %v, %v, want %v", name, info.Mode(), err, want)
		}
	}
	if left, err := os.ReadDir(filepath.Dir(file)); err != nil || len(left) != 1 {
		t.Errorf("got %v beside the key, %v", left, err)
	}
	second, note, err := Keys(env)
	if err != nil || note != "" || second.Fingerprint() != first.Fingerprint() {
		t.Errorf("second Keys: got %q, %v, want the same key in silence", note, err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, note, err := Keys(env); err != nil || note != "others can read the data key: run chmod 600 "+file {
		t.Errorf("an open key: got %q, %v", note, err)
	}
	if err := os.WriteFile(file, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Keys(env); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("a broken key: got %v, want the file named", err)
	}
}

// TestNewKeyAtOnce: of many processes one makes the key, and all have it.
func TestNewKeyAtOnce(t *testing.T) {
	home(t)
	dir := t.TempDir()
	prints := make([]string, 8)
	var all sync.WaitGroup
	for i := range prints {
		all.Go(func() {
			k, _, err := Keys(config.Environment{DataDir: dir})
			if err != nil {
				t.Error(err)
				return
			}
			prints[i] = k.Fingerprint()
		})
	}
	all.Wait()
	for _, p := range prints {
		if p != prints[0] || p == "" {
			t.Fatalf("got different keys: %v", prints)
		}
	}
}

// TestNoNewKey: where there are data, or may be, no key is made.
func TestNoNewKey(t *testing.T) {
	for _, tt := range []struct {
		name    string
		prepare func(t *testing.T, dir string)
		want    string
	}{
		{"data without key", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "hogushi.db"), "x") }, "holds data, but their key is not there"},
		{"an empty file of data", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "hogushi.db"), "") }, "holds data"},
		{"no directory", func(t *testing.T, dir string) {
			if err := os.Remove(dir); err != nil {
				t.Fatal(err)
			}
			write(t, dir, "x")
		}, "DATA_DIR: "},
		{"the key among the data", func(t *testing.T, dir string) { t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "config")) }, "would lie among the data"},
		{"no home", func(t *testing.T, dir string) { t.Setenv("XDG_CONFIG_HOME", ""); t.Setenv("HOME", "") }, "set DATA_KEY_FILE"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file, dir := home(t), filepath.Join(t.TempDir(), "data")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			tt.prepare(t, dir)
			keys, _, err := Keys(config.Environment{DataDir: dir})
			if keys != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, %v, want %q", keys, err, tt.want)
			}
			absent(t, file)
			absent(t, filepath.Join(dir, "config"))
		})
	}
}

// TestGivenKey: DATA_KEY and DATA_KEY_FILE are used as they are, and named where they can't be.
func TestGivenKey(t *testing.T) {
	file := home(t)
	text, err := seal.New()
	if err != nil {
		t.Fatal(err)
	}
	want, err := seal.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	whole, cut, empty := filepath.Join(dir, "whole"), filepath.Join(dir, "cut"), filepath.Join(dir, "empty")
	write(t, whole, "\n "+text+"\n")
	write(t, cut, text[:len(text)-3])
	write(t, empty, "\n")
	for _, tt := range []struct {
		name string
		env  config.Environment
		err  string
	}{
		{"DATA_KEY", config.Environment{DataKey: text}, ""},
		{"DATA_KEY_FILE", config.Environment{DataKeyFile: whole, DataDir: dir}, ""},
		{"half a DATA_KEY", config.Environment{DataKey: text[:40]}, "DATA_KEY: "},
		{"half a file", config.Environment{DataKeyFile: cut}, "DATA_KEY_FILE: "},
		{"an empty file", config.Environment{DataKeyFile: empty, DataDir: dir}, "DATA_KEY_FILE: "},
		{"no file", config.Environment{DataKeyFile: filepath.Join(dir, "absent"), DataDir: dir}, "DATA_KEY_FILE: "},
		{"both", config.Environment{DataKey: text, DataKeyFile: whole}, "DATA_KEY and DATA_KEY_FILE: "},
		{"neither, with Redis", config.Environment{RedisURL: "redis://127.0.0.1"}, "DATA_KEY: "},
		{"nothing", config.Environment{}, "REDIS_URL or DATA_DIR: "},
	} {
		keys, note, err := Keys(tt.env)
		if tt.err == "" {
			if err != nil || note != "" || keys.Fingerprint() != want.Fingerprint() {
				t.Errorf("%s: got %q, %v", tt.name, note, err)
			}
			continue
		}
		if keys != nil || err == nil || !strings.HasPrefix(err.Error(), tt.err) || strings.Contains(err.Error(), text[:30]) {
			t.Errorf("%s: got %v, %v, want %q", tt.name, keys, err, tt.err)
		}
	}
	absent(t, file)
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
