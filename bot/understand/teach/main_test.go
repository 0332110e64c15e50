package main

import (
	"testing"

	"hogushi/bot/understand"
)

// TestFresh: the models are those of the wordings and flows that lie here.
func TestFresh(t *testing.T) {
	t.Chdir("../../..")
	lessons, err := read()
	if err != nil {
		t.Fatal(err)
	}
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
