package engine_test

import (
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"hogushi/bot/diag"
	"hogushi/bot/engine"
	"hogushi/bot/flow"
	"hogushi/bot/render"
	"hogushi/bot/text"
	"hogushi/bot/understand"
	"hogushi/config"
)

var update = flag.Bool("update", false, "rewrite the transcripts; read what changes before committing it")

// A transcript is an archive with the file "script", perhaps flows of its own beside the
// others or in place of them, and "want". Its flows are the shipped ones, but for the form
// of testdata/flows, which stays as it is; those named shipped-… have the shipped one, those
// named small-… only their own and those of testdata/small. A script's lines:
//
//	> text          the patient types (\n is a line break)
//	tap LABEL       taps a button of the last reply
//	old N LABEL     taps a button of the Nth reply (from 1)
//	pick LABEL V    picks a date or time
//	data D          sends postback data as it is
//	follow, unblock, unfollow, media, sticker, place
//	unsend N        takes the Nth message back
//	+DURATION       time passes; events lie four seconds apart otherwise
//	@DURATION       the next event happened so much earlier than it arrives
//	without FLOW/STEP…   staff publish flows without these steps
//	edit FLOW OLD => NEW  staff publish a flow with these words in place of those (\n is a line break)
//	state           shows what the state holds
//	take, finish    staff are at the contact request, or have dealt with it
//	version F V     staff publish the flow F with a consent of another version
//	fact NAME V     staff fill in a fact of the clinic's
//	down, up        no sink can be reached, or one can again
//	quiet, loud     staff chat in this account too, or don't
//	taken-over, released
func TestTranscripts(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files := fstest.MapFS{}
			var script, want string
			found := false
			for _, f := range a.Files {
				switch f.Name {
				case "script":
					script = string(f.Data)
				case "want":
					want, found = string(f.Data), true
				default:
					files[f.Name] = &fstest.MapFile{Data: f.Data}
				}
			}
			switch kind, _, _ := strings.Cut(filepath.Base(name), "-"); kind {
			case "small":
				small(t, files)
			case "shipped":
				sources(t, files)
			default:
				sources(t, form(t, files))
			}
			c := newConversation(t, files)
			t.Cleanup(func() {
				if t.Failed() {
					t.Log(c.out.String())
				}
			})
			for _, line := range strings.Split(strings.TrimSpace(script), "\n") {
				c.do(line)
			}
			got := c.out.String()
			if *update {
				kept := a.Files[:0]
				for _, f := range a.Files {
					if f.Name != "want" {
						kept = append(kept, f)
					}
				}
				a.Files = append(kept, txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if !found {
				t.Fatal("the transcript has no file want; -update writes it")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// facts are the clinic's, and two that only the tests name.
var facts = func() flow.Clinic {
	s, _ := config.Load(config.Dir(""))
	s.Clinic["clinic.hours"], s.Clinic["clinic.map"] = "", ""
	return s.Clinic
}()

// form adds the form that stays as it is.
func form(t testing.TB, files fstest.MapFS) fstest.MapFS {
	t.Helper()
	data, err := os.ReadFile("testdata/flows/contact.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if files["contact.yaml"] == nil {
		files["contact.yaml"] = &fstest.MapFile{Data: data}
	}
	return files
}

// small adds the least that flows need beside them. They compile fast.
func small(t testing.TB, files fstest.MapFS) fstest.MapFS {
	t.Helper()
	return beside(t, files, "testdata/small/*.yaml")
}

// sources adds the shipped flows to files that stand in their place.
func sources(t testing.TB, files fstest.MapFS) fstest.MapFS {
	t.Helper()
	return beside(t, files, "../../flows/*.yaml")
}

func beside(t testing.TB, files fstest.MapFS, pattern string) fstest.MapFS {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no flows %s: %v", pattern, err)
	}
	for _, more := range []string{"images/*.png", "en/*.yaml"} {
		all, _ := filepath.Glob(filepath.Dir(pattern) + "/" + more)
		names = append(names, all...)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		in, err := filepath.Rel(filepath.Dir(pattern), name)
		if err != nil {
			t.Fatal(err)
		}
		if in = filepath.ToSlash(in); files[in] == nil {
			files[in] = &fstest.MapFile{Data: data}
		}
	}
	return files
}

func (c *conversation) compile() {
	c.t.Helper()
	made := compiled(c.files, c.facts)
	if made.program == nil {
		c.t.Fatal(made.problems.Err())
	}
	c.program = made.program
}

type made struct {
	program  *flow.Program
	problems *diag.List
}

// programs are what compiled has made, each once: dozens of conversations run the shipped
// flows, which take a second with the race detector, and a program is never changed.
var programs sync.Map // of what it is made of: func() made

func compiled(files fstest.MapFS, facts flow.Clinic) made {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(sum, "%q %d\n%s", name, len(files[name].Data), files[name].Data)
	}
	p, _ := programs.LoadOrStore(fmt.Sprintf("%x %q", sum.Sum(nil), facts), sync.OnceValue(func() made {
		p, problems := flow.Compile(files, facts, flow.Live)
		if p != nil {
			p.Number = 7
		}
		return made{p, problems}
	}))
	return p.(func() made)()
}

type conversation struct {
	t       testing.TB
	files   fstest.MapFS
	facts   flow.Clinic
	program *flow.Program
	state   engine.State
	replies [][]render.Message
	clock   time.Time
	early   time.Duration
	request *engine.Lead // as it is stored
	down    bool
	quiet   bool
	n       int
	out     strings.Builder
}

func newConversation(t testing.TB, files fstest.MapFS) *conversation {
	jst := time.FixedZone("JST", 9*3600)
	c := &conversation{t: t, files: files, facts: facts, clock: time.Date(2026, 11, 22, 10, 0, 0, 0, jst)}
	c.compile()
	return c
}

func (c *conversation) do(line string) {
	c.t.Helper()
	verb, rest, _ := strings.Cut(line, " ")
	switch {
	case line == "" || verb == "#":
		return
	case strings.HasPrefix(verb, "+"), strings.HasPrefix(verb, "@"):
		d, err := time.ParseDuration(verb[1:])
		if err != nil {
			c.t.Fatal(err)
		}
		if verb[0] == '@' {
			c.early = d
			return
		}
		c.clock = c.clock.Add(d - 4*time.Second)
		return
	case verb == "state":
		s := c.state
		s.Revision, s.Number, s.Listed = "", 0, "" // differ with every edit of a flow
		b, _ := json.Marshal(s)
		fmt.Fprintf(&c.out, "= %s\n", b)
		return
	case verb == "without":
		for _, ref := range strings.Fields(rest) {
			c.remove(ref)
		}
		c.compile()
		fmt.Fprintf(&c.out, "--- %s\n", line)
		return
	}
	fmt.Fprintf(&c.out, "%s\n", line)
	ev := engine.Event{Kind: engine.Tapped}
	switch verb {
	case "take", "finish":
		c.request.State = map[string]engine.LeadState{"take": engine.LeadTaken, "finish": engine.LeadDone}[verb]
		return
	case "down", "up":
		c.down = verb == "down"
		return
	case "quiet", "loud":
		c.quiet = verb == "quiet"
		return
	case "version":
		name, version, _ := strings.Cut(rest, " ")
		file := c.files[name+".yaml"]
		c.files[name+".yaml"] = &fstest.MapFile{Data: consentVersion.ReplaceAll(file.Data, []byte(`version: "`+version+`"`))}
		c.compile()
		return
	case "edit":
		name, rest, _ := strings.Cut(rest, " ")
		old, new, _ := strings.Cut(strings.ReplaceAll(rest, `\n`, "\n"), " => ")
		file := c.files[name+".yaml"]
		if !strings.Contains(string(file.Data), old) {
			c.t.Fatalf("%s doesn't hold %q", name, old)
		}
		c.files[name+".yaml"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(file.Data), old, new))}
		c.compile()
		return
	case "fact":
		name, value, _ := strings.Cut(rest, " ")
		c.facts = maps.Clone(c.facts)
		c.facts[name] = value
		c.compile()
		return
	case "taken-over":
		ev.Kind = engine.TakenOver
	case "released":
		ev.Kind = engine.Released
	case ">":
		ev.Kind, ev.Text = engine.TextReceived, strings.ReplaceAll(rest, `\n`, "\n")
		ev.Finding = understand.Guard(ev.Text)
	case "tap":
		if len(c.replies) == 0 {
			c.t.Fatal("nothing to tap yet")
		}
		ev.Data = c.tap(c.replies[len(c.replies)-1], rest)
	case "old":
		n := 0
		label := ""
		fmt.Sscanf(rest, "%d %s", &n, &label)
		ev.Data = c.tap(c.replies[n-1], label)
	case "pick":
		label, value, _ := strings.Cut(rest, " ")
		ev.Data, ev.Picked = c.tap(c.replies[len(c.replies)-1], label), value
	case "data":
		ev.Data = rest
	case "follow":
		ev.Kind = engine.Followed
	case "unblock":
		ev.Kind, ev.Again = engine.Followed, true
	case "unfollow":
		ev.Kind = engine.Unfollowed
	case "media":
		ev.Kind = engine.MediaReceived
	case "sticker":
		ev.Kind = engine.StickerReceived
	case "place":
		ev.Kind = engine.LocationReceived
	case "unsend":
		ev.Kind, ev.MessageID = engine.Unsent, "m"+rest
	default:
		c.t.Fatalf("cannot read the line %q", line)
	}
	c.event(ev)
}

