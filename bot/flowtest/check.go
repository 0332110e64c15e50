package flowtest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"hogushi/bot/diag"
	"hogushi/bot/engine"
	"hogushi/bot/flow"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// expect holds the reply, and where the patient stands now, against what a line wants.
func (p *play) expect(w *wants) {
	dumb := p.talk.reply == nil && len(w.says) > 0
	astray := !dumb && w.at != nil && p.stands(w.at) // what is said there is another thing
	if w.silent != nil && p.talk.reply != nil {
		p.fail(w.silent.Span, "test-silent", "返事がないはずですが、返事がありました。", "there is a reply where none is expected")
	}
	if w.lead != nil {
		defer p.holds(w.lead)
	}
	if astray {
		return
	}
	p.says(w.says)
	all := words(p.talk.reply)
	for _, n := range w.not {
		if said, ok := p.filled(n); ok && strings.Contains(all, said) {
			p.fail(n.Span, "test-not", "「%s」が返事にあります。", "the reply holds %q", said)
		}
	}
	if w.choices != nil {
		p.offers(w.choices)
	}
}

// stands wants the words of a step to have come last. astray: those of another one have.
func (p *play) stands(n *source.Node) (astray bool) {
	want := p.step(n)
	switch at := p.talk.at; {
	case want == nil || want == at:
		return false
	case at == nil:
		p.fail(n.Span, "test-at", "「%s」にいるはずですが、まだどこにもいません。", "expected to stand at %s, but stands nowhere yet", want.Ref)
	default:
		p.fail(n.Span, "test-at", "「%s」にいるはずですが、「%s」にいます。", "expected to stand at %s, but stands at %s", want.Ref, at.Ref)
	}
	return true
}

// says wants phrases in the reply, one behind the other.
func (p *play) says(phrases []*source.Node) {
	all := words(p.talk.reply)
	rest := all
	for _, n := range phrases {
		said, ok := p.filled(n)
		if !ok {
			continue
		}
		if _, after, found := strings.Cut(rest, said); found {
			rest = after
			continue
		}
		switch {
		case p.talk.reply == nil:
			p.fail(n.Span, "test-says", "返事がありません。", "there is no reply")
			return
		case strings.Contains(all, said):
			p.fail(n.Span, "test-says", "「%s」は返事にありますが、順番が違います。", "%q is in the reply, but not in this order", said)
		default:
			d := p.fail(n.Span, "test-says", "「%s」が返事にありません。", "the reply doesn't hold %q", said)
			if strings.Contains(text.Fold(all), text.Fold(said)) {
				d.Hint = diag.T("改行、句読点、全角と半角のどれかが違います。", "a line break, punctuation or the width of a character differs")
			}
		}
	}
}

// offers wants exactly these choices, in this order, and that they lead where they should.
func (p *play) offers(w *choices) {
	all := items(p.talk.reply, true)
	for i := range max(len(all), len(w.list)) {
		if i >= len(w.list) {
			p.fail(w.at, "test-choices", "「%s」というボタンもあります。", "there is also a button %q", all[i].Label)
			return
		}
		want := written(w.list[i].label)
		if i < len(all) && all[i].Label == want {
			continue
		}
		var d *diag.Diagnostic
		at := w.list[i].label.Span
		switch {
		case slices.Contains(labels(all), want):
			d = p.fail(at, "test-choices", "%d番目のボタンは「%s」ではありません。", "button %d is not %q", i+1, want)
		default:
			d = p.fail(at, "test-choices", "「%s」というボタンはありません。", "there is no button %q", want)
		}
		d.Hint = diag.T("あるのは、順に %s です。", "there are, in this order, %s", listed(labels(all)))
		return
	}
	for i, o := range w.list {
		if o.to != nil {
			p.leads(all[i], o.to)
		}
	}
}

var linkForm = regexp.MustCompile(`^(?:tel|https?|line):`)

