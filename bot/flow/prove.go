package flow

import (
	"io/fs"
	"maps"
	"slices"

	"hogushi/bot/diag"
	"hogushi/bot/source"
)

// This file proves that flows hold for other clinics, too: what is right today must be so when
// staff fill in a fact, or take one away. Most of what is proved doesn't depend on facts; only
// the steps that do are read again.

// Prove is Compile for patients, and looks whether the flows hold for other clinics as well.
func Prove(dir fs.FS, clinic Clinic, others []Clinic, wordings ...Wording) (*Program, *diag.List) {
	c := Read(dir).compile(true, clinic, Live, wordings, others...)
	var found []*diag.List
	for _, v := range c.views {
		found = append(found, v.problems)
	}
	c.problems.Join(hold(c.problems, found...))
	return c.done()
}

// view is how the flows are for another clinic, as far as that differs.
type view struct {
	*compiler                 // with facts, fields and problems of its own; flows and steps are those of the program
	fields    map[string]bool // by name: those with other options

	touched bool            // the step that is being read names what differs
	said    map[*Step]size  // of the steps that were read again: what they say
	ways    map[*Step]*Step // of those that go on in another way: how they are for this clinic
	order   []*Step         // those, in reading order
}

// look makes the views of other clinics. They read fields along with the program.
func (c *compiler) look(others []Clinic) {
	for _, clinic := range others {
		c.views = append(c.views, &view{
			compiler: &compiler{clinic: clinic, mode: c.mode, problems: new(diag.List), unread: c.unread, nameless: c.nameless, astray: c.astray, wordsAt: c.wordsAt, meant: c.meant,
				images: c.images, pictured: c.pictured,
				program: &Program{clinic: clinic, Fields: map[string]*Field{}, flows: c.program.flows, steps: c.program.steps, commands: c.program.commands}},
			fields: map[string]bool{}, said: map[*Step]size{}, ways: map[*Step]*Step{},
		})
	}
}

// begin makes the views, and the languages, ready to read steps, once all fields are known. The options of a field
// are all that a fact changes in it (see byLINE).
func (c *compiler) begin() {
	for _, l := range c.spoken {
		l.begin(c)
	}
	for _, v := range c.views {
		v.files, v.program.Flows, v.program.Words = c.files, c.program.Flows, c.program.Words
		v.conditions()
		for name, f := range c.program.Fields {
			if o := v.program.Fields[name]; o == nil || !slices.Equal(o.Options, f.Options) {
				v.fields[name] = true
			}
		}
		for _, l := range v.spoken {
			l.begin(v.compiler)
		}
	}
}

// end says that all steps have been read.
func (c *compiler) end() {
	for _, l := range c.spoken {
		close(l.todo)
	}
	for _, v := range c.views {
		v.end()
	}
}

// named notes that the step that is being read names a field, a fact or another value.
func (c *compiler) named(name string) {
	for _, v := range c.views {
		if v.touched {
			continue
		}
		fact, isFact := c.clinic[name]
		all := !isFact && c.program.Fields[name] == nil // {{chosen}} and the like hold any of them
		v.touched = v.fields[name] || all && len(v.fields) > 0 || isFact && v.clinic[name] != fact
	}
}

// again reads a step for the clinic where it may be another one. What it says is measured, and
// it is let go: there would be no room for a second program.
func (v *view) again(s *Step, n *source.Node) {
	if !v.touched || s == nil {
		return
	}
	o := &Step{Ref: s.Ref, Flow: s.Flow, Index: s.Index, Pos: s.Pos, line: s.line}
	v.fill(o, n)
	v.said[s] = v.saying(o)
	if !sameWays(s, o) {
		v.ways[s], v.order = o, append(v.order, s)
	}
	for _, l := range v.spoken {
		l.todo <- original{s, n}
	}
}

// sameWays says whether two readings of a step lead to the same places.
func sameWays(a, b *Step) bool {
	offers := func(s *Step) []*Choice { return slices.Collect(s.Offers) }
	return a.covers == b.covers && (a.Ask == nil) == (b.Ask == nil) && (a.Consent == nil) == (b.Consent == nil) &&
		slices.EqualFunc(a.Branch, b.Branch, func(a, b Branch) bool { return a.goRef.name == b.goRef.name }) &&
		slices.EqualFunc(offers(a), offers(b), func(a, b *Choice) bool {
			return a.goRef.name == b.goRef.name && a.Move == b.Move && (a.Link == "") == (b.Link == "") && len(a.Set) == len(b.Set) && len(a.Fix) == len(b.Fix)
		})
}

// prove proves on the graph of all flows what can be another for the clinic.
func (v *view) prove(of *compiler, g, quiet *graph, doubtful map[*Step]bool) {
	for _, s := range v.order {
		o := v.ways[s]
		o.Next = s.Next
		v.linkStep(o)
	}
	for _, s := range v.order {
		v.doors(v.ways[s])
		v.interrupted(v.ways[s])
	}
	own, _ := v.doubtful()
	maps.Copy(own, doubtful)
	for _, s := range v.order {
		if !own[s] {
			v.idle(v.ways[s])
		}
	}
	if len(v.ways) > 0 {
		g, quiet = newGraph(v.program, false, v.ways), newGraph(v.program, true, v.ways)
		v.ends(g, own)
		v.circles(quiet, own)
		v.consents(g, own)
	}
	says := first(v.said, of.says)
	v.long(quiet, own, says)
	for i, l := range v.spoken {
		<-l.ended
		l.long(quiet, own, first(l.sizes, first(of.spoken[i].sizes, says)))
		l.tell(v.compiler)
	}
	v.silences = of.silences
	v.silence()
}

// hold are the errors that there are for other clinics only.
func hold(known *diag.List, others ...*diag.List) *diag.List {
	found := new(diag.List)
	type place struct {
		diag.Pos
		rule string
	}
	seen := map[place]bool{}
	for _, d := range known.Sorted() {
		seen[place{d.Pos, d.Rule}] = true
	}
	for _, problems := range others {
		for _, d := range problems.Sorted() {
			p := place{d.Pos, d.Rule}
			if d.Severity != diag.Error || seen[p] {
				continue
			}
			seen[p] = true
			d.Message.JA += "（院の情報が変わったとき）"
			d.Message.EN += ", when the clinic's facts change"
			found.Add(d)
		}
	}
	return found
}
