package flow

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"hogushi/bot/schema"
)

// This file makes of the keys what editors know of the files. What must hold among keys is
// said here a second time, as far as it can be without other files and the clinic's facts;
// the tests of bot/schema hold the two together. What a name refers to, what can be
// reached, consent, texts with their values put in, and wording are the compiler's alone.
// Choices are counted here with those that a fact may take away.

var (
	named     = name(schema.Schema{Type: schema.Types{"number"}})
	fieldName = name(schema.Schema{Enum: reserved})
	label     = schema.Label(maxLabel)
	texts     = schema.Texts(schema.Text)
	bubbles   = schema.Any(schema.Text, schema.List(schema.Text, 1, maxReply))
)

func name(not schema.Schema) schema.Schema {
	s := schema.Form(nameForm.String(), "名前は、小文字の英字で始め、英数字と「-」「_」だけにしてください（40文字まで）。")
	s.Not = &not
	return s
}

var options = func() schema.Schema {
	s := schema.Texts(label)
	s.MaxItems = maxOptions
	return s
}()

var choiceForm = schema.Object(choiceKeys,
	schema.If(schema.Having("fix"), schema.Without("「fix:」と「go:」「set:」「link:」は一緒に使えません。", "go", "set", "link")),
	schema.If(schema.Having("link"), schema.Without("「link:」と「go:」「set:」は一緒に使えません。", "go", "set"))).Titled("選択肢")

var fieldForm = schema.Object(fieldKeys,
	schema.If(schema.Any(schema.Being("type", OneOf.String()), schema.Being("type", SeveralOf.String())),
		some("options", "one_of と several_of の項目には「options:」が要ります。"),
		schema.Without("「options:」は one_of と several_of の項目でだけ使えます。", "options")),
	only("max", Text), only("days", Date), only("line", OneOf)).Titled("項目")

// some wants a list with something in it.
func some(key, wrong string) schema.Schema {
	s := with(key, schema.If(schema.Schema{Type: schema.Types{"null"}}, schema.Schema{Type: schema.Types{"array"}, Wrong: wrong}))
	s.Required, s.Wrong, s.Properties[0].Schema.MinItems = []string{key}, wrong, 1
	return s
}

// only forbids a key to fields of other types.
func only(key string, t Type) schema.Schema {
	is := schema.Being("type", t.String())
	if t == Text { // which a field is where nothing is said
		is.Required = nil
	}
	return schema.If(is, schema.Schema{}, schema.Without(fmt.Sprintf("「%s:」は %s の項目でだけ使えます。", key, t), key))
}

// stepRules are what must hold among the keys of a step.
var stepRules = []schema.Schema{
	schema.If(schema.Having("choices"), schema.Without("「choices」「cards」「consent」は、一つのステップに一つだけです。", "cards", "consent")),
	schema.If(schema.Having("cards"), schema.Without("「cards」と一緒には書けません。ステップを分けてください。", "consent", "ask")),
	schema.If(schema.Having("consent"), schema.Without("「consent」と一緒には書けません。ステップを分けてください。", "ask")),
	schema.If(schema.Being("end", true), schema.Without("「go:」と「end:」は同じステップに書けません。", "go")),
	schema.If(schema.Any(schema.Having("without_facts"), schema.Having("without_effect")), schema.Needing("「say:」の代わりの文章です。「say:」と組にして書いてください。", "say")),
	schema.If(schema.Having("without_effect"), schema.Without("代わりの文章は、一つだけです。", "without_facts")),
	schema.If(schema.Having("wrong"), schema.Needing("「wrong:」は「ask:」のあるステップでだけ使えます。", "ask")),
	schema.If(schema.Any(schema.Having("choices"), schema.Having("quick"), schema.Having("ask"), schema.Having("consent")),
		schema.Needing("選択肢や質問の前に「say:」で何か伝えてください。", "say", "prompt", "cards")),
	schema.If(shown(ShowButtons, ShowQuick, ShowConfirm), schema.Needing("「show:」は選択肢のあるステップでだけ使えます。", "choices", "ask", "consent")),
	schema.If(shown(ShowButtons), with("choices", schema.Schema{MaxItems: maxButtons})),
	schema.If(shown(ShowConfirm), schema.If(schema.Having("ask"), schema.Schema{}, with("choices", schema.Schema{MinItems: 2, MaxItems: 2}))),
	schema.If(schema.Having("image"), schema.Needing("画像だけでは、見えない方や開けない方に伝わりません。「say:」にも文章を書いてください。", "say")),
	alone(ActWithdraw), alone(ActErase), alone(ActTakeover),
	schema.Needing("何もしないステップです。「say:」か「go:」などを書いてください。",
		"say", "choices", "cards", "quick", "ask", "consent", "handoff", "branch", "call", "go", "set", "forget", "recall", "withdraw", "erase", "takeover", "language", "end"),
}

