package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"hogushi/bot/engine"
	"hogushi/bot/flow"
	"hogushi/bot/understand"
)

// labelled is a line of a file to be measured on: a text, and what would be right for it.
// Labels: FLOW/STEP or FLOW (several with | between: the first is best), command/NAME,
// none (nothing here answers it), emergency, today, crisis, crisis-now, calm (no alarm).
type labelled struct {
	line   int
	text   string
	labels []string
}

func readLabelled(p *flow.Program, name, only string) ([]labelled, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, usageError{err}
	}
	defer f.Close()
	var out []labelled
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxAsked)
	for n := 1; lines.Scan(); n++ {
		if lines.Text() == "" || lines.Text()[0] == '#' {
			continue
		}
		col := strings.Split(lines.Text(), "\t")
		if len(col) < 2 {
			return nil, usageError{fmt.Errorf("%s:%d: want TEXT<tab>LABEL", name, n)}
		}
		for _, l := range strings.Split(col[1], "|") {
			if !label(p, l) {
				return nil, usageError{fmt.Errorf("%s:%d: there is no label %q: write FLOW/STEP, command/NAME, none, emergency, today, crisis, crisis-now or calm", name, n, l)}
			}
		}
		if only == "" || strings.Contains(only, strconv.Itoa(understand.Fifth(col[0]))) {
			out = append(out, labelled{n, strings.ReplaceAll(col[0], `\n`, "\n"), strings.Split(col[1], "|")})
		}
	}
	return out, lines.Err()
}

// label says whether a label means anything.
func label(p *flow.Program, l string) bool {
	f, step, _ := strings.Cut(l, "/")
	switch f {
	case "command", "none", "emergency", "today", "crisis", "crisis-now", "calm":
		return true
	}
	return p.Step(flow.Ref{Flow: f, Step: step}) != nil || p.Flow(f) != nil && step == "" || p.Flow(f) != nil && slices.Contains(flow.Topics.Names(), step)
}

// score counts what a labelled file comes to.
type score struct {
	asked, flow, topic, step, near int // questions that a step answers
	commands, obeyed               int
	outside, medical               int // out of scope; and answered all the same
	emergencies, alarmed           int
	today, todayAlarmed            int
	crises, inCrisis               int
	calm, false, others, falseOf   int // near-misses with an alarm; and everything else with one
	confused                       map[string]int
	misses                         []string
}

// eval prints how well the flows understand a labelled file.
func (c *command) eval(p *flow.Program, name, only string, asJSON bool) error {
	all, err := readLabelled(p, name, only)
	if err != nil {
		return err
	}
	s := score{confused: map[string]int{}}
	for _, l := range all {
		s.add(p, l, engine.Decide(p, l.text))
	}
	if asJSON {
		return json.NewEncoder(c.Stdout).Encode(map[string]any{"texts": len(all), "questions": s.asked, "flow": share(s.flow, s.asked), "topic": share(s.topic, s.asked),
			"step": share(s.step, s.asked), "near": share(s.near, s.asked), "commands": share(s.obeyed, s.commands), "outside_answered": share(s.medical, s.outside),
			"emergency": share(s.alarmed, s.emergencies), "today": share(s.todayAlarmed, s.today), "crisis": share(s.inCrisis, s.crises), "false_near": share(s.false, s.calm), "false_other": share(s.falseOf, s.others)})
	}
	row := func(what string, n, of int) {
		if of > 0 {
			fmt.Fprintf(c.Stdout, "%-42s %5.1f %%  %d of %d\n", what, 100*share(n, of), n, of)
		}
	}
	fmt.Fprintf(c.Stdout, "%d texts\n", len(all))
	row("right flow at the first answer", s.flow, s.asked)
	row("right flow and topic", s.topic, s.asked)
	row("right step", s.step, s.asked)
	row("the answer or one of three suggestions", s.near, s.asked)
	row("commands obeyed", s.obeyed, s.commands)
	row("out of scope, answered all the same", s.medical, s.outside)
	row("emergencies (119) alarmed", s.alarmed, s.emergencies)
	row("to be seen today, alarmed", s.todayAlarmed, s.today)
	row("crises heard as such", s.inCrisis, s.crises)
	row("near-misses alarmed", s.false, s.calm)
	row("everything else alarmed", s.falseOf, s.others)
	s.table(c)
	return nil
}

func share(n, of int) float64 { return float64(n) / float64(max(of, 1)) }

