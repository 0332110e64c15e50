package engine_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"gopkg.in/yaml.v3"

	"hogushi/bot/flow"
)

// edited are small flows of every kind, which a test edits as staff would. The text of the
// consent names its version, so that who agreed to what can be told from what was said.
var edited = map[string]string{
	"menu": `
flow: menu
title: メニュー
triggers: [こんにちは]
steps:
  - step: start
    say: メニューです
    choices:
      - {label: お知らせ, go: info}
      - {label: 連絡する, go: contact}
      - {label: 電話する, link: "tel:{{clinic.phone}}"}
  - step: more
    say: ほかのこと
    triggers: [ほかのこと]
    choices: [{label: お知らせ, go: info}, {label: もどる先, go: start}]
`, "welcome": `
flow: welcome
steps:
  - step: start
    say: はじめまして
    choices: [{label: メニュー, go: menu}, {label: 連絡する, go: contact}, {label: 使い方, go: howto}]
  - {step: howto, say: 使い方です, triggers: [使い方], go: menu}
`, "info": `
flow: info
triggers: [お知らせ]
steps:
  - step: start
    say: お知らせです
    choices: [{label: つづき, go: more}, {label: メニュー, go: menu}]
  - step: more
    say: つづきです
    triggers: [つづき]
    choices: [{label: まえ, go: start}, {label: 連絡する, go: contact}]
    quick: [{label: おわり, go: last}]
  - {step: last, say: おわりです, go: menu}
`, "belongings": `
flow: belongings
title: 持ち物
steps:
  - step: start
    say: 持ち物です
    choices: [{label: わかった}, {label: もっと, go: more}]
    go: more
  - step: more
    say: 診察券もどうぞ
    choices: [{label: はい}]
    end: true
`, "contact": `
flow: contact
title: 受付
triggers: [連絡]
fields:
  name: {type: name, label: お名前, personal: true}
  phone: {type: phone, label: お電話番号, personal: true}
  mail: {type: mail, label: メール, personal: true, when: {how: メール}}
  how: {type: one_of, label: 方法, options: [お電話, メール], words: {お電話: [電話で]}}
  day: {type: date, label: 日, optional: true}
  clock: {type: time, label: 時間, optional: true}
  first: {type: yes_no, label: はじめて}
  where: {type: several_of, label: 場所, options: [首, 肩, 腰]}
  note: {type: text, label: ひとこと, max: 50}
  kind: {type: text, label: 用件}
steps:
  - step: start
    branch:
      - {when: {request: open}, go: open}
      - {go: consent}
  - step: consent
    say: 同意の文です 版1
    again: 同意の文です 版1
    consent: {version: "1", "yes": 同意する, "no": 同意しない, refused: no}
    quick: [{label: 電話, link: "tel:119"}]
  - step: kind
    say: ご用件は
    choices: [{label: 予約, set: {kind: 予約}}, {label: 相談, set: {kind: 相談}}]
  - {step: name, say: お名前は, ask: name}
  - {step: how, say: 方法は, ask: how, branch: [{when: {how: メール}, go: mail}, {go: phone}]}
  - {step: mail, say: メールは, ask: mail, go: things}
  - {step: phone, say: お電話番号は, ask: phone}
  - {step: things, call: belongings}
  - step: day
    say: いつ
    ask: day
    choices: [{label: いつでも, set: {day: いつでも}}]
  - step: clock
    say: 何時
    ask: clock
    choices: [{label: 何時でも, set: {clock: }}]
  - {step: first, say: はじめてですか, ask: first}
  - {step: where, say: どこですか, ask: where}
  - {step: note, say: ひとこと, ask: note, choices: [{label: なし, set: {note: なし}}]}
  - step: summary
    say: "確認です {{name}} {{phone}} {{mail?}} {{how}} {{day?}} {{where}} {{note}}"
    choices:
      - {label: 送る, words: [はい], go: send}
      - {label: 直す, go: mend}
      - {label: 送らない, go: quit}
  - step: mend
    say: どこを
    choices: [{label: お名前, fix: name}, {label: 方法, fix: [how, phone, mail]}, {label: もどる先, go: summary}]
  - step: send
    handoff: [name, how, phone, mail, day, clock, first, where, note, kind]
    say: 受け付けました {{receipt}}
    choices: [{label: メニュー, go: menu}]
  - {step: quit, forget: true, say: やめました, go: menu}
  - step: open
    recall: true
    say: "受け付けています {{name}}"
    choices: [{label: 直す, go: mend}, {label: 取り下げる, go: withdrawn}, {label: メニュー, go: menu}]
  - {step: withdrawn, withdraw: true, say: 取り下げました, choices: [{label: メニュー, go: menu}]}
  - {step: no, say: わかりました, go: menu}
`, "privacy": `
flow: privacy
triggers: [消して]
steps:
  - step: start
    say: 消しますか
    choices: [{label: すべて消す, go: erased}, {label: 消さない, go: menu}]
  - {step: erased, erase: true, say: 消しました, choices: [{label: メニュー, go: menu}]}
`}

