package flows_test

import (
	"bytes"
	"io/fs"
	"testing"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/config"
	"hogushi/flows"
)

// TestShipped: the clinic's flows compile with its facts, and without those that can do
// without; there is nothing to report, not even a warning.
func TestShipped(t *testing.T) {
	t.Parallel()
	settings, problems := config.Load(config.Dir(""))
	if problems.Len() > 0 {
		t.Fatalf("the configuration: %v", problems.Sorted())
	}
	bare, full := flow.Clinic{}, flow.Clinic{}
	for name, fact := range settings.Clinic {
		bare[name], full[name] = "", "https://example.jp"
		if name == "clinic.name" || name == "clinic.phone" { // config wants them
			bare[name], full[name] = fact, fact
		}
	}
	for name, facts := range map[string]flow.Clinic{"as shipped": settings.Clinic, "nothing set": bare, "all set": full} {
		p, problems := flow.Compile(flows.Files, facts, flow.Live)
		if p == nil || problems.Len() > 0 {
			var b bytes.Buffer
			diag.Render(&b, problems.Sorted(), "ja", func(file string) []byte {
				data, _ := fs.ReadFile(flows.Files, file)
				return data
			})
			t.Errorf("%s:\n%s", name, b.String())
		}
	}
}
