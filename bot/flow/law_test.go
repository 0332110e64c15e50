package flow

import (
	"bytes"
	"cmp"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"hogushi/bot/source"
)

// shipped are the flows of the clinic.
func shipped(t testing.TB) fstest.MapFS {
	t.Helper()
	names, err := filepath.Glob("../../flows/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no shipped flows: %v", err)
	}
	dir := fstest.MapFS{}
	for _, more := range []string{"images/*.png", "en/*.yaml"} {
		all, _ := filepath.Glob("../../flows/" + more)
		names = append(names, all...)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		dir[strings.TrimPrefix(filepath.ToSlash(name), "../../flows/")] = &fstest.MapFile{Data: data}
	}
	return dir
}

var clinicName = regexp.MustCompile(`clinic(\.[a-z0-9_]+)+`)

// clinicOf is testFacts, and whatever else the files name, unset.
func clinicOf(dir fstest.MapFS) Clinic {
	all := maps.Clone(testFacts)
	for _, f := range dir {
		for _, name := range clinicName.FindAllString(string(f.Data), -1) {
			all[name] = testFacts[name]
		}
	}
	return all
}

// lawful compiles twice and checks what holds of every result.
func lawful(t *testing.T, dir fstest.MapFS) *Program {
	t.Helper()
	p, problems := Compile(dir, clinicOf(dir), Live)
	again, twice := Compile(dir, clinicOf(dir), Live)
	all := problems.Sorted()
	if (p == nil) != problems.Failed() {
		t.Errorf("there is a program: %t, an error: %t", p != nil, problems.Failed())
	}
	if got, want := rendered(twice, dir, "ja"), rendered(problems, dir, "ja"); got != want || (again == nil) != (p == nil) {
		t.Errorf("the second time:\n%s\nthe first time:\n%s", got, want)
	}
	for _, d := range all {
		_, there := dir[d.File]
		if d.File == "" || there && d.Rule != "file-ending" && (d.Line < 1 || d.Col < 1) || !there && d.Line > 0 || d.Rule == "" || d.Message.JA == "" || d.Message.EN == "" {
			t.Errorf("no place, or no words: %+v", d)
		}
		if there && d.Line > 1+bytes.Count(dir[d.File].Data, []byte("\n")) {
			t.Errorf("behind the end of the file: %v", d)
		}
		for _, s := range []string{d.Message.JA, d.Message.EN, d.Hint.JA, d.Hint.EN} {
			if strings.Contains(s, "%!") {
				t.Errorf("a broken format: %s", s)
			}
		}
	}
	return p
}

// sound checks what the engine relies on.
func sound(t *testing.T, p *Program) {
	t.Helper()
	for i, s := range p.Patterns {
		if s == nil {
			t.Errorf("the pattern %v is nil", Pattern(i))
		}
	}
	if f := p.Flow(MenuFlow); f == nil || len(f.Steps) == 0 {
		t.Error("there is no menu")
	}
	for _, f := range p.Flows {
		for _, s := range f.Steps {
			if p.Step(s.Ref) != s || f.Steps[s.Index] != s || s.Flow != f || p.Flow(f.ID) != f {
				t.Errorf("%v isn't where it belongs", s.Ref)
			}
			if s.Call != nil && len(s.Call.Steps) == 0 {
				t.Errorf("%v calls a flow without steps", s.Ref)
			}
			for _, b := range s.Branch {
				if b.Go == nil {
					t.Errorf("%v has a branch to nowhere", s.Ref)
				}
			}
			for c := range s.Offers {
				if s.Choice(c.Key) != c {
					t.Errorf("%v: the key of %q finds another choice", s.Ref, c.Label)
				}
			}
			for _, template := range []*Template{s.Prompt, s.Wrong} {
				if template != nil && len(*template) == 0 {
					t.Errorf("%v has an empty text", s.Ref)
				}
			}
		}
	}
}

const signs = "\t\n:-{}[]'\"|&*#!,%@?x0 "

