package text

// Clock reads one time of day out of a text, in minutes after midnight: 10:30, 10時半,
// 15時, ３じ, 午後3時, pm 3:00, 夕方5時, 正午, お昼の12時, 夜8時.
//
// A small hour without a word beside it is taken as written (3時 is 180): only the caller
// knows the clinic's hours. 午後12時 is noon, as people use it. Not ok: 午前12時 and 夜12時 (which
// day?), 24:00 and beyond, a span (10時間), a range or limit (10時〜12時, 10時以降, 10時から),
// two different times.
func Clock(s string) (minutes int, ok bool) {
	rs := scanRunes(s)
	part, partEnd := noPart, -1
	found := -1
	for i := 0; i < len(rs); {
		if p, n := dayPartAt(rs, i); n > 0 {
			part, i = p, i+n
			i += hasAny(rs, i, "の", "は", "、")
			i = skipSpaces(rs, i)
			partEnd = i
			continue
		}
		if partEnd != i {
			part = noPart
		}
		t, n := clockAt(rs, i, part)
		until := i > 0 && hasAny(rs, i-1, "-", "~", "〜") > 0 // 10-12時
		i += max(n, 1)
		if t == noTime {
			continue
		}
		if t == badTime || found >= 0 && found != t || until || limited(rs, i) {
			return 0, false
		}
		found = t
	}
	return max(found, 0), found >= 0
}

const (
	noTime  = -1
	badTime = -2
)

type dayPart int

const (
	noPart dayPart = iota
	forenoon
	afternoon
	morning
	midday
	evening
	night
	lateNight
)

var dayParts = [...]struct {
	word string
	part dayPart
}{
	{"午前中", noPart}, {"午前", forenoon}, {"ごぜん", forenoon}, {"a.m.", forenoon}, {"am", forenoon},
	{"午後", afternoon}, {"ごご", afternoon}, {"p.m.", afternoon}, {"pm", afternoon},
	{"早朝", morning}, {"朝", morning}, {"あさ", morning},
	{"お昼", midday}, {"昼", midday}, {"ひる", midday},
	{"夕方", evening}, {"ゆうがた", evening}, {"夕", evening},
	{"深夜", lateNight}, {"夜中", lateNight}, {"しんや", lateNight}, {"夜", night}, {"よる", night}, {"晩", night}, {"ばん", night},
}

func dayPartAt(rs []rune, i int) (dayPart, int) {
	for _, p := range dayParts {
		if n := hasAny(rs, i, p.word); n > 0 {
			return p.part, n
		}
	}
	return noPart, 0
}

// clockAt reads a time at i, and takes the whole number also when it is no time.
func clockAt(rs []rune, i int, part dayPart) (t, size int) {
	if n := hasAny(rs, i, "正午", "しょうご"); n > 0 {
		return 12 * 60, n
	}
	h, n, digits := readInt(rs, i)
	if n == 0 {
		return noTime, 0
	}
	j := i + n
	if digits > 2 {
		return noTime, n
	}
	m := 0
	switch {
	case has(rs, j, ":") && digits > 0:
		mm, k, md := readInt(rs, j+1)
		if md != 2 || has(rs, j+3, ":") {
			return badTime, n
		}
		m, j = mm, j+1+k
		j += hasAny(rs, j, "分")
	case hasAny(rs, j, "時間", "じかん", "時代", "時期") > 0:
		return noTime, n + 2
	case hasAny(rs, j, "時", "じ") > 0:
		j++
		if k := hasAny(rs, j, "半", "はん"); k > 0 {
			m, j = 30, j+k
		} else if mm, k, _ := readInt(rs, j); k > 0 {
			m, j = mm, j+k
			j += hasAny(rs, j, "分", "ふん", "ぷん")
		}
	case digits > 0 && hasAny(rs, j, "am", "pm", "a.m.", "p.m.") > 0: // 3pm
	default:
		return noTime, n
	}
	k := skipSpaces(rs, j)
	switch {
	case part != noPart:
	case hasAny(rs, k, "am", "a.m.") > 0:
		part, j = forenoon, k+hasAny(rs, k, "am", "a.m.")
	case hasAny(rs, k, "pm", "p.m.") > 0:
		part, j = afternoon, k+hasAny(rs, k, "pm", "p.m.")
	}
	if h = onDial(h, part); h < 0 || h > 23 || m > 59 {
		return badTime, j - i
	}
	return h*60 + m, j - i
}

// onDial is the hour of 24 that h is in that part of the day, -1 if it can't be told.
func onDial(h int, part dayPart) int {
	switch part {
	case forenoon:
		if h > 11 {
			return -1
		}
	case afternoon:
		if h < 12 {
			return h + 12
		}
	case morning:
		if h < 3 || h > 11 {
			return -1
		}
	case midday:
		switch {
		case h >= 1 && h <= 4:
			return h + 12
		case h < 10 || h > 16:
			return -1
		}
	case evening:
		switch {
		case h >= 3 && h <= 8:
			return h + 12
		case h < 15 || h > 20:
			return -1
		}
	case night:
		switch {
		case h >= 5 && h <= 11:
			return h + 12
		case h < 17:
			return -1
		}
	case lateNight:
		switch {
		case h == 11:
			return 23
		case h > 5 && h < 22:
			return -1
		}
	}
	return h
}

// limited: what follows makes a range or a limit of the time.
func limited(rs []rune, i int) bool {
	i = skipSpaces(rs, i)
	return hasAny(rs, i, "~", "〜", "-", "ー", "以降", "いこう", "以前", "以外", "前", "まえ", "から", "まで", "より", "は無理", "はだめ", "ではな", "じゃな", "台") > 0
}