// editor is staff at their files.
type editor struct {
	*rand.Rand
	files map[string]*yaml.Node
	n     int // for new names
}

func newEditor(t *testing.T, r *rand.Rand) *editor {
	t.Helper()
	e := &editor{Rand: r, files: map[string]*yaml.Node{}}
	for name, text := range edited {
		e.files[name] = new(yaml.Node)
		if err := yaml.Unmarshal([]byte(text), e.files[name]); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

func (e *editor) write(t *testing.T) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for name, root := range e.files {
		data, err := yaml.Marshal(root)
		if err != nil {
			t.Fatal(err)
		}
		out[name+".yaml"] = &fstest.MapFile{Data: data}
	}
	return small(t, out)
}

// compile makes the program, nil if the checker refuses it.
func (e *editor) compile(t *testing.T) *flow.Program {
	t.Helper()
	p, _ := flow.Compile(e.write(t), facts, flow.Live)
	return p
}

// next edits until the checker takes it.
func (e *editor) next(t *testing.T) *flow.Program {
	t.Helper()
	for range 100 {
		kept := map[string]string{}
		for name, root := range e.files {
			data, _ := yaml.Marshal(root)
			kept[name] = string(data)
		}
		for range 1 + e.IntN(3) {
			edits[e.IntN(len(edits))](e)
		}
		if p := e.compile(t); p != nil {
			return p
		}
		e.files = map[string]*yaml.Node{}
		for name, text := range kept {
			e.files[name] = new(yaml.Node)
			yaml.Unmarshal([]byte(text), e.files[name])
		}
	}
	t.Fatal("no edit passes the checker")
	return nil
}

func get(n *yaml.Node, key string) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func set(n *yaml.Node, key string, v *yaml.Node) {
	if old := get(n, key); old != nil {
		*old = *v
		return
	}
	n.Content = append(n.Content, word(key), v)
}

func unset(n *yaml.Node, key string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content = slices.Delete(n.Content, i, i+2)
			return
		}
	}
}

func word(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }

func parsed(text string) *yaml.Node {
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		panic(err)
	}
	return n.Content[0]
}

// file picks a file, mostly the form.
func (e *editor) file() (string, *yaml.Node) {
	if e.IntN(3) > 0 && e.files["contact"] != nil {
		return "contact", e.files["contact"].Content[0]
	}
	var names []string
	for name := range e.files {
		names = append(names, name)
	}
	slices.Sort(names)
	name := names[e.IntN(len(names))]
	return name, e.files[name].Content[0]
}

// step picks a step of a file.
func (e *editor) step() (file string, root, step *yaml.Node) {
	file, root = e.file()
	steps := get(root, "steps")
	return file, root, steps.Content[e.IntN(len(steps.Content))]
}

// with picks a step of any file that has a key, nil if there is none.
func (e *editor) with(key string) *yaml.Node {
	for range 40 {
		if _, _, s := e.step(); get(s, key) != nil {
			return s
		}
	}
	return nil
}

// everywhere calls for each scalar of all files.
func (e *editor) everywhere(do func(file string, n *yaml.Node)) {
	var walk func(file string, n *yaml.Node)
	walk = func(file string, n *yaml.Node) {
		if n.Kind == yaml.ScalarNode {
			do(file, n)
		}
		for _, c := range n.Content {
			walk(file, c)
		}
	}
	for file, root := range e.files {
		walk(file, root)
	}
}

func (e *editor) fresh(what string) string { e.n++; return fmt.Sprintf("%s%d", what, e.n) }

// pointAt replaces what leads to a step by something else.
func (e *editor) pointAt(file, old, new string) {
	e.everywhere(func(in string, n *yaml.Node) {
		if n.Value == file+"/"+old || in == file && n.Value == old {
			n.Value = new
		}
	})
}