// mutate changes a file by a few lines or bytes of its own or of another.
func mutate(r *rand.Rand, data []byte, other []byte) []byte {
	for range 1 + r.IntN(4) {
		if len(data) == 0 {
			return data
		}
		i := r.IntN(len(data))
		j := min(len(data), i+r.IntN(30))
		lines, more := bytes.SplitAfter(data, []byte("\n")), bytes.SplitAfter(other, []byte("\n"))
		l, m := r.IntN(len(lines)), r.IntN(len(more))
		switch r.IntN(8) {
		case 0:
			data = slices.Concat(data[:i], data[j:])
		case 1:
			data = slices.Concat(data[:i], data[i:j], data[i:])
		case 2:
			data = slices.Concat(data[:i], []byte{signs[r.IntN(len(signs))]}, data[i:])
		case 3, 4:
			lines = slices.Delete(lines, l, min(len(lines), l+1+r.IntN(3)))
			data = bytes.Join(lines, nil)
		case 5, 6:
			data = bytes.Join(slices.Insert(lines, l, more[m:min(len(more), m+1+r.IntN(3))]...), nil)
		case 7:
			lines[l] = append([]byte("  "), lines[l]...)
			data = bytes.Join(lines, nil)
		}
	}
	return data
}

// shippedEvery is how many seeds are of few steps before there is one of the shipped flows:
// with the race detector those take seconds.
const shippedEvery = 60

func mutated(t testing.TB, seed uint64) fstest.MapFS {
	r := rand.New(rand.NewPCG(seed, 7))
	dir := fstest.MapFS{}
	if seed%shippedEvery == 0 {
		dir = shipped(t)
	} else {
		dir = program(map[string]string{"ask.yaml": ask, "info.yaml": "flow: info\ntriggers: [はじめ]\nsteps:\n" +
			"  - {step: start, say: a, call: ask, branch: [{when: {note: set}, go: two}]}\n  - step: two\n    cards:\n      - {text: a, choices: [{label: b, go: ask}]}\n"})
	}
	names := make([]string, 0, len(dir))
	for name := range dir {
		names = append(names, name)
	}
	slices.Sort(names)
	name, other := names[r.IntN(len(names))], names[r.IntN(len(names))]
	dir[name] = &fstest.MapFile{Data: mutate(r, dir[name].Data, dir[other].Data)}
	return dir
}