var consentVersion = regexp.MustCompile(`version: "[^"]*"`)

// event runs an event under the laws that hold for every one: Step is a function, traced or
// not, leaves its argument alone, and a state survives JSON.
func (c *conversation) event(ev engine.Event) {
	c.t.Helper()
	c.n++
	c.clock = c.clock.Add(4 * time.Second)
	ev.ID, ev.Session = fmt.Sprintf("e%d", c.n), "s"
	if ev.MessageID == "" {
		ev.MessageID = fmt.Sprintf("m%d", c.n)
	}
	ev.At, ev.Received = c.clock.Add(-c.early), c.clock
	c.early = 0
	ev.Down, ev.Quiet = c.down, c.quiet
	if c.request != nil && c.request.ID == c.state.Lead {
		ev.Request = c.request
	}
	before, _ := json.Marshal(c.state)
	next, effects := engine.Step(c.program, c.state, ev)
	again, effects2, trace := engine.Traced(c.program, c.state, ev)
	if after, _ := json.Marshal(c.state); string(after) != string(before) {
		c.t.Fatalf("Step changed its argument from %s to %s", before, after)
	}
	if !reflect.DeepEqual(next, again) || !reflect.DeepEqual(render2(effects), render2(effects2)) {
		c.t.Fatalf("two runs of Step differ")
	}
	done := slices.DeleteFunc(slices.Clone(effects), func(e engine.Effect) bool { _, counted := e.(engine.Heard); return counted })
	if len(done) > 0 && len(trace.Steps)+len(trace.Choices) == 0 && ev.Kind != engine.Unfollowed {
		c.t.Fatalf("%v were said by nothing", done)
	}
	if gone := ev.Kind == engine.Unfollowed; !gone && (next.Number != c.program.Number || next.Revision != c.program.Revision) {
		c.t.Fatalf("the state names revision %d, %s, want that of the program", next.Number, next.Revision)
	}
	b, err := json.Marshal(next)
	if err != nil {
		c.t.Fatal(err)
	}
	c.state = engine.State{}
	if err := json.Unmarshal(b, &c.state); err != nil {
		c.t.Fatal(err)
	}
	if b2, _ := json.Marshal(c.state); string(b2) != string(b) {
		c.t.Fatalf("state after JSON: %s, before: %s", b2, b)
	}
	if len(b) > 16<<10 {
		c.t.Fatalf("the state has grown to %d bytes", len(b))
	}
	c.print(effects)
}