func (e *editor) field() (string, *yaml.Node) {
	if e.files["contact"] == nil {
		return "", nil
	}
	fields := get(e.files["contact"].Content[0], "fields")
	i := e.IntN(len(fields.Content)/2) * 2
	return fields.Content[i].Value, fields.Content[i+1]
}

// edits are what staff may do to their files, sensible or not; the checker stands behind them.
var edits = []func(*editor){
	func(e *editor) { // a step is renamed, with or without a line in renamed:
		file, root, s := e.step()
		old, name := get(s, "step").Value, e.fresh("step")
		e.pointAt(file, old, name)
		get(s, "step").Value = name
		if e.IntN(2) == 0 {
			if get(root, "renamed") == nil {
				set(root, "renamed", &yaml.Node{Kind: yaml.MappingNode})
			}
			set(get(root, "renamed"), old, word(name))
		}
	},
	func(e *editor) { // a step goes
		file, root, s := e.step()
		steps := get(root, "steps")
		if len(steps.Content) == 1 {
			return
		}
		old := get(s, "step").Value
		steps.Content = slices.DeleteFunc(steps.Content, func(o *yaml.Node) bool { return o == s })
		to := "menu"
		if e.IntN(2) == 0 {
			to = get(steps.Content[e.IntN(len(steps.Content))], "step").Value
		}
		e.pointAt(file, old, to)
		unset(root, "renamed")
	},
	func(e *editor) { // two steps change places
		_, root := e.file()
		s := get(root, "steps").Content
		i, j := e.IntN(len(s)), e.IntN(len(s))
		s[i], s[j] = s[j], s[i]
	},
	func(e *editor) { // two steps change names: what is asked under a name is another thing
		_, _, a := e.step()
		_, _, b := e.step()
		x, y := get(a, "step"), get(b, "step")
		x.Value, y.Value = y.Value, x.Value
	},
	func(e *editor) { // two questions change places, their words stay
		a, b := e.with("ask"), e.with("ask")
		if a != nil && b != nil {
			x, y := get(a, "ask"), get(b, "ask")
			x.Value, y.Value = y.Value, x.Value
		}
	},
	func(e *editor) { // a choice is relabelled
		if s := e.with("choices"); s != nil {
			c := get(s, "choices").Content
			get(c[e.IntN(len(c))], "label").Value = e.fresh("ボタン")
		}
	},
	func(e *editor) { // choices are reordered
		if s := e.with("choices"); s != nil {
			c := get(s, "choices").Content
			e.Shuffle(len(c), func(i, j int) { c[i], c[j] = c[j], c[i] })
		}
	},
	func(e *editor) { // a choice goes
		if s := e.with("choices"); s != nil {
			c := get(s, "choices")
			if i := e.IntN(len(c.Content)); len(c.Content) > 1 {
				c.Content = slices.Delete(c.Content, i, i+1)
			}
		}
	},
	func(e *editor) { // a choice leads elsewhere
		if s := e.with("choices"); s != nil {
			c := get(s, "choices").Content
			if to := get(c[e.IntN(len(c))], "go"); to != nil {
				file, _, s := e.step()
				to.Value = file + "/" + get(s, "step").Value
			}
		}
	},
	func(e *editor) { // a field is of another type
		_, f := e.field()
		if f == nil {
			return
		}
		for _, key := range []string{"options", "words", "max", "days", "line"} {
			unset(f, key)
		}
		types := []string{"text", "name", "phone", "mail", "date", "time", "yes_no", "one_of", "several_of"}
		typ := types[e.IntN(len(types))]
		set(f, "type", word(typ))
		if strings.HasSuffix(typ, "_of") {
			set(f, "options", parsed("[お電話, 首, 午前, なし]"))
		}
	},
	func(e *editor) { // an option is relabelled, or goes, or comes
		for range 20 {
			_, f := e.field()
			if o := get(f, "options"); o != nil && len(o.Content) > 0 {
				switch i := e.IntN(len(o.Content)); e.IntN(3) {
				case 0:
					o.Content[i].Value = e.fresh("選択肢")
				case 1:
					o.Content = slices.Delete(o.Content, i, i+1)
				default:
					o.Content = slices.Insert(o.Content, i, word(e.fresh("選択肢")))
				}
				unset(f, "words")
				return
			}
		}
	},
	func(e *editor) { // a field is renamed, or goes
		name, f := e.field()
		if f == nil {
			return
		}
		if e.IntN(2) == 0 {
			to := e.fresh("field")
			e.everywhere(func(_ string, n *yaml.Node) {
				if n.Value == name {
					n.Value = to
				}
				n.Value = strings.NewReplacer("{{"+name+"}}", "{{"+to+"}}", "{{"+name+"?}}", "{{"+to+"?}}").Replace(n.Value)
			})
			return
		}
		root := e.files["contact"].Content[0]
		unset(get(root, "fields"), name)
		for _, s := range get(root, "steps").Content {
			if a := get(s, "ask"); a != nil && a.Value == name {
				unset(s, "ask")
				unset(s, "choices")
			}
			if h := get(s, "handoff"); h != nil {
				h.Content = slices.DeleteFunc(h.Content, func(n *yaml.Node) bool { return n.Value == name })
			}
		}
		e.everywhere(func(_ string, n *yaml.Node) {
			n.Value = strings.NewReplacer("{{"+name+"}}", "", "{{"+name+"?}}", "").Replace(n.Value)
		})
	},
	func(e *editor) { // a field counts always, or need not be given
		if _, f := e.field(); f != nil && e.IntN(2) == 0 {
			unset(f, "when")
		} else if f != nil {
			set(f, "optional", parsed([]string{"true", "false"}[e.IntN(2)]))
		}
	},
	func(e *editor) { // the consent is worded anew
		if s := e.with("consent"); s != nil {
			v := e.fresh("9")
			set(get(s, "consent"), "version", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: v})
			set(s, "say", word("同意の文です 版"+v))
			set(s, "again", word("同意の文です 版"+v))
		}
	},
	func(e *editor) { // a step asks no more
		if s := e.with("ask"); s != nil {
			unset(s, "ask")
			unset(s, "choices")
		}
	},
	func(e *editor) { // or has nothing to choose any more
		if s := e.with("choices"); s != nil && get(s, "ask") == nil {
			unset(s, "choices")
			if get(s, "go") == nil && get(s, "end") == nil {
				set(s, "go", word("menu"))
			}
		}
	},
	func(e *editor) { // a step asks another thing
		name, _ := e.field()
		if _, _, s := e.step(); name != "" && get(s, "consent") == nil {
			unset(s, "choices")
			set(s, "ask", word(name))
		}
	},
	func(e *editor) { // a step is put in
		_, root := e.file()
		steps := get(root, "steps")
		s := parsed(fmt.Sprintf("{step: %s, say: あたらしい, choices: [{label: %s}, {label: メニュー, go: menu}]}", e.fresh("new"), e.fresh("ボタン")))
		steps.Content = slices.Insert(steps.Content, e.IntN(len(steps.Content)+1), s)
	},
	func(e *editor) { // the request is handed off elsewhere, or something is done elsewhere
		_, _, s := e.step()
		switch e.IntN(4) {
		case 0:
			if from := e.with("handoff"); from != nil {
				h := *get(from, "handoff")
				set(s, "handoff", &h)
				unset(from, "handoff")
			}
		case 1:
			set(s, "erase", parsed("true"))
		case 2:
			set(s, "withdraw", parsed("true"))
		default:
			unset(s, "erase")
			unset(s, "withdraw")
			unset(s, "recall")
		}
	},
	func(e *editor) { // a flow goes, with all that leads to it
		name, _ := e.file()
		if name == "menu" || name == "welcome" || name == "contact" || len(e.files) < 5 {
			return
		}
		delete(e.files, name)
		for _, root := range e.files {
			for _, s := range get(root.Content[0], "steps").Content {
				if c := get(s, "call"); c != nil && c.Value == name {
					unset(s, "call")
					if get(s, "consent") == nil {
						set(s, "say", word("なにか"))
					}
				}
			}
		}
		e.everywhere(func(_ string, n *yaml.Node) {
			if n.Value == name || strings.HasPrefix(n.Value, name+"/") {
				n.Value = "menu"
			}
		})
	},
	func(e *editor) { // another flow is called, or none
		_, _, s := e.step()
		if get(s, "call") != nil {
			unset(s, "call")
			return
		}
		name, _ := e.file()
		set(s, "call", word(name))
	},
}
