package flowtest

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"hogushi/bot/flow"
	"hogushi/bot/text"
)

// writer writes a test as people would.
type writer struct {
	strings.Builder
	clinic []fill
	begun  bool // the item has a key
}

// fill is a fact of the clinic's that is set.
type fill struct{ name, value string }

// minFact is how long a fact is at the least that is known again, in runes.
const minFact = 4

// byLength are the facts that can be known again in a text, the longest first.
func byLength(clinic flow.Clinic) (all []fill) {
	for _, name := range slices.Sorted(maps.Keys(clinic)) {
		if utf8.RuneCountInString(clinic[name]) >= minFact {
			all = append(all, fill{name, clinic[name]})
		}
	}
	slices.SortStableFunc(all, func(a, b fill) int { return cmp.Compare(len(b.value), len(a.value)) })
	return all
}

// unfilled puts the names of the clinic's facts in place of them.
func (w *writer) unfilled(s string) string {
	for _, f := range w.clinic {
		s = strings.ReplaceAll(s, f.value, "{{"+f.name+"}}")
	}
	return s
}

func (w *writer) line(depth int, s string) { fmt.Fprintf(w, "%*s%s\n", 2*depth, "", s) }

// item begins a line of the talk.
func (w *writer) item() { w.begun = false }

func (w *writer) key(name, value string) {
	dash := "  "
	if !w.begun {
		dash, w.begun = "- ", true
	}
	w.line(3, dash+strings.TrimRight(name+": "+value, " "))
}

const maxWidth = 100 // columns of a list on one line

func (w *writer) texts(name string, all []string) {
	if len(all) == 0 {
		return
	}
	var quoted []string
	for _, s := range all {
		quoted = append(quoted, scalar(s))
	}
	if len(quoted) == 1 {
		w.key(name, quoted[0])
		return
	}
	if list := "[" + strings.Join(quoted, ", ") + "]"; text.Width(list) <= maxWidth {
		w.key(name, list)
		return
	}
	for i := range quoted {
		quoted[i] = "- " + quoted[i]
	}
	w.block(name, quoted)
}

func (w *writer) block(name string, lines []string) {
	w.key(name, "")
	for _, l := range lines {
		w.line(5, l)
	}
}

var plainForm = regexp.MustCompile("^[^\\s\\-?:,\\[\\]{}#&*!|>'\"%@`~=<][^:,\\[\\]{}#&*!|>'\"]*$")

// scalar is a text as YAML, in quotes where it needs them.
func scalar(s string) string {
	if plainForm.MatchString(s) && strings.TrimSpace(s) == s && !strings.ContainsFunc(s, odd) && !slices.Contains([]string{"null", "Null", "NULL"}, s) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r > 0xffff && odd(r):
			fmt.Fprintf(&b, `\U%08x`, r)
		case odd(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// odd says that a rune isn't plainly seen.
func odd(r rune) bool { return r != ' ' && r != '　' && !unicode.IsPrint(r) }
