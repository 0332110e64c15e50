package config

import (
	"regexp"

	"hogushi/bot/diag"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

var (
	hotlineForm   = regexp.MustCompile(`^(?:#?[0-9]{3,4}|[0-9]+(?:-[0-9]+)+)$`)
	hotlineNumber = "番号は「119」「#7119」「0120-279-338」の形で、半角で書いてください。"
	checkedForm   = regexp.MustCompile(`^[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?$`)
	checkedWrong  = "確かめた日は「2026-11-22」の形で書いてください（わからなければ、年だけでも）。"
)

// hotline says whether a number can be called: a short one, or one with as many digits as Japanese numbers have.
func hotline(number string) bool {
	if !hotlineForm.MatchString(number) {
		return false
	}
	n := len(digits(number))
	return n <= len("#7119") || number[0] != '0' || n == 10 || n == 11
}

// hotlines checks the list of emergency numbers.
func hotlines(n *source.Node, problems *diag.List) {
	seen := map[string]diag.Span{}
	for _, item := range n.Items {
		if item.Kind != source.Map {
			problems.Errorf(item.Span, "wrong-type", "「- key: …」の形で書いてください。", "write - key: …")
			continue
		}
		meant := map[string]bool{} // what misspelt keys are taken for
		for _, p := range item.Pairs {
			switch {
			case !hotlineKeys.Has(p.Key.Value):
				d := problems.Errorf(p.Key.Span, "unknown-key", "「%s」という項目はありません。", "there is no key %q", p.Key.Value)
				meant[d.Meant(text.DidYouMean(p.Key.Value, hotlineKeys.Names()))] = true
			case p.Value.Kind == source.List || p.Value.Kind == source.Map:
				problems.Errorf(p.Value.Span, "wrong-type", "ここには文字を1つだけ書きます。", "a single text is wanted here")
			}
		}
		for _, k := range hotlineKeys {
			if v := item.Get(k.Name); k.Need && !meant[k.Name] && (v == nil || v.Kind == source.Null || v.Kind == source.Scalar && v.Value == "") {
				problems.Errorf(item.Span, "missing-key", "「%s:」がありません。", "%s: is missing", k.Name)
			}
		}
		if v := item.Get("number"); v != nil && v.Value != "" && !hotline(v.Value) {
			problems.Errorf(v.Span, "fact-form", hotlineNumber, "a number is written like 119, #7119 or 0120-279-338")
		}
		if v := item.Get("checked"); v != nil && v.Value != "" {
			switch wrong := day.check(v.Value); {
			case !checkedForm.MatchString(v.Value):
				problems.Errorf(v.Span, "fact-form", checkedWrong, "the day is written like 2026-11-22; the year alone if that is all that is known")
			case dayShape.MatchString(v.Value) && wrong.ja != "":
				problems.Errorf(v.Span, "fact-form", "%[1]s", "%[2]s", wrong.ja, wrong.en)
			}
		}
		if v := item.Get("key"); v != nil && v.Value != "" {
			if first, ok := seen[v.Value]; ok {
				d := problems.Errorf(v.Span, "duplicate-key", "「%s」が2つあります。", "there are two %q", v.Value)
				d.Related = []diag.Related{{Span: first, Text: diag.T("1つ目はここです。", "the first one")}}
			}
			seen[v.Value] = v.Span
		}
	}
}
