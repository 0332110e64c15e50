package flowtest

import (
	"maps"
	"slices"
	"testing"

	"hogushi/bot/schema"
)

// TestWords: every event has its word, and all keys and words are explained to staff.
func TestWords(t *testing.T) {
	t.Parallel()
	if got, want := eventWords.Names(), slices.Sorted(maps.Keys(events)); !slices.Equal(got, want) {
		t.Errorf("there are words for the events %v, want %v", got, want)
	}
	for _, k := range slices.Concat(fileKeys, testKeys, lineKeys) {
		if k.About == "" || k.Example == "" {
			t.Errorf("the key %q is explained with %q and the example %q", k.Name, k.About, k.Example)
		}
	}
	for _, words := range []schema.Words{unknownWords, eventWords, staffWords, leadWords} {
		for _, w := range words {
			if w.Name() == "" || w[1] == "" {
				t.Errorf("the word %q is explained with %q", w.Name(), w[1])
			}
		}
	}
}
