package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/engine"
	"hogushi/bot/flow"
	"hogushi/bot/understand"
)

// maxAsked is the longest line that ask reads: a LINE text has 5000 characters.
const maxAsked = 1 << 20

// ask says what the bot would do with texts, each the first of a conversation, and why.
func (c *command) ask(ctx context.Context, args []string) error {
	f := flags("ask", "ask [--json] [--why] [--lang ja|en] [--eval FILE [--only 0..4]] [--dir DIR] [TEXT...] (without TEXT: one a line from standard input, \\n for a new line)")
	asJSON := f.Bool("json", false, "one JSON object a line")
	why := f.Bool("why", false, "which pieces of the text speak for it")
	eval := f.String("eval", "", "measure on a labelled `file` of lines TEXT<tab>LABEL")
	only := f.String("only", "", "with --eval: only these `fifths` of the file, by a hash of the text, as in 12")
	lang := f.String("lang", c.lang(), "language of the explanations: `ja` or en")
	dir := f.String("dir", "", "`directory` of the flows (default: those built in, or FLOWS)")
	if err := c.parse(f, args, 0, maxAsked); err != nil {
		return err
	}
	if err := language(*lang); err != nil {
		return err
	}
	if *only != "" && (*eval == "" || strings.Trim(*only, "01234") != "") {
		return usageError{fmt.Errorf("--only: %q: it stands with --eval, and is made of the digits 0 to 4", *only)}
	}
	w, err := c.compile(*dir, *asJSON, false, *lang)
	if err != nil {
		return err
	}
	if *eval != "" {
		return c.eval(w.program, *eval, *only, *asJSON)
	}
	a := asker{program: w.program, lang: *lang, json: *asJSON, why: *why}
	for _, text := range f.Args() {
		if err := a.tell(c.Stdout, text); err != nil {
			return err
		}
	}
	if f.NArg() > 0 {
		return nil
	}
	lines := bufio.NewScanner(c.Stdin)
	lines.Buffer(nil, maxAsked)
	for lines.Scan() && ctx.Err() == nil {
		if err := a.tell(c.Stdout, strings.ReplaceAll(lines.Text(), `\n`, "\n")); err != nil {
			return err
		}
	}
	return lines.Err()
}

// asker tells what becomes of texts.
type asker struct {
	program   *flow.Program
	lang      string
	json, why bool
}

// asked is a decision as JSON.
type asked struct {
	Outcome      engine.Outcome `json:"outcome"`
	Alarm        string         `json:"alarm,omitempty"` // Emergency, Today, Ask, Crisis, CrisisNow
	Flow         string         `json:"flow,omitempty"`
	Step         string         `json:"step,omitempty"`
	Topic        string         `json:"topic,omitempty"`
	Command      string         `json:"command,omitempty"`
	Score        float64        `json:"score"`
	Why          string         `json:"why"`
	Alternatives []alternative  `json:"alternatives"`
}

type alternative struct {
	Flow  string `json:"flow"`
	Step  string `json:"step"`
	Topic string `json:"topic"`
}

func (a asker) tell(out io.Writer, text string) error {
	d := engine.Decide(a.program, text)
	r := asked{Outcome: d.Outcome, Score: d.Score(), Why: a.reason(d, text), Alternatives: []alternative{}}
	switch d.Outcome {
	case engine.OutcomeEmergency, engine.OutcomeCrisis:
		r.Alarm = d.Finding.Alarm.String()
	case engine.OutcomeCommand:
		r.Command = d.Heard.Command.String()
		r.Topic = r.Command
	case engine.OutcomeAnswer, engine.OutcomeContact:
		r.Flow, r.Step, r.Topic = d.Heard.Step.Ref.Flow, d.Heard.Step.Step, d.Heard.Step.Topic
	}
	if t := d.Heard.Then; t != nil {
		r.Alternatives = append(r.Alternatives, alternative{t.Ref.Flow, t.Step, t.Topic})
	}
	for _, n := range d.Heard.Near {
		if n != d.Heard.Then && len(r.Alternatives) < 3 {
			r.Alternatives = append(r.Alternatives, alternative{n.Ref.Flow, n.Step, n.Topic})
		}
	}
	if a.json {
		return json.NewEncoder(out).Encode(r)
	}
	_, err := io.WriteString(out, a.words(text, r))
	return err
}

// words are a decision for people.
func (a asker) words(text string, r asked) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  ", strings.ReplaceAll(text, "\n", `\n`))
	switch r.Outcome {
	case engine.OutcomeEmergency, engine.OutcomeCrisis:
		b.WriteString(diag.T("急を知らせる返事（%s）", "alarm: %s", r.Alarm).In(a.lang))
	case engine.OutcomeCommand:
		b.WriteString(diag.T("共通の命令 %s", "command %s", r.Command).In(a.lang))
	case engine.OutcomeAnswer, engine.OutcomeContact:
		b.WriteString(diag.T("答え %s/%s（話題 %s）", "answer %s/%s (topic %s)", r.Flow, r.Step, r.Topic).In(a.lang))
	case engine.OutcomeSuggest:
		b.WriteString(diag.T("ボタンでたずねる", "suggestions").In(a.lang))
	default:
		b.WriteString(diag.T("わからないと答える", "not understood").In(a.lang))
	}
	fmt.Fprintf(&b, "  %.2f\n  %s\n", r.Score, r.Why)
	for _, n := range r.Alternatives {
		fmt.Fprintf(&b, "    %s/%s\n", n.Flow, n.Step)
	}
	return b.String()
}

// reason says in one line why a text comes to what it does.
func (a asker) reason(d engine.Decision, text string) string {
	switch {
	case d.Finding.Alarm != understand.Calm && d.Finding.Why() != "":
		return d.Finding.Why()
	case d.Finding.Alarm != understand.Calm:
		return diag.T("危ない言い回しに似ている：%s", "it is like what is dangerous: %s", pieces(understand.WhyDanger(text))).In(a.lang)
	case d.Word:
		return diag.T("フローに書かれている言葉", "words of the flows").In(a.lang)
	case d.Heard.Outcome == understand.Unheard:
		return diag.T("似ている質問がない", "nothing here is like it").In(a.lang)
	}
	if !a.why && !a.json {
		return diag.T("似ている質問がある", "questions like it are known").In(a.lang)
	}
	if why := pieces(a.program.Why(text, d.Heard.Heard.Step.Step)); why != "" {
		return why
	}
	return diag.T("このステップの例に似ている", "it is like an example of that step").In(a.lang)
}

// pieces are those that speak for a decision most.
func pieces(all []understand.Piece) string {
	var out []string
	for _, p := range all {
		out = append(out, fmt.Sprintf("%s %+.2f", p.Text, p.Weight))
	}
	return strings.Join(out, "  ")
}
