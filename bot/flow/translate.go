package flow

import (
	"cmp"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// This file reads how flows are said in other languages than Japanese: en/menu.yaml says menu.yaml in English, text by
// text. A text that has been changed since, or has none there, is said in Japanese.

// languageDir is how a directory of translations is named: by the language.
var languageDir = regexp.MustCompile(`^[a-z]{2}$`)

// languageFiles are the files of one such directory, as they were read.
type languageFiles struct {
	name  string
	files []*source.Node
	lost  map[string]bool // the names of those that can't be read
}

// language reads steps once more, as they are said in it. What its files hold is read once, for all clinics.
type language struct {
	*compiler // with problems of its own, and with fields whose options are said in the language
	name      string
	texts     map[entry]*said
	anywhere  map[string]*said // of those that read alike, the first
	covered   map[string]bool  // flows that are said in it
	lost      map[string]bool  // those of which that can't be read: what it holds isn't missed
	used      map[*said]bool
	offered   map[*said]bool       // of the same: on a button
	missing   map[string][]located // of a flow: texts that are said in Japanese
	marks     []mark
	facts     *source.Node    // of its facts.yaml, nil without it
	steps     map[*Step]*Step // nil for another clinic than the program's: they are let go
	sizes     map[*Step]size  // of the same, by the step in Japanese: what they say
	warnings  diag.List       // what has no translation, and what none is needed for
	todo      chan original
	ended     chan struct{} // closed when all of them are read
}

// original is a step, and where it is read from.
type original struct {
	step *Step
	node *source.Node
}

// entry is a Japanese text in a flow.
type entry struct{ flow, ja string }

// find is what is said for a text of a flow: as its own file has it, else as another one has it, else nil.
func (l *language) find(flow, ja string) *said {
	t := cmp.Or(l.texts[entry{flow, same(ja)}], l.anywhere[same(ja)])
	if t != nil {
		l.used[t] = true
	}
	return t
}

// findLabel is the same for what stands on a button. One of another file may be too long for it, where it is none.
func (l *language) findLabel(flow, ja string) *said {
	if l.texts[entry{flow, same(ja)}] == nil {
		if t := l.anywhere[same(ja)]; t != nil && text.Graphemes(strings.TrimSpace(t.in.Value)) > maxLabel {
			return nil
		}
	}
	return l.find(flow, ja)
}

// said is a text of a language.
type said struct {
	ja, in *source.Node
	words  *source.Node // of what stands on a button: texts that mean it, too; nil for none
}

// languages makes ready what was read of other languages. The flows' heads are known.
func (c *compiler) languages(all []languageFiles) {
	for _, dir := range all {
		l := language{name: dir.name, lost: maps.Clone(dir.lost), texts: map[entry]*said{}, anywhere: map[string]*said{}, covered: map[string]bool{}, steps: map[*Step]*Step{}}
		own := c.speaking(l)
		for _, root := range dir.files {
			if path.Base(root.File) == factsFile {
				own.facts = root
			} else {
				own.file(c, root)
			}
		}
		c.spoken = append(c.spoken, own)
		for _, v := range c.views {
			l.steps = nil
			v.spoken = append(v.spoken, v.speaking(l))
		}
	}
}

// speaking is a language as patients of the compiler's clinic read it.
func (c *compiler) speaking(l language) *language {
	l.used, l.offered, l.missing, l.sizes, l.todo, l.ended = map[*said]bool{}, map[*said]bool{}, map[string][]located{}, map[*Step]size{}, make(chan original, 64), make(chan struct{})
	l.compiler = &compiler{clinic: Clinic{}, mode: c.mode, wordings: c.wordings, problems: new(diag.List), places: c.places, unread: maps.Clone(c.unread), wordsAt: c.wordsAt, meant: map[*source.Node]map[string]*source.Node{},
		clean: map[string]bool{}, images: c.images, pictured: map[string]bool{},
		program: &Program{clinic: c.clinic, Language: l.name, Fields: map[string]*Field{}, flows: c.program.flows, steps: c.program.steps, commands: c.program.commands}}
	return &l
}

// file reads a file of the language.
func (l *language) file(of *compiler, root *source.Node) {
	if !l.want(root, source.Map, "ファイルの一番上には「flow:」「texts:」を書きます。", "the top of the file holds flow: and texts:") {
		return
	}
	l.keys(root, languageKeys)
	id, list := l.need(root, "flow"), l.get(root, "texts")
	switch own := base(root.File); {
	case id.text == "":
	case id.text != own && l.program.flows[own] != nil:
		l.problems.Errorf(id.at, "flow-name", "フローの名前はファイル名と同じ「%s」にしてください。", "the flow must be named like its file: %q", own)
		l.covered[own] = true
	case id.text != own:
		d := l.problems.Errorf(id.at, "flow-name", "訳のファイルの名前は、フローと同じ「%s.yaml」にしてください。", "a file of translations must be named like its flow: %s.yaml", id.text)
		d.Hint = diag.T("控えなら、このフォルダーの外に置いてください。", "if it is a copy to be kept, keep it elsewhere")
		l.lost[own] = true
		return
	case l.program.flows[id.text] == nil && !l.unread[id.text]:
		l.unknownFlow(target{id.text, id.at})
	default:
		l.covered[id.text] = list == nil && !l.misspelt(root, "texts") || list != nil && list.Kind == source.List
	}
	if r := root.Get("reviewed"); r.Get("by") != nil || r.Get("on") != nil {
		l.problems.Errorf(r.Pairs[0].Key.Span, "wrong-type", "「reviewed:」の下には、まずステップの名前を書きます：「start: {by: …, on: …, text: …}」", "under reviewed: the name of the step comes first: start: {by: …, on: …, text: …}")
	} else {
		l.reviews(root)
	}
	if list == nil || !l.want(list, source.List, "「texts:」には「- ja: …」を並べます。", "texts: is a list of - ja: …") {
		return
	}
	for _, item := range list.Items {
		if !l.want(item, source.Map, "「- ja: 日本語の文章」と「text: その訳」を書きます。", "write - ja: JAPANESE and text: what that is") {
			continue
		}
		l.keys(item, translationKeys)
		l.oneWord(item.Get("words"))
		ja, in := l.need(item, "ja"), l.need(item, "text")
		if ja.text == "" || in.text == "" {
			continue
		}
		key := entry{base(root.File), same(ja.text)}
		if first := l.texts[key]; first != nil {
			d := l.problems.Errorf(ja.at, "translation-twice", "この文章の訳が、2つあります。", "there are two translations of this text")
			d.Related = []diag.Related{{Span: first.ja.Span, Text: diag.T("1つ目はここです。", "the first one")}}
			continue
		}
		t := &said{item.Get("ja"), item.Get("text"), item.Get("words")}
		l.texts[key] = t
		l.anywhere[key.ja] = cmp.Or(l.anywhere[key.ja], t)
		l.faithful(of, ja.text, t.in)
	}
}

// same is what a text has in common with itself written anew: the spaces around it don't matter.
func same(text string) string { return strings.TrimSpace(tidied(text)) }

// unknown says whether there is no such value.
func (c *compiler) unknown(name string) bool {
	_, fact := c.clinic[name]
	return !fact && c.program.Fields[name] == nil && !slices.Contains(builtInValues, name)
}

// begin makes the facts, fields and words of the language, once all heads are read.
func (l *language) begin(of *compiler) {
	l.files, l.program.Flows = of.files, of.program.Flows
	for name, fact := range of.clinic {
		l.clinic[name] = l.text(fact, diag.Span{})
	}
	l.program.texts = l.short(of)
	for name, f := range of.program.Fields {
		own := *f
		own.Options, own.Words = nil, map[string][]string{}
		var options []located
		known, words := map[string][]string{}, map[string][]located{}
		for _, o := range f.Options {
			label := l.button(o, f.Pos)
			own.Options, options = append(own.Options, label.text), append(options, label)
			known[label.text], words[label.text] = append(slices.Clone(f.Words[o]), o), l.compiler.texts(l.words(o, f.Pos))
			own.Words[label.text] = slices.Concat(known[label.text], bare(words[label.text]))
		}
		l.distinct(options, known, words)
		l.program.Fields[name] = &own
	}
	w := of.program.Words
	for _, word := range []*string{&w.Yes, &w.No, &w.Done, &w.PickDate, &w.PickTime, &w.Prompt} {
		*word = l.button(*word, diag.Span{Pos: diag.Pos{File: PatternFlow + ".yaml"}}).text
	}
	l.program.Words = w
	go func() { // beside the flows, which are read meanwhile: it shares nothing that is written
		defer close(l.ended)
		for o := range l.todo {
			l.again(o.step, o.node)
		}
	}()
}

// button is what stands on a button, as it reads in the language.
func (l *language) button(ja string, at diag.Span) located {
	if t := l.findLabel(base(at.File), ja); t != nil {
		own := located{strings.TrimSpace(t.in.Value), t.in.Span}
		return located{l.label(own), own.at}
	}
	return located{ja, at}
}

// words are those of the language that mean what stands on a button.
func (l *language) words(ja string, at diag.Span) *source.Node {
	t := l.findLabel(base(at.File), ja)
	if t == nil {
		return nil
	}
	l.offered[t] = true
	return t.words
}

// text is a short text as it reads in the language.
func (l *language) text(ja string, at diag.Span) string {
	if t := l.find(base(at.File), ja); t != nil {
		return strings.TrimSpace(t.in.Value)
	}
	return ja
}

// spokenKeys are the keys of a step, a choice, a card, a consent and an image behind which patients read texts.
var spokenKeys = []string{"say", "without_facts", "without_effect", "prompt", "wrong", "again", "label", "title", "text", "yes", "no", "alt"}

// withinKeys are those behind which there are some further down.
var withinKeys = []string{"choices", "quick", "cards", "consent", "image"}

// again reads a step as it is said in the language.
func (l *language) again(s *Step, n *source.Node) {
	if !l.covered[s.Ref.Flow] {
		return
	}
	o := &Step{Ref: s.Ref, Flow: s.Flow, Index: s.Index, Pos: s.Pos, line: s.line, alike: s.alike}
	shown := *n // what patients see, and nothing else
	shown.Pairs = slices.DeleteFunc(slices.Clone(n.Pairs), func(p source.Pair) bool {
		key := p.Key.Value
		return !slices.Contains(spokenKeys, key) && !slices.Contains(withinKeys, key) && key != "show" && key != "ask"
	})
	own := l.translated(&shown)
	l.say(o, own)
	l.picture(o, own.Get("image"))
	l.wait(o, own)
	if l.sizes[s] = l.saying(o); l.steps != nil {
		l.steps[s] = o
	}
}

// translated is a node with its texts in the language. Each keeps the place where it is written.
func (l *language) translated(n *source.Node) *source.Node {
	if n.Kind == source.List {
		list := *n
		list.Items = slices.Clone(n.Items)
		for i, item := range n.Items {
			list.Items[i] = l.translated(item)
		}
		return &list
	}
	own := *n
	own.Pairs = slices.Clone(n.Pairs)
	for i, p := range n.Pairs {
		switch key := p.Key.Value; {
		case slices.Contains(withinKeys, key):
			own.Pairs[i].Value = l.translated(p.Value)
		case !slices.Contains(spokenKeys, key):
		case p.Value.Kind == source.List:
			list := *p.Value
			list.Items = slices.Clone(list.Items)
			for j, item := range list.Items {
				list.Items[j] = l.said(item, l.find)
			}
			own.Pairs[i].Value = &list
		case key == "label", key == "yes", key == "no":
			own.Pairs[i].Value = l.said(p.Value, l.findLabel)
		default:
			own.Pairs[i].Value = l.said(p.Value, l.find)
		}
	}
	if label := n.Get("label"); label != nil { // whoever types means it in either language
		key, words := *label, *label
		key.Value = "words"
		words.Kind, words.Items = source.List, slices.Concat(n.Get("words").List(), label.List(), l.words(label.Value, label.Span).List())
		own.Pairs = slices.DeleteFunc(own.Pairs, func(p source.Pair) bool { return p.Key.Value == "words" })
		own.Pairs = append(own.Pairs, source.Pair{Key: &key, Value: &words})
	}
	return &own
}

// shortly warns of short texts that are said in Japanese, in a flow that is said in the language.
func (l *language) shortly(at diag.Span, texts ...string) {
	for _, ja := range texts {
		t := l.find(base(at.File), ja)
		switch {
		case ja == "":
		case t != nil:
			l.worded(t.in)
		case l.covered[base(at.File)]:
			if own, ok := l.places[entry{base(at.File), same(ja)}]; ok {
				at = own
			}
			l.untold(ja, at)
		}
	}
}

// said is a text in the language, or, with a warning, as it is in Japanese.
func (l *language) said(n *source.Node, find func(flow, ja string) *said) *source.Node {
	if n.Kind != source.Scalar || blank(n.Value) {
		return n
	}
	if t := find(base(n.File), n.Value); t != nil {
		return t.in
	}
	l.untold(n.Value, n.Span)
	return n
}

// shorts looks at the texts that stand in no step.
func (l *language) shorts(of *compiler) {
	for _, f := range of.program.Flows {
		if l.shortly(f.Pos, f.Short); f.Title != f.ID { // it has one
			l.shortly(f.Pos, f.Title)
		}
	}
	for _, f := range of.program.Fields {
		others := slices.DeleteFunc(slices.Clone(f.Options), func(o string) bool { return o == f.LINE }) // it may be left out, see byLINE
		l.shortly(f.Pos, append(others, f.LINE, f.Label)...)
		l.words(f.LINE, f.Pos)
	}
	if f := of.program.flows[PatternFlow]; f != nil {
		w := of.program.Words
		l.shortly(f.Pos, w.Yes, w.No, w.Done, w.PickDate, w.PickTime, w.Prompt)
	}
}

// unsaid warns of translations of texts that are gone, or that are none.
func (l *language) unsaid(of *compiler) {
	if len(of.unread) > 0 || of.problems.Failed() {
		return // they may be in what can't be read, or is in doubt
	}
	for _, t := range l.texts {
		if l.used[t] {
			l.foreign(t.in)
			if t.words != nil && !l.offered[t] {
				l.warnings.Add(diag.Diagnostic{Span: t.words.Span, Severity: diag.Warning, Rule: "unused-translation", Message: diag.T("この「words:」は、使われません。選択肢の訳に書きます。", "these words are never used: they are for the translation of a choice")})
			}
			continue
		}
		d := diag.Diagnostic{Span: t.ja.Span, Severity: diag.Warning, Rule: "unused-translation", Message: diag.T("この日本語の文章は、フローにありません。", "this Japanese text is in no flow")}
		missing := l.missing[base(t.ja.File)]
		if in := same(t.in.Value); in != same(t.ja.Value) && (l.anywhere[in] != nil || slices.Contains(bare(missing), in)) {
			d.Hint = diag.T("「ja:」と「text:」が、逆ではありませんか？", "aren't ja: and text: the wrong way round?")
			l.edited(&d, in, missing)
		} else if l.hinting() {
			l.hints++
			if near := become(same(t.ja.Value), bare(missing)); near != "" {
				l.edited(&d, near, missing)
				d.Message = diag.T("日本語の文章が変わったようです（「%s」）。ここの「ja:」も同じに直し、訳を見なおしてください。それまでは、日本語のまま出ます。", "the Japanese text seems to have been changed (%q); change it here, and look at the translation: until then it is said in Japanese", unlike(near, same(t.ja.Value)))
			}
		}
		l.warnings.Add(d)
	}
}

// ofSteps are the rules whose errors stand at a step, whatever the language of its texts.
var ofSteps = []string{"duplicate-label", "long-reply"}

// maxShort bounds what is looked up as it is said, in bytes: titles, labels, options.
const maxShort = 200

// tell adds what was found wrong in the language's own files to what is wrong in Japanese: the rest is said of the flows.
func (l *language) tell(of *compiler) {
	known := map[diag.Span]bool{} // what the Japanese texts are wrong in, too
	for d := range of.problems.Each {
		if slices.Contains(ofSteps, d.Rule) {
			known[d.Span] = true
		}
	}
	l.problems.Drop(func(d diag.Diagnostic) bool {
		return !strings.HasPrefix(d.File, l.name+"/") && (!slices.Contains(ofSteps, d.Rule) || known[d.Span])
	})
	for d := range l.problems.Each {
		if slices.Contains(ofSteps, d.Rule) {
			d.Message.JA += "（「" + l.name + "」の訳で）"
			d.Message.EN += " (as it is said in " + l.name + ")"
		}
	}
	of.problems.Join(l.problems)
}

// short are titles, labels and options in the language, by the Japanese.
func (l *language) short(of *compiler) map[string]string {
	out := map[string]string{}
	for ja, t := range l.anywhere {
		if len(ja) <= maxShort {
			out[ja] = strings.TrimSpace(t.in.Value)
		}
	}
	own := func(ja string, at diag.Span) { // rather as its own flow says it
		if t := l.find(base(at.File), ja); t != nil {
			out[same(ja)] = strings.TrimSpace(t.in.Value)
		}
	}
	for _, f := range of.program.Flows {
		own(f.Title, f.Pos)
		own(f.Short, f.Pos)
	}
	for _, f := range of.program.Fields {
		for _, ja := range append(slices.Clone(f.Options), f.Label) {
			own(ja, f.Pos)
		}
	}
	return out
}

// finish adds what is wrong, and gives the language, once the program is linked.
func (l *language) finish(of *compiler) *Language {
	l.stated(of)
	l.approved(of)
	if len(l.lost) > 0 {
		l.problems.Drop(func(d diag.Diagnostic) bool { return d.Rule == "reviewed-changed" }) // what is said there isn't known
	}
	l.shorts(of)
	l.tell(of)
	l.unsaid(of)
	if !of.problems.Failed() { // else a text that seems to lack its translation may be the one to mend, or in a file that can't be read
		of.problems.Join(&l.warnings)
	}
	out := &Language{name: l.name, words: l.program.Words, texts: l.program.texts, spoken: map[*Step]*Step{}}
	for s, o := range l.steps {
		if twin := s.as(o); twin != nil {
			out.spoken[s] = twin
		}
	}
	return out
}

// Untranslated are the files that would say in other languages what flows say in Japanese alone: "en/notice.yaml".
func (p *Program) Untranslated() (files []string) {
	for _, l := range p.languages {
		for _, f := range p.Flows {
			if l.spoken[f.Steps[0]] == nil {
				files = append(files, l.name+"/"+f.ID+".yaml")
			}
		}
	}
	return files
}

// as is the step with the texts of o: the same step, read with other texts. It is nil where the two aren't alike.
func (s *Step) as(o *Step) *Step {
	twin := *s
	twin.Say, twin.Prompt, twin.Wrong, twin.Again, twin.Image = o.Say, o.Prompt, o.Wrong, o.Again, o.Image
	twin.texts, twin.Review, twin.reviewAt = o.texts, o.Review, o.reviewAt
	twin.Cards = slices.Clone(s.Cards)
	if len(o.Cards) != len(s.Cards) {
		return nil
	}
	alike := relabel(&twin.Choices, o.Choices) && relabel(&twin.Quick, o.Quick)
	for i := range twin.Cards {
		card := &twin.Cards[i]
		card.Title, card.Text = o.Cards[i].Title, o.Cards[i].Text
		alike = alike && relabel(&card.Choices, o.Cards[i].Choices)
	}
	if !alike {
		return nil
	}
	return &twin
}

// relabel gives choices the labels of others, and what means them.
func relabel(to *[]Choice, from []Choice) bool {
	if len(*to) != len(from) {
		return false
	}
	*to = slices.Clone(*to)
	for i := range *to {
		(*to)[i].Label, (*to)[i].Words = from[i].Label, from[i].Words
	}
	return true
}
