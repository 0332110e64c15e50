package flow

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/source"
)

const (
	maxOptions = 12 // LINE: 13 quick replies, one of them for "done"
	maxText    = 1000
	maxDays    = 365
)

// reserved names mean something else in a template or a condition.
var reserved = []string{ValueReceipt, ValueChosen, ValueFlow, ValueEntered, "clinic", "all", "any", "not", StateRequest, StateHandoff, StateLanguage}

// States of the conversation that a condition can test like a field.
const (
	StateRequest  = "request"  // the patient's contact request
	StateHandoff  = "handoff"  // how it would reach the clinic
	StateLanguage = "language" // in which the bot speaks
)

// FactPrefix begins the names of the clinic's facts.
const FactPrefix = "clinic."

// Values of the states.
const (
	RequestOpen  = "open"  // there is one, and it can be corrected
	RequestTaken = "taken" // somebody of the staff is at it
	RequestMany  = "many"  // as many as a day allows have been made
	HandoffDown  = "down"  // nobody is likely to hear of one soon
)

var states = map[string]*Field{
	StateRequest:  {ID: StateRequest, Type: OneOf, Options: requestWords.Names()},
	StateLanguage: {ID: StateLanguage},
	StateHandoff:  {ID: StateHandoff, Type: OneOf, Options: handoffWords.Names()},
}

// chatFact says whether staff answer patients in LINE: 「はい」.
const (
	chatFact = "clinic.line_chat"
	chatOn   = "はい"
)

func (c *compiler) fields(n *source.Node) {
	if n == nil || !c.want(n, source.Map, "「fields:」の下には「名前: {type: …}」を並べます。", "fields: holds NAME: {type: …}") {
		return
	}
	for _, p := range n.Pairs {
		f := &Field{ID: p.Key.Value, Pos: p.Key.Span, Max: 200, Days: [2]int{0, 90}}
		c.name(p.Key, "field")
		if !c.want(p.Value, source.Map, "項目には「{type: name, label: お名前}」のように書きます。", "a field is written {type: …, label: …}") {
			c.program.Fields[f.ID] = cmp.Or(c.program.Fields[f.ID], f) // not missed elsewhere
			continue
		}
		if slices.Contains(reserved, f.ID) {
			c.problems.Errorf(p.Key.Span, "reserved-name", "「%s」は別の意味で使われている名前です。", "%q is a name with a meaning of its own", f.ID)
		}
		if first := c.program.Fields[f.ID]; first != nil {
			d := c.problems.Errorf(p.Key.Span, "duplicate-field", "項目「%s」はほかでも決められています。", "the field %q is declared twice", f.ID)
			d.Related = []diag.Related{{Span: first.Pos, Text: diag.T("1回目はここです。", "it is first declared here")}}
			continue
		}
		c.keys(p.Value, fieldKeys)
		known := c.problems.Len()
		f.Type = Type(c.oneOf(p.Value, "type", typeWords))
		f.untyped = c.problems.Len() > known || c.misspelt(p.Value, "type")
		f.Label = cmp.Or(c.string(p.Value.Get("label")), f.ID)
		if l := p.Value.Get("label"); l != nil {
			c.apart(l)
			c.worded(l)
		}
		f.Personal = c.bool(p.Value.Get("personal"))
		f.Optional = c.bool(p.Value.Get("optional"))
		f.Health = c.bool(p.Value.Get("health"))
		c.distinct(c.options(f, p.Value), nil, c.optionWords(f, p.Value.Get("words")))
		if v := p.Value.Get("line"); v != nil {
			c.byLINE(f, v)
		}
		if v := p.Value.Get("when"); v != nil {
			c.whens = append(c.whens, when{f, v})
		}
		if v := p.Value.Get("max"); v != nil {
			f.Max = c.int(v, 1, maxText)
			c.onlyWith(v, "max", f, Text)
		}
		if v := p.Value.Get("days"); v != nil {
			c.days(f, v)
			c.onlyWith(v, "days", f, Date)
		}
		c.program.Fields[f.ID] = f
	}
}

// byLINE reads which option asks for an answer in LINE. It is offered only where staff
// answer there.
func (c *compiler) byLINE(f *Field, n *source.Node) {
	f.LINE = c.string(n)
	if c.onlyWith(n, "line", f, OneOf); !c.fieldValue(f, f.LINE, n.Span) || f.LINE == "" {
		return
	}
	if c.clinic[chatFact] != chatOn {
		f.Options = slices.DeleteFunc(f.Options, func(o string) bool { return o == f.LINE })
	}
}

// when is the condition of a field, read once all fields are known.
type when struct {
	field *Field
	node  *source.Node
}

func (c *compiler) conditions() {
	for _, w := range c.whens {
		w.field.When = c.condition(w.node)
	}
}

func (c *compiler) onlyWith(v *source.Node, key string, f *Field, wants Type) {
	if f.Type != wants && !f.untyped {
		c.problems.Errorf(v.Span, "useless-key", "「%s:」は %s の項目でだけ使えます。", "%s: is for fields of type %s", key, wants)
	}
}

