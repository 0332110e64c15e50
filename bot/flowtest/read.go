package flowtest

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"hogushi/bot/diag"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// Dir is where tests stand in a directory of flows.
const Dir = "tests"

// Read reads the tests of a directory of flows. It reports all problems that can be seen
// without the flows; a test with one is left out.
func Read(dir fs.FS) ([]*Test, *diag.List) {
	r := &reader{problems: new(diag.List)}
	entries, _ := fs.ReadDir(dir, Dir) // none: no tests
	for _, e := range entries {
		name := path.Join(Dir, e.Name())
		switch ending := path.Ext(name); {
		case e.IsDir(), strings.HasPrefix(e.Name(), "."), ending != ".yaml": // package flow tells of a wrong one
		default:
			data, err := fs.ReadFile(dir, name)
			if err != nil {
				r.problems.Errorf(diag.Span{Pos: diag.Pos{File: name}}, "unreadable-file", "ファイルを開けません。", "cannot open the file")
				continue
			}
			good, found := len(r.tests), new(diag.List)
			root := source.Parse(name, data, found)
			r.problems.Join(found)
			read := r.problems.Len()
			if r.file(root); found.Failed() { // what it says isn't what was meant
				r.tests = r.tests[:good]
			}
			r.problems.Settle(read)
		}
	}
	return r.tests, r.problems
}

type reader struct {
	problems *diag.List
	tests    []*Test
	seen     int // tests, good or bad
	lines    int
}

// Words are all keys of a file of tests, and the names of what happens: what a guide explains.
func Words() []string {
	return slices.Concat(fileKeys[:2].Names(), testKeys[1:].Names(), lineKeys.Names(), eventWords.Names(), staffWords.Names(), leadWords.Names())
}

func (r *reader) file(root *source.Node) {
	if root == nil || !r.want(root, source.Map, "ファイルの一番上には「tests:」を書きます。", "the top of the file holds tests:") {
		return
	}
	r.keys(root, fileKeys)
	common := Test{now: r.now(root.Get("now"), Start), facts: r.facts(root.Get("facts"))}
	tests := root.Get("tests")
	if tests == nil || tests.Kind != source.List || len(tests.Items) == 0 {
		at := root.Span
		if tests != nil {
			at = tests.Span
		}
		r.problems.Errorf(at, "no-tests", "「tests:」の下に「- test: 名前」を1つ以上書いてください。", "tests: needs at least one - test: NAME")
		return
	}
	first := map[string]*diag.Span{}
	for _, n := range tests.Items {
		if r.seen++; r.seen > maxTests {
			r.problems.Errorf(n.Span, "test-limit", "会話テストは%d個までです。", "at most %d tests", maxTests)
			return
		}
		before := r.problems.Len()
		if t := r.test(n, common); r.problems.Len() == before {
			r.tests = append(r.tests, t)
			r.twice(t, first)
		}
	}
}

// twice warns of two tests of one name in a file: nobody knows which of them has failed. It is said once of each name.
func (r *reader) twice(t *Test, first map[string]*diag.Span) {
	at, seen := first[t.Name]
	if first[t.Name] = nil; !seen {
		first[t.Name] = &t.At
	}
	if at == nil {
		return
	}
	d := r.problems.Errorf(t.At, "test-twice", "「%s」という会話テストが、このファイルに2つあります。", "there are two tests %q in this file", t.Name)
	d.Severity = diag.Warning
	d.Hint = diag.T("何を確かめるのか、ちがいのわかる名前にしてください。", "name them by what they are for")
	d.Related = []diag.Related{{Span: *at, Text: diag.T("1つ目はここです。", "the first one")}}
}

