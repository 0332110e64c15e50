package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hogushi/bot/seal"
	"hogushi/config"
)

// Keys reads the data key of the environment. With DATA_DIR and no key a new one is made in
// the user's configuration directory, unless there are data, which only their own key can
// read. note is a line for the operator, "" mostly.
func Keys(env config.Environment) (keys *seal.Keys, note string, err error) {
	text, err := env.Key()
	if err != nil {
		return nil, "", err
	}
	if text != "" {
		name := "DATA_KEY"
		if env.DataKeyFile != "" {
			name = "DATA_KEY_FILE"
		}
		if keys, err = seal.Parse(text); err != nil {
			return nil, "", fmt.Errorf("%s: %w", name, err)
		}
		return keys, "", nil
	}
	if env.DataDir == "" {
		return nil, "", env.CheckStore()
	}
	file, err := config.KeyFile()
	if err != nil {
		return nil, "", err
	}
	if keys, note, err = readKey(file); !errors.Is(err, fs.ErrNotExist) {
		return keys, note, err
	}
	return newKey(file, env.DataDir)
}

// readKey reads a key file that we made.
func readKey(file string) (keys *seal.Keys, note string, err error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, "", fmt.Errorf("read the data key: %w", err)
	}
	if keys, err = seal.Parse(strings.TrimSpace(string(data))); err != nil {
		return nil, "", fmt.Errorf("read %s: %w", file, err)
	}
	if info, err := os.Stat(file); err == nil && info.Mode().Perm()&0o077 != 0 {
		note = "others can read the data key: run chmod 600 " + file
	}
	return keys, note, nil
}

// newKey makes the key of an empty DATA_DIR.
func newKey(file, dir string) (keys *seal.Keys, note string, err error) {
	switch there, err := HasData(dir); {
	case err != nil:
		return nil, "", err
	case there:
		return nil, "", fmt.Errorf("%s holds data, but their key is not there (%s): put it back, or name it with DATA_KEY_FILE; a new key could not read them", dir, file)
	}
	if abs, err := filepath.Abs(dir); err != nil {
		return nil, "", err
	} else if rel, err := filepath.Rel(abs, file); err == nil && filepath.IsLocal(rel) {
		return nil, "", fmt.Errorf("DATA_DIR: the new data key (%s) would lie among the data; name another directory, or the key's place with DATA_KEY_FILE", file)
	}
	text, err := seal.New()
	if err != nil {
		return nil, "", err
	}
	err = writeNew(file, text)
	if errors.Is(err, fs.ErrExist) { // another process was faster
		return readKey(file)
	}
	if err != nil {
		return nil, "", fmt.Errorf("keep the new data key: %w", err)
	}
	keys, err = seal.Parse(text)
	return keys, "made a data key: " + file + ". Keep a copy of it apart from the data: without it they can't be read", err
}

// writeNew writes a file for its owner's eyes only, whole or not at all, and never over
// another. It is on the disk before anything is sealed with what it holds.
func writeNew(name, text string) error {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, filepath.Base(name)+".*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), name); err != nil { // a rename would replace
		return err
	}
	if d, err := os.Open(dir); err == nil {
		d.Sync() // not every system can
		d.Close()
	}
	return nil
}