func (c *compiler) days(f *Field, v *source.Node) {
	if v.Kind != source.List || len(v.Items) != 2 {
		c.problems.Errorf(v.Span, "wrong-type", "「days: [1, 60]」のように、今日から数えた最初の日と最後の日を書きます。", "days: [1, 60] holds the first and the last day, counted from today")
		return
	}
	f.Days = [2]int{c.int(v.Items[0], 0, maxDays), c.int(v.Items[1], 0, maxDays)}
	if f.Days[0] >= f.Days[1] { // LINE: a picker's min must be less than its max
		c.problems.Errorf(v.Span, "days-order", "「days:」の最後の日は、最初の日より後にしてください。", "the last of days: must lie behind the first")
	}
}

func (c *compiler) options(f *Field, n *source.Node) []located {
	for _, o := range n.Get("options").List() {
		c.apart(o)
	}
	options := c.apartByCommas(n.Get("options"), n.Get("words"))
	if listed := f.Type == OneOf || f.Type == SeveralOf; !f.untyped && listed != (len(options) > 0) {
		c.problems.Errorf(f.Pos, "options", "one_of と several_of の項目には「options:」が要り、ほかの種類では使えません。", "one_of and several_of need options:, other types take none")
	}
	if len(options) > maxOptions {
		c.problems.Errorf(n.Get("options").Span, "limit", "選択肢は%d個までです(いま%d個)。", "at most %d options (here %d)", maxOptions, len(options))
	}
	for _, o := range options {
		if c.label(o); !slices.ContainsFunc(f.Options, func(other string) bool { return sameLabel(other) == sameLabel(o.text) }) {
			f.Options = append(f.Options, o.text) // once is enough, also for what rests on it
		}
		if o.text == conditionSet || o.text == conditionUnset {
			c.problems.Errorf(o.at, "reserved-name", "「%s」は別の意味で使われている名前です。", "%q is a name with a meaning of its own", o.text)
		}
	}
	return options
}

// apartByCommas reads options. Where a Japanese comma makes one of several, as the words for them show, that is an
// error, and they are read as they are meant.
func (c *compiler) apartByCommas(n, words *source.Node) (out []located) {
	parts := func(s string) []string {
		return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(commas, r) })
	}
	for _, l := range c.texts(n) {
		i := strings.IndexAny(l.text, commas)
		if i < 0 || !slices.ContainsFunc(parts(l.text), func(s string) bool { return words.Get(s) != nil }) {
			out = append(out, l)
			continue
		}
		if nodes := n.List(); len(nodes) == 1 && nodes[0].Plain() {
			c.listComma(l.at)
		} else {
			d := c.problems.Errorf(l.at, "list-comma", "「%s」が、一つの選択肢になっています。", "%q is one option", l.text)
			d.Hint = diag.T("半角の「,」で区切ってください。", "separate options with a plain comma")
		}
		for _, s := range parts(l.text) {
			out = append(out, located{strings.TrimSpace(s), l.at})
		}
	}
	return out
}

// optionWords reads the texts that mean an option too.
func (c *compiler) optionWords(f *Field, n *source.Node) map[string][]located {
	if n == nil || !c.want(n, source.Map, "「words:」の下には「選択肢: [同じ意味の言葉]」を並べます。", "words: holds OPTION: [texts that mean it]") {
		return nil
	}
	f.Words = map[string][]string{}
	words := map[string][]located{}
	for _, p := range n.Pairs {
		if c.fieldValue(f, p.Key.Value, p.Key.Span) {
			words[p.Key.Value] = c.fewWords(p.Value)
			f.Words[p.Key.Value] = bare(words[p.Key.Value])
		}
	}
	return words
}

// distinct reports options of a field that read alike, and words that mean two of them; known are words that were looked
// at before.
func (c *compiler) distinct(options []located, known map[string][]string, words map[string][]located) {
	means := map[string]located{} // the option, and where that is said
	for _, o := range options {
		if first, ok := means[sameLabel(o.text)]; ok {
			c.sameLabels(o.text, o.at, first.at)
			continue
		}
		for _, w := range append(known[o.text], o.text) {
			means[sameLabel(w)] = o
		}
	}
	for _, o := range options {
		for _, w := range words[o.text] {
			same := sameLabel(w.text)
			if other, ok := means[same]; !ok {
				means[same] = located{o.text, w.at}
			} else if other.text != o.text {
				d := c.problems.Errorf(w.at, "duplicate-label", "「%s」は、「%s」を選ぶ言葉でもあります。", "%q means the option %q, too", w.text, other.text)
				d.Hint = diag.T("どちらか一つにしてください。", "it can mean only one of them")
				d.Related = []diag.Related{{Span: other.at, Text: diag.T("もう一方は、ここです。", "the other one")}}
			}
		}
	}
}