func render2(effects []engine.Effect) (out []string) {
	for _, e := range effects {
		switch e := e.(type) {
		case engine.Reply:
			out = append(out, string(render.JSON(nil, e.Messages)))
		default:
			b, _ := json.Marshal(e)
			out = append(out, string(b))
		}
	}
	return out
}

func (c *conversation) print(effects []engine.Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case engine.Reply:
			if len(e.Messages) == 0 || len(e.Messages) > 5 {
				c.t.Fatalf("a reply with %d messages", len(e.Messages))
			}
			c.replies = append(c.replies, e.Messages)
			if e.Vital {
				fmt.Fprintln(&c.out, "  (vital)")
			}
			for i, m := range e.Messages {
				if len(m.Quick) > 0 && i < len(e.Messages)-1 {
					c.t.Fatal("quick replies that nobody sees")
				}
				c.message(m)
			}
		case engine.SubmitLead:
			c.request = &e.Lead
			c.lead("LEAD", e.Lead)
		case engine.AmendLead:
			if c.request == nil || c.request.ID != e.ID {
				c.t.Fatal("a request is amended that isn't the present one")
			}
			c.request = &e.Lead
			c.lead("AMENDED", e.Lead)
		case engine.Erase:
			c.request = nil
			c.state = engine.State{}
			fmt.Fprintln(&c.out, "  ERASE")
		case engine.Forget:
			fmt.Fprintln(&c.out, "  FORGET")
		}
	}
}

