package schema_test

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/flowtest"
	"hogushi/bot/schema"
	"hogushi/config"
	"hogushi/flows"
)

// validators are the schemas by kind of file, ready for use. The names that they know are
// those of the flows that the command is tested with: what has others is as good.
var validators = validatorsOf(os.DirFS("../../cmd/hogushi/testdata/flows"))

func validatorsOf(dir fs.FS) map[string]*jsonschema.Schema {
	all := flow.Schemas(dir, config.Facts())
	maps.Copy(all, config.Schemas())
	targets, fields := flow.Names(dir, config.Facts())
	all["test"] = flowtest.Schema(targets, fields, config.Facts())
	out := map[string]*jsonschema.Schema{}
	for kind, s := range all {
		out[kind] = validator(s)
	}
	return out
}

func validator(s schema.Schema) *jsonschema.Schema {
	text, err := s.JSON()
	if err != nil {
		panic(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		panic(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("it.json", doc); err != nil {
		panic(err)
	}
	return c.MustCompile("it.json")
}

// kind of a file, by its name.
func kind(name string) string {
	if strings.Contains(name, "tests/") {
		return "test"
	}
	if path.Base(path.Dir(name)) == "en" {
		if path.Base(name) == "facts.yaml" {
			return "translated-facts"
		}
		return "translation"
	}
	switch base := strings.TrimSuffix(path.Base(name), ".yaml"); base {
	case "patterns", "facts", "hogushi", "clinic", "hotlines":
		if base == "clinic" && !strings.HasPrefix(name, "config/") {
			return "flow"
		}
		return base
	}
	return "flow"
}

// taken says whether a schema takes a file.
func taken(by *jsonschema.Schema, data []byte) error {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil || len(doc.Content) == 0 {
		return err
	}
	return by.Validate(value(doc.Content[0]))
}

// value is a file as YAML 1.2 reads it, and with it editors.
func value(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = value(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		l := []any{}
		for _, item := range n.Content {
			l = append(l, value(item))
		}
		return l
	}
	var v any = n.Value
	switch n.ShortTag() {
	case "!!null", "!!bool", "!!int", "!!float":
		n.Decode(&v) // what can't be decoded stays text
	}
	return v
}

// TestGood: the schemas take all shipped files, the examples of the guide, and those of the
// compiler's tests.
func TestGood(t *testing.T) {
	t.Parallel()
	good := map[string][]byte{}
	for _, pattern := range []string{"flows/*.yaml", "flows/tests/*.yaml", "flows/en/*.yaml", "config/*.yaml", "cmd/hogushi/testdata/flows/*.yaml"} {
		names, _ := filepath.Glob("../../" + pattern)
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			good[strings.TrimPrefix(name, "../../")] = data
		}
	}
	guide, err := os.ReadFile("../../flows/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?ms)^```yaml\n(?:# 例: ((?:tests/|en/)?[a-z-]+\\.yaml)\n)(.*?)^```$").FindAllSubmatch(guide, -1) {
		good["guide/"+string(m[1])] = m[2]
	}
	archives, _ := filepath.Glob("../flow/testdata/ok/*.txtar")
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			if strings.HasSuffix(f.Name, ".yaml") && f.Name[0] != '.' {
				good[name+"/"+f.Name] = f.Data
			}
		}
	}
	if len(good) < 30 {
		t.Errorf("found only %d files", len(good))
	}
	current := validatorsOf(flows.Files)
	for name, data := range good {
		for which, schemas := range map[string]map[string]*jsonschema.Schema{"the shipped schema": current, "one that doesn't know its names": validators} {
			if err := taken(schemas[kind(name)], data); err != nil {
				t.Errorf("%s, %s: %v", name, which, err)
			}
		}
	}
}

// base is what every flow needs beside it.
func base(t testing.TB) fstest.MapFS {
	t.Helper()
	dir := fstest.MapFS{}
	names, _ := filepath.Glob("../../cmd/hogushi/testdata/flows/*.yaml")
	if len(names) == 0 {
		t.Fatal("no flows")
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		dir[filepath.Base(name)] = &fstest.MapFile{Data: data}
	}
	return dir
}

var clinic = func() flow.Clinic {
	settings, _ := config.Load(config.Dir(""))
	return settings.Clinic
}()

// refused says what the compiler, or the configuration, has against a file. Flows may have
// others beside them.
func refused(t testing.TB, name string, data []byte, others ...txtar.File) *diag.List {
	t.Helper()
	switch kind := kind(name); kind {
	case "test":
		_, problems := flowtest.Read(fstest.MapFS{name: {Data: data}})
		return problems
	case "hogushi", "clinic", "hotlines":
		dir := fstest.MapFS{"hogushi.yaml": {Data: []byte("channel: main\n")}, "clinic.yaml": {Data: []byte("name: 例\nphone: 03-1234-5678\n")}}
		dir[kind+".yaml"] = &fstest.MapFile{Data: data}
		_, problems := config.Load(dir)
		return problems
	}
	dir := base(t)
	for _, f := range others {
		dir[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	dir[name] = &fstest.MapFile{Data: data}
	_, problems := flow.Compile(dir, clinic, flow.Live)
	return problems
}

func rules(problems *diag.List) (out []string) {
	for _, d := range problems.Sorted() {
		if d.Severity == diag.Error && !slices.Contains(out, d.Rule) {
			out = append(out, d.Rule)
		}
	}
	return out
}
