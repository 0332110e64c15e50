package source

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// decode reads the first document of a text, nil if there is none; more says that another
// one follows.
func decode(text string) (doc *yaml.Node, more bool, err error) {
	defer func() { // the library has panicked on broken input before
		if r := recover(); r != nil {
			doc, err = nil, fmt.Errorf("yaml: %v", r)
		}
	}()
	dec := yaml.NewDecoder(strings.NewReader(text))
	var first, next yaml.Node
	switch err := dec.Decode(&first); {
	case errors.Is(err, io.EOF):
		return nil, false, nil
	case err != nil:
		return nil, false, err
	}
	switch err := dec.Decode(&next); {
	case errors.Is(err, io.EOF):
		return &first, false, nil
	case err != nil:
		return nil, false, err
	}
	return &first, true, nil
}

// secondDocument is the line of the --- or ... that has something before it.
func secondDocument(lines []string) int {
	begun := false
	for i, line := range lines {
		line = strings.TrimRight(line, " \r")
		marker := line == "..." || line == "---" || strings.HasPrefix(line, "--- ")
		if marker && begun {
			return i + 1
		}
		begun = begun || !marker && line != "" && line[0] != '#' && line[0] != '%' || strings.HasPrefix(line, "--- ")
	}
	return 1
}

// oddBreak finds what YAML takes for a line break and editors don't, or the other way round (those of Word): with
// it, lines would be counted differently. line is 0 if there is none.
func oddBreak(text string) (line, col int) {
	line, col = 1, 1
	for i, r := range text {
		switch {
		case r == '\n':
			line, col = line+1, 1
			continue
		case r == '\r' && !strings.HasPrefix(text[i+1:], "\n"), r == '\v', r == '\f', r == '\u0085', r == '\u2028', r == '\u2029':
			return line, col
		}
		col++
	}
	return 0, 0
}

var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// Bounds of the work of looking for the broken line: bytes read in all, and brackets of the
// file, as the parser's work grows with the square of their depth.
const (
	searchBytes    = 4 << 20
	searchBrackets = 5000
)

// syntaxError finds the line of a syntax error. The library's own is often that of the
// construct's start or end: the line behind the last start of the file that can be read
// says more.
func syntaxError(text string, err error) (line int, what string) {
	message := func(err error) string { return strings.SplitN(err.Error(), "\n", 2)[0] }
	whole := message(err)
	what = whole
	lines := strings.SplitAfter(text, "\n")
	if m := yamlError.FindStringSubmatch(whole); m != nil {
		line, _ = strconv.Atoi(m[1])
		what = m[2]
	}
	line = max(1, min(line, len(lines)))
	if strings.Count(text, "[")+strings.Count(text, "{") > searchBrackets {
		return line, what
	}
	ends := make([]int, len(lines)+1) // byte behind the first n lines
	for i, l := range lines {
		ends[i+1] = ends[i] + len(l)
	}
	// From the line on where the parser gives up, every start of the file fails in the same way.
	first := sort.Search(len(lines), func(n int) bool {
		_, _, err := decode(text[:ends[n]])
		return err != nil && message(err) == whole
	})
	work := 0
	for n := first; n >= 0; n-- {
		if work += ends[n]; work > searchBytes {
			break
		}
		if _, _, err := decode(text[:ends[n]]); err == nil {
			return min(n+1, len(lines)), what
		}
	}
	return line, what
}
