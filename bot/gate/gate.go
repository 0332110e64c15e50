// Package gate looks at the sessions of patients before flows go live: who stands where he
// couldn't stay, what he would lose, and which line of renamed: would carry him on. It counts;
// nothing of a patient comes out of it.
package gate

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"hogushi/bot/diag"
	"hogushi/bot/engine"
	"hogushi/bot/flow"
)

// Rules are what the gate reports.
func Rules() []diag.Rule {
	rule := func(name string, severity diag.Severity, ja, en string) diag.Rule {
		return diag.Rule{Name: name, Severity: severity, Why: diag.Text{JA: ja, EN: en}}
	}
	return []diag.Rule{
		rule("stranded", diag.Error, "お名前などを入力している方の足もとから、その質問がなくなってしまいます（publish が調べます）。", "the question would go from under patients who are filling in a form (publish looks)"),
		rule("moved-on", diag.Warning, "話を読んでいた方は、次に何か送ると、別のところへ案内されます（publish が調べます）。", "who was reading there is led elsewhere at his next word (publish looks)"),
		rule("answers-lost", diag.Warning, "項目の形や選択肢を変えると、前の形で答えた方には、もう一度おたずねすることになります（publish が調べます）。", "answers that don't fit a changed field are asked for again (publish looks)"),
		rule("consent-again", diag.Warning, "同意は、いまの文に対していただくものです（publish が調べます）。", "a consent holds for the words that were agreed to (publish looks)"),
		rule("consent-version", diag.Warning, "「version:」は、どの文に同意をいただいたかの記録です。文の意味が変わったのに同じままだと、前の文への同意が、新しい文への同意として残ります（publish が調べます）。", "version: records which words were agreed to: with new words under the old one, consents to the old are taken for consents to the new (publish looks)"),
	}
}

// Gate counts sessions. Make one with New.
type Gate struct {
	Sessions   int // that are waited for somewhere
	Forms      int // of them, amid a form
	Unreadable int

	next, live *flow.Program
	now        time.Time
	places     map[flow.Ref]*place
	lost       map[string]int // by field
	agree      map[string]int // by flow
}

// place is a step at which nobody could stay.
type place struct {
	forms, readers int
	to             flow.Ref // where those amid a form would be led
}

// New makes a Gate to flows that shall follow those that are live; nil: what those were isn't
// known.
func New(next, live *flow.Program, now time.Time) *Gate {
	return &Gate{next: next, live: live, now: now, places: map[flow.Ref]*place{}, lost: map[string]int{}, agree: map[string]int{}}
}

// Count counts one session.
func (g *Gate) Count(s engine.State) {
	p := engine.Foresee(g.next, s, g.now)
	if !p.Waited {
		return
	}
	g.Sessions++
	if p.Form {
		g.Forms++
		for _, field := range p.Lost {
			g.lost[field]++
		}
		if p.Agree {
			g.agree[p.To.Flow]++
		}
	}
	if !p.Astray {
		return
	}
	at := g.places[s.At]
	if at == nil {
		at = &place{}
		g.places[s.At] = at
	}
	if p.Form {
		at.forms++
		at.to = p.To
	} else {
		at.readers++
	}
}

// How the flows come to be published, for what to advise.
type How int

const (
	Published How = iota
	Undone        // they are files of before, which nobody edits
	Moved         // all the same: whoever is stranded is moved
)

