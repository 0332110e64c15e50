package flow

import (
	"os"
	"slices"
	"strings"
	"testing"

	"hogushi/bot/schema"
)

// TestKeys: every key that a file may have is read somewhere, and explained.
func TestKeys(t *testing.T) {
	t.Parallel()
	var code strings.Builder
	for _, name := range archives(t, "*.go") {
		if slices.Contains([]string{"keys.go", "words.go", "schema.go"}, name) || strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(data)
	}
	all := slices.Concat(fileKeys, patternKeys, commandKeys, wordKeys, stepKeys, choiceKeys, cardKeys, consentKeys, branchKeys, conditionKeys, fieldKeys, reviewedKeys, catalogKeys, factKeys, languageKeys, translationKeys, spokenCatalogKeys)
	for _, k := range all {
		if !strings.Contains(code.String(), `"`+k.Name+`"`) {
			t.Errorf("nothing reads the key %q", k.Name)
		}
	}
	for _, k := range all {
		if k.About == "" || k.Example != "" && !strings.Contains(k.Example, k.Name) {
			t.Errorf("the key %q is explained with %q and the example %q", k.Name, k.About, k.Example)
		}
	}
	for _, words := range []schema.Words{typeWords, showWords, strengthWords, tellWords, Topics, requestWords, handoffWords, givenWords, patternWords[:]} {
		for _, w := range words {
			if w.Name() == "" || w[1] == "" {
				t.Errorf("the word %q is explained with %q", w.Name(), w[1])
			}
		}
	}
}
