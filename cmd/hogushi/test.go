package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/flowtest"
	"hogushi/bot/text"
)

// test runs the conversation tests of a directory of flows and says what they come to.
func (c *command) test(_ context.Context, args []string) error {
	f := flags("test", "test [--mutants] [--json] [--all] [--min PERCENT] [--lang ja|en] [DIR]")
	asJSON := f.Bool("json", false, "one JSON object a line")
	f.BoolVar(&c.all, "all", false, allUsage)
	mutants := f.Bool("mutants", false, "change the flows in every way, one at a time, and say which changes no test notices")
	least := f.Int("min", 0, "fail when less than this `percent` of steps or choices is tested, or of changes noticed")
	lang := f.String("lang", c.lang(), "language of the messages: `ja` or en")
	if err := c.parse(f, args, 0, 1); err != nil {
		return err
	}
	if err := language(*lang); err != nil {
		return err
	}
	w, err := c.compile(f.Arg(0), *asJSON, false, *lang)
	if err != nil {
		return err
	}
	tests, problems := flowtest.Read(w.dir)
	if *mutants && !problems.Failed() {
		return c.mutants(w, tests, *asJSON, *least, *lang)
	}
	bench := flowtest.NewBench(flow.Read(w.dir), w.clinic)
	wrong, failed := bench.Run(tests)
	problems.Join(wrong)
	if err := c.tell(problems, *asJSON, *lang, w.dir); err != nil {
		return err
	}
	flows, all := bench.Coverage().Flows()
	if *asJSON {
		err = c.coverageJSON(flows, all, len(tests), failed)
	} else {
		c.coverage(flows, all, *lang)
		fmt.Fprintln(c.Stdout, diag.T("会話テスト %d個、失敗 %d個", "%d tests, %d failed", len(tests), failed).In(*lang))
	}
	switch {
	case err != nil:
		return err
	case problems.Failed():
		return errFound
	case all.Percent() < *least:
		fmt.Fprintf(c.Stderr, "hogushi test: %d %% of steps or choices are tested, wanted are %d %%\n", all.Percent(), *least)
		return errFound
	}
	return nil
}

// coverage prints what of the flows is tested, and what isn't.
func (c *command) coverage(flows []flowtest.Count, all flowtest.Count, lang string) {
	share := func(part, all int) string {
		return fmt.Sprintf("%d/%d %3d%%", part, all, flowtest.Count{Steps: all, Reached: part}.Percent())
	}
	in := func(ja, en string) string { return diag.Text{JA: ja, EN: en}.In(lang) }
	c.row("", in("ステップ", "steps"), in("選択肢", "choices"))
	for _, n := range append(flows, all) {
		if n.Flow == "" {
			n.Flow = in("合計", "all")
		}
		c.row(n.Flow, share(n.Reached, n.Steps), share(n.Taken, n.Choices))
	}
	if all.Reached+all.Taken < all.Steps+all.Choices {
		fmt.Fprintln(c.Stdout, in("\nまだ確かめていないもの", "\nNot tested"))
	}
	for _, n := range flows {
		whole := map[flow.Ref]bool{} // not come to at all: its choices go without saying
		for _, m := range n.Missing {
			if whole[m.Step] {
				continue
			}
			whole[m.Step] = m.Choice == "" && m.StandIn == ""
			fmt.Fprintf(c.Stdout, "  %s  %s\n", m.At.Pos, missing(m, lang))
		}
	}
	fmt.Fprintln(c.Stdout)
}

// row prints the row of a table: a name, then figures, each below the other.
func (c *command) row(name string, cells ...string) {
	line := name + strings.Repeat(" ", max(0, 26-text.Width(name)))
	for _, cell := range cells {
		line += strings.Repeat(" ", max(1, 14-text.Width(cell))) + cell
	}
	fmt.Fprintln(c.Stdout, strings.TrimRight(line, " "))
}

func missing(m flowtest.Part, lang string) string {
	switch {
	case m.Choice != "":
		return m.Step.String() + diag.T("「%s」", " %q", m.Choice).In(lang)
	case m.StandIn != "":
		return m.Step.String() + diag.T("（%s:）", " (%s:)", m.StandIn).In(lang)
	}
	return m.Step.String()
}

func (c *command) coverageJSON(flows []flowtest.Count, all flowtest.Count, tests, failed int) error {
	type part struct {
		Step    string `json:"step"`
		StandIn string `json:"standIn,omitempty"`
		Choice  string `json:"choice,omitempty"`
		File    string `json:"file"`
		Line    int    `json:"line"`
	}
	type count struct {
		Flow    string `json:"flow,omitempty"`
		Steps   int    `json:"steps"`
		Reached int    `json:"reached"`
		Choices int    `json:"choices"`
		Taken   int    `json:"taken"`
		Percent int    `json:"percent"`
		Missing []part `json:"missing,omitempty"`
		Tests   *int   `json:"tests,omitempty"`
		Failed  *int   `json:"failed,omitempty"`
	}
	enc := json.NewEncoder(c.Stdout)
	enc.SetEscapeHTML(false)
	for _, n := range append(flows, all) {
		out := count{Flow: n.Flow, Steps: n.Steps, Reached: n.Reached, Choices: n.Choices, Taken: n.Taken, Percent: n.Percent()}
		for _, m := range n.Missing {
			out.Missing = append(out.Missing, part{m.Step.String(), m.StandIn, m.Choice, m.At.File, m.At.Line})
		}
		if n.Flow == "" {
			out.Tests, out.Failed = &tests, &failed
		}
		if err := enc.Encode(out); err != nil {
			return fmt.Errorf("write coverage: %w", err)
		}
	}
	return nil
}
