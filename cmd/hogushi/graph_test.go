package main

import (
	"bytes"
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hogushi/bot/flow"
	"hogushi/bot/graph"
	"hogushi/config"
	"hogushi/flows"
)

// TestReadme: the drawing in README.md is that of the shipped flow; -update redraws it.
func TestReadme(t *testing.T) {
	t.Parallel()
	settings, _ := config.Load(config.Dir(""))
	g, err := graph.New(flow.Outlined(flows.Files, settings.Clinic, flow.Live), "ja").Only("contact")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	want := []byte("```mermaid\n" + g.Mermaid() + "```\n")
	block := regexp.MustCompile("(?s)```mermaid\n.*?```\n")
	if *update {
		if err := os.WriteFile("../../README.md", block.ReplaceAllLiteral(readme, want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got := block.FindAll(readme, -1); len(got) != 1 || !bytes.Equal(got[0], want) {
		t.Errorf("README.md draws contact as it isn't; go test ./cmd/hogushi -run TestReadme -update redraws it (-README +flow):\n%s", cmp.Diff(string(bytes.Join(got, nil)), string(want)))
	}
}
