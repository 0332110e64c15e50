package text

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Option reads which of labels (as shown, numbered from 1) the text chooses: by what Label
// takes, or by its number. idx counts from 0.
// Not ok when two labels fit, and for a number when a label is itself a number (5, 10):
// then only the label counts.
func Option(s string, labels []string) (idx int, ok bool) {
	if i, ok := Label(s, labels); ok {
		return i, true
	}
	if n, ok := Number(s); ok && n <= len(labels) && !slices.ContainsFunc(labels, isNumber) {
		return n - 1, true
	}
	return 0, false
}

// Label reads which of labels the text names: the label itself, or as Same sees it, or
// with politeness behind it (腰です, 腰でお願いします, 腰がいい, 腰希望). A number is a label
// only where it is written on one. Not ok when two labels fit and neither is typed exactly.
func Label(s string, labels []string) (idx int, ok bool) { return NewLabels(labels).Find(s, Fold(s)) }

// Labels are labels prepared for many a Find.
type Labels struct{ shown, keys []string }

// NewLabels prepares labels. It keeps the slice.
func NewLabels(labels []string) Labels {
	l := Labels{labels, make([]string, len(labels))}
	for i, label := range labels {
		l.keys[i] = key(label)
	}
	return l
}

// Find is Label; folded is Fold(s), which the caller mostly has.
func (l Labels) Find(s, folded string) (idx int, ok bool) {
	if len(l.shown) == 0 {
		return 0, false
	}
	if i := slices.Index(l.shown, s); i >= 0 {
		return i, true
	}
	if utf8.RuneCountInString(folded) > 500 {
		return 0, false
	}
	if i := slices.Index(l.shown, Clean(s)); i >= 0 {
		return i, true
	}
	if folded == "" {
		folded = key(s)
	}
	for f := folded; f != ""; {
		if i := slices.Index(l.keys, f); i >= 0 {
			return i, !slices.Contains(l.keys[i+1:], f)
		}
		rest, suffix := cutPolite(f)
		if suffix == "" {
			break
		}
		f = rest
	}
	return 0, false
}

// Same finds the label that is one text with s; -1 if none is.
func (l Labels) Same(s string) int {
	if len(l.shown) == 0 {
		return -1
	}
	if k := key(s); k != "" {
		return slices.Index(l.keys, k)
	}
	return -1
}

// Same says whether a and b are one text as Fold sees it; two texts without a letter are
// when their signs are (○, 👍). A text with nothing in it is the same as none, itself included.
func Same(a, b string) bool {
	k := key(a)
	return k != "" && k == key(b)
}

// key is Fold, or the signs where there is no letter.
func key(s string) string {
	if f := Fold(s); f != "" {
		return f
	}
	return symbols(s)
}

// symbols compares labels without a letter (○, 👍): emoji and plain style of a sign are one.
func symbols(s string) string {
	return strings.Map(func(r rune) rune {
		if selector(r) || blank(r) || r == '\n' {
			return -1
		}
		return r
	}, Clean(s))
}

// SeveralOptions is Option for several answers at once, by label or number, separated by
// 、 , / ・ と や a space or a new line; a label may contain a separator itself (首・肩).
// The indices come sorted, without repetitions; not ok when any part is not a label.
func SeveralOptions(s string, labels []string) (idx []int, ok bool) {
	s = Clean(s)
	if utf8.RuneCountInString(s) > 500 {
		return nil, false
	}
	if i, ok := Option(s, labels); ok {
		return []int{i}, true
	}
	if ns, ok := Numbers(s); ok && slices.Max(ns) <= len(labels) && !slices.ContainsFunc(labels, isNumber) {
		for _, n := range ns {
			idx = append(idx, n-1)
		}
		slices.Sort(idx)
		return idx, true
	}
	starts, ends := parts(s)
	if len(starts) > maxParts {
		return nil, false
	}
	for at := 0; at < len(starts); {
		found := false
		for to := min(len(ends), at+maxJoined); to > at && !found; to-- {
			if i, ok := Option(s[starts[at]:ends[to-1]], labels); ok {
				idx = append(idx, i)
				at, found = to, true
			}
		}
		if !found {
			return nil, false
		}
	}
	slices.Sort(idx)
	idx = slices.Compact(idx)
	return idx, len(idx) > 0
}

const (
	maxParts  = 40 // parts of one answer
	maxJoined = 4  // parts that can be one label
)

func isNumber(s string) bool {
	_, ok := Number(s)
	return ok
}

// parts gives the bounds of the pieces between separators.
func parts(s string) (starts, ends []int) {
	in := false
	for i, r := range s {
		sep := separates(r) || strings.ContainsRune("\u3000，．／＆＋；｡､･", r)
		switch {
		case !sep && !in:
			starts = append(starts, i)
		case sep && in:
			ends = append(ends, i)
		}
		in = !sep
	}
	if in {
		ends = append(ends, len(s))
	}
	return starts, ends
}
