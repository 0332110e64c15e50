package main

import (
	"path/filepath"
	"strings"
	"testing"

	"hogushi/bot/text"
	"hogushi/bot/understand"
)

// TestFresh: the models are those of the wordings and flows that lie here.
func TestFresh(t *testing.T) {
	lessons := readAll(t)
	if n, d := len(lessons.Wordings), len(lessons.Dangers); n < 30000 || d < 10000 {
		t.Errorf("only %d wordings and %d texts of danger are read", n, d)
	}
	for _, learnt := range understand.Learnt() {
		if learnt != lessons.Digest() {
			t.Error("wordings, flows, words.txt or readings.txt have changed since the models were learnt: run `make model`, and look at `make eval`")
			break
		}
	}
}

// TestApart: what is measured isn't taught.
func TestApart(t *testing.T) {
	lessons := readAll(t)
	taught := map[string]bool{}
	for _, w := range lessons.Wordings {
		taught[text.Fold(w.Text)] = true
	}
	for _, d := range lessons.Dangers {
		taught[text.Fold(d.Text)] = true
	}
	files, _ := filepath.Glob(room + "/testdata/ask/*.tsv")
	measured := 0
	for _, name := range files {
		err := lines(name, func(n int, line string) error {
			asked, _, _ := strings.Cut(line, "\t")
			if strings.HasPrefix(line, "#") || understand.Fifth(asked) > 2 {
				return nil
			}
			if measured++; taught[text.Fold(asked)] {
				t.Errorf("%s:%d: %q is taught: take it out here", name, n, asked)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if measured < 3000 {
		t.Errorf("only %d texts are measured on", measured)
	}
}

func readAll(t *testing.T) understand.Lessons {
	t.Chdir("../../..")
	lessons, err := read()
	if err != nil {
		t.Fatal(err)
	}
	return lessons
}