func (c *conversation) lead(what string, l engine.Lead) {
	fmt.Fprintf(&c.out, "  %s %s %s consent %s", what, l.ID, l.Receipt, l.Consent.Version)
	if l.State != engine.LeadOpen {
		fmt.Fprintf(&c.out, " %s", l.State)
	}
	fmt.Fprintln(&c.out)
	for _, v := range l.Fields {
		fmt.Fprintf(&c.out, "    %s %s: %s", v.Field, v.Label, v.Value)
		if v.Raw != "" {
			fmt.Fprintf(&c.out, " (%s)", v.Raw)
		}
		if v.Health {
			fmt.Fprint(&c.out, " health")
		}
		if v.LINE {
			fmt.Fprint(&c.out, " LINE")
		}
		fmt.Fprintln(&c.out)
	}
}

func (c *conversation) message(m render.Message) {
	lines := strings.Split(strings.TrimRight(m.Text, "\n"), "\n")
	if m.Text != "" {
		fmt.Fprintf(&c.out, "  : %s\n", strings.Join(lines, "\n    "))
	}
	items := func(mark string, list []render.Item) {
		for _, i := range list {
			fmt.Fprintf(&c.out, "    %s%s", mark, i.Label)
			if i.Link != "" {
				fmt.Fprintf(&c.out, " -> %s", i.Link)
			}
			if i.Range != nil {
				fmt.Fprintf(&c.out, " (%s %s..%s)", i.Range.Mode, i.Range.Min, i.Range.Max)
			}
			fmt.Fprintln(&c.out)
			if n := text.Graphemes(i.Label); n > 20 || n == 0 {
				c.t.Errorf("label %q has %d characters", i.Label, n)
			}
		}
	}
	for _, card := range m.Cards {
		fmt.Fprintf(&c.out, "  # %s | %s\n", card.Title, card.Text)
		items("- ", card.Items)
	}
	items("- ", m.Items)
	items("~ ", m.Quick)
}

func (c *conversation) tap(messages []render.Message, label string) string {
	c.t.Helper()
	for _, exact := range []bool{true, false} {
		for _, m := range messages {
			all := append(append([]render.Item{}, m.Items...), m.Quick...)
			for _, card := range m.Cards {
				all = append(all, card.Items...)
			}
			for _, i := range all {
				if i.Label == label || !exact && strings.HasPrefix(i.Label, label) {
					return i.Tap().Data()
				}
			}
		}
	}
	c.t.Fatalf("nothing reads %q", label)
	return ""
}

// remove takes a step, or a whole flow, out of the sources.
func (c *conversation) remove(ref string) {
	name, step, _ := strings.Cut(ref, "/")
	file := c.files[name+".yaml"]
	if step == "" || file == nil {
		delete(c.files, name+".yaml")
		return
	}
	var kept []string
	skip := false
	for _, line := range strings.Split(string(file.Data), "\n") {
		if strings.HasPrefix(line, "  - step: ") {
			skip = strings.TrimSpace(strings.TrimPrefix(line, "  - step:")) == step
		}
		if !skip {
			kept = append(kept, line)
		}
	}
	c.files[name+".yaml"] = &fstest.MapFile{Data: []byte(strings.Join(kept, "\n"))}
}
