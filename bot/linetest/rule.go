package linetest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/rivo/uniseg"
)

// A rule checks one JSON value, as encoding/json decodes it into an any. The tables of
// the message types are made of rules.
type rule func(c *checker, at place, v any)

// problem is one breach. LINE accepts a soft one; a patient would be worse off all the same.
type problem struct {
	rule, path, property, detail string
	soft                         bool
}

type checker struct {
	found    []problem
	animated int // images of this message that move
}

func (c *checker) add(rule string, at place, format string, args ...any) {
	c.found = append(c.found, problem{rule: rule, path: at.path + at.flex, property: at.property(), detail: fmt.Sprintf(format, args...)})
}

func (c *checker) soft(rule string, at place, format string, args ...any) {
	c.add(rule, at, format, args...)
	c.found[len(c.found)-1].soft = true
}

// place is where a value stands. LINE names it like messages[0].text, and inside of a
// Flex container like /footer/contents/2.
type place struct {
	path, flex string
	inFlex     bool
}

func (p place) key(k string) place {
	switch {
	case p.inFlex:
		p.flex += "/" + k
	case p.path == "":
		p.path = k
	default:
		p.path += "." + k
	}
	return p
}

func (p place) index(i int) place {
	if p.inFlex {
		p.flex += "/" + strconv.Itoa(i)
	} else {
		p.path += "[" + strconv.Itoa(i) + "]"
	}
	return p
}

func (p place) property() string {
	switch {
	case p.inFlex && p.flex == "":
		return "/"
	case p.inFlex:
		return p.flex
	}
	return p.path
}

// unit is how a length is counted (D/text-character-count).
type unit struct {
	name  string
	count func(string) int
}

var (
	codeUnits = unit{"UTF-16 code units", utf16Len}
	graphemes = unit{"grapheme clusters", uniseg.GraphemeClusterCount}
)

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// fields are the properties of an object; a name that ends with ! is required.
type fields map[string]rule

// and returns the fields of both.
func (f fields) and(more fields) fields {
	out := maps.Clone(f)
	maps.Copy(out, more)
	return out
}

// object refuses every property that it does not know.
func object(f fields, also ...func(c *checker, at place, o map[string]any)) rule {
	known := map[string]rule{}
	var required []string
	for name, r := range f {
		short, must := strings.CutSuffix(name, "!")
		known[short] = r
		if must {
			required = append(required, short)
		}
	}
	slices.Sort(required)
	return func(c *checker, at place, v any) {
		o, ok := v.(map[string]any)
		if !ok {
			c.add("schema", at, "must be an object")
			return
		}
		for _, name := range required {
			if _, ok := o[name]; !ok {
				c.add("schema", at.key(name), "must be specified")
			}
		}
		for _, name := range slices.Sorted(maps.Keys(o)) {
			if r := known[name]; r != nil {
				r(c, at.key(name), o[name])
			} else {
				c.add("schema", at.key(name), "unknown property")
			}
		}
		for _, check := range also {
			check(c, at, o)
		}
	}
}

// variants chooses by the property type.
func variants(kinds map[string]rule) rule {
	return func(c *checker, at place, v any) {
		o, ok := v.(map[string]any)
		if !ok {
			c.add("schema", at, "must be an object")
			return
		}
		kind, _ := o["type"].(string)
		if r := kinds[kind]; r != nil {
			r(c, at, v)
		} else {
			c.add("schema", at.key("type"), "must be one of %s, not %q", strings.Join(slices.Sorted(maps.Keys(kinds)), ", "), kind)
		}
	}
}

// named holds the rules that refer to themselves; see ref.
var named = map[string]rule{}

// ref looks a rule up when it is used: a box holds boxes.
func ref(name string) rule {
	return func(c *checker, at place, v any) { named[name](c, at, v) }
}

// text is a string of 1 to most units. LINE: an empty one is refused ("May not be empty").
func text(u unit, most int) rule {
	return func(c *checker, at place, v any) {
		s, ok := v.(string)
		switch {
		case !ok:
			c.add("schema", at, "must be a string")
		case s == "":
			c.add("limit", at, "May not be empty")
		case u.count(s) > most:
			c.add("limit", at, "Length must be between 1 and %d %s, is %d", most, u.name, u.count(s))
		}
	}
}

// visible is text with something to see. Whether LINE takes blanks alone is unknown.
func visible(u unit, most int) rule {
	length := text(u, most)
	return func(c *checker, at place, v any) {
		length(c, at, v)
		if s, _ := v.(string); s != "" && strings.TrimSpace(s) == "" {
			c.add("limit", at, "must not be blank")
		}
	}
}

func list(least, most int, each rule) rule {
	return func(c *checker, at place, v any) {
		l, ok := v.([]any)
		if !ok {
			c.add("schema", at, "must be an array")
			return
		}
		if len(l) < least || len(l) > most {
			c.add("limit", at, "Size must be between %d and %d, is %d", least, most, len(l))
		}
		for i, e := range l {
			each(c, at.index(i), e)
		}
	}
}

func oneOf(words ...string) rule {
	return func(c *checker, at place, v any) {
		if s, ok := v.(string); !ok || !slices.Contains(words, s) {
			c.add("schema", at, "must be one of %s, not %v", strings.Join(words, ", "), v)
		}
	}
}

// pattern is a string that matches the whole of expr.
func pattern(expr, what string) rule {
	re := regexp.MustCompile(`^(?:` + expr + `)$`)
	return func(c *checker, at place, v any) {
		if s, ok := v.(string); !ok || !re.MatchString(s) {
			c.add("schema", at, "must be %s, not %v", what, v)
		}
	}
}

func boolean(c *checker, at place, v any) {
	if _, ok := v.(bool); !ok {
		c.add("schema", at, "must be true or false")
	}
}

func integer(least, most float64) rule {
	return func(c *checker, at place, v any) {
		n, ok := v.(float64)
		if !ok || n != float64(int64(n)) || n < least || n > most {
			c.add("schema", at, "must be an integer from %.0f to %.0f", least, most)
		}
	}
}

func number(least, most float64) rule {
	return func(c *checker, at place, v any) {
		if n, ok := v.(float64); !ok || n < least || n > most {
			c.add("schema", at, "must be a number from %.0f to %.0f", least, most)
		}
	}
}

// anything has been checked elsewhere.
func anything(*checker, place, any) {}
