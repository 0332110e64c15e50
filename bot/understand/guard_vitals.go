package understand

import "strings"

// Numbers with a meaning: body temperature, oxygen, pressure, pulse, tablets. The limits are for "must be seen",
// not for a diagnosis; a number without its word or unit says nothing.

// vitalCues are found by reading a number, not by a spelling.
var vitalCues = []cue{
	{"high-fever", sign, "高熱 こうねつ"},
	{"cold-body", sign, "低体温"},
	{"oxygen-low", sign, ""},
	{"oxygen-lowish", sign, ""},
	{"pressure-low", sign, ""},
	{"pressure-odd", sign, ""},
	{"pulse-bad", sign, ""},
	{"pulse-odd", sign, ""},
}

var (
	oxygenWords   = []string{"spo2", "酸素", "さちゆれ", "さちゆ", "飽和度", "ぱるすおきし", "おきしめ"}
	pressureWords = []string{"血圧", "けつあつ", "上が", "上は"}
	pulseWords    = []string{"脈", "心拍", "みやく"}
	heatWords     = []string{"熱", "体温", "ねつ", "発熱", "検温"}
	notHeat       = []string{"気温", "室温", "水温", "湯", "風呂", "角度", "設定", "さうな", "外"}
	notVital      = []string{"歳", "才", "代", "年", "錠", "円", "月", "日", "時", "種", "回目", "人", "丁目", "番", "号", "薬"}
	notPressure   = append([]string{"下", "0"}, notVital...) // of 「60/40」 the first counts
	tabletUnits   = []string{"錠", "粒", "かぷ", "包", "個飲", "個のん", "個の", "じよう"}
)

const vitalReach = 12 // cells between the word and its number

// vital reads the number that begins at cells[i], and gives where it ends and the cues it stands for.
func vital(cells []cell, i int) (to int, found []CueID) {
	n := 0
	for to = i; to < len(cells) && isDigit(cells[to].rune()) && (to == i || !cells[to].marked()) && to-i < 5; to++ {
		n = 10*n + int(cells[to].rune()-'0')
	}
	digits := to - i
	if digits < 2 || digits > 3 || to < len(cells) && isDigit(cells[to].rune()) {
		return to, nil
	}
	if followed(cells, to, tabletUnits) {
		if n >= 10 {
			return to, []CueID{"massive"}
		}
		return to, nil
	}
	if t := 10 * n; digits == 3 || n <= 42 {
		if digits == 3 {
			t = n // 38.7: the dot is gone
		}
		degrees := followed(cells, to, []string{"度", "どの", "ど台", "台", "c"})
		heat := after(cells, i, heatWords, nil)
		if (degrees || heat && !followed(cells, to, notVital)) && !after(cells, i, notHeat, nil) && !angle(cells, to) {
			switch {
			case t >= 390 && t <= 429:
				found = append(found, "fever", "high-fever")
			case t >= 375 && t < 390:
				found = append(found, "fever")
			case t >= 300 && t < 350 && heat:
				found = append(found, "cold-body")
			}
			if found != nil {
				return to, found
			}
		}
	}
	if followed(cells, to, notVital) {
		return to, nil
	}
	switch {
	case n >= 40 && n <= 93 && after(cells, i, oxygenWords, notVital):
		if n > 90 {
			return to, []CueID{"oxygen-lowish"}
		}
		return to, []CueID{"oxygen-low"}
	case (n >= 30 && n < 90 || n >= 200 && n < 300) && after(cells, i, pressureWords, notPressure):
		if n < 80 {
			return to, []CueID{"pressure-low"}
		}
		return to, []CueID{"pressure-odd"}
	case (n >= 20 && n < 40 || n >= 130 && n < 260) && after(cells, i, pulseWords, notVital):
		if n < 40 || n >= 150 {
			return to, []CueID{"pulse-bad"}
		}
		return to, []CueID{"pulse-odd"}
	}
	return to, nil
}

func followed(cells []cell, at int, words []string) bool {
	for _, w := range words {
		if at < len(cells) && !cells[at].marked() && spelled(cells, at, w) {
			return true
		}
	}
	return false
}

func spelled(cells []cell, at int, w string) bool {
	from := at
	for _, r := range w {
		if at >= len(cells) || cells[at].marked() && at > from || cells[at].rune() != r {
			return false
		}
		at++
	}
	return true
}

// after: one of the words stands before cells[at] in its clause, and none of the others between them.
func after(cells []cell, at int, words, not []string) bool {
	for j := at; j > 0 && at-j < vitalReach && !cells[j].marked(); {
		j--
		for _, w := range not {
			if spelled(cells, j, w) || w == "0" && isDigit(cells[j].rune()) {
				return false
			}
		}
		for _, w := range words {
			if spelled(cells, j, w) {
				return true
			}
		}
	}
	return false
}

// angle: 「40度しか曲がらない」 is a joint.
func angle(cells []cell, at int) bool {
	for j := at; j < len(cells) && j < at+8 && !cells[j].marked(); j++ {
		if strings.ContainsRune("曲角開伸湯呂", cells[j].rune()) {
			return true
		}
	}
	return false
}
