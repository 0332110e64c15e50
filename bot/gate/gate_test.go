package gate

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"hogushi/bot/diag"
	"hogushi/bot/engine"
	"hogushi/bot/flow"
	"hogushi/config"
	"hogushi/flows"
)

var update = flag.Bool("update", false, "rewrite the goldens; read what changes before committing it")

var now = time.Date(2026, 11, 26, 10, 0, 0, 0, time.UTC)

func compile(t *testing.T, files fs.FS) *flow.Program {
	t.Helper()
	settings, _ := config.Load(config.Dir(""))
	p, problems := flow.Compile(files, settings.Clinic, flow.Live)
	if p == nil {
		t.Fatal(problems.Err())
	}
	return p
}

// edited are the flows of testdata with words replaced: FLOW OLD => NEW, a line each.
func edited(t *testing.T, edits string) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for name, dir := range map[string]fs.FS{"contact.yaml": os.DirFS("testdata/flows"), "menu.yaml": os.DirFS("testdata/flows"), "welcome.yaml": os.DirFS("testdata/flows"), "patterns.yaml": flows.Files} {
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			t.Fatal(err)
		}
		here := strings.NewReplacer("go: privacy/forget", "go: menu", "go: menu/english", "go: menu").Replace(string(data)) // there are no such flows here
		out[name] = &fstest.MapFile{Data: []byte(here)}
	}
	for _, line := range strings.Split(strings.TrimSpace(edits), "\n") {
		if line == "" {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		old, with, ok := strings.Cut(strings.ReplaceAll(rest, `\n`, "\n"), " => ")
		f := out[name+".yaml"]
		if !ok || f == nil || !bytes.Contains(f.Data, []byte(old)) {
			t.Fatalf("cannot do %q", line)
		}
		f.Data = bytes.ReplaceAll(f.Data, []byte(old), []byte(with))
	}
	return out
}

func stand(at string) engine.State {
	name, step, _ := strings.Cut(at, "/")
	return engine.State{At: flow.Ref{Flow: name, Step: step}, Met: true, Seen: now.Add(-time.Hour).UnixMilli(), Revision: "before"}
}

// amid is a patient who has filled in the form up to a step.
func amid(step, version string, given ...string) engine.State {
	s := stand("contact/" + step)
	s.Consent, s.Draft = &engine.Consent{Version: version, At: 1}, engine.Draft{}
	for i := 0; i < len(given); i += 2 {
		s.Draft[given[i]] = engine.Given{Value: given[i+1]}
	}
	return s
}

// TestGate: patients of every kind stand about, and staff publish; the golden files tell what
// the gate says to that.
func TestGate(t *testing.T) {
	t.Parallel()
	live := compile(t, edited(t, ""))
	const version = "1"
	idle := amid("phone", version, "name", "山田花子")
	idle.Seen = now.Add(-25 * time.Hour).UnixMilli()
	lost := amid("phone", version)
	lost.Consent, lost.Draft, lost.Lost = nil, nil, true
	people := []engine.State{
		{}, stand("menu/start"), stand("contact/consent"), // nothing to lose
		stand("menu/thanks"), stand("menu/thanks"), stand("welcome/start"),
		amid("name", version, "who", "本人"),
		amid("phone", version, "who", "本人", "name", "山田花子"),
		amid("phone", version, "who", "本人", "name", "鈴木一郎"),
		amid("phone", version, "name", "佐藤"),
		amid("summary", version, "who", "本人", "name", "山田花子", "phone", "090-1234-5678"),
		idle, lost,
	}
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			part := map[string]string{}
			for _, f := range a.Files {
				part[f.Name] = string(f.Data)
			}
			files := edited(t, part["edits"])
			next := compile(t, files)
			before := live
			if _, unknown := part["unknown"]; unknown {
				before = nil
			}
			kept := a.Files[:0]
			for _, f := range a.Files {
				if !strings.HasPrefix(f.Name, "want") {
					kept = append(kept, f)
				}
			}
			for _, lang := range []string{"ja", "en"} {
				var b strings.Builder
				for _, how := range []How{Published, Undone, Moved} {
					g := New(next, before, now)
					for _, s := range people {
						g.Count(s)
					}
					if g.Sessions != 10 || g.Forms != 5 {
						t.Fatalf("got %d sessions, %d amid a form; want 10, 5", g.Sessions, g.Forms)
					}
					problems := g.Problems(how)
					if how == Moved && problems.Failed() {
						t.Error("who is to be moved is in the way")
					}
					if how == Published || problems.Len() > 0 {
						b.WriteString([]string{"publish", "undo", "move"}[how] + "\n")
						diag.Render(&b, problems.Sorted(), lang, func(string) []byte { return nil })
					}
				}
				want := "want." + lang
				kept = append(kept, txtar.File{Name: want, Data: []byte(b.String())})
				if diff := cmp.Diff(part[want], b.String()); diff != "" && !*update {
					t.Errorf("%s (-want +got):\n%s", want, diff)
				}
			}
			if a.Files = kept; *update {
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestAdvice: the lines that the gate advises let the flows be published, and carry on whoever
// stood there.
func TestAdvice(t *testing.T) {
	t.Parallel()
	live := compile(t, edited(t, ""))
	const renaming = "contact step: phone\\n => step: telephone\\n\n"
	g := New(compile(t, edited(t, renaming)), live, now)
	s := amid("phone", "1", "name", "山田花子")
	g.Count(s)
	found := g.Problems(Published).Sorted()
	if len(found) != 1 || found[0].Severity != diag.Error {
		t.Fatalf("got %v, want one error", found)
	}
	_, line, ok := strings.Cut(found[0].Hint.EN, "the line ")
	line, _, ok2 := strings.Cut(line, ";")
	if !ok || !ok2 {
		t.Fatalf("no line is advised: %s", found[0].Hint.EN)
	}
	next := compile(t, edited(t, renaming+"contact \\nsteps:\\n => \\n"+line+"\\nsteps:\\n"))
	g = New(next, live, now)
	g.Count(s)
	if found := g.Problems(Published); found.Len() > 0 {
		t.Errorf("with the line: %v", found.Sorted())
	}
	at := now.Add(time.Minute)
	after, _ := engine.Step(next, s, engine.Event{ID: "e", Session: "s", MessageID: "m", Kind: engine.TextReceived, At: at, Received: at, Text: "090-1234-5678"})
	if got := after.Draft["phone"].Value; got != "090-1234-5678" {
		t.Errorf("the answer under the new name: got %q", got)
	}
}
