package line

import (
	"bytes"
	"encoding/json"
)

// A body is split by its brackets and quotes alone, and encoding/json then checks and
// decodes each piece: pieces that are JSON, between separators that are right, make a
// whole that is JSON. It saves the second and third scan that json.RawMessage costs, and
// it doesn't recurse: the depth of nesting is bounded by encoding/json.

// eventArray finds the value of "events" in a body: nil when it is missing or null, not ok
// when the body isn't an object (or null) or something around the value isn't JSON. Of a
// repeated key the last value counts, as in encoding/json.
func eventArray(body []byte) (array []byte, ok bool) {
	if isNull(body) {
		return nil, true
	}
	ok = elements(body, '{', '}', func(member []byte) bool {
		member = trim(member)
		if len(member) == 0 || member[0] != '"' {
			return false
		}
		end := stringEnd(member, 0)
		if end < 0 {
			return false
		}
		key, quoted := "events", member[:end+1]
		if string(quoted) != `"events"` && json.Unmarshal(quoted, &key) != nil {
			return false
		}
		value := trim(member[end+1:])
		if len(value) == 0 || value[0] != ':' {
			return false
		}
		value = trim(value[1:])
		if key != "events" {
			return json.Valid(value)
		}
		if array != nil && !json.Valid(array) {
			return false
		}
		array = value
		return len(value) > 0
	})
	if isNull(array) {
		array = nil
	}
	return array, ok
}

// elements yields what stands between the commas of a bracketed list, spaces included,
// until yield returns false. It is false when it was stopped, or the list doesn't begin
// with open, end with end, and end there.
func elements(list []byte, open, end byte, yield func(element []byte) bool) bool {
	list = trim(list)
	if len(list) < 2 || list[0] != open || list[len(list)-1] != end {
		return false
	}
	inner := list[1 : len(list)-1]
	if len(trim(inner)) == 0 {
		return true
	}
	for {
		n := elementEnd(inner)
		if n < 0 || !yield(inner[:n]) {
			return false
		}
		if n == len(inner) {
			return true
		}
		inner = inner[n+1:]
	}
}

// elementEnd is the index of the first comma outside of strings and brackets, or the
// length of b; negative when a string or a bracket is left open or closed twice.
func elementEnd(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			if i = stringEnd(b, i); i < 0 {
				return -1
			}
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth < 0 {
				return -1
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	if depth > 0 {
		return -1
	}
	return len(b)
}

// stringEnd is the index of the quote that closes the string opened at b[start], or -1.
func stringEnd(b []byte, start int) int {
	for i := start + 1; i < len(b); i++ {
		n := bytes.IndexByte(b[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		escapes := 0
		for b[i-1-escapes] == '\\' { // stops at the opening quote
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
	return -1
}

// trim cuts what JSON calls white space.
func trim(b []byte) []byte { return bytes.Trim(b, " \t\r\n") }

func isNull(b []byte) bool { return string(trim(b)) == "null" }
