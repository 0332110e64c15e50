package match

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestMay: the first look passes over texts without what a match needs, and over none with a match.
func TestMay(t *testing.T) {
	t.Parallel()
	for pattern, texts := range map[string]map[string]bool{
		`根治|痛みゼロ`:                     {"根治": true, "痛みゼロです": true, "痛みと治療": false, "": false},
		`第?1位`:                        {"第1位": true, "1位": true, "1番": false},
		`[一1]回(?:だけ)?で治`:              {"1回で治る": true, "一回だけで治る": true, "2回で治る": false, "1回だけ": false},
		`(?:痛み|膝)[^。]{0,9}?(?:取れ|軽く)`: {"膝が軽くなる": true, "膝が重くなる": false, "荷が軽くなる": false},
		`A[^.]*b|C[^.]*d`:             {"a to B": true, "c to d": true, "a to d": false, "b": false},
		`(?:か[^。]*き|く)け`:              {"かきけ": true, "くけ": true, "かけ": true, "こけ": false}, // of the first, き would be needed
		`\b(?:ease|heal)s? pain\b`:    {"Heals pain": true, "releases pain": true, "heals": false},
		`(?:いた)+い`:                    {"いたいたい": true, "いいい": false},
		`before\s*after`:              {"before  after": true, "Before": false},
		`[^。]+だ`:                      {"。だ": true, "。": false},
		`(?i)mri`:                     {"レントゲン": true}, // needs nothing that is known
		`.*`:                          {"": true},
		`^$`:                          {"あ": true},
		`x{2}`:                        {"": true},
		`か(?:、|$)`:                    {"か": true, "が": false},
		strings.Repeat(`[0-9]`, 9):    {"1": true, "一": false},
	} {
		for text, want := range texts {
			if got := len(Of(pattern).May(text)) > 0; got != want {
				t.Errorf("%s in %q: got %t", pattern, text, got)
			}
		}
	}
}

// TestSet: those of a set are told apart, also where there are more than the look has numbers for.
func TestSet(t *testing.T) {
	t.Parallel()
	var patterns []string
	for r := 'あ'; len(patterns) < 300; r++ {
		patterns = append(patterns, string(r)+`+。`)
	}
	s := Of(patterns...)
	for n, p := range patterns {
		text := strings.TrimSuffix(p, `+。`) + "。"
		if may := s.May(text); !slices.Contains(may, n) || !slices.IsSorted(may) || len(may) > 150 || !s.In(text) || s.In(text[:3]) {
			t.Errorf("%s: got %v", text, may)
		}
	}
}

// FuzzMay: an expression that may have no match has none, in small letters neither.
func FuzzMay(f *testing.F) {
	f.Add(`(?:痛|[a-c]x?)[^。]{0,3}(?:み|\bK)+|(?i:no)1$`, "Ax\x00K 痛みNO1")
	f.Add(`(あ|い(?:う|え*お)?|)[か-こ]?き`, "いえおき")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		re, err := regexp.Compile(pattern)
		if err != nil || len(pattern) > 100 {
			return
		}
		text = strings.ToValidUTF8(text, "")
		small := strings.Map(func(r rune) rune {
			if r >= 'A' && r <= 'Z' {
				r += 'a' - 'A'
			}
			return r
		}, text)
		if may := Of(pattern).May(text); len(may) == 0 && (re.MatchString(text) || re.MatchString(small)) {
			t.Errorf("%s is left out of %q", pattern, text)
		}
	})
}