func (c *compiler) sameLabels(label string, second, first diag.Span) {
	d := c.problems.Errorf(second, "duplicate-label", "「%s」と同じに読める選択肢が2つあります。", "two choices read like %q", label)
	d.Hint = diag.T("どちらかの言葉を変えてください。", "change one of them")
	d.Related = []diag.Related{{Span: first, Text: diag.T("もう一方の選択肢です。", "the other choice")}}
}

// field finds a declared field.
func (c *compiler) field(name string, at diag.Span) *Field {
	f := c.program.Fields[name]
	c.named(name)
	if f != nil {
		f.used = true
		return f
	}
	if len(c.unread) == 0 {
		d := c.problems.Errorf(at, "unknown-field", "項目「%s」は「fields:」にありません。", "the field %q is not declared in fields:", name)
		c.didYouMean(d, name, slices.Sorted(maps.Keys(c.program.Fields)))
	}
	return nil
}

func (c *compiler) assigns(n *source.Node) []Assign {
	if n == nil || !c.want(n, source.Map, "「set:」には「項目: 値」を書きます。", "set: holds FIELD: VALUE") {
		return nil
	}
	var out []Assign
	for _, p := range n.Pairs {
		if f := c.field(p.Key.Value, p.Key.Span); f != nil {
			v := c.string(p.Value)
			c.fieldValue(f, v, p.Value.Span)
			if f.Personal && v != "" {
				c.problems.Errorf(p.Key.Span, "personal-set", "個人の情報「%s」は「ask:」で本人にたずねます。", "the personal field %q can only be asked for", f.ID)
			}
			f.given = f.given || v != ""
			f.Assigned = append(f.Assigned, v)
			out = append(out, Assign{f, v})
		}
	}
	return out
}

// fieldValue checks a value written in a file against its field.
func (c *compiler) fieldValue(f *Field, v string, at diag.Span) bool {
	allowed := f.Options
	if f.Type == YesNo {
		allowed = []string{"yes", "no"}
	}
	if len(allowed) == 0 || v == "" || slices.Contains(allowed, v) {
		return true
	}
	d := c.problems.Errorf(at, "unknown-value", "「%[1]s」は「%[2]s」の選択肢にありません。", "%[1]q is no value of %[2]q", v, f.ID)
	if c.didYouMean(d, v, allowed) == "" {
		d.Hint = diag.T("選択肢は %s です。", "it has %s", strings.Join(allowed, ", "))
	}
	return false
}

// givers warns of fields that nobody uses or gives, and of what is asked of a person for nothing, or unguarded.
func (c *compiler) givers() {
	var unsent []*Field
	for _, id := range slices.Sorted(maps.Keys(c.program.Fields)) {
		switch f := c.program.Fields[id]; {
		case !f.used:
			c.problems.Add(diag.Diagnostic{Span: f.Pos, Severity: diag.Warning, Rule: "unused-field",
				Message: diag.T("項目「%s」はどこでも使われていません。", "the field %q is not used anywhere", id)})
		case !f.given:
			c.problems.Add(diag.Diagnostic{Span: f.Pos, Severity: diag.Warning, Rule: "never-given",
				Message: diag.T("項目「%s」を「ask:」でたずねる所も「set:」で決める所もありません。", "nothing asks for the field %q or sets it", id)})
		case f.Personal && f.asker != nil && !f.handed:
			unsent = append(unsent, f)
		case !f.Personal && !f.untyped && (f.Type == Phone || f.Type == Mail):
			c.problems.Add(diag.Diagnostic{Span: f.Pos, Severity: diag.Warning, Rule: "impersonal", Hint: diag.T("「personal: true」を書いてください。", "write personal: true"),
				Message: diag.T("項目「%s」は個人の情報なのに、同意なしにたずねられます。", "the field %q is personal, and yet it can be asked for without a consent", id)})
		}
	}
	handing := slices.ContainsFunc(c.program.Flows, func(f *Flow) bool {
		return slices.ContainsFunc(f.Steps, func(s *Step) bool { return len(s.Handoff) > 0 })
	})
	switch {
	case !handing && c.receipt.Line > 0:
		c.problems.Add(diag.Diagnostic{Span: c.receipt, Severity: diag.Warning, Rule: "never-handed",
			Message: diag.T("受付番号を伝えていますが、何も受け付けていません。", "a receipt is told of, and nothing is handed over"),
			Hint:    diag.T("受け付けるステップに「handoff: [渡す項目]」を書いてください。", "a step wants handoff: with the fields to hand over")})
	case handing && len(unsent) > 0:
		slices.SortFunc(unsent, func(a, b *Field) int { return a.Pos.Line - b.Pos.Line })
		var labels []string
		for _, f := range unsent {
			labels = append(labels, f.Label)
		}
		c.problems.Add(diag.Diagnostic{Span: unsent[0].Pos, Severity: diag.Warning, Rule: "never-handed",
			Message: diag.T("「%s」を、たずねるだけで、クリニックに渡していません。", "%q is asked for, and never handed over", strings.Join(labels, "、")),
			Hint:    diag.T("「handoff:」に書き足すか、たずねるのをやめてください。", "name it in handoff:, or don't ask for it")})
	}
}