func (r *reader) test(n *source.Node, t Test) *Test {
	if !r.want(n, source.Map, "会話テストは「- test: 名前」で始めます。", "a test begins with - test: NAME") {
		return nil
	}
	r.keys(n, testKeys)
	t.At = n.Span
	if name := n.Get("test"); name == nil || r.text(name) == "" {
		r.problems.Errorf(n.Span, "missing-key", "「%s:」がありません。", "%s: is missing", "test")
	} else {
		t.Name, t.At = r.text(name), name.Span
	}
	t.now = r.now(n.Get("now"), t.now)
	t.facts = append(slices.Clip(t.facts), r.facts(n.Get("facts"))...)
	t.stranger = r.oneOf(n.Get("greeted"), "true", "false") == "false"
	t.quiet = r.oneOf(n.Get("unknown"), unknownWords.Names()...) == "quiet"
	talk := n.Get("talk")
	if talk == nil || talk.Kind != source.List || len(talk.Items) == 0 {
		r.problems.Errorf(t.At, "missing-key", "「%s:」がありません。", "%s: is missing", "talk")
		return nil
	}
	if r.lines += len(talk.Items); len(talk.Items) > maxTalk || r.lines > maxLines {
		r.problems.Errorf(talk.Span, "test-limit", "会話は、1つのテストで%d行、全部で%d行までです。", "a test has at most %d lines, all tests together %d", maxTalk, maxLines)
		return nil
	}
	passed, expects := time.Duration(0), false
	for _, item := range talk.Items {
		l := r.line(item)
		if passed += max(l.after, 0); passed > maxAfter {
			r.problems.Errorf(item.Span, "test-limit", "1つのテストでたつ時間は、合わせて%d日までです。", "in one test at most %d days pass", maxAfter/(24*time.Hour))
			return nil
		}
		expects = expects || !l.want.none()
		t.talk = append(t.talk, l)
	}
	if !expects {
		d := r.problems.Errorf(t.At, "test-expects-nothing", "このテストは、何も確かめていません。", "this test expects nothing")
		d.Hint = diag.T("「at:」（いるはずのステップ）や「says:」（返事にあるはずの言葉）を書いてください。", "write at: (the step) or says: (words of the reply)")
	}
	return &t
}

func (r *reader) line(n *source.Node) line {
	l := line{at: n.Span, after: -1}
	if !r.want(n, source.Map, "会話の行は「- send: 言葉」のように書きます。", "a line of the talk is written like - send: TEXT") {
		return l
	}
	r.keys(n, lineKeys)
	if v := n.Get("after"); v != nil {
		l.after = r.duration(v)
	}
	for v := send; v <= staff; v++ {
		what := n.Get(verbNames[v])
		if what == nil {
			continue
		}
		if l.do.verb != nothing {
			r.problems.Errorf(what.Span, "two-actions", "「%s:」と「%s:」は同じ行に書けません。行を分けてください。", "%s: and %s: can't stand in one line; make it two", verbNames[l.do.verb], verbNames[v])
			continue
		}
		l.do = r.action(v, what)
	}
	l.want = r.wants(n)
	if len(n.Pairs) == 0 {
		r.problems.Errorf(n.Span, "empty-line", "この行には何もありません。", "this line holds nothing")
	}
	return l
}

func (r *reader) action(v verb, n *source.Node) action {
	a := action{verb: v, what: n}
	if n.Kind == source.Map && (v == pick || v == tap) {
		if len(n.Pairs) != 1 || r.text(n.Pairs[0].Value) == "" {
			r.problems.Errorf(n.Span, "wrong-type", "「%s: {名前: 中身}」の形で、1つだけ書きます。", "write %s: {NAME: VALUE}, one of them", verbNames[v])
			return a
		}
		key, value := n.Pairs[0].Key, n.Pairs[0].Value
		if v == pick {
			return action{verb: v, what: key, picked: r.text(value)}
		}
		return action{verb: v, what: value, title: key.Value}
	}
	what := r.text(n)
	switch {
	case n.Kind > source.Scalar: // said already
	case what == "":
		r.problems.Errorf(n.Span, "empty", "「%s:」の中身がありません。", "%s: holds nothing", verbNames[v])
	case v == pick:
		r.problems.Errorf(n.Span, "wrong-type", "「pick: {日付を選ぶ: 2026-12-01}」のように書きます。", "write pick: {LABEL: 2026-12-01}")
	case text.UTF16(what) > maxTyped:
		r.problems.Errorf(n.Span, "text-length", "「%[1]s:」は%[2]d文字までです(いま%[3]d文字)。", "%[1]s: has at most %[2]d characters (this one %[3]d)", verbNames[v], maxTyped, text.UTF16(what))
	case v == event:
		r.oneOf(n, eventWords.Names()...)
	case v == staff:
		r.oneOf(n, staffWords.Names()...)
	}
	return a
}

func (r *reader) wants(n *source.Node) (w wants) {
	if v := n.Get("at"); v != nil && r.said(v, "at") {
		w.at = v
	}
	w.says, w.not = r.texts(n.Get("says")), r.texts(n.Get("not"))
	if v := n.Get("choices"); v != nil {
		w.choices = r.choices(v)
	}
	if v := n.Get("lead"); v != nil {
		w.lead = r.lead(v)
	}
	if v := n.Get("silent"); v != nil && r.oneOf(v, "true") == "true" {
		w.silent = v
	}
	return w
}

