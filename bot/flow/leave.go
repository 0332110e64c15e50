package flow

import (
	"slices"

	"hogushi/bot/source"
)

// Values of a condition that ask whether a field is given at all.
const (
	conditionSet   = "set"
	conditionUnset = "unset"
)

// leave reads where a step goes on.
func (c *compiler) leave(s *Step, n *source.Node) {
	s.goRef, s.callAt = c.target(n.Get("go")), c.target(n.Get("call"))
	if e := n.Get("end"); e != nil {
		s.End = c.bool(e)
		if s.End && n.Get("go") != nil {
			c.problems.Errorf(e.Span, "two-ways", "「go:」と「end:」は同じステップに書けません。", "go: and end: can't stand in one step")
		}
	}
	b := n.Get("branch")
	if b == nil || !c.want(b, source.List, "「branch:」は「- when: …」を並べます。", "branch: is a list of - when: …") {
		return
	}
	if len(b.Items) == 0 {
		c.problems.Errorf(b.Span, "empty", "枝がありません。", "there is no branch")
	}
	for _, item := range b.Items {
		if !c.want(item, source.Map, "「- when: {項目: 値}」と「go:」を書きます。", "write - when: {FIELD: VALUE} and go:") {
			continue
		}
		c.keys(item, branchKeys)
		branch := Branch{at: item.Span}
		if item.Get("go") == nil {
			c.problems.Errorf(item.Span, "missing-key", "「go:」がありません。", "go: is missing")
		} else {
			branch.goRef = c.target(item.Get("go"))
		}
		if w := item.Get("when"); w != nil {
			if branch.When = c.condition(w); branch.When == nil {
				continue // said already; it doesn't hold always
			}
		}
		s.Branch = append(s.Branch, branch)
	}
	c.cover(s)
}

// cover reports branches that are never taken.
func (c *compiler) cover(s *Step) {
	taken, all := s.covered()
	s.covers = all
	for i, b := range s.Branch {
		switch {
		case b.When == nil && i+1 < len(s.Branch):
			c.problems.Errorf(b.at, "branch-never", "「when:」のない枝は最後に置きます。後ろの枝に進むことがありません。", "a branch without when: comes last: those behind it are never taken")
			return
		case !taken[i]:
			c.problems.Errorf(b.at, "branch-never", "この枝には進むことがありません。手前の枝か条件を直してください。", "this branch is never taken; mend those before it, or its condition")
		}
	}
}

// condition reads {field: value}; several keys must all hold. It is nil when something is
// wrong with it.
func (c *compiler) condition(n *source.Node) *Condition {
	if !c.want(n, source.Map, "条件は「{項目: 値}」の形です。", "a condition has the form {FIELD: VALUE}") {
		return nil
	}
	if len(n.Pairs) == 0 {
		c.problems.Errorf(n.Span, "empty", "条件がありません。", "there is no condition")
	}
	var parts []*Condition
	whole := true
	for _, p := range n.Pairs {
		k := c.test(p)
		whole = whole && k != nil
		parts = append(parts, k)
	}
	switch {
	case len(parts) == 0 || !whole:
		return nil
	case len(parts) == 1:
		return parts[0]
	}
	return &Condition{All: parts}
}

// test reads one key of a condition.
func (c *compiler) test(p source.Pair) *Condition {
	switch name := p.Key.Value; name {
	case "all", "any":
		if !c.want(p.Value, source.List, "「all:」「any:」には条件を並べます。", "all: and any: hold a list of conditions") {
			return nil
		}
		if len(p.Value.Items) == 0 {
			c.problems.Errorf(p.Value.Span, "empty", "条件がありません。", "there is no condition")
			return nil
		}
		var list []*Condition
		whole := true
		for _, item := range p.Value.Items {
			k := c.condition(item)
			whole = whole && k != nil
			list = append(list, k)
		}
		switch {
		case !whole:
			return nil
		case name == "all":
			return &Condition{All: list}
		}
		return &Condition{Any: list}
	case "not":
		if k := c.condition(p.Value); k != nil {
			return &Condition{Not: k}
		}
		return nil
	}
	f := states[p.Key.Value]
	if _, isFact := c.clinic[p.Key.Value]; isFact {
		f = &Field{ID: p.Key.Value}
	} else if f == nil {
		f = c.field(p.Key.Value, p.Key.Span)
	}
	if f == nil {
		return nil
	}
	v := c.string(p.Value)
	switch {
	case p.Value.Kind == source.Null || p.Value.Kind == source.Scalar && blank(v):
		c.problems.Errorf(p.Value.Span, "empty", "値がありません。値がないことは「unset」と書きます。", "a value is missing; that there is none is written unset")
		return nil
	case v == conditionSet || v == conditionUnset:
		given := v == conditionSet
		return &Condition{Field: f, Value: v, Given: &given}
	case f == states[StateLanguage] && !slices.Contains(c.languageNames(), v):
		c.unknownLanguage(v, p.Value.Span)
		return nil
	case v == "" || f.untyped || !c.fieldValue(f, v, p.Value.Span):
		return nil
	}
	return &Condition{Field: f, Value: v}
}