// Problems are what was found, at the files of the new flows. With Moved none is an error.
func (g *Gate) Problems(how How) *diag.List {
	problems := new(diag.List)
	heirs := map[string]string{} // by flow: the lines of renamed: that would carry all on
	refs := slices.SortedFunc(maps.Keys(g.places), func(a, b flow.Ref) int { return cmp.Or(cmp.Compare(a.Flow, b.Flow), cmp.Compare(a.Step, b.Step)) })
	has, taken := map[flow.Ref]bool{}, map[*flow.Step]bool{}
	for _, ref := range refs {
		if g.places[ref].forms > 0 {
			if to := g.heir(ref, taken); to != nil {
				has[ref], taken[to] = true, true
				heirs[ref.Flow] += ", " + ref.Step + ": " + to.Step
			}
		}
	}
	for _, ref := range refs {
		at := g.places[ref]
		if at.forms > 0 {
			lines := ""
			if has[ref] {
				lines = strings.TrimPrefix(heirs[ref.Flow], ", ")
			}
			d := g.stranded(ref, at, how, lines)
			if how == Moved {
				d.Severity = diag.Warning
			}
			problems.Add(d)
		}
		if at.readers > 0 {
			problems.Add(diag.Diagnostic{Span: g.span(ref), Severity: diag.Warning, Rule: "moved-on",
				Message: diag.T("ステップ「%s」を読んでいた方が%d人います。次に何か送ると、新しい案内の入口からになります。", "%[2]d patient(s) were reading the step %[1]q; at their next word they begin anew", ref.Step, at.readers)})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(g.lost)) {
		d := diag.Diagnostic{Severity: diag.Warning, Rule: "answers-lost"}
		if f := g.next.Fields[id]; f != nil {
			d.Span, d.Message = f.Pos, diag.T("入力の途中の%d人に、「%s」をもう一度おたずねします。前の答えが、いまの形に合いません。", "%d patient(s) amid a form are asked for %q once more: the answers don't fit it any more", g.lost[id], f.Label)
		} else {
			d.Span, d.Message = g.formerly(id), diag.T("入力の途中の%d人が答えた「%s」は、項目がなくなるので消えます。", "%d patient(s) amid a form have given %q, which is no field any more: it is dropped", g.lost[id], id)
		}
		problems.Add(d)
	}
	for _, id := range slices.Sorted(maps.Keys(g.agree)) {
		problems.Add(diag.Diagnostic{Span: g.next.Flow(id).Consent().Pos, Severity: diag.Warning, Rule: "consent-again",
			Message: diag.T("入力の途中の%d人に、同意をもう一度うかがいます。同意の文が新しくなりました。", "%d patient(s) amid a form are asked for their consent once more: its words have changed", g.agree[id])})
	}
	if how != Undone {
		g.reworded(problems)
	}
	return problems
}

// reworded warns of a consent whose words have changed, and its version hasn't.
func (g *Gate) reworded(problems *diag.List) {
	for _, f := range g.next.Flows {
		var before *flow.Step
		if s := f.Consent(); s != nil && g.live != nil && g.live.Flow(f.ID) != nil {
			before = g.live.Flow(f.ID).Consent()
		}
		if s := f.Consent(); before != nil && before.Consent.Version == s.Consent.Version && before.TextHash() != s.TextHash() {
			d := diag.Diagnostic{Span: s.Pos, Severity: diag.Warning, Rule: "consent-version",
				Message: diag.T("同意の文が変わりましたが、「version: %s」は前のままです。", "the words of the consent have changed, and version: %s hasn't", s.Consent.Version)}
			d.Hint = diag.T("意味が変わったのなら、新しい日付にしてください。入力の途中の方に、もう一度うかがいます。字の直しだけなら、このままでかまいません。", "if they mean something else now, give it a new date, and those amid the form are asked once more; if only the spelling has changed, leave it")
			problems.Add(d)
		}
	}
}

// stranded tells of patients whose question would be gone, and what would carry them on.
func (g *Gate) stranded(ref flow.Ref, at *place, how How, heirs string) diag.Diagnostic {
	d := diag.Diagnostic{Span: g.span(ref), Rule: "stranded",
		Message: diag.T("%d人がステップ「%s」で待っています（入力の途中）。新しい版に、このステップはありません。", "%d patient(s) wait at the step %q, amid a form; it is gone from the new flows", at.forms, ref.Step)}
	keep, keepEN := "ステップを残す", "keep the step"
	if g.next.Step(ref) != nil {
		d.Message = diag.T("%d人がステップ「%s」で待っています（入力の途中）。新しい版では、ここに質問も選択肢もありません。", "%d patient(s) wait at the step %q, amid a form; it has neither a question nor choices in the new flows", at.forms, ref.Step)
		keep, keepEN = "質問や選択肢を残す", "keep its question or choices"
	}
	moved, en := "案内が変わったとお伝えして、まだ答えていないところから続けていただきます", "are told that things have changed, and go on where they haven't answered yet"
	if to := g.next.Flow(at.to.Flow); to == nil || !to.Form {
		moved, en = "案内が変わったとお伝えします。入力した内容は消えます", "are told that things have changed; what they have entered is gone"
	}
	switch f := g.next.Flow(ref.Flow); {
	case how == Moved:
		d.Hint = diag.T("その方には、%[1]s。", "they %[2]s", moved, en)
	case how == Undone:
		d.Hint = diag.T("少し待つか、--move を付けてください（その方には、%[1]s）。", "wait a while, or use --move (they %[2]s)", moved, en)
	case heirs == "":
		d.Hint = diag.T("%[1]sか、少し待ってください。このまま公開するには --move（その方には、%[3]s）。", "%[2]s, or wait a while; to publish all the same use --move (they %[4]s)", keep, keepEN, moved, en)
	case len(f.Renamed) > 0:
		d.Hint = diag.T("名前を変えたのなら、「renamed:」に「%[1]s」を足してください。このまま公開するには --move（その方には、%[2]s）。",
			"if steps were renamed, add %[1]s to renamed:; to publish all the same use --move (they %[3]s)", heirs, moved, en)
	default:
		d.Hint = diag.T("名前を変えたのなら、「steps:」の上に、次の1行を書いてください：「renamed: {%[1]s}」。このまま公開するには --move（その方には、%[2]s）。",
			"if steps were renamed, write above steps: the line renamed: {%[1]s}; to publish all the same use --move (they %[3]s)", heirs, moved, en)
	}
	return d
}

// span is where to tell of a step that is gone: at its flow's name.
func (g *Gate) span(ref flow.Ref) diag.Span {
	if f := g.next.Flow(ref.Flow); f != nil {
		return f.Pos
	}
	return diag.Span{Pos: diag.Pos{File: ref.Flow + ".yaml"}}
}

// formerly is the file in which a field stood.
func (g *Gate) formerly(field string) diag.Span {
	if g.live != nil {
		if f := g.live.Fields[field]; f != nil {
			return diag.Span{Pos: diag.Pos{File: f.Pos.File}}
		}
	}
	return diag.Span{Pos: diag.Pos{File: "."}}
}
