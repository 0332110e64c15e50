package flow

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
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
	none      bool            // there is nothing to compile
	astray    []string        // directories of translations that aren't read
	factless  bool            // facts.yaml can't be read
	unread    map[string]bool // flows whose file can't be
	problems  *diag.List
	sum       []byte // a hash of the files
}

// Read reads every *.yaml at the top of a directory, and the images below it. What is wrong is told by Compile.
func Read(dir fs.FS) *Sources {
	s := &Sources{unread: map[string]bool{}, problems: new(diag.List)}
	names := slices.DeleteFunc(s.listed(dir, "."), func(name string) bool { return name == factsFile })
	if s.none = len(names) == 0; s.none {
		if len(s.unread) == 0 {
			s.problems.Errorf(diag.Span{Pos: diag.Pos{File: "."}}, "no-flows", "フローのファイル(*.yaml)がありません。", "there are no flow files (*.yaml)")
		}
		return s
	}
	names = append(names, s.below(dir)...)
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
			s.lost(name)
			continue
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(f.data), f.data)
		switch in := path.Dir(name); {
		case f.root == nil:
			s.lost(name)
		case in != ".":
			l := s.language(in)
			l.files = append(l.files, f.root)
		default:
			s.Files = append(s.Files, f.root)
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
		if s.Facts = source.Parse(factsFile, data, s.problems); s.Facts == nil {
			s.lost(factsFile)
		}
	}
	return s
}

// lost notes that a file can't be read: what it holds isn't missed.
func (s *Sources) lost(name string) {
	switch in := path.Dir(name); {
	case name == factsFile:
		s.factless = true
	case in == ".":
		s.unread[base(name)] = true
	case in != testDir:
		s.language(in).lost[base(name)] = true
	}
}

// language finds the files of a language, or begins with it.
func (s *Sources) language(name string) *languageFiles {
	i := slices.IndexFunc(s.languages, func(l languageFiles) bool { return l.name == name })
	if i < 0 {
		i, s.languages = len(s.languages), append(s.languages, languageFiles{name: name, lost: map[string]bool{}})
	}
	return &s.languages[i]
}

// testDir is where conversation tests stand: package flowtest reads them.
const testDir = "tests"

// below lists the files of other languages, and reports what lies beside them and isn't read.
func (s *Sources) below(dir fs.FS) (names []string) {
	entries, _ := fs.ReadDir(dir, ".")
	for _, e := range entries {
		switch name := e.Name(); {
		case !e.IsDir(), strings.HasPrefix(name, "."), name == ImageDir, strings.HasSuffix(name, ".yaml"): // the last was tried as a file
		case name == testDir:
			s.listed(dir, name)
		case languageDir.MatchString(name) && name != Japanese:
			names = append(names, s.listed(dir, name)...)
		default:
			s.stray(dir, name)
		}
	}
	return names
}

var (
	textsKey = regexp.MustCompile(`(?m)^texts:`)
	testsKey = regexp.MustCompile(`(?m)^tests:`)
)

// stray reports a directory that isn't read though it holds translations, or tests. Others may hold what they will.
func (s *Sources) stray(dir fs.FS, in string) {
	warn := func(what diag.Text) {
		s.problems.Add(diag.Diagnostic{Span: diag.Span{Pos: diag.Pos{File: in}}, Severity: diag.Warning, Rule: "unread-directory",
			Message: what, Hint: diag.T("控えなら、このフォルダーの外に置いてください。", "if it is a copy to be kept, keep it elsewhere")})
	}
	entries, _ := fs.ReadDir(dir, in)
	for _, e := range entries {
		if name := e.Name(); !strings.HasSuffix(source.Ending(name), ".yaml") {
			continue
		}
		data, _ := fs.ReadFile(dir, path.Join(in, e.Name()))
		switch {
		case textsKey.Match(data):
			s.astray = append(s.astray, in)
			warn(diag.T("このフォルダーの訳は、読まれません。フォルダーの名前を「en」のように、その言葉を表す小文字の英字2文字にしてください。", "the translations in this directory aren't read; name it by the language, in two small letters, like en"))
			return
		case testsKey.Match(data):
			warn(diag.T("このフォルダーの会話テストは、読まれません。フォルダーの名前を「%s」にしてください。", "the tests in this directory aren't read; name it %s", testDir))
			return
		}
	}
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

// listed lists the files of a directory that are to be read. What looks like one of them and isn't read
// is reported: nothing is more puzzling than an edit without an effect.
func (s *Sources) listed(dir fs.FS, in string) (names []string) {
	entries, _ := fs.ReadDir(dir, in) // none: said by the caller
	for _, e := range entries {
		name := path.Join(in, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case strings.HasSuffix(name, ".yaml"):
			names = append(names, name)
		case source.Ending(name) != name:
			right := source.Ending(name)
			there := slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == path.Base(right) })
			if there && strings.HasSuffix(strings.ToLower(name), ".txt") {
				continue // a copy to be kept
			}
			source.Misnamed(name, s.problems)
			if !there {
				s.lost(right)
			}
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
