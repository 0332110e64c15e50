package config

import (
	"strings"
	"testing"
	"testing/fstest"

	"hogushi/bot/flow"
)

// TestNumbers: what is wrong about a text stands in ⟦⟧.
func TestNumbers(t *testing.T) {
	t.Parallel()
	dir := fstest.MapFS{"hotlines.yaml": {Data: []byte("- {key: a, name: 救急, number: \"119\"}\n- {key: b, name: 相談, number: \"#7119\"}\n- {key: c, name: 夜, number: 0120-279-338}\n")}}
	numbers := Numbers(dir, flow.Clinic{"clinic.phone": "0120-774-665", "clinic.emergency.night_phone": "03-1111-2222", "clinic.area": "1丁目", "clinic.fax": ""})
	for _, tt := range []struct{ text, rule, flow, says string }{
		{"すぐに119番へ。迷うときは #7119 へ。＃７１１９、tel:%237119、0120-279-338、0120279338", "", "", ""},
		{"警察は110番です", "", "", ""},
		{"例：090-1234-5678、080 1234 5678", "", "", ""},
		{"受付番号は 5-0120-774-665 と 0120774665123 です。2026-11-22 の 9:00 から。0から10で", "", "", ""},
		{"迷うときは ⟦#7118⟧ へ", "unknown-hotline", "", "「#7119」のことですか"},
		{"子どもは ⟦＃8000⟧ へ", "unknown-hotline", "", "書き足して"},
		{"tel:⟦%237191⟧", "unknown-hotline", "", "「#7119」のことですか"},
		{"夜は⟦0120-279-388⟧（無料）", "unknown-hotline", "", "「0120-279-338」のことですか"},
		{"夜は ⟦０１２０－２９７－３３８⟧ へ", "unknown-hotline", "", "「0120-279-338」のことですか"},
		{"すぐに⟦199⟧番へ", "unknown-hotline", "patterns", "「119」のことですか"},
		{"タクシーは ⟦03-1234-5678⟧ です", "unknown-hotline", "patterns", "書き足して"},
		{"待たずに⟦199⟧番へお電話ください", "unknown-hotline", "", "「119」のことですか"},
		{"受付番号は ⟦199⟧番です", "unknown-hotline", "patterns", "「119」のことですか"},
		{"お電話は⟦0120-774-655⟧です", "typed-phone", "", "「{{clinic.phone}}」"},
		{"お電話は⟦0120-744-665⟧です", "typed-phone", "", "「{{clinic.phone}}」"},
		{"お電話は⟦0120-774-665⟧です", "typed-phone", "", "「{{clinic.phone}}」"},
		{"お電話は⟦０１２０ー７７４ー６６５⟧です", "typed-phone", "", "「{{clinic.phone}}」"},
		{"(⟦0120)774-665⟧", "typed-phone", "", "「{{clinic.phone}}」"},
		{"夜は⟦03-1111-2222⟧へ", "typed-phone", "", "「{{clinic.emergency.night_phone}}」"},
	} {
		before, rest, found := strings.Cut(tt.text, "⟦")
		inside, after, _ := strings.Cut(rest, "⟧")
		faults := numbers(before + inside + after)
		if !found && len(faults) > 0 || found && len(faults) != 1 {
			t.Errorf("%s: got %v", tt.text, faults)
			continue
		}
		if !found {
			continue
		}
		f := faults[0]
		if f.Rule != tt.rule || f.Flow != tt.flow || !strings.Contains(f.Hint.JA, tt.says) || f.Start != len([]rune(before)) || f.Len != len([]rune(inside)) {
			t.Errorf("%s: got %+v", tt.text, f)
		}
	}
}

// TestNumbersUnread: a list with errors is told of, and nothing that rests on it.
func TestNumbersUnread(t *testing.T) {
	t.Parallel()
	for _, hotlines := range []string{"- {key: a, name: 救急, nmuber: 119}\n", "- {key: a, name: 救急, number: １１９}\n", "- {key: \"a, name: 救急, number: 119}\n"} {
		dir := fstest.MapFS{"hotlines.yaml": {Data: []byte(hotlines)}}
		if faults := Numbers(dir, flow.Clinic{})("すぐに119番へ。迷うときは #7119 へ"); len(faults) > 0 {
			t.Errorf("%s: got %v", hotlines, faults)
		}
	}
}