// shown holds of a step whose choices are to look so.
func shown(as ...Show) schema.Schema {
	var any []schema.Schema
	for _, s := range as {
		any = append(any, schema.Being("show", showWords[s].Name()))
	}
	return schema.Any(any...)
}

// with wants something of what stands behind a key.
func with(key string, s schema.Schema) schema.Schema {
	return schema.Schema{Properties: schema.Properties{{Name: key, Schema: &s}}}
}

// alone wants an act in a step of its own.
func alone(a Act) schema.Schema {
	wrong := fmt.Sprintf("「%s:」は、ほかの働き（handoff, forget, recall など）と別のステップに書いてください。", actNames[a])
	then := schema.Without(wrong, "handoff")
	for _, other := range append([]string{"forget", "recall"}, actNames[ActWithdraw:]...) {
		if other != actNames[a] {
			then.Properties = append(then.Properties, schema.Property{Name: other, Schema: &schema.Schema{Const: false, Wrong: wrong}})
		}
	}
	return schema.If(schema.Being(actNames[a], true), then)
}

// Schemas describes the files of a directory, by kind: flow, patterns, facts, translation. Names that
// are known are offered by editors, as far as the files can be read; facts are the clinic's.
func Schemas(dir fs.FS, facts schema.Words) map[string]schema.Schema {
	c := compileNames(dir, facts)
	flow := schema.Object(fileKeys).Titled("会話のフロー")
	flow.Defs = c.definitions(schema.Object(stepKeys, stepRules...), c.targets(), facts)

	spoken := schema.Object(patternStepKeys(), stepRules...)
	var all []schema.Schema
	for _, p := range patternWords {
		has := schema.Being("step", p.Name())
		all = append(all, schema.Schema{Contains: &has, Wrong: fmt.Sprintf("「- step: %s」がありません。", p.Name())})
	}
	patterns := schema.Object(patternKeys, with("steps", schema.Schema{AllOf: all})).Titled("困ったときの返事（patterns.yaml）")
	patterns.Defs = c.definitions(spoken, append(schema.Words{{targetStay, "入力を続ける（interrupted の一つ目）"}, {targetLeave, "やめて移る（interrupted の二つ目）"}}, c.targets()...), facts)

	catalog := schema.Object(catalogKeys).Titled("事実の一覧（facts.yaml）")
	catalog.Defs = schema.Properties{
		{Name: "clinic", Schema: offered(facts, schema.Form(`^clinic\.`, "院の情報を「clinic.phone」のように書きます。"))},
		{Name: "treatment", Schema: offered(c.treatments(), schema.Text)},
	}
	return map[string]schema.Schema{"flow": flow, "patterns": patterns, "facts": catalog,
		"translated-facts": schema.Object(spokenCatalogKeys).Titled("事実の言葉（ほかの言葉）"), "translation": schema.Object(languageKeys).Titled("訳（ほかの言葉）")}
}

// Names are where a conversation can stand, and the fields, as far as the files of a
// directory can be read; facts are the clinic's.
func Names(dir fs.FS, facts schema.Words) (targets, fields schema.Words) {
	c := compileNames(dir, facts)
	targets = c.targets()
	for _, p := range patternWords {
		targets = append(targets, schema.Word{Ref{PatternFlow, p.Name()}.String(), p[1]})
	}
	return targets, c.fieldWords()
}

// compileNames compiles for the names alone: no fact is set but the one that offers most.
func compileNames(dir fs.FS, facts schema.Words) *compiler {
	clinic := Clinic{}
	for _, f := range facts {
		clinic[f.Name()] = ""
	}
	clinic[chatFact] = chatOn
	return Read(dir).compile(true, clinic, Live, nil)
}

// patternStepKeys are those of a step that is only said in passing.
func patternStepKeys() schema.Map {
	keys := slices.DeleteFunc(slices.Clone(stepKeys), func(k schema.Key) bool { return slices.Contains(notInPatterns, k.Name) })
	keys[0].Value = schema.OneOf(patternWords[:])
	return keys
}

func offered(known schema.Words, other schema.Schema) *schema.Schema {
	s := schema.Offered(known, other)
	return &s
}