// TestTotal: Compile never panics, gives equal results to equal sources, and a program
// exactly when there is no error. HOGUSHI_EDITS says of how many changed flows; 120 if it
// isn't set.
func TestTotal(t *testing.T) {
	t.Parallel()
	seeds, err := strconv.ParseUint(cmp.Or(os.Getenv("HOGUSHI_EDITS"), "120"), 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	good := 0
	for seed := range seeds {
		if p := lawful(t, mutated(t, seed)); p != nil {
			sound(t, p)
			good++
		}
	}
	if good == 0 {
		t.Error("no change at all left a program: nothing was looked at in one")
	}
}

// FuzzCompile: any bytes, as a flow, as patterns.yaml or as facts.yaml beside a flow that
// cites them.
func FuzzCompile(f *testing.F) {
	for _, name := range []string{"talk", "form", "farewell", "facts"} {
		data, err := os.ReadFile(filepath.Join("testdata", "broken", name+".yaml"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("flow: fuzz\nfields: {a: {type: one_of, options: b}}\ntriggers: c\nsteps: [{step: d, cards: [{}], ask: a, consent: [], branch: [{}]}]"))
	f.Add([]byte("flow: fuzz\ncommands: x\nwords: [y]\nrenamed: {a: [b]}\nsteps: [{step: {}, say: {}}]"))
	f.Add([]byte("flow: fuzz\nsteps: [{step: a, say: {{b}}, go: c/d, call: e, reviewed: {by: f}}] # 承知: x"))
	for _, r := range slices.Concat(source.Rules(), Rules()) {
		f.Add([]byte(r.Bad))
		f.Add([]byte(r.Good))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, files := range []map[string]string{
			{"fuzz.yaml": string(file)}, {"patterns.yaml": string(file)},
			{"facts.yaml": string(file), "cites.yaml": "flow: cites\ntriggers: [あ]\nsteps:\n  - {step: start, facts: [S1, T1], say: 肩が長く痛む, go: menu}\n"},
		} {
			if p := lawful(t, program(files)); p != nil {
				sound(t, p)
			}
		}
	})
}

// TestRevision: it follows the sources and the facts, and nothing else.
func TestRevision(t *testing.T) {
	t.Parallel()
	revision := func(dir fstest.MapFS, facts Clinic) string {
		p, problems := Compile(dir, facts, Live)
		if p == nil {
			t.Fatal(problems.Err())
		}
		return p.Revision
	}
	files := func() fstest.MapFS { return program(map[string]string{"ask.yaml": ask}) }
	facts := clinicOf(files())
	first := revision(files(), facts)
	if again := revision(files(), clinicOf(files())); again != first {
		t.Errorf("equal sources: %s and %s", first, again)
	}
	other := maps.Clone(facts)
	other["clinic.name"] = "別のクリニック"
	if got := revision(files(), other); got == first {
		t.Error("other facts, the same revision")
	}
	dir := files()
	dir["ask.yaml"].Data = append(dir["ask.yaml"].Data, '\n')
	if got := revision(dir, facts); got == first {
		t.Error("another file, the same revision")
	}
	dir = files()
	dir["README.md"] = &fstest.MapFile{Data: []byte("x")}
	if got := revision(dir, facts); got != first {
		t.Error("a file that isn't read changes the revision")
	}
}

// TestHolds compares conditions with what they say.
func TestHolds(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	f, several := &Field{ID: "f"}, &Field{ID: "s", Type: SeveralOf}
	is := func(v string) *Condition { return &Condition{Field: f, Value: v} }
	values := map[string]string{"f": "a", "s": "首\n肩こり"}
	for i, c := range []struct {
		c    *Condition
		want bool
	}{
		{is("a"), true}, {is("b"), false},
		{&Condition{Field: several, Value: "首"}, true}, {&Condition{Field: several, Value: "肩"}, false}, {&Condition{Field: several, Value: "肩こり"}, true},
		{&Condition{Field: f, Given: &yes}, true}, {&Condition{Field: f, Given: &no}, false},
		{&Condition{Field: &Field{ID: "x"}, Given: &no}, true},
		{&Condition{Not: is("a")}, false},
		{&Condition{Any: []*Condition{is("b"), is("a")}}, true}, {&Condition{Any: []*Condition{is("b"), is("c")}}, false},
		{&Condition{All: []*Condition{is("a"), is("b")}}, false}, {&Condition{All: []*Condition{is("a"), {Not: is("b")}}}, true},
	} {
		if got := c.c.Holds(func(id string) string { return values[id] }); got != c.want {
			t.Errorf("%d: got %t, want %t", i, got, c.want)
		}
	}
	if !reflect.DeepEqual(values, map[string]string{"f": "a", "s": "首\n肩こり"}) {
		t.Error("a test changes values")
	}
}

// TestSources: what was read can be compiled by several at once, each for itself.
func TestSources(t *testing.T) {
	t.Parallel()
	dir := shipped(t)
	read := Read(dir)
	want, _ := Compile(dir, clinicOf(dir), Live)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if p, problems := read.Compile(clinicOf(dir), Live); p == nil || p.Revision != want.Revision {
				t.Errorf("compiled anew: %v", problems.Err())
			}
		})
	}
	all.Wait()
	broken := *read.Files[0]
	broken.Pairs = nil
	if p, problems := read.With(&broken).Compile(clinicOf(dir), Live); p != nil || !problems.Failed() {
		t.Error("a file without anything in it compiles")
	}
	if p, _ := read.Compile(clinicOf(dir), Live); p == nil {
		t.Error("what was tried with another file stays")
	}
}

func BenchmarkCompile(b *testing.B) {
	dir := shipped(b)
	size := 0
	for _, f := range dir {
		size += len(f.Data)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		if p, problems := Compile(dir, clinicOf(dir), Live); p == nil {
			b.Fatal(problems.Err())
		}
	}
}