// choices reads [label, {label: target}, …] or {label: target, …}.
func (r *reader) choices(n *source.Node) *choices {
	c := &choices{at: n.Span}
	add := func(p source.Pair) {
		if r.text(p.Value) == "" {
			r.problems.Errorf(p.Key.Span, "empty", "行き先がありません。", "a target is missing")
			return
		}
		c.list = append(c.list, offer{p.Key, p.Value})
	}
	switch n.Kind {
	case source.Map:
		for _, p := range n.Pairs {
			add(p)
		}
	case source.List:
		for _, item := range n.Items {
			switch {
			case item.Kind == source.Map && len(item.Pairs) == 1:
				add(item.Pairs[0])
			case r.said(item, "choices"):
				c.list = append(c.list, offer{label: item})
			}
		}
	default:
		r.problems.Errorf(n.Span, "wrong-type", "「choices:」には「ボタン: 行き先」か、ボタンの一覧を書きます。ないときは [] です。", "choices: holds LABEL: TARGET or a list of labels; none is []")
	}
	return c
}

// said reads a text that must not be empty.
func (r *reader) said(n *source.Node, key string) bool {
	what := r.text(n)
	if n.Kind <= source.Scalar && strings.TrimSpace(what) == "" {
		r.problems.Errorf(n.Span, "empty", "「%s:」の中身がありません。", "%s: holds nothing", key)
	}
	return what != ""
}

const (
	leadNone      = "なし"
	leadWithdrawn = "取り下げ"
)

func (r *reader) lead(n *source.Node) *lead {
	l := &lead{at: n.Span}
	if n.Kind != source.Map {
		what := r.oneOf(n, leadWords.Names()...)
		l.none, l.withdrawn = what == leadNone, what == leadWithdrawn
		return l
	}
	for _, p := range n.Pairs {
		if r.text(p.Value) == "" {
			r.problems.Errorf(p.Key.Span, "empty", "値がありません。届かない項目は書きません。", "a value is missing; a field that isn't handed over is left out")
		}
	}
	l.fields = n.Pairs
	return l
}

const factsUnset = "unset"

// facts reads {clinic.phone: …, …}; all: unset puts every fact away but those that are
// always there.
func (r *reader) facts(n *source.Node) (out []fact) {
	if n == nil || !r.want(n, source.Map, "「facts:」には「clinic.prp.price: 値」のように書きます。", "facts: holds clinic.NAME: VALUE") {
		return nil
	}
	for _, p := range n.Pairs {
		if p.Key.Value == "all" {
			r.oneOf(p.Value, factsUnset)
			out = slices.Insert(out, 0, fact{}) // wherever it stands
			continue
		}
		out = append(out, fact{p.Key, r.text(p.Value)})
	}
	return out
}

var (
	durationForm = regexp.MustCompile(`^(?:[0-9]{1,4}(?:秒|分|時間|日|週間))+後$`)
	durationPart = regexp.MustCompile(`([0-9]+)(秒|分|時間|日|週間)`)
	durationUnit = map[string]time.Duration{"秒": time.Second, "分": time.Minute, "時間": time.Hour, "日": 24 * time.Hour, "週間": 7 * 24 * time.Hour}
)

// duration reads 30秒後, 1時間30分後, 3日後.
func (r *reader) duration(n *source.Node) (d time.Duration) {
	written := strings.Map(text.Narrow, r.text(n))
	if !durationForm.MatchString(written) {
		r.problems.Errorf(n.Span, "duration-form", "時間は「30秒後」「10分後」「24時間後」「3日後」のように書きます。", "a time is written 30秒後, 10分後, 24時間後 or 3日後")
		return -1
	}
	for _, m := range durationPart.FindAllStringSubmatch(written, -1) {
		count, _ := strconv.Atoi(m[1]) // four digits at most
		d = min(d+time.Duration(count)*durationUnit[m[2]], maxAfter+1)
	}
	return d
}

var nowForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2})?$`)

// now reads a day, or a day and a time of day.
func (r *reader) now(n *source.Node, otherwise time.Time) time.Time {
	if n == nil {
		return otherwise
	}
	for _, form := range []string{"2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(form, n.Value, jst); err == nil {
			if form == "2006-01-02" {
				t = t.Add(10 * time.Hour)
			}
			return t
		}
	}
	if nowForm.MatchString(n.Value) {
		d := r.problems.Errorf(n.Span, "no-such-day", "「%s」という日時はありません。", "there is no such day or time as %q", n.Value)
		d.Hint = diag.T("月、日、時刻を見なおしてください。", "look at the month, the day and the time")
		return otherwise
	}
	r.problems.Errorf(n.Span, "wrong-type", "「now:」は「2026-12-01」か「2026-12-01 09:00」の形で書きます。", "now: is written 2026-12-01 or 2026-12-01 09:00")
	return otherwise
}