// definitions are what the keys refer to.
func (c *compiler) definitions(step schema.Schema, targets, facts schema.Words) schema.Properties {
	step = step.Titled("ステップ")
	choices := schema.List(choiceForm, 1, maxQuick)
	set, condition := c.values(facts)
	return schema.Properties{
		{Name: "step", Schema: &step},
		{Name: "choices", Schema: &choices},
		{Name: "set", Schema: &set},
		{Name: "condition", Schema: &condition},
		{Name: "given", Schema: offered(givenWords, schema.Text)},
		{Name: "target", Schema: offered(targets, schema.Form(targetForm, "行き先は、ステップ名、フロー名、「フロー名/ステップ名」のどれかです。"))},
		{Name: "flow", Schema: offered(c.flowWords(), named)},
		{Name: "field", Schema: offered(c.fieldWords(), named)},
		{Name: "fact", Schema: offered(c.factWords(), schema.Text)},
		{Name: "image", Schema: offered(c.imageWords(), schema.Form(imageForm.String(), "画像のファイル名は、半角の英数字と「-」「_」に「.png」か「.jpg」を付けた形です。"))},
	}
}

var targetForm = func() string {
	name := strings.Trim(nameForm.String(), "^$")
	return "^" + name + "(/" + name + ")?$"
}()

// values are what set: and when: hold: the fields, with the values that they can have.
func (c *compiler) values(facts schema.Words) (set, condition schema.Schema) {
	var fields schema.Map
	keys := slices.Clone(conditionKeys)
	for _, w := range c.fieldWords() {
		values := c.program.Fields[w.Name()].values()
		fields = append(fields, schema.May(w.Name(), schema.Offered(values, schema.Maybe), w[1], ""))
		keys = append(keys, schema.May(w.Name(), schema.Offered(append(values, givenWords...), schema.Text), w[1], ""))
	}
	for _, f := range facts {
		keys = append(keys, schema.May(f.Name(), schema.To("given"), f[1], ""))
	}
	name := schema.Form(`^(?:clinic\..+|`+strings.Trim(nameForm.String(), "^$")+`)$`, "項目か院の情報（`clinic.…`）の名前を書きます。")
	set, condition = schema.Object(fields), schema.Object(keys)
	set.Others, set.Names = schema.Maybe, &named
	condition.Others, condition.Names, condition.MinProperties = schema.Text, &name, 1
	return set, condition
}

// values are those that a field can be given in a file; none: any.
func (f *Field) values() (out schema.Words) {
	if f.Type == YesNo {
		return schema.Words{{"yes", "はい"}, {"no", "いいえ"}}
	}
	for _, o := range f.Options {
		out = append(out, schema.Word{o})
	}
	return out
}

func (c *compiler) flowWords() (out schema.Words) {
	for _, f := range c.program.Flows {
		if f.ID != PatternFlow {
			out = append(out, schema.Word{f.ID, f.Title})
		}
	}
	return out
}

// targets are the flows, the names of steps, and FLOW/STEP.
func (c *compiler) targets() schema.Words {
	var whole schema.Words
	in := map[string][]string{} // the flows that have a step
	for _, f := range c.program.Flows {
		for _, s := range f.Steps {
			if f.ID != PatternFlow {
				in[s.Step] = append(in[s.Step], f.ID)
				whole = append(whole, schema.Word{s.Ref.String(), f.Title})
			}
		}
	}
	out := c.flowWords()
	for _, name := range slices.Sorted(maps.Keys(in)) {
		if c.program.flows[name] == nil {
			out = append(out, schema.Word{name, "同じフローの中のステップ（" + strings.Join(in[name], "、") + "）"})
		}
	}
	return append(out, whole...)
}

func (c *compiler) fieldWords() (out schema.Words) {
	for _, id := range slices.Sorted(maps.Keys(c.program.Fields)) {
		f := c.program.Fields[id]
		out = append(out, schema.Word{id, f.Label + "（`" + f.Type.String() + "`）"})
	}
	return out
}

func (c *compiler) factWords() (out schema.Words) {
	if c.catalog != nil {
		for _, f := range c.catalog.order {
			out = append(out, schema.Word{f.ID, f.Text})
		}
	}
	return out
}

func (c *compiler) imageWords() (out schema.Words) {
	for _, i := range c.program.Images {
		out = append(out, schema.Word{i.Name})
	}
	return out
}

func (c *compiler) treatments() (out schema.Words) {
	if c.catalog != nil {
		for _, name := range slices.Sorted(maps.Keys(c.catalog.disclosures)) {
			out = append(out, schema.Word{name})
		}
	}
	return out
}
