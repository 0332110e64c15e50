package config

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/lint"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// readFacts reads the clinic's facts: KEY: VALUE, or a section of such. They are named
// clinic.KEY and clinic.SECTION.KEY.
func readFacts(clinic flow.Clinic, n *source.Node, problems *diag.List) {
	at, meant := map[string]*source.Node{}, map[string]bool{} // keys, and those that misspelt ones are taken for
	for _, f := range clinicFacts {
		if number := f.key[len(f.key)-1]; strings.HasPrefix(f.key, "doctors.") && number > '0'+doctorFile && number <= '9' {
			continue
		}
		clinic["clinic."+f.key] = "" // known in any case: the flows that name it aren't wrong
	}
	set := func(key string, p source.Pair) {
		v := p.Value
		value := strings.TrimSpace(v.Value)
		at[key] = v
		known := slices.IndexFunc(clinicFacts, func(f fact) bool { return f.key == key })
		switch {
		case known < 0:
			meant[unknownKey(p.Key, key, problems)] = true
		case v.Kind == source.List || v.Kind == source.Map || strings.Contains(value, "\n"):
			problems.Errorf(v.Span, "wrong-type", "ここには文字を1行で書きます。", "a single line of text is wanted here")
		case undecided.MatchString(value):
			d := problems.Errorf(v.Span, "fact-form", "「%s」が、このまま患者さんに届きます。", "patients would be told %q", value)
			d.Hint = diag.T("まだ決まっていないところは、空のままにしてください。", "leave empty what isn't decided yet")
			meant[key] = true
		default:
			clinic["clinic."+key] = value
			if value == "" {
				return
			}
			if wrong := clinicFacts[known].form.check(value); wrong.ja != "" {
				span := v.Span
				if wrong.at >= 0 {
					span = v.At(wrong.at, wrong.width)
				}
				problems.Add(diag.Diagnostic{Span: span, Rule: "fact-form", Message: diag.Text{JA: wrong.ja, EN: wrong.en}})
			}
			worded(key, value, v, problems)
		}
	}
	lost := map[string]bool{} // sections whose own line is missing
	for _, p := range n.Pairs {
		if p.Value.Kind != source.Map {
			if p.Value.Kind != source.Null || !section(p.Key.Value) {
				set(p.Key.Value, p)
			}
			continue
		}
		if !section(p.Key.Value) {
			unknownKey(p.Key, p.Key.Value, problems)
			continue
		}
		for _, q := range p.Value.Pairs {
			own := p.Key.Value + "." + q.Key.Value
			if other := sectionOf(q.Key.Value); !known(own) && other != "" && section(other) && n.Get(other) == nil {
				if !lost[other] {
					lost[other] = true
					d := problems.Errorf(q.Key.Span, "unknown-key", "「%s」という項目はありません。", "there is no fact %q", own)
					d.Hint = diag.T("すぐ上に、「%s:」の行が抜けていませんか?", "isn't the line %s: missing above it?", other)
				}
				continue
			}
			set(own, q)
		}
	}
	for _, key := range needed {
		if clinic["clinic."+key] == "" && !meant[key] {
			span := n.Span
			for _, p := range n.Pairs {
				if p.Key.Value == key {
					span = p.Key.Span
				}
			}
			problems.Errorf(span, "missing-fact", "「%s:」は必ず書いてください。", "%s: is needed", key)
		}
	}
	for i := 1; i <= maxDoctors; i++ {
		key := func(k string) string { return fmt.Sprintf("doctors.%s_%d", k, i) }
		if clinic["clinic."+key("name")] == "" {
			continue
		}
		var lacks []string
		for _, k := range beside {
			if clinic["clinic."+key(k)] == "" {
				lacks = append(lacks, fmt.Sprintf("%s_%d:", k, i))
			}
		}
		if len(lacks) > 0 {
			d := problems.Errorf(at[key("name")].Span, "doctor-facts", "", "")
			d.Message = diag.Text{JA: "医師の名前を載せるには、「" + strings.Join(lacks, "」「") + "」も要ります。", EN: "a doctor's name wants " + strings.Join(lacks, ", ") + " beside it"}
		}
	}
}

// undecided is what people write where there is nothing to tell yet.
var undecided = regexp.MustCompile(`^(?:未定|未設定|未記入|未確認|確認中|要確認|調整中|検討中|準備中|あとで|後で|後日|TBD|tbd|[?？]+|[-－ー―—…・.]+|[○〇]+)$`)

// approvals are keys whose facts tell of approvals by the state, which the rules of
// advertising take for claims elsewhere.
var approvals = []string{"kit_approval", "approval_status", "domestic_alternative", "overseas_safety", "committee"}

// worded reports what a fact must not say: it stands in texts for patients.
func worded(key, value string, n *source.Node, problems *diag.List) {
	_, last, ok := strings.Cut(key, ".")
	if ok && slices.Contains(approvals, last) {
		return
	}
	for _, h := range lint.Check(value) {
		problems.Add(diag.Diagnostic{Span: n.At(h.Start, h.Len), Rule: h.Rule.Name, Message: h.Rule.Why})
	}
}

// known says whether there is a fact of this name.
func known(key string) bool {
	return slices.ContainsFunc(clinicFacts, func(f fact) bool { return f.key == key })
}

// sectionOf is the section that alone has a fact of this name, "" if several have, or none.
func sectionOf(key string) (section string) {
	for _, f := range clinicFacts {
		if s, last, ok := strings.Cut(f.key, "."); ok && last == key {
			if section != "" {
				return ""
			}
			section = s
		}
	}
	return section
}

// section says whether facts stand under this key.
func section(key string) bool { return slices.Contains(sections.Names(), key) }

// unknownKey reports a key, and returns the one that it may be meant for.
func unknownKey(key *source.Node, name string, problems *diag.List) string {
	known := sections.Names()
	for _, f := range clinicFacts {
		known = append(known, f.key)
	}
	return problems.Errorf(key.Span, "unknown-key", "「%s」という項目はありません。", "there is no fact %q", name).Meant(text.DidYouMean(name, known))
}

// Sound is the clinic as flows are checked for: what its file lacks, or has in a wrong form, is
// said of the file, not of all that rests on it. Nothing else may be done with it.
func Sound(clinic flow.Clinic) flow.Clinic {
	sound := maps.Clone(clinic)
	for _, f := range clinicFacts {
		name := flow.FactPrefix + f.key
		value, known := clinic[name]
		need := slices.Contains(needed, f.key)
		switch {
		case value == "" && need, value != "" && f.form.check(value).ja != "":
			if sound[name] = ""; need {
				sound[name] = longest(f.form)
			}
		case !known && len(clinic) == 0: // nothing could be read
			sound[name] = ""
		}
	}
	return sound
}