// leads wants a choice to open a link, or to lead to a step: the first that is come to, or, where that says nothing, one
// that follows it, up to the first that does.
func (p *play) leads(i item, n *source.Node) {
	want, ok := p.filled(n)
	if !ok {
		return
	}
	var is []string
	if i.Link != "" {
		is = []string{i.Link}
	} else {
		trace := p.talk.leads(i.Item)
		p.pass(trace)
		for _, s := range trace.Steps {
			if is = append(is, s.Ref.String()); len(s.Say) > 0 && s.Ref.Flow != flow.PatternFlow { // these speak in passing
				break
			}
		}
	}
	if !linkForm.MatchString(want) {
		s := p.step(n)
		if s == nil {
			return
		}
		want = s.Ref.String()
	}
	if len(is) == 0 {
		is = []string{"—"} // the conversation ends there
	}
	if !slices.Contains(is, want) {
		p.fail(n.Span, "test-choices", "「%s」の行き先は「%s」ではなく「%s」です。", "%q doesn't lead to %s, but to %s", i.Label, want, strings.Join(is, " → "))
		return
	}
	p.cover.took(i.From, i.Choice)
}

// holds wants the contact request to hold just these fields.
func (p *play) holds(w *lead) {
	q := p.talk.request
	open := q != nil && q.State != engine.LeadWithdrawn
	switch {
	case w.none && q != nil:
		p.fail(w.at, "test-lead", "受付はないはずですが、あります。", "there is a contact request where none is expected")
	case w.withdrawn && (q == nil || open):
		p.fail(w.at, "test-lead", "受付は取り下げられていません。", "no contact request has been withdrawn")
	case w.none || w.withdrawn:
	case !open:
		p.fail(w.at, "test-lead", "受付がありません。", "there is no contact request")
	default:
		p.fields(w, q)
	}
}

func (p *play) fields(w *lead, q *engine.Lead) {
	known := map[string]bool{}
	for _, f := range w.fields {
		id := f.Key.Value
		known[id] = true
		field := p.talk.program.Fields[id]
		i := slices.IndexFunc(q.Fields, func(v engine.Value) bool { return v.Field == id })
		want, ok := p.filled(f.Value)
		switch {
		case field == nil:
			d := p.fail(f.Key.Span, "unknown-field", "項目「%s」はありません。", "there is no field %q", id)
			known[d.Meant(text.DidYouMean(id, slices.Sorted(maps.Keys(p.talk.program.Fields))))] = true // it isn't missed
		case i < 0:
			p.fail(f.Key.Span, "test-lead", "受付に「%s」がありません。", "the contact request has no %q", field.Label)
		case ok && q.Fields[i].Value != want:
			p.fail(f.Value.Span, "test-lead", "受付の「%[1]s」は「%[2]s」ではなく「%[3]s」です。", "%[1]q of the contact request is not %[2]q, but %[3]q", field.Label, want, q.Fields[i].Value)
		}
	}
	for _, v := range q.Fields {
		if !known[v.Field] {
			p.fail(w.at, "test-lead", "受付には「%s」（%s: %s）もあります。", "the contact request also holds %q (%s: %s)", v.Label, v.Field, v.Value)
		}
	}
}

var placeholder = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// filled is a text with the clinic's facts in it; false: one that isn't there is reported.
func (p *play) filled(n *source.Node) (string, bool) {
	ok := true
	s := placeholder.ReplaceAllStringFunc(written(n), func(m string) string {
		name := placeholder.FindStringSubmatch(m)[1]
		v := p.talk.program.Fact(name)
		if v == "" {
			ok = false
			d := p.fail(n.Span, "unset-fact", "院の情報「%s」は、このテストでは空か、ありません。", "the clinic fact %q is not set in this test, or there is none such", name)
			if !slices.Contains(p.facts, name) {
				d.Meant(text.DidYouMean(name, p.facts))
			}
		}
		return v
	})
	return s, ok
}

// spoken is a duration as it is written in a test.
func spoken(d time.Duration) string {
	units := []struct {
		name string
		long time.Duration
	}{{"日", 24 * time.Hour}, {"時間", time.Hour}, {"分", time.Minute}, {"秒", time.Second}}
	var b strings.Builder
	for _, u := range units {
		if n := d / u.long; n > 0 {
			fmt.Fprintf(&b, "%d%s", n, u.name)
			d -= n * u.long
		}
	}
	if b.Len() == 0 {
		return "0秒後"
	}
	return b.String() + "後"
}
