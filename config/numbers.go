package config

import (
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// phoneLike is what looks like a telephone number once it is narrow: #7119, 119番, 0120-279-338.
var phoneLike = regexp.MustCompile(`(?:#|%23)[0-9]{4}|[0-9]{3}番|0(?:[-() ]{0,2}[0-9]){8,10}`)

var (
	endsInDigit     = regexp.MustCompile(`[0-9]-?$`)
	beginsWithDigit = regexp.MustCompile(`^-?[0-9]`)
)

// calls is what stands behind 119番 where it is to be dialled.
var calls = regexp.MustCompile(`^(?:へ|に|を)?(?:すぐに?)?お?(?:電話|かけ|呼|通報)`)

// mobile numbers are examples of what to type.
var mobile = regexp.MustCompile(`^0[789]0[1-9][0-9]{7}$`)

// Numbers finds telephone numbers that a text for patients must not hold: short ones, and those much like one of
// hotlines.yaml, that aren't there; and the clinic's own, which are written {{clinic.phone}}. In patterns.yaml, where
// lives depend on them, every number is to be one of hotlines.yaml.
func Numbers(dir fs.FS, clinic flow.Clinic) flow.Wording {
	hotlines := map[string]string{} // as they are written, by their digits
	for _, n := range listed(dir) {
		hotlines[digits(n)] = n
	}
	own := map[string]string{}                              // names of facts, by the digits
	for _, name := range slices.Sorted(maps.Keys(clinic)) { // clinic.phone stands behind those of emergencies
		if v := clinic[name]; v != "" && phone.check(v).ja == "" {
			own[digits(v)] = name
		}
	}
	ownDigits := map[string]string{}
	for d := range own {
		ownDigits[d] = d
	}
	return func(written string) (faults []flow.Fault) {
		if !strings.ContainsAny(written, "0123456789０１２３４５６７８９") {
			return nil
		}
		narrow := strings.Map(narrowed, written)
		for _, m := range phoneLike.FindAllStringIndex(narrow, -1) {
			number, three := strings.CutSuffix(narrow[m[0]:m[1]], "番")
			if endsInDigit.MatchString(narrow[:m[0]]) || beginsWithDigit.MatchString(narrow[m[1]:]) {
				continue // a part of something longer
			}
			f := flow.Fault{Start: utf8.RuneCountInString(narrow[:m[0]]), Len: utf8.RuneCountInString(number)}
			d := digits(number)
			if fact := own[d]; fact != "" {
				f.Rule, f.Severity = "typed-phone", diag.Warning
				f.Message = diag.T("クリニックの電話番号が、じかに書いてあります。番号が変わると、ここだけ古いままになります。", "the clinic's telephone number is written out: when it changes, this will be wrong")
				f.Hint = diag.T("「{{%s}}」と書いてください。ボタンなら「電話する」のように、番号を入れずに書きます。", "write {{%s}}; a label goes without the number", fact)
				faults = append(faults, f)
				continue
			}
			if fact := own[nearest(d, ownDigits)]; fact != "" && hotlines[d] == "" && !three && !mobile.MatchString(d) {
				f.Rule = "typed-phone"
				f.Message = diag.T("クリニックの電話番号と、少しだけ違います。", "this is nearly the clinic's telephone number")
				f.Hint = diag.T("「{{%s}}」と書いてください。別の番号なら、わけを書いて承知してください（「# 承知: typed-phone わけ」）。", "write {{%s}}; silence it if it is another number", fact)
				f.Severity = diag.Warning
				faults = append(faults, f)
				continue
			}
			if len(hotlines) == 0 || hotlines[d] != "" || d == "110" || mobile.MatchString(d) {
				continue
			}
			near := nearest(d, hotlines)
			called := three && near != "" && calls.MatchString(narrow[m[1]:])
			if three && !called || near == "" && d[0] != '#' { // elsewhere it may be anything
				f.Flow = flow.PatternFlow
			}
			f.Rule = "unknown-hotline"
			f.Message = diag.T("「%s」は、相談電話の一覧（hotlines.yaml）にない番号です。", "%s is none of the numbers in hotlines.yaml", strings.Replace(number, "%23", "#", 1))
			f.Hint = diag.T("確かめた番号なら、一覧に書き足してください。", "if it has been checked, add it there")
			if near != "" {
				f.Hint = diag.T("「%s」のことですか? 番号が変わったのなら、一覧のほうも直してください。", "did you mean %s? If the number has changed, change it there, too", near)
			}
			faults = append(faults, f)
		}
		return faults
	}
}

// listed are the numbers of hotlines.yaml: of the one that is shipped, if there is none. Of one with errors none are
// known: what rests on them isn't said again.
func listed(dir fs.FS) (numbers []string) {
	if CheckHotlines(dir).Failed() {
		return nil
	}
	data, err := fs.ReadFile(dir, "hotlines.yaml")
	if err != nil {
		data, _ = fs.ReadFile(builtIn, "hotlines.yaml")
	}
	for _, item := range source.Parse("hotlines.yaml", data, new(diag.List)).List() {
		if n := item.Get("number"); n != nil && n.Value != "" {
			numbers = append(numbers, n.Value)
		}
	}
	return numbers
}

// nearest is the number that another one may be a slip of; "" if there is none.
func nearest(number string, all map[string]string) (near string) {
	least := 3
	if len(number) < 6 {
		least = 2
	}
	for _, d := range slices.Sorted(maps.Keys(all)) {
		if n := text.Near(number, d); n < least {
			near, least = all[d], n
		}
	}
	return near
}

// digits are what two ways to write a number have in common; a # is a part of it.
func digits(number string) string {
	return strings.Map(func(r rune) rune {
		if r == '#' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, strings.Replace(number, "%23", "#", 1))
}

// narrowed is the plain sign for a full-width one of telephone numbers, whatever dash it is.
func narrowed(r rune) rune {
	if strings.ContainsRune("‐‑–—−ー", r) {
		return '-'
	}
	return text.Narrow(r)
}
