// Package revision is how flows go live: what is published together, numbered, packed,
// sealed and kept as notes of the store, from which every replica takes it.
package revision

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Bounds of what is published together.
const (
	MaxBytes = 4 << 20 // unpacked
	maxFiles = 500
)

// Files is what is published together, as a file system: what was checked together goes live
// together.
//
//	flows/*.yaml        the flows, with patterns.yaml and facts.yaml
//	flows/tests/*.yaml  their conversation tests
//	config/clinic.yaml  the clinic's facts
type Files struct {
	fs.FS
	Hash string // of names and contents: 16 hex digits

	packed []byte
}

// Flows is the directory of the flows, Config that of the clinic's facts.
func (f *Files) Flows() fs.FS  { return f.sub("flows") }
func (f *Files) Config() fs.FS { return f.sub("config") }

func (f *Files) sub(dir string) fs.FS {
	sub, err := fs.Sub(f.FS, dir)
	if err != nil {
		panic(err) // only for a name that is none
	}
	return sub
}

// Gather reads what is to be published from the directories of the flows and of the
// configuration. The error names the file.
func Gather(flows, config fs.FS) (*Files, error) {
	var list []file
	left := int64(MaxBytes)
	for _, from := range []struct {
		dir     fs.FS
		pattern string
		to      string
	}{{config, "clinic.yaml", "config/"}, {flows, "*.yaml", "flows/"}, {flows, "tests/*.yaml", "flows/"}} {
		names, err := fs.Glob(from.dir, from.pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if strings.HasPrefix(name, ".") { // what an editor leaves is no flow
				continue
			}
			info, err := fs.Stat(from.dir, name)
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", name, err)
			}
			if left -= info.Size(); left < 0 || len(list) == maxFiles {
				return nil, fmt.Errorf("gather files: with %s there are more than %d MiB or %d files; make fewer or shorter ones", name, MaxBytes>>20, maxFiles)
			}
			data, err := fs.ReadFile(from.dir, name)
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", name, err)
			}
			list = append(list, file{from.to + name, data})
		}
	}
	packed, err := pack(list)
	if err != nil {
		return nil, err
	}
	return unpack(packed)
}

type file struct {
	name string
	data []byte
}

func pack(list []file) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range list {
		to, err := w.Create(f.name) // deflated, without a time
		if err == nil {
			_, err = to.Write(f.data)
		}
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", f.name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack files: %w", err)
	}
	return b.Bytes(), nil
}

var errPacked = errors.New("not in the form of a revision")

// unpack reads what pack made. The hash is of the contents: how they are packed may change.
func unpack(packed []byte) (*Files, error) {
	r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil || len(r.File) > maxFiles {
		return nil, errPacked
	}
	left := uint64(MaxBytes)
	sum := sha256.New()
	slices.SortFunc(r.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range r.File {
		if f.UncompressedSize64 > left {
			return nil, errPacked
		}
		left -= f.UncompressedSize64
		data, err := fs.ReadFile(r, f.Name)
		if err != nil {
			return nil, errPacked
		}
		fmt.Fprintf(sum, "%s %d\n%s", f.Name, len(data), data)
	}
	return &Files{FS: r, Hash: hex.EncodeToString(sum.Sum(nil)[:8]), packed: packed}, nil
}
