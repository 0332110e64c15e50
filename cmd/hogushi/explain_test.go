package main

import (
	"os"
	"strings"
	"testing"
)

// TestGuideExplains: what the staff's guide shows of check --explain is what it says.
func TestGuideExplains(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../flows/README.md")
	if err != nil {
		t.Fatal(err)
	}
	const rule = "hash-in-text"
	if !strings.Contains(string(guide), "check --explain "+rule) {
		t.Fatalf("the guide doesn't ask for %s", rule)
	}
	c, out, errs := told(nil, nil)
	if got := c.Main(t.Context(), []string{"check", "--explain", rule}); got != exitOK || !strings.Contains(string(guide), "```\n"+out.String()+"```") {
		t.Errorf("got exit %d; the guide would have to say\n%s%s", got, out, errs)
	}
}
