package config

import (
	"os"
	"strings"
	"testing"
)

// TestComments: clinic.yaml explains its facts in the words that editors show.
func TestComments(t *testing.T) {
	t.Parallel()
	about := map[string]string{}
	for _, f := range clinicFacts {
		about[f.key] = f.about
	}
	for _, s := range sections {
		about[s.Name()] = s[1]
	}
	data, err := os.ReadFile("clinic.yaml")
	if err != nil {
		t.Fatal(err)
	}
	in, comment, compared := "", "", 0
	for line := range strings.Lines(string(data)) {
		text := strings.TrimSpace(line)
		if said, ok := strings.CutPrefix(text, "# "); ok {
			comment = said
			continue
		}
		key, _, ok := strings.Cut(text, ":")
		if ok && !strings.HasPrefix(line, " ") {
			in = ""
		}
		if ok && comment != "" {
			if compared++; !strings.HasPrefix(comment, about[in+key]) || about[in+key] == "" {
				t.Errorf("%s%s is explained with\n%s\nand to editors with\n%s", in, key, comment, about[in+key])
			}
		}
		if ok && !strings.HasPrefix(line, " ") && section(key) {
			in = key + "."
		}
		comment = ""
	}
	if compared < 100 {
		t.Errorf("compared only %d comments", compared)
	}
}
