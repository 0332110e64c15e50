// Package revision is how flows go live: what is published together, numbered, packed,
// sealed and kept as notes of the store, from which every replica takes it.
package revision

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Bounds of what is published together.
const (
	MaxBytes = 8 << 20 // unpacked
	maxFiles = 500
)

// Files is what is published together, as a file system: what was checked together goes live
// together.
//
//	flows/*.yaml        the flows, with patterns.yaml and facts.yaml
//	flows/tests/*.yaml  their conversation tests
//	flows/en/*.yaml     what the flows say in other languages
//	flows/images/*      the pictures that they show: *.png, *.jpg, *.jpeg
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
	list, err := read(flows, config)
	if err != nil {
		return nil, err
	}
	packed, err := pack(list)
	if err != nil {
		return nil, err
	}
	r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return nil, fmt.Errorf("read what was packed: %w", err)
	}
	return &Files{FS: r, Hash: hash(list), packed: packed}, nil
}

// Hash is the hash of what Gather would read.
func Hash(flows, config fs.FS) (string, error) {
	list, err := read(flows, config)
	if err != nil {
		return "", err
	}
	return hash(list), nil
}

// read gives the files in the order of their names.
func read(flows, config fs.FS) (list []file, err error) {
	left := int64(MaxBytes)
	for _, from := range []struct {
		dir     fs.FS
		pattern string
		to      string
	}{{config, "clinic.yaml", "config/"}, {flows, "*.yaml", "flows/"}, {flows, "tests/*.yaml", "flows/"}, {flows, "[a-z][a-z]/*.yaml", "flows/"}, {flows, "images/*.png", "flows/"}, {flows, "images/*.jpg", "flows/"}, {flows, "images/*.jpeg", "flows/"}} {
		names, err := fs.Glob(from.dir, from.pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if strings.HasPrefix(path.Base(name), ".") { // what an editor leaves is no flow
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
	slices.SortFunc(list, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return list, nil
}

type file struct {
	name string
	data []byte
}

// hash is of the contents: how they are packed may change.
func hash(list []file) string {
	sum := sha256.New()
	for _, f := range list {
		fmt.Fprintf(sum, "%s %d\n%s", f.name, len(f.data), f.data)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

func pack(list []file) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	var deflate *flate.Writer // of one file after the other: it is a megabyte
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (_ io.WriteCloser, err error) {
		if deflate == nil {
			deflate, err = flate.NewWriter(to, flate.BestSpeed)
		} else {
			deflate.Reset(to)
		}
		return deflate, err
	})
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

// unpack reads what pack made.
func unpack(packed []byte) (*Files, error) {
	r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil || len(r.File) > maxFiles {
		return nil, errPacked
	}
	left := uint64(MaxBytes)
	var list []file
	for _, f := range r.File {
		if f.UncompressedSize64 > left {
			return nil, errPacked
		}
		left -= f.UncompressedSize64
		data, err := fs.ReadFile(r, f.Name)
		if err != nil {
			return nil, errPacked
		}
		list = append(list, file{f.Name, data})
	}
	return &Files{FS: r, Hash: hash(list), packed: packed}, nil
}
