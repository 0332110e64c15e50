// Command teach learns the models of bot/understand from the wordings beside it and from the examples of the
// flows, and writes them where they are embedded. Run it from the root of the module: `make model`.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hogushi/bot/flow"
	"hogushi/bot/understand"
	"hogushi/config"
	"hogushi/flows"
)

const room = "bot/understand"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "teach:", err)
		os.Exit(1)
	}
}

func run() error {
	understand.Router = understand.Nothing // the embedded one may be of an older format
	lessons, err := read()
	if err != nil {
		return err
	}
	for name, model := range understand.Teach(lessons) {
		if err := os.WriteFile(filepath.Join(room, name), model, 0o644); err != nil {
			return err
		}
		fmt.Printf("%s %d bytes\n", name, len(model))
	}
	return nil
}

// read reads every lesson: what the flows' examples and the wordings teach, and what is dangerous.
func read() (understand.Lessons, error) {
	var l understand.Lessons
	clinic, _ := config.LoadFacts(config.Dir(""))
	p, problems := flow.Compile(flows.Files, clinic, flow.Preview)
	if p == nil {
		return l, fmt.Errorf("compile flows: run `hogushi check`: %w", problems.Err())
	}
	topics := map[string]string{}
	for _, f := range p.Flows {
		for _, s := range f.Steps {
			topics[s.Ref.String()] = s.Topic
			for _, t := range append(s.Examples, s.Triggers...) {
				l.Wordings = append(l.Wordings, understand.Wording{Text: t, Step: understand.Step{Flow: f.ID, Step: s.Step, Topic: s.Topic}})
			}
		}
	}
	topic := func(id string) (understand.Step, error) {
		f, s, _ := strings.Cut(id, "/")
		t, ok := topics[id]
		if !ok && f != "command" && f != "none" {
			return understand.Step{}, fmt.Errorf("there is no step %s", id)
		}
		if !ok {
			t = s
		}
		return understand.Step{Flow: f, Step: s, Topic: t}, nil
	}
	under := map[string]string{} // by wording: its step
	files, err := filepath.Glob(room + "/wordings/*.txt")
	if err != nil {
		return l, err
	}
	for _, name := range files {
		at := understand.Step{}
		err := lines(name, func(n int, line string) error {
			if id, ok := strings.CutPrefix(line, "# "); ok {
				at, err = topic(strings.TrimSpace(id))
				return err
			}
			if step := at.String(); under[line] != "" && under[line] != step {
				return fmt.Errorf("%q stands under %s too: leave it under one", line, under[line])
			} else {
				under[line] = step
			}
			l.Wordings = append(l.Wordings, understand.Wording{Text: strings.ReplaceAll(line, `\n`, "\n"), Step: at})
			return nil
		})
		if err != nil {
			return l, err
		}
	}
	dangers, err := filepath.Glob(room + "/wordings/*.tsv")
	if err != nil {
		return l, err
	}
	guard, err := filepath.Glob(room + "/testdata/guard/*.tsv")
	if err != nil {
		return l, err
	}
	for _, name := range slices.Concat(dangers, guard, guard) { // what the rules are tested on counts twice
		err := lines(name, func(n int, line string) error {
			col := strings.Split(line, "\t")
			if strings.HasPrefix(line, "#") {
				return nil
			}
			if len(col) != 3 {
				return fmt.Errorf("%d columns, want 3", len(col))
			}
			level := strings.TrimRight(col[1], "+-")
			l.Dangers = append(l.Dangers, understand.Danger{Text: strings.ReplaceAll(col[2], `\n`, "\n"), Level: level})
			return nil
		})
		if err != nil {
			return l, err
		}
	}
	// Of the labelled sets the last two fifths are lessons; the others are for measuring.
	asked, err := filepath.Glob(room + "/testdata/ask/*.tsv")
	if err != nil {
		return l, err
	}
	for _, name := range asked {
		err := lines(name, func(n int, line string) error {
			col := strings.Split(line, "\t")
			if strings.HasPrefix(line, "#") || understand.Fifth(col[0]) < 3 {
				return nil
			}
			first, _, _ := strings.Cut(col[1], "|")
			text := strings.ReplaceAll(col[0], `\n`, "\n")
			if level, ok := levels[first]; ok {
				l.Dangers = append(l.Dangers, understand.Danger{Text: text, Level: level})
				return nil
			}
			s, err := topic(first)
			if err == nil {
				l.Wordings = append(l.Wordings, understand.Wording{Text: text, Step: s})
			}
			return err
		})
		if err != nil {
			return l, err
		}
	}
	return l, nil
}

// levels are the labels of what is dangerous, and of what only sounds like it.
var levels = map[string]string{"emergency": "Emergency", "today": "Today", "crisis": "Crisis", "crisis-now": "CrisisNow", "calm": "Calm"}

// lines gives every line of a file that isn't empty.
func lines(name string, each func(n int, line string) error) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	s := bufio.NewScanner(bytes.NewReader(b))
	s.Buffer(nil, 1<<20)
	for n := 1; s.Scan(); n++ {
		if line := strings.TrimRight(s.Text(), " \r"); line != "" {
			if err := each(n, line); err != nil {
				return fmt.Errorf("%s:%d: %w", name, n, err)
			}
		}
	}
	return s.Err()
}
