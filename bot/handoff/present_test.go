package handoff

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"hogushi/bot/engine"
)

var update = flag.Bool("update", false, "write the golden files")

// TestPresent: what each sink is sent of each event, as it is.
func TestPresent(t *testing.T) {
	t.Parallel()
	plain := someLead("0123456789abcdef0123456789abcdef")
	nasty := plain
	nasty.Fields = []engine.Value{
		{Field: "name", Label: "お名前", Value: "=cmd()\r\nBcc: evil@example.com", Type: "name"},
		{Field: "phone", Label: "お電話番号", Value: "+81 90-1234-5678", Type: "phone"},
		{Field: "note", Label: "ひとこと", Value: `<script>alert("x")</script> {{clinic.phone}} & \ "quoted"`, Health: true},
	}
	taken := plain
	taken.By = "佐藤"
	at := created.Add(90 * time.Second)
	for name, n := range map[string]notice{
		"created":   {event: Created, at: created, lead: plain},
		"full":      {event: Created, at: created, lead: plain, full: true, name: "はなこ🌸"},
		"nasty":     {event: Created, at: created, lead: nasty, full: true},
		"corrected": {event: Corrected, at: at, lead: plain},
		"withdrawn": {event: Withdrawn, at: at, lead: plain},
		"erased":    {event: Erased, at: at, lead: engine.Lead{ID: plain.ID, Receipt: plain.Receipt}},
		"taken":     {event: Taken, at: at, lead: taken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := new(txtar.Archive)
			for sink, render := range map[string]func(*notice) ([]byte, error){SinkLINE: (*notice).card, SinkMail: (*notice).letter, SinkWebhook: (*notice).webhook} {
				data, err := render(&n)
				if err != nil {
					t.Fatal(err)
				}
				switch sink {
				case SinkMail:
					var l letter
					if err := json.Unmarshal(data, &l); err != nil {
						t.Fatal(err)
					}
					if strings.ContainsAny(l.Subject, "\r\n") || strings.Contains(l.Subject, "山田") || strings.Contains(l.Subject, "cmd") {
						t.Errorf("the subject holds more than it should: %q", l.Subject)
					}
					data = fmt.Appendf(nil, "Subject: %s\n\n%s\n%s", l.Subject, strings.ReplaceAll(l.Text, "\r", "<CR>"), strings.ReplaceAll(l.HTML, "\r", "<CR>"))
				default:
					var b bytes.Buffer
					if err := json.Indent(&b, data, "", "  "); err != nil {
						t.Fatal(err)
					}
					data = append(b.Bytes(), '\n')
				}
				got.Files = append(got.Files, txtar.File{Name: sink, Data: data})
			}
			order := map[string]int{SinkLINE: 0, SinkMail: 1, SinkWebhook: 2}
			files := make([]txtar.File, 3)
			for _, f := range got.Files {
				files[order[f.Name]] = f
			}
			got.Files = files
			golden := filepath.Join("testdata", name+".txtar")
			if *update {
				if err := os.WriteFile(golden, txtar.Format(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(txtar.Format(got))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
