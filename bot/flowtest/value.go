package flowtest

import (
	"slices"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/schema"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// This file reads single values out of nodes, reporting what is not of the form asked for.

func (r *reader) want(n *source.Node, kind source.Kind, ja, en string) bool {
	if n.Kind != kind {
		r.problems.Errorf(n.Span, "wrong-type", "%[1]s", "%[2]s", ja, en)
		return false
	}
	return true
}

func (r *reader) keys(n *source.Node, known schema.Map) {
	for _, p := range n.Pairs {
		if !known.Has(p.Key.Value) {
			allowed := known.Names()
			d := r.problems.Errorf(p.Key.Span, "unknown-key", "「%s」という項目はありません。", "there is no key %q here", p.Key.Value)
			switch near := d.Meant(text.DidYouMean(p.Key.Value, allowed)); {
			case near == "":
				d.Hint = diag.T("使えるのは %s です。", "the keys are %s", strings.Join(allowed, ", "))
			case n.Get(near) == nil:
				p.Key.Value = near // read on as what is meant: it isn't missed
			}
		}
	}
}

// text reads a single text; "" when nothing is written.
func (r *reader) text(n *source.Node) string {
	switch n.Kind {
	case source.Null:
		return ""
	case source.Scalar:
		return written(n)
	}
	r.problems.Errorf(n.Span, "wrong-type", "ここには文字を1つだけ書きます。", "a single text is wanted here")
	return ""
}

// written is a scalar without the line break that ends a block.
func written(n *source.Node) string { return strings.TrimRight(n.Value, "\n") }

// texts reads a list of texts; a single text is a list of one.
func (r *reader) texts(n *source.Node) (out []*source.Node) {
	if n == nil {
		return nil
	}
	items := []*source.Node{n}
	if n.Kind == source.List {
		if items = n.Items; len(items) == 0 {
			r.problems.Errorf(n.Span, "empty", "一覧が空です。", "the list is empty")
		}
	}
	for _, item := range items {
		if s := r.text(item); item.Kind <= source.Scalar && strings.TrimSpace(s) == "" {
			r.problems.Errorf(item.Span, "empty", "空の行があります。", "an item is empty")
		} else if s != "" {
			out = append(out, item)
		}
	}
	return out
}

// oneOf reads a word out of a few; "" when it isn't there or none of them.
func (r *reader) oneOf(n *source.Node, allowed ...string) string {
	if n == nil {
		return ""
	}
	if n.Kind == source.Scalar && slices.Contains(allowed, n.Value) {
		return n.Value
	}
	d := r.problems.Errorf(n.Span, "unknown-value", "「%[1]s」は使えません。%[2]s のどれかにしてください。", "%[1]q is not one of %[2]s", n.Value, strings.Join(allowed, ", "))
	d.Meant(text.DidYouMean(n.Value, allowed))
	return ""
}
