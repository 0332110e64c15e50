package flow

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"hogushi/bot/diag"
	"hogushi/bot/source"
)

// Sources are the files of a directory of flows, read. They can be compiled more than once,
// and at the same time: nothing changes them.
type Sources struct {
	Files []*source.Node // of flows, in the order of their names
	Facts *source.Node   // of facts.yaml, nil without it

	images    []imageFile
	languages []languageFiles
	none      bool // there is nothing to compile
	factless  bool // facts.yaml can't be read
	unread    map[string]bool
	problems  *diag.List
	sum       []byte // a hash of the files
}

// Read reads every *.yaml at the top of a directory, and the images below it. What is wrong is told by Compile.
func Read(dir fs.FS) *Sources {
	s := &Sources{unread: map[string]bool{}, problems: new(diag.List)}
	names := s.names(dir)
	if s.none = len(names) == 0; s.none {
		s.problems.Errorf(diag.Span{Pos: diag.Pos{File: "."}}, "no-flows", "フローのファイル(*.yaml)がありません。", "there are no flow files (*.yaml)")
		return s
	}
	names = append(names, translations(dir)...)
	type file struct {
		data     []byte
		err      error
		root     *source.Node
		problems diag.List
	}
	files := make([]file, len(names))
	var all sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for first := range workers {
		all.Go(func() {
			for i := first; i < len(files); i += workers {
				f := &files[i]
				if f.data, f.err = fs.ReadFile(dir, names[i]); f.err == nil {
					f.root = source.Parse(names[i], f.data, &f.problems)
				}
			}
		})
	}
	all.Wait()
	sum := sha256.New()
	for i, name := range names {
		f := &files[i]
		if s.problems.Join(&f.problems); f.err != nil {
			s.problems.Errorf(diag.Span{Pos: diag.Pos{File: name}}, "unreadable-file", "ファイルを開けません。", "cannot open the file")
			if path.Dir(name) == "." {
				s.unread[base(name)] = true
			}
			continue
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(f.data), f.data)
		switch in := path.Dir(name); {
		case in != ".":
			s.translated(in, f.root)
		case f.root != nil:
			s.Files = append(s.Files, f.root)
		default:
			s.unread[base(name)] = true
		}
	}
	s.images = images(dir)
	for _, f := range s.images {
		if f.image != nil {
			fmt.Fprintf(sum, "%s %s\n", f.name, f.image.Hash)
		}
	}
	s.sum = sum.Sum(nil)
	if data, err := fs.ReadFile(dir, factsFile); err == nil {
		s.Facts = source.Parse(factsFile, data, s.problems)
		s.factless = s.Facts == nil
	}
	return s
}

// translated adds a file to a language, nil for one that can't be read.
func (s *Sources) translated(language string, root *source.Node) {
	if k := len(s.languages) - 1; k < 0 || s.languages[k].name != language {
		s.languages = append(s.languages, languageFiles{name: language})
	}
	if in := &s.languages[len(s.languages)-1]; root != nil {
		in.files = append(in.files, root)
	}
}

// translations lists the files of other languages.
func translations(dir fs.FS) (names []string) {
	entries, _ := fs.ReadDir(dir, ".")
	for _, e := range entries {
		if !e.IsDir() || !languageDir.MatchString(e.Name()) || e.Name() == Japanese {
			continue
		}
		all, _ := fs.Glob(dir, e.Name()+"/*.yaml")
		names = append(names, slices.DeleteFunc(all, func(name string) bool { return strings.HasPrefix(path.Base(name), ".") })...)
	}
	return names
}

// With is s with another content of one of its files.
func (s *Sources) With(root *source.Node) *Sources {
	other := *s
	other.Files = slices.Clone(s.Files)
	for i, f := range s.Files {
		if f.File == root.File {
			other.Files[i] = root
		}
	}
	return &other
}

// names lists the files to read. What looks like a flow and isn't read is reported:
// nothing is more puzzling than an edit without an effect.
func (s *Sources) names(dir fs.FS) []string {
	entries, _ := fs.ReadDir(dir, ".") // none: said by the caller
	var names []string
	for _, e := range entries {
		name := e.Name()
		ending := path.Ext(name)
		switch lower := strings.ToLower(ending); {
		case strings.HasPrefix(name, "."), name == factsFile, lower != ".yaml" && lower != ".yml":
		case ending != ".yaml":
			s.problems.Add(diag.Diagnostic{Span: diag.Span{Pos: diag.Pos{File: name}}, Severity: diag.Warning, Rule: "file-ending",
				Message: diag.T("このファイルは読まれません。名前の終わりを「.yaml」にしてください。", "this file is not read; its name must end in .yaml")})
		default:
			names = append(names, name)
		}
	}
	return names
}

// revision is a hash of the sources and of the clinic's facts.
func (s *Sources) revision(clinic Clinic) string {
	sum := sha256.New()
	sum.Write(s.sum)
	for _, k := range slices.Sorted(maps.Keys(clinic)) {
		fmt.Fprintf(sum, "%s=%q\n", k, clinic[k])
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}
