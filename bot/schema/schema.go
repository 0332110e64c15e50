// Package schema describes the YAML files that staff write: which keys there are, what may
// stand behind each, and what it means. What reads a file checks its keys against these
// tables, and the same tables become the JSON Schema by which an editor completes and
// explains them: neither knows a key that the other doesn't.
package schema

import (
	"bytes"
	"encoding/json"
	"slices"
)

// Map lists the keys that a map of a file may have, in the order in which they are named.
type Map []Key

// Key is one key of a map.
type Key struct {
	Name    string
	Value   Schema // what may stand behind it
	Need    bool
	About   string // what it is for, in Japanese Markdown for staff
	Example string // a line or some, as they stand in a file; "" where About is enough
}

// Must makes a key that has to be there.
func Must(name string, value Schema, about, example string) Key {
	return Key{Name: name, Value: value, Need: true, About: about, Example: example}
}

// May makes one that can be left out.
func May(name string, value Schema, about, example string) Key {
	return Key{Name: name, Value: value, About: about, Example: example}
}

// Names are the names of the keys.
func (m Map) Names() []string {
	out := make([]string, len(m))
	for i, k := range m {
		out[i] = k.Name
	}
	return out
}

// Has says whether there is such a key.
func (m Map) Has(name string) bool {
	return slices.ContainsFunc(m, func(k Key) bool { return k.Name == name })
}

// Words are words of which one is to be written, each with what it means.
type Words []Word

// Word is one of them: the word, and what it means in Japanese Markdown, or "".
type Word [2]string

// Name is the word.
func (w Word) Name() string { return w[0] }

// Names are the words alone.
func (w Words) Names() []string {
	out := make([]string, len(w))
	for i := range w {
		out[i] = w[i].Name()
	}
	return out
}

// Schema is a JSON Schema 2020-12, as far as our files need one. The zero Schema takes
// anything. What it says is understood by draft-07 too, which older editors know. Wrong,
// Markdown and EnumAbout are for editors (yaml-language-server).
type Schema struct {
	Draft         string     `json:"$schema,omitempty"`
	Ref           string     `json:"$ref,omitempty"`
	Title         string     `json:"title,omitempty"`
	About         string     `json:"description,omitempty"`
	Markdown      string     `json:"markdownDescription,omitempty"`
	Type          Types      `json:"type,omitempty"`
	Enum          []string   `json:"enum,omitempty"`
	EnumAbout     []string   `json:"markdownEnumDescriptions,omitempty"`
	Const         any        `json:"const,omitempty"`
	Pattern       string     `json:"pattern,omitempty"`
	MaxLength     int        `json:"maxLength,omitempty"` // in code points
	Minimum       *int       `json:"minimum,omitempty"`
	Maximum       *int       `json:"maximum,omitempty"`
	Properties    Properties `json:"properties,omitempty"`
	Required      []string   `json:"required,omitempty"`
	Names         *Schema    `json:"propertyNames,omitempty"`
	MinProperties int        `json:"minProperties,omitempty"`
	MaxProperties int        `json:"maxProperties,omitempty"`
	Others        any        `json:"additionalProperties,omitempty"` // a Schema, or false
	Items         *Schema    `json:"items,omitempty"`
	MinItems      int        `json:"minItems,omitempty"`
	MaxItems      int        `json:"maxItems,omitempty"`
	Contains      *Schema    `json:"contains,omitempty"`
	AnyOf         []Schema   `json:"anyOf,omitempty"`
	AllOf         []Schema   `json:"allOf,omitempty"`
	Not           *Schema    `json:"not,omitempty"`
	If            *Schema    `json:"if,omitempty"`
	Then          *Schema    `json:"then,omitempty"`
	Else          *Schema    `json:"else,omitempty"`
	Wrong         string     `json:"errorMessage,omitempty"` // what an editor says where this isn't so
	Defs          Properties `json:"$defs,omitempty"`
}

// Types are types of JSON, of which a value has one.
type Types []string

// MarshalJSON writes a single one as such: editors look for that.
func (t Types) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// Properties are schemas by name, in order. A nil one takes nothing.
type Properties []Property

// Property is one of them.
type Property struct {
	Name   string
	Schema *Schema
}

// MarshalJSON keeps the order.
func (p Properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, q := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := encode(q.Name, "")
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		value := []byte("false")
		if q.Schema != nil {
			if value, err = encode(q.Schema, ""); err != nil {
				return nil, err
			}
		}
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// JSON writes the schema of a whole file.
func (s Schema) JSON() ([]byte, error) {
	s.Draft, s.Defs = "https://json-schema.org/draft/2020-12/schema", slices.Concat(s.Defs, common)
	out, err := encode(s, " ")
	return append(out, '\n'), err
}

func encode(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	err := e.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}
