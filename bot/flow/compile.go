package flow

import (
	"cmp"
	"io/fs"
	"maps"
	"path"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// Clinic holds the clinic's facts by name ("clinic.phone"); "" says that one isn't set. A
// name that isn't there is unknown.
type Clinic map[string]string

// Wording finds what a text for patients must not say.
type Wording func(text string) []Fault

// Fault is a place in a text, in runes, and what is wrong with it.
type Fault struct {
	Rule          string
	Severity      diag.Severity
	Message, Hint diag.Text
	Start, Len    int
	Flow          string // the only flow in which it is wrong, "" for all
}

// Compile reads every *.yaml at the top of a directory; facts.yaml holds what may be
// stated, the others are flows. It reports all problems; the Program is nil exactly when
// one of them is an error. Every text that a patient can see is given to wordings.
func Compile(dir fs.FS, clinic Clinic, mode Mode, wordings ...Wording) (*Program, *diag.List) {
	return Read(dir).compile(true, clinic, mode, wordings).done()
}

// Compile makes a Program of what was read; see the function Compile.
func (s *Sources) Compile(clinic Clinic, mode Mode, wordings ...Wording) (*Program, *diag.List) {
	return s.compile(false, clinic, mode, wordings).done()
}

// done makes what was compiled ready for use.
func (c *compiler) done() (*Program, *diag.List) {
	if c.problems.Failed() {
		return nil, c.problems
	}
	c.program.strip()
	for _, s := range c.program.steps {
		s.prepare()
	}
	for _, l := range c.program.languages {
		for _, s := range l.spoken {
			s.prepare()
		}
	}
	return c.program, c.problems
}

// compile reads and checks all that can be, and looks whether it is right for other clinics, too.
// spent lets go of what was read, file by file: it is large.
func (s *Sources) compile(spent bool, clinic Clinic, mode Mode, wordings []Wording, others ...Clinic) *compiler {
	c := &compiler{clinic: clinic, mode: mode, wordings: wordings, problems: s.problems.Clone(), flows: map[string]bool{}, unread: maps.Clone(s.unread), nameless: map[string]bool{}, astray: s.astray, wordsAt: map[string]diag.Span{}, meant: map[*source.Node]map[string]*source.Node{},
		clean: map[string]bool{}, places: map[entry]diag.Span{}, images: s.images, pictured: map[string]bool{}, sizes: map[*Step]size{},
		program: &Program{clinic: clinic, Fields: map[string]*Field{}, flows: map[string]*Flow{}, steps: map[Ref]*Step{},
			commands: map[string]Command{}, triggers: map[string]*Step{}}}
	if s.none {
		return c
	}
	read := c.problems.Len()
	for d := range c.problems.Each {
		if d.Rule == "duplicate-key" && path.Dir(d.File) == "." { // what looks like one step may be two
			c.nameless[base(d.File)] = true
		}
	}
	c.program.Revision = s.revision(clinic)
	for _, f := range s.images {
		if f.image != nil {
			c.program.Images = append(c.program.Images, f.image)
		}
	}
	c.look(others)
	for _, root := range s.Files {
		c.flows[base(root.File)] = true
	}
	for i, root := range s.Files { // fields first: any flow may use those of another
		if spent {
			s.Files[i] = nil
		}
		if c.want(root, source.Map, "ファイルの一番上には「flow:」「steps:」などを書きます。", "the top of the file holds flow:, steps: and so on") {
			c.silences = append(c.silences, root.Silences()...)
			if f := c.head(root); f != nil {
				c.files = append(c.files, f)
			}
		} else {
			c.unread[base(root.File)] = true
		}
	}
	c.needed()
	c.languages(s.languages)
	c.conditions()
	for _, dir := range s.languages {
		for _, root := range dir.files {
			c.silences = append(c.silences, root.Silences()...)
		}
	}
	c.begin()
	for _, f := range c.files {
		c.body(f)
		f.root = nil // it is large
	}
	c.end()
	c.link()
	c.words()
	if s.factless {
		c.unread[base(factsFile)] = true
	}
	c.readCatalog(s.Facts)
	c.stated()
	c.check()
	for _, l := range c.spoken {
		<-l.ended
		c.program.languages = append(c.program.languages, l.finish(c))
	}
	if !c.problems.Failed() {
		c.program.listen()
		c.rivals()
	}
	c.problems.Settle(read)
	c.silence()
	return c
}

type compiler struct {
	clinic   Clinic
	mode     Mode
	wordings []Wording
	catalog  *catalog // nil without facts.yaml
	problems *diag.List
	program  *Program
	files    []*file
	silences []source.Silence
	flows    map[string]bool // those that have a file
	unread   map[string]bool // flows whose file can't be read, or is to get another name: what they hold isn't missed
	nameless map[string]bool // flows with a step whose name is missing, wrong or another's: a target in them isn't missed
	astray   []string        // directories of translations that aren't read
	whens    []when
	views    []*view              // for other clinics
	wordsAt  map[string]diag.Span // where the triggers are written, by folded text

	clean        map[string]bool // texts without faults
	faultsAt     faults
	bald         map[diag.Span]bool  // sentences that lack a hedge
	places       map[entry]diag.Span // of texts that stand in no step
	images       []imageFile
	spoken       []*language
	pictured     map[string]bool                          // names of images that some step shows
	sizes        map[*Step]size                           // see says
	hints        int                                      // how often didYouMean was asked
	receipt      diag.Span                                // where a receipt is told of first
	longestKnown map[string]string                        // see longestOf
	meant        map[*source.Node]map[string]*source.Node // what stands behind misspelt keys, by those that they are taken for
}

// file is a flow and what it is read from.
type file struct {
	*Flow
	root  *source.Node
	asked []string // names of the fields that it asks for
}

func base(name string) string { return strings.TrimSuffix(path.Base(name), ".yaml") }

// nameOf reports a name of a flow that isn't that of its file, or is none. Which flow this is isn't sure then, and
// what else there is to say of it would mislead: it may be a copy.
func (c *compiler) nameOf(root, id *source.Node) bool {
	own, name, at := base(root.File), "", root.Span
	if id != nil {
		name, at = id.Value, id.Span
	}
	right := nameForm.MatchString(own)
	if right && (id == nil || name == own) {
		if name == "command" || name == "none" {
			c.problems.Errorf(at, "reserved-name", "「%s」は別の意味で使われている名前です。", "%q is a name with a meaning of its own", name)
		}
		return true
	}
	var d *diag.Diagnostic
	fits := nameForm.MatchString(name) && !c.flows[name] // for the file
	switch {
	case fits && (!right || name == MenuFlow || name == PatternFlow):
		c.problems.Errorf(at, "flow-name", "このファイルの名前を「%s.yaml」にしてください。フローの名前と同じにします。", "the file must be named like its flow: %s.yaml", name)
	case right:
		if d = c.problems.Errorf(at, "flow-name", "フローの名前はファイル名と同じ「%s」にしてください。", "the flow must be named like its file: %q", own); fits {
			d.Hint = diag.T("ファイル名のほうがちがうのなら、「%s.yaml」に直してください。", "if it is the file that is misnamed, name it %s.yaml", name)
		}
	default:
		d = c.problems.Errorf(at, "flow-name", "ファイルの名前を、小文字の英字と「-」だけの新しい名前にして、「flow:」にも同じ名前を書いてください。", "give the file a name of small letters and - only, and write the same name at flow:")
		if m := mended(own); m != "" && !c.flows[m] {
			d.Hint = diag.T("「%[1]s.yaml」「flow: %[1]s」のようにします。", "like %[1]s.yaml and flow: %[1]s", m)
		} else if c.flows[name] {
			d.Hint = diag.T("「%s.yaml」の控えなら、このフォルダーの外に置いてください。", "if it is a copy of %s.yaml to be kept, keep it elsewhere", name)
		}
	}
	for _, n := range []string{own, name, mended(own)} {
		c.unread[n] = c.unread[n] || !c.flows[n] || n == own
	}
	return false
}

// needed reports that a flow isn't there that must be.
func (c *compiler) needed() {
	if c.program.flows[MenuFlow] == nil && !c.unread[MenuFlow] {
		c.problems.Errorf(diag.Span{Pos: diag.Pos{File: MenuFlow + ".yaml"}}, "missing-menu", "メニューのフロー(menu.yaml)がありません。", "the menu flow (menu.yaml) is missing")
		c.unread[MenuFlow] = true
	}
	if c.program.flows[PatternFlow] == nil && !c.unread[PatternFlow] {
		c.problems.Errorf(diag.Span{Pos: diag.Pos{File: PatternFlow + ".yaml"}}, "missing-patterns", "困ったときの返事のフロー(patterns.yaml)がありません。", "the flow of what to say when things go sideways (patterns.yaml) is missing")
		c.unread[PatternFlow] = true
	}
}

// head reads a flow's name and fields; nil: which flow it is isn't sure.
func (c *compiler) head(root *source.Node) *file {
	f := &file{Flow: &Flow{ID: base(root.File), Pos: root.Span, Renamed: map[string]string{}}, root: root}
	id := root.Get("flow")
	if id != nil {
		f.Pos = id.Span
	}
	if root.Get("texts") != nil && root.Get("steps") == nil {
		c.unread[f.ID] = true
		d := c.problems.Errorf(root.Span, "flow-name", "これは、訳のファイルです。", "this is a file of translations")
		d.Hint = diag.T("「en」など、その言葉のフォルダーに、フローと同じ名前で置いてください。", "it stands in the directory of its language, like en, named like its flow")
		return nil
	}
	if !c.nameOf(root, id) {
		return nil
	}
	if f.ID == PatternFlow {
		c.keys(root, patternKeys)
	} else {
		c.keys(root, fileKeys)
	}
	if c.get(root, "flow") == nil {
		c.problems.Errorf(root.Span, "missing-key", "「flow: %s」がありません。", "flow: %s is missing", f.ID)
	}
	f.asks(c.get(root, "steps"))
	f.Title = cmp.Or(c.string(root.Get("title")), f.ID)
	if t := root.Get("title"); t != nil {
		c.apart(t)
		c.worded(t)
	}
	f.Short = c.string(root.Get("short"))
	if n := root.Get("short"); n != nil {
		c.apart(n)
		c.worded(n)
		if most := maxLabel/2 - 1; text.Graphemes(f.Short) > most { // with a colon it takes half a label at most
			c.problems.Errorf(n.Span, "label-length", "「short:」は%d文字までです(いま%d文字)。「PRP：費用」のように、ボタンの頭に付きます。", "short: has at most %d characters (this one %d): it stands at the front of labels", most, text.Graphemes(f.Short))
		}
	}
	c.program.flows[f.ID] = f.Flow
	c.program.Flows = append(c.program.Flows, f.Flow)
	c.fields(c.get(root, "fields"))
	for _, v := range c.views {
		v.compiler.fields(c.get(root, "fields"))
	}
	if f.ID == PatternFlow {
		c.buttons(root) // before any step: they become choices
	}
	return f
}

// apart notes where a text stands that belongs to no step.
func (c *compiler) apart(n *source.Node) {
	if n != nil && c.places != nil {
		c.places[entry{base(n.File), same(n.Value)}] = n.Span
	}
}

// body reads the rest of a file.
func (c *compiler) body(f *file) {
	if r := f.root.Get("renamed"); r != nil && c.want(r, source.Map, "「renamed:」の下には「古い名前: 新しい名前」を並べます。", "renamed: holds OLD: NEW") {
		for _, p := range r.Pairs {
			if p.Value.Kind == source.Null && !nameForm.MatchString(p.Key.Value) {
				c.problems.Errorf(p.Key.Span, "wrong-type", "「renamed:」の下には「古い名前: 新しい名前」を並べます。", "renamed: holds OLD: NEW")
				continue
			}
			to := c.target(p.Value)
			f.Renamed[p.Key.Value] = to.name
			f.renamed = append(f.renamed, renaming{p.Key.Value, to})
		}
	}
	if f.ID == PatternFlow {
		c.commands(f.root)
	}
	steps := c.get(f.root, "steps")
	if steps == nil || steps.Kind != source.List || len(steps.Items) == 0 {
		at := f.root.Span
		if steps != nil {
			at = steps.Span
		}
		c.problems.Errorf(at, "no-steps", "「steps:」の下に「- step: 名前」を1つ以上書いてください。", "steps: needs at least one - step: NAME")
		c.unread[f.ID] = true
		return
	}
	for _, n := range steps.Items {
		for _, v := range c.views {
			v.touched = false
		}
		s := c.step(f.Flow, n)
		for _, v := range c.views {
			v.again(s, n)
		}
		if s != nil {
			f.Steps = append(f.Steps, s)
			for _, l := range c.spoken {
				l.todo <- original{s, n}
			}
		}
	}
	if len(f.Steps) == 0 {
		c.unread[f.ID] = true // said at its steps
		return
	}
	s := f.Steps[0]
	for _, t := range c.fewWords(f.root.Get("triggers")) {
		s.Triggers = append(s.Triggers, t.text)
		s.words = append(s.words, t)
	}
}

// commands reads the words of the global commands.
func (c *compiler) commands(root *source.Node) {
	n := c.must(root, "commands")
	if n == nil {
		return
	}
	if !c.want(n, source.Map, "「commands:」の下には menu, back, cancel の言葉を並べます。", "commands: holds the words of menu, back and cancel") {
		return
	}
	c.keys(n, commandKeys)
	first := map[string]diag.Span{}
	for cmd := CommandMenu; cmd <= CommandEnglish; cmd++ {
		words := c.texts(c.get(n, commandNames[cmd]))
		for _, w := range words {
			key := c.folded(w)
			if other, ok := c.program.commands[key]; ok && other != cmd {
				d := c.problems.Errorf(w.at, "duplicate-command", "「%[1]s」は「%[2]s:」の言葉でもあります。", "%[1]q is a word of %[2]s: too", w.text, commandNames[other])
				d.Related = []diag.Related{{Span: first[key], Text: diag.T("もう一方の言葉です。", "the other word")}}
			} else if key != "" && !ok {
				c.program.commands[key], first[key] = cmd, w.at
			}
		}
		if len(words) == 0 && cmd <= CommandCancel && !c.misspelt(n, commandNames[cmd]) {
			c.problems.Errorf(n.Span, "missing-key", "「%s:」の言葉を1つ以上書いてください。", "%s: needs at least one word", commandNames[cmd])
		}
	}
}

// buttons reads the words that the bot puts on buttons of its own.
func (c *compiler) buttons(root *source.Node) {
	n := c.must(root, "words")
	if n == nil {
		return
	}
	if !c.want(n, source.Map, "「words:」の下には「yes: はい」のように書きます。", "words: holds KEY: WORD") {
		return
	}
	w := &c.program.Words
	all := map[string]*string{"yes": &w.Yes, "no": &w.No, "done": &w.Done, "pick-date": &w.PickDate, "pick-time": &w.PickTime, "prompt": &w.Prompt,
		"draft": &w.Draft, "unset": &w.Unset}
	c.keys(n, wordKeys)
	for _, k := range wordKeys.Names() {
		*all[k] = c.labelOf(n, k)
		c.apart(n.Get(k))
	}
}