// add counts one decision.
func (s *score) add(p *flow.Program, l labelled, d engine.Decision) {
	alarm := d.Outcome == engine.OutcomeEmergency || d.Outcome == engine.OutcomeCrisis
	got := came(d)
	miss := func(kind string) {
		s.misses = append(s.misses, fmt.Sprintf("%d\t%s\t%s\twant %s\tgot %s", l.line, kind, strings.ReplaceAll(l.text, "\n", `\n`), strings.Join(l.labels, "|"), got))
	}
	count := func(n, ok *int, good bool, kind string) {
		if *n++; good {
			*ok++
		} else {
			miss(kind)
		}
	}
	switch first, _, _ := strings.Cut(l.labels[0], "/"); first {
	case "emergency":
		count(&s.emergencies, &s.alarmed, alarm, "missed")
		return
	case "today":
		count(&s.today, &s.todayAlarmed, alarm, "missed")
		return
	case "crisis", "crisis-now":
		count(&s.crises, &s.inCrisis, d.Outcome == engine.OutcomeCrisis, "missed")
		return
	case "calm":
		if s.calm++; alarm {
			s.false++
			miss("alarm")
		}
		return
	case "command":
		obeyed := d.Outcome == engine.OutcomeCommand && slices.Contains(l.labels, "command/"+d.Heard.Command.String())
		count(&s.commands, &s.obeyed, obeyed || d.Outcome == engine.OutcomeAnswer && right(p, l.labels, d.Heard.Step).step, "command")
	case "none":
		if s.outside++; d.Outcome == engine.OutcomeAnswer && d.Heard.Step.Flow.ID != flow.MenuFlow && !right(p, l.labels, d.Heard.Step).flow {
			s.medical++
			miss("outside")
		}
	default:
		s.asked++
		var r, near match
		if d.Heard.Outcome == understand.Answer && !alarm {
			r = right(p, l.labels, d.Heard.Step)
		}
		if d.Heard.Outcome == understand.Obey && slices.Contains(l.labels, "command/"+d.Heard.Command.String()) {
			r = match{true, true, true}
		}
		near = r
		for _, n := range slices.Concat(d.Heard.Near, []*flow.Step{d.Heard.Then}) {
			near.topic = near.topic || n != nil && !alarm && right(p, l.labels, n).topic
		}
		for _, c := range []struct {
			ok bool
			n  *int
		}{{r.flow, &s.flow}, {r.topic, &s.topic}, {r.step, &s.step}, {near.topic, &s.near}} {
			if c.ok {
				*c.n++
			}
		}
		if !r.topic {
			miss(map[bool]string{true: "topic", false: "flow"}[r.flow])
			s.confused[l.labels[0]+" → "+got]++
		}
	}
	if s.others++; alarm {
		s.falseOf++
		miss("alarm")
	}
}

// came is a decision in a word.
func came(d engine.Decision) string {
	switch d.Outcome {
	case engine.OutcomeAnswer, engine.OutcomeContact:
		return d.Heard.Step.Ref.String()
	case engine.OutcomeCommand:
		return "command/" + d.Heard.Command.String()
	}
	return string(d.Outcome)
}

type match struct{ flow, topic, step bool }

// right says how far a step is what a label wants.
func right(p *flow.Program, labels []string, s *flow.Step) (m match) {
	for _, l := range labels {
		f, step, _ := strings.Cut(l, "/")
		if f != s.Ref.Flow {
			continue
		}
		m.flow = true
		want := p.Step(flow.Ref{Flow: f, Step: step})
		m.step = m.step || step == s.Step
		m.topic = m.topic || step == s.Step || step == s.Topic || want != nil && want.Topic == s.Topic
	}
	return m
}

// table prints what is confused most, and every miss.
func (s *score) table(c *command) {
	if len(s.confused) > 0 {
		fmt.Fprintln(c.Stdout, "\nconfused:")
		var pairs []string
		for k := range s.confused {
			pairs = append(pairs, k)
		}
		slices.SortFunc(pairs, func(a, b string) int { return cmp.Or(s.confused[b]-s.confused[a], cmp.Compare(a, b)) })
		for _, k := range pairs {
			fmt.Fprintf(c.Stdout, "%4d  %s\n", s.confused[k], k)
		}
	}
	if len(s.misses) > 0 {
		fmt.Fprintln(c.Stdout, "\nmisses (line, kind, text, wanted, got):")
		for _, m := range s.misses {
			fmt.Fprintln(c.Stdout, m)
		}
	}
}
