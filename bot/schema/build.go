package schema

import (
	"fmt"
	"slices"
)

// notBlank: \s of some engines lacks the wide space.
const notBlank = "[^\\s　]"

// The values that recur.
var (
	Text  = Form(notBlank, "何も書かれていません。")                                   // one text, not empty
	Maybe = Schema{AnyOf: []Schema{To(lone)}}                               // one text, or nothing
	Bool  = Schema{Type: []string{"boolean"}, Wrong: "true か false を書きます。"} // without quotes
)

// Form is a text of a form. wrong says what is wanted.
func Form(pattern, wrong string) Schema {
	return Schema{Pattern: pattern, Wrong: wrong, AnyOf: []Schema{To(written)}}
}

// Definitions that every file has: one text; one text, or nothing. They don't name the types
// that they take (a text may be 119, or true): an editor would offer true, false and null for
// all of them. Within anyOf it puts a colon behind the key that it completes.
const (
	written = "written"
	lone    = "lone"
)

var common = Properties{{written, unlike("array", "object", "null")}, {lone, unlike("array", "object")}}

func unlike(types ...string) *Schema {
	s := If(Schema{Type: types}, Schema{Type: Types{"string"}, Wrong: "ここには文字を1つだけ書きます。"})
	return &s
}

// cluster is what people take for one character: a flag, or a sign with those that cling to it.
const cluster = `(?:[🇦-🇿]{2}|[^\n{}](?:[\p{M}🏻-🏿ﾞﾟ]|\p{Cf}[^\n{}]?)*)`

// Label is a short text without placeholders, of so many characters as people count them.
func Label(most int) Schema {
	s := Form(fmt.Sprintf(`^%s{1,%d}\n*$`, cluster, most), fmt.Sprintf("%d文字までで、改行や「{ }」は使えません。", most))
	s.AllOf = []Schema{Text}
	return s
}

// Whole is a whole number.
func Whole(low, high int) Schema {
	return Schema{Type: Types{"integer"}, Minimum: &low, Maximum: &high}
}

// Texts is a list of texts, a single one, or nothing.
func Texts(item Schema) Schema {
	s := Schema{Items: &item, Pattern: item.Pattern, Wrong: item.Wrong}
	if s.Pattern == "" {
		s.Pattern, s.Wrong = notBlank, Text.Wrong
	}
	s.If = &Schema{Type: Types{"object"}}
	s.Then = &Schema{Type: Types{"array"}, Wrong: "ここには「- 」で始まる一覧を書きます。"}
	return s
}

// SomeTexts is Texts with at least one.
func SomeTexts(item Schema) Schema {
	s := Texts(item)
	s.If, s.MinItems = &Schema{Type: Types{"object", "null"}}, 1
	return s
}

// List is a list, of as many items; most 0: any number.
func List(item Schema, least, most int) Schema {
	return Schema{Type: Types{"array"}, Items: &item, MinItems: least, MaxItems: most}
}

// OneOf is one of some words.
func OneOf(words Words) Schema {
	s := Schema{Enum: words.Names()}
	for _, w := range words {
		s.EnumAbout = append(s.EnumAbout, w[1])
	}
	if !slices.ContainsFunc(s.EnumAbout, func(a string) bool { return a != "" }) {
		s.EnumAbout = nil
	}
	return s
}

// Offered takes what other takes, and has an editor offer some of it: names that are known
// when the schema is made. One that is new since is as good.
func Offered(known Words, other Schema) Schema {
	if len(known) == 0 {
		return other
	}
	words := OneOf(known)
	words.Wrong = other.Wrong // rather than a list of all of them
	return Schema{AnyOf: []Schema{words, other}}
}

// To refers to a definition of the file's.
func To(def string) Schema { return Schema{Ref: "#/$defs/" + def} }

// Object is a map with these keys and no others, and what must hold among them.
func Object(keys Map, rules ...Schema) Schema {
	s := Schema{Type: Types{"object"}, Others: false, AllOf: rules}
	for _, k := range keys {
		s.Properties = append(s.Properties, Property{k.Name, k.schema()})
		if k.Need {
			s.Required = append(s.Required, k.Name)
		}
	}
	return s
}

// Titled names what it is, for people.
func (s Schema) Titled(title string) Schema {
	s.Title = title
	return s
}

func (k Key) schema() *Schema {
	s := k.Value
	s.About, s.Markdown = k.About, ""
	if k.Example != "" {
		s.Markdown = k.About + "\n\n```yaml\n" + k.Example + "\n```"
	}
	return &s
}

// Table is a map with names of one's own as keys.
func Table(names, value Schema) Schema {
	return Schema{Type: Types{"object"}, Names: &names, Others: value}
}

// Having holds of a map with all these keys.
func Having(keys ...string) Schema { return Schema{Required: keys} }

// Being holds of a map in which a key has a value.
func Being(key string, value any) Schema {
	return Schema{Required: []string{key}, Properties: Properties{{key, &Schema{Const: value}}}}
}

// Any holds where one of them does.
func Any(of ...Schema) Schema { return Schema{AnyOf: of} }

// Needing wants one of the keys at least.
func Needing(wrong string, keys ...string) Schema {
	var s Schema
	for _, k := range keys {
		s.AnyOf = append(s.AnyOf, Schema{Required: []string{k}, Wrong: wrong})
	}
	return s
}

// If is a rule among the keys of a map: where the one holds, the other must; else a third.
func If(this, then Schema, otherwise ...Schema) Schema {
	s := Schema{If: &this, Then: &then}
	if len(otherwise) > 0 {
		s.Else = &otherwise[0]
	}
	return s
}

// Without forbids keys.
func Without(wrong string, keys ...string) Schema {
	s := Schema{Wrong: wrong}
	for _, k := range keys {
		s.Properties = append(s.Properties, Property{Name: k})
	}
	return s
}
