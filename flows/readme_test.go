package flows_test

import (
	"bytes"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/flowtest"
	"hogushi/bot/lint"
	"hogushi/bot/schema"
	"hogushi/bot/source"
	"hogushi/config"
	"hogushi/flows"
)

var example = regexp.MustCompile("(?ms)^```yaml\n(# 例: ((?:tests/|en/)?[a-z-]+\\.yaml)\n.*?)^```$")

// TestGuide: the guide's examples compile beside the clinic's flows without a warning, the
// mistakes that it explains read as it says, and it names every pattern, type of field, key,
// slip and word of a test. Its own tests hold, and one that fails reads as it says.
func TestGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	shipped, _ := fs.Glob(flows.Files, "*.yaml")
	for _, more := range []string{"images/*", "en/*"} {
		all, _ := fs.Glob(flows.Files, more)
		shipped = append(shipped, all...)
	}
	for _, name := range shipped {
		data, err := fs.ReadFile(flows.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: data}
	}
	examples := example.FindAllSubmatch(guide, -1)
	if got, want := len(examples), bytes.Count(guide, []byte("```yaml")); got != want || got == 0 {
		t.Errorf("got %d examples with a name, want %d", got, want)
	}
	for _, e := range examples {
		files[string(e[2])] = &fstest.MapFile{Data: e[1]}
	}
	p, problems := compileGuide(files)
	if p == nil || problems != "" {
		t.Fatal(problems)
	}
	var names []string
	for _, s := range p.Patterns {
		names = append(names, s.Step)
	}
	for f := flow.Text; f <= flow.SeveralOf; f++ {
		names = append(names, f.String())
	}
	for _, name := range append(names, slices.Concat(keys(t), flowtest.Words())...) {
		if !regexp.MustCompile("`" + name + "[`:]").Match(guide) {
			t.Errorf("the guide doesn't name %s", name)
		}
	}

	if got := testGuide(t, files); got != "" {
		t.Errorf("the tests of the guide:\n%s", got)
	}

	for _, r := range source.Rules() {
		if !bytes.Contains(guide, []byte("`"+r.Name+"`")) {
			t.Errorf("the guide doesn't name the slip %s", r.Name)
		}
	}
	for _, edit := range []struct {
		file, old, new string
		read           func() string
	}{
		{"notice.yaml", "go: entrance", "go: entrence", func() string { _, got := compileGuide(files); return got }},
		{"visit-talk.yaml", "お話がしやすくなります", "お話しやすくなります", func() string { _, got := compileGuide(files); return got }},
		{"notice.yaml", "となりの入口", "南の入口", func() string { return testGuide(t, files) }},
	} {
		file := files[edit.file]
		if file == nil {
			t.Fatalf("the guide has no example %s", edit.file)
		}
		right := file.Data
		file.Data = bytes.Replace(right, []byte(edit.old), []byte(edit.new), 1)
		if got := edit.read(); got == "" || !bytes.Contains(guide, []byte("```\n"+got+"```")) {
			t.Errorf("with %s in %s the guide would have to say\n%s", edit.new, edit.file, got)
		}
		file.Data = right
	}
}

// testGuide runs the guide's own tests and returns what is wrong.
func testGuide(t *testing.T, files fstest.MapFS) string {
	t.Helper()
	settings, _ := config.Load(config.Dir(""))
	tests, problems := flowtest.Read(files)
	if len(tests) == 0 {
		t.Error("the guide has no tests")
	}
	wrong, _ := flowtest.NewBench(flow.Read(files), settings.Clinic).Run(tests)
	problems.Join(wrong)
	var b strings.Builder
	diag.Render(&b, problems.Sorted(), "ja", func(name string) []byte { return files[name].Data })
	return b.String()
}

// keys are those of a flow, its fields, steps and choices.
func keys(t *testing.T) (names []string) {
	t.Helper()
	top := flow.Schemas(flows.Files, config.Facts())["flow"]
	of := func(all schema.Properties, name string) schema.Schema {
		i := slices.IndexFunc(all, func(p schema.Property) bool { return p.Name == name })
		if i < 0 {
			t.Fatalf("there is no schema of %s", name)
		}
		return *all[i].Schema
	}
	field, ok := of(top.Properties, "fields").Others.(schema.Schema)
	if !ok {
		t.Fatal("fields have no schema")
	}
	for _, s := range []schema.Schema{top, field, of(top.Defs, "step"), *of(top.Defs, "choices").Items} {
		for _, p := range s.Properties {
			names = append(names, p.Name)
		}
	}
	if len(names) < 50 {
		t.Errorf("found only the keys %v", names)
	}
	return names
}

func compileGuide(files fs.FS) (*flow.Program, string) {
	settings, _ := config.Load(config.Dir("")) // TestShipped says what is wrong with it
	p, problems := flow.Compile(files, settings.Clinic, flow.Live, lint.Wording)
	var b strings.Builder
	diag.Render(&b, problems.Sorted(), "ja", func(name string) []byte {
		data, _ := fs.ReadFile(files, name)
		return data
	})
	return p, b.String()
}
